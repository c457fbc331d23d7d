"""The order of words in a dictionary: і after и, ґ after г, an apostrophe counts for nothing. For lists sorted in Python."""

from __future__ import annotations

import unicodedata

_LETTERS = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
_PLACES = {letter: chr(0x430 + number) for number, letter in enumerate(_LETTERS)}
_SILENT = str.maketrans("", "", "'’ʼ`ʹ\u0301")
_RUSSIAN = {"ё": "е", "ы": "и", "э": "е", "ъ": "ь"}


def order(text: object) -> tuple[str, str]:
    """A key for sorted(): Latin letters first, then the Ukrainian alphabet; capitals and accents only break ties."""
    said = str(text)
    plain = said.casefold().translate(_SILENT)
    letters = []
    for letter in plain:
        letter = _RUSSIAN.get(letter, letter)
        if letter in _PLACES:
            letters.append(_PLACES[letter])
        else:
            letters.append(unicodedata.normalize("NFD", letter)[0])
    return "".join(letters), said
