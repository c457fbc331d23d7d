"""One spelling for what people write in many: names, phones, dates. Nothing here guesses."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

# Latin letters that look like Cyrillic ones; a word that mixes both scripts is put into the script of its other letters.
LOOKS = {"a": "а", "b": "в", "c": "с", "e": "е", "h": "н", "i": "і", "k": "к", "m": "м", "o": "о", "p": "р", "t": "т", "x": "х", "y": "у"}
TO_CYRILLIC = str.maketrans(LOOKS)
TO_LATIN = str.maketrans({cyrillic: latin for latin, cyrillic in LOOKS.items()})
APOSTROPHES = re.compile(r"['’‘ʼʹ`´′＇]")
BETWEEN = re.compile(r"[\s\-‐‑–—.,_]+")
OPERATORS = 9  # digits of a Ukrainian number after 0


def _one_script(word: str) -> str:
    cyrillic = sum("а" <= letter <= "ӿ" for letter in word)
    latin = sum("a" <= letter <= "z" for letter in word)
    if not cyrillic or not latin:
        return word
    other_cyrillic = any("а" <= letter <= "ӿ" and letter not in LOOKS.values() for letter in word)
    other_latin = any("a" <= letter <= "z" and letter not in LOOKS for letter in word)
    if other_latin and not other_cyrillic:
        return word.translate(TO_LATIN)
    return word if other_latin else word.translate(TO_CYRILLIC)


def name(text: str) -> str:
    """A name as it is compared: "О’КОННОР-Д'Арк  " and "о'коннор д’арк" are one."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    text = unicodedata.normalize("NFC", APOSTROPHES.sub("", text))
    return " ".join(_one_script(word) for word in BETWEEN.split(text) if word)


def full_name(*parts: str) -> str:
    """Surname, given name and patronymic as one comparable text, whatever order they were written in."""
    return " ".join(sorted(word for part in parts if part for word in name(part).split()))


def phone(text: str) -> str:
    """ "+380671234567" for every way to write it, "" when it cannot be a phone number. Numbers of other countries keep their code."""
    text = unicodedata.normalize("NFKC", text).strip()
    digits = "".join(letter for letter in text if letter.isdecimal())
    digits = "".join(str(int(letter)) for letter in digits)
    if not text.startswith("+") and digits.startswith("00"):
        digits, text = digits[2:], "+" + digits[2:]
    if text.startswith("+"):
        if digits.startswith("380"):
            return "+" + digits if len(digits) == 12 else ""
        return "+" + digits if 8 <= len(digits) <= 15 and digits[0] != "0" else ""
    if digits.startswith("380") and len(digits) == 12:
        return "+" + digits
    if digits.startswith("80") and len(digits) == 11:
        return "+3" + digits
    if digits.startswith("0") and len(digits) == 10:
        return "+38" + digits
    if len(digits) == OPERATORS and not digits.startswith("0"):
        return "+380" + digits
    return "+" + digits if 11 <= len(digits) <= 15 and not digits.startswith("0") else ""


def day(value: dt.date | str | None) -> dt.date | None:
    """A day from a date, an ISO text or 28.02.2023; None when it is neither."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date) or not value:
        return value or None
    found = re.fullmatch(r"\s*(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./](\d{1,2})[./](\d{4}))\s*", value)
    if not found:
        return None
    y, m, d = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return dt.date(int(y), int(m), int(d))
    except ValueError:
        return None
