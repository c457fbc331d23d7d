"""Names of organisations as people write them. No Django: plain text in, keys and scores out.

`fold` answers "is this the same writing?" and is safe enough to accept alone. Everything else only proposes, a person decides.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

# Words that say what an organisation is in law, not which one it is. Longest first where one begins another.
LEGAL_FORMS = (
    "товариство з обмеженою відповідальністю",
    "міжнародний благодійний фонд",
    "всеукраїнський благодійний фонд",
    "всеукраїнська громадська організація",
    "благодійна організація благодійний фонд",
    "міжнародна благодійна організація",
    "non governmental organization",
    "non governmental organisation",
    "non profit organization",
    "громадська організація",
    "громадська спілка",
    "благодійна організація",
    "благодійний фонд",
    "комунальний заклад",
    "комунальне підприємство",
    "общественная организация",
    "благотворительный фонд",
    "charitable organization",
    "charitable organisation",
    "charitable foundation",
    "charitable fund",
    "charity foundation",
    "charity fund",
    "public organization",
    "тов", "тзов", "прат", "пат", "фоп", "го", "гс", "бф", "бо", "мбф", "вбф", "мбо", "вго", "мго", "кз", "кп", "ооо", "оо", "нуо",
    "ngo", "ingo", "nngo", "cso", "cbo", "ltd", "limited", "llc", "inc", "gmbh", "plc", "corp", "co", "ev", "asbl", "cf", "co cf", "ico", "uso",
)  # fmt: skip
SMALL = set(re.findall(r"\S+", "the of for and in on to a an de la le les des du et и та і й в у з із зі для на von der die das und e"))
# What people write when there is no organisation to name, folded.
NOBODY = frozenset(
    ["unknown", "various", "other", "others", "none", "n a", "tbd", "not specified", "невідомо", "невідома", "різні", "інше", "інші", "немає",
     "не вказано", "неизвестно", "разные", "другое"]
)  # fmt: skip
# One word for what several languages and habits write differently; only for proposing.
SAME_WORD = {
    "organisation": "organization", "organizatsiia": "organization", "centre": "center", "tsentr": "center", "fond": "fund",
    "foundation": "fund", "fundatsiia": "fund", "blahodiinyi": "charitable", "charity": "charitable", "miska": "city", "miskyi": "city",
    "municipal": "city", "municipality": "council", "rada": "council", "oblasna": "regional", "oblast": "regional", "oda": "administration",
    "administratsiia": "administration", "derzhavna": "state", "viiskova": "military", "mizhnarodna": "international",
    "mizhnarodnyi": "international", "intl": "international", "int": "international", "natsionalna": "national", "natsionalnyi": "national",
    "chervonyi": "red", "chervonoho": "red", "khrest": "cross", "khresta": "cross", "croix": "cross", "rouge": "red", "tovarystvo": "society",
    "ukraina": "ukraine", "ukrainy": "ukraine", "ukrainskyi": "ukrainian", "ukrainske": "ukrainian", "universytet": "university",
    "programme": "program", "prohrama": "program", "asotsiatsiia": "association", "assn": "association", "assoc": "association",
    "dity": "children", "ditei": "children", "dopomoha": "help", "rozvytku": "development", "dev": "development", "govt": "government",
    "gov": "government", "ministerstvo": "ministry", "women's": "women", "womens": "women", "karitas": "caritas", "medecins": "doctors",
    "sans": "without", "frontieres": "borders", "contre": "against", "faim": "hunger", "monde": "world", "commissioner": "commission",
    "un": "united nations", "us": "united states", "usa": "united states", "uk": "united kingdom",
}  # fmt: skip
# Words many organisations share: agreeing on them alone says little.
WEAK = set(
    re.findall(
        r"\S+",
        "international national organization fund charitable association society center council committee agency program project network union "
        "ukraine ukrainian united nations development world regional city state military administration ministry government relief help aid "
        "humanitarian group community action support services service women children youth health public education university office world "
        "church peace protection rural africa african global social corps bank foundation",
    )
)
# Chapters of one network work apart: two names with different countries are not proposed as one without saying so.
COUNTRIES = {
    "ukraine": "UA", "ukrainian": "UA", "poland": "PL", "polska": "PL", "polish": "PL", "moldova": "MD", "romania": "RO", "hungary": "HU",
    "hungarian": "HU", "slovakia": "SK", "slovak": "SK", "france": "FR", "francaise": "FR", "french": "FR", "germany": "DE", "german": "DE",
    "deutschland": "DE", "espagne": "ES", "spain": "ES", "belgique": "BE", "belgium": "BE", "switzerland": "CH", "suisse": "CH",
    "swiss": "CH", "italy": "IT", "italia": "IT", "norway": "NO", "norwegian": "NO", "denmark": "DK", "danish": "DK", "sweden": "SE",
    "swedish": "SE", "finnish": "FI", "finland": "FI", "netherlands": "NL", "dutch": "NL", "ireland": "IE", "canada": "CA", "japan": "JP",
    "china": "CN", "chinese": "CN", "liberia": "LR", "liberian": "LR", "guinea": "GN", "guinee": "GN", "leone": "SL", "dakar": "SN",
    "czechia": "CZ", "czech": "CZ", "lithuania": "LT", "latvia": "LV", "estonia": "EE", "turkiye": "TR", "turkey": "TR", "bulgaria": "BG",
    "austria": "AT", "states": "US", "kingdom": "GB",
}  # fmt: skip

LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "y", "і": "i", "ї": "i",
    "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "ы": "y", "э": "e", "ё": "e", "ъ": "",
}  # fmt: skip
APOSTROPHES = re.compile("[’‘ʼ'`´]")
BETWEEN = re.compile(r"[^\w]+|_")
BRACKETED = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
ALSO = re.compile(r"\b(?:aka|a\.k\.a\.|also known as|formerly|колишн\w+|раніше|або)\b", re.IGNORECASE)


def _plain(text: str) -> str:
    """Lower case, one kind of space, no accents on Latin letters, no punctuation."""
    text = APOSTROPHES.sub("", unicodedata.normalize("NFKC", text)).casefold().replace("&", " and ")
    letters, base = [], ""
    for letter in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(letter):
            base = letter
        elif "a" <= base <= "z":
            continue  # an accent; the breve of й and the dots of ї make another letter and stay
        letters.append(letter)
    bare = unicodedata.normalize("NFC", "".join(letters))
    return " ".join(BETWEEN.sub(" ", bare).split())


def initials(text: str) -> str:
    """IOM of “International Organization for Migration”; small words do not count."""
    return "".join(word[0] for word in _plain(text).split() if word not in SMALL).upper()


def acronym_in(text: str) -> str:
    """The acronym somebody put in brackets, or the whole text when it looks like one; otherwise empty."""
    for found in BRACKETED.finditer(text):
        inner = (found[1] or found[2] or "").strip()
        if 2 <= len(inner) <= 12 and inner.upper() == inner and any(map(str.isalpha, inner)):
            return inner
    bare = text.strip(" .\"«»“”'")
    is_one = 2 <= len(bare) <= 8 and " " not in bare and bare.upper() == bare and any(map(str.isalpha, bare))
    return bare if is_one else ""


def _without_own_acronym(text: str) -> str:
    """Drop “(IOM)” behind the words it abbreviates; any other bracket may tell two organisations apart and stays."""

    def drop(found: re.Match) -> str:
        inner = (found[1] or found[2] or "").strip()
        return " " if inner and inner.upper() == inner and initials(BRACKETED.sub(" ", text)) == inner.upper() else found[0]

    return BRACKETED.sub(drop, text)


_FORMS = re.compile(r"^(?:the )?(?:(?:" + "|".join(sorted(map(re.escape, LEGAL_FORMS), key=len, reverse=True)) + r") )+|(?: (?:" + "|".join(
    sorted(map(re.escape, LEGAL_FORMS), key=len, reverse=True)) + r"))+$")  # fmt: skip


@functools.lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """What is compared when asking for the very same name: without case, punctuation, legal form and the name's own acronym.

    «БФ "Рятуй!"» and “Рятуй” fold alike; a translation or a transliteration does not. Empty for a text without letters.
    """
    plain = _plain(_without_own_acronym(text))
    bare = _FORMS.sub("", plain)
    bare = bare.removeprefix("the ")
    return (bare or plain)[:200]


@functools.lru_cache(maxsize=20_000)
def skeleton(text: str) -> str:
    """The name in Latin letters and one vocabulary, so that «Міська рада Дубна» and “Dubno City Council” come near. Only for proposing."""
    latin = "".join(LATIN.get(letter, letter) for letter in fold(text))
    words = (SAME_WORD.get(word, word) for word in latin.split())
    return " ".join(word for word in " ".join(words).split() if word not in SMALL)


def variants(text: str) -> list[str]:
    """The names hidden in one cell: what stands outside brackets, inside them, and behind “also known as”."""
    outside = BRACKETED.sub(" ", text).strip()
    inside = [(found[1] or found[2] or "").strip() for found in BRACKETED.finditer(text)]
    found = [text, *(part for piece in [outside, *inside] for part in ALSO.split(piece))]
    return [one for one in dict.fromkeys(part.strip(" ,;–—-") for part in found) if len(one) > 1]


@functools.lru_cache(maxsize=20_000)
def _weighed(text: str) -> tuple[tuple[tuple[str, float], ...], frozenset[str]]:
    """The words of the skeleton with their weight, and the countries among them."""
    words = skeleton(text).split()
    return (
        tuple((word, 0.25 if word in COUNTRIES else 0.4 if word in WEAK else 1.0) for word in words),
        frozenset(COUNTRIES[word] for word in words if word in COUNTRIES),
    )


def likeness(one: str, other: str) -> float:
    """How likely two writings name one organisation, 0–100. 100: the same after folding."""
    if fold(one) == fold(other):
        return 100.0
    (mine, my_countries), (yours, your_countries) = _weighed(one), _weighed(other)
    if not mine or not yours:
        return 0.0
    left, shared = list(yours), 0.0
    for word, weight in mine:
        best = max(left, key=lambda pair: JaroWinkler.similarity(word, pair[0]), default=None)
        if best and (word == best[0] or (min(len(word), len(best[0])) > 3 and JaroWinkler.similarity(word, best[0]) >= 0.91)):
            shared += min(weight, best[1])
            left.remove(best)
    least = min(sum(weight for _, weight in mine), sum(weight for _, weight in yours))
    most = max(sum(weight for _, weight in mine), sum(weight for _, weight in yours))
    words = 0.55 * shared / least + 0.45 * shared / most
    letters = fuzz.ratio(skeleton(one).replace(" ", ""), skeleton(other).replace(" ", "")) / 100
    score = 97 * max(0.8 * words + 0.2 * letters, letters**1.5)
    if shared < 0.9 and letters < 0.9:
        score *= 0.6  # nothing but words that everybody uses
    if my_countries and your_countries and not my_countries & your_countries:
        score = min(score, 45.0)
    return round(score, 1)


@dataclass(frozen=True)
class Entry:
    """One organisation to be recognised: a key of the caller's and every writing known for it."""

    key: object
    names: tuple[str, ...]
    acronyms: tuple[str, ...] = ()


class Index:
    """Organisations by their writings. Made in milliseconds for some thousand names; ask it as often as you like."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        self.by_fold: dict[str, object] = {}
        self.by_acronym: dict[str, set] = {}
        self._by_initials: dict[str, set] = {}
        self._names: list[tuple[object, str]] = []
        for entry in self.entries:
            for name in entry.names:
                self.by_fold.setdefault(fold(name), entry.key)
                self._by_initials.setdefault(initials(name).casefold(), set()).add(entry.key)
                self._names.append((entry.key, name))
            for acronym in entry.acronyms:
                self.by_acronym.setdefault(_plain(acronym), set()).add(entry.key)
        self._words = [skeleton(name) for _key, name in self._names]
        self._letters = [words.replace(" ", "") for words in self._words]

    def exact(self, text: str):
        """The key whose name folds to the same, or None. A bare acronym counts when only one organisation has it."""
        folded = fold(text)
        if not folded:
            return None
        if (key := self.by_fold.get(folded)) is not None:
            return key
        owners = self.by_acronym.get(folded, set())
        return next(iter(owners)) if len(owners) == 1 and acronym_in(text) else None

    def suggest(self, text: str, limit: int = 5, least: float = 55.0) -> list[tuple[object, float]]:
        """Keys with scores, best first: by any name in the cell, by acronym, by initials."""
        scores: dict[object, float] = {}

        def score(key: object, value: float) -> None:
            if value >= max(least, scores.get(key, 0.0)):
                scores[key] = value

        writings = variants(text)
        for mine in writings:
            for at in self._near(skeleton(mine)):
                key, name = self._names[at]
                score(key, likeness(mine, name) - (2 if mine != text else 0))
        acronyms = {_plain(acronym_in(one)) for one in [text, *writings]} - {""}
        for acronym in acronyms:
            for key in self.by_acronym.get(acronym, ()):
                score(key, 96.0)
            for key in self._by_initials.get(acronym, ()) if len(acronym) >= 3 else ():
                score(key, 84.0)
        if text.upper() != text:
            for word in re.findall(r"\b[A-ZА-ЯІЇЄҐ]{3,}\b", text):
                for key in self.by_acronym.get(_plain(word), ()):
                    score(key, 62.0)
        first_letters = initials(text).casefold()
        for key in self.by_acronym.get(first_letters, ()) if len(first_letters) >= 4 else ():
            score(key, 78.0)
        return sorted(scores.items(), key=lambda pair: -pair[1])[:limit]

    def _near(self, words: str) -> set[int]:
        """Which names are worth comparing in full: those that share words or letters."""
        if not words:
            return set()
        shared = process.extract(words, self._words, scorer=fuzz.token_set_ratio, processor=None, limit=20, score_cutoff=55)
        alike = process.extract(words.replace(" ", ""), self._letters, scorer=fuzz.ratio, processor=None, limit=10, score_cutoff=60)
        return {at for _name, _score, at in [*shared, *alike]}
