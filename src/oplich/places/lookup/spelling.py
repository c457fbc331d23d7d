"""How a place name sounds, whoever wrote it: Ukrainian, Russian or any of the transliterations between them. No Django here.

Three keys, each coarser than the one before: `fold` (the same letters), `sound` (the same name in another alphabet or another
transliteration), `bones` (the consonants: the same name in the other language, with other vowels and another ending).
"""

from __future__ import annotations

import re
import unicodedata

_LIKE_CYRILLIC = str.maketrans("aeopcxyikmhtbu", "аеорсхуікмнтви")
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[а-яєіїґё]")
_APOSTROPHES = str.maketrans(dict.fromkeys("'’ʼ`´‘ʹ′\"″“”«»", ""))
_SPACES = re.compile(r"[\s\-‐‑‒–—_.,;:/\\()\[\]|]+")

# Cyrillic to a small Latin alphabet: q = zh, x = kh, c = ts, w = ch, y = sh.
_SOUNDS = str.maketrans(
    {
        **dict(zip("абвгґдежзийіїклмнопрстуфхцчшэыеєё", "abvggdeqziiiiklmnoprstufxcwyeieee", strict=True)),
        "щ": "yw",
        "ю": "u",
        "я": "a",
        "ь": "",
        "ъ": "",
        "ў": "v",
    }
)
_LATIN_SOUNDS = [
    ("shch", "yw"), ("sch", "y"), ("zgh", "zg"), ("kh", "X"), ("zh", "Q"), ("ts", "C"), ("tz", "C"), ("ch", "W"), ("sh", "Y"), ("gh", "g"),
    ("ck", "Ck"), ("x", "ks"), ("c", "C"), ("ph", "f"), ("h", "g"), ("w", "v"), ("y", "i"), ("j", "i"),
]  # fmt: skip
_LATIN_RE = re.compile("|".join(re.escape(one) for one, _ in _LATIN_SOUNDS))
_LATIN_TO = dict(_LATIN_SOUNDS)
_DOUBLE = re.compile(r"(.)\1+")
_SOFT_VOWEL = re.compile(r"i+(?=[aeuo])")
_ADJECTIVE = re.compile("(?:[kwczgqxys]*(?:sk|ck|zk)|wn)$")
_VOWELS = re.compile(r"[aeiou]+")


def _one_alphabet(word: str) -> str:
    """A word that mixes Latin and Cyrillic look-alikes, in the alphabet most of it is in."""
    latin, cyrillic = len(_LATIN.findall(word)), len(_CYRILLIC.findall(word))
    if not latin or not cyrillic:
        return word
    return word.translate(_LIKE_CYRILLIC)


def fold(text: str) -> str:
    """Lower case, one kind of space, no apostrophes, no accents on Latin letters, no letters from a foreign alphabet."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    text = _SPACES.sub(" ", text).strip()
    if not text.isascii():
        if _LATIN.search(text):
            if _CYRILLIC.search(text):
                text = " ".join(map(_one_alphabet, text.split(" ")))
            plain = unicodedata.normalize("NFD", text)
            text = unicodedata.normalize("NFC", "".join(c for c in plain if unicodedata.category(c) != "Mn" or c in "\u0306\u0308"))
        text = text.replace("ґ", "г").replace("ё", "е")
    return text


def sound(folded: str) -> str:
    """The name as it sounds, of a folded text."""
    latin = folded.isascii()
    text = _LATIN_RE.sub(lambda found: _LATIN_TO[found[0]], folded).lower() if latin else folded.translate(_SOUNDS)
    text = _SOFT_VOWEL.sub("", text.replace(" ", ""))
    return _DOUBLE.sub(r"\1", text)


def bones(sounded: str) -> str:
    """The consonants of a sounded name, with the ending of adjectives evened out: "Новобузька" and "Новобугская" are the same."""
    first = "a" if sounded[:1] in "aeiou" else ""
    return first + _ADJECTIVE.sub("sk", _DOUBLE.sub(r"\1", _VOWELS.sub("", sounded))).replace("z", "s")


# Roots that Ukrainian and Russian write with other consonants; the only regular ones worth a rule.
_ROOTS = {
    "микола": "никола", "костянтин": "константин", "піщан": "песчан", "вільшан": "ольшан", "вільх": "ольх", "ганн": "анн",
    "вугле": "угле", "довж": "долж", "вовч": "волч", "вовк": "волк", "жовк": "жолк", "хрест": "крест", "щаст": "счаст", "ювіле": "юбиле",
    "товст": "толст", "володимир": "владимир", "пошт": "почт", "заліз": "желез", "шовк": "шелк", "жовт": "желт",
}  # fmt: skip
_ROOTS_RE = re.compile("|".join(sorted(_ROOTS, key=len, reverse=True)))


def in_russian(folded: str) -> str:
    """A folded Ukrainian name with the roots Russian writes otherwise; the same text when there are none."""
    return _ROOTS_RE.sub(lambda found: _ROOTS[found[0]], folded)
