from tests.browser.words import is_english


def test_an_english_sentence_is_told_from_names_and_from_ukrainian():
    assert is_english("Nothing is waiting for you")
    assert not is_english("United Nations World Food Programme")
    assert not is_english("Файл the of прийнято")
    assert not is_english("EN")
