"""The words that say what kind of place a name is: "обл.", "р-н", "тергромада", "смт", "raion", "city of". No Django here."""

from __future__ import annotations

import re

AREAS = frozenset({"oblast", "raion", "hromada"})

_WORDS = {
    "oblast": "область області обл облась oblast obl region province области областная",
    "raion": "район району районі рн raion rayon района district",
    "hromada": (
        "громада громади громаді тергромада тг отг мтг стг hromada gromada community територіальна територіальної терр тер "
        "территориальная громады municipality"
    ),
    "district": "",
    "city": "місто міста м город г city town гор",
    "settlement": "смт пгт селище селища сщ посьолок поселок посёлок пос смт. settlement urban",
    "village": "село села с деревня village selo",
    "country": "країна country",
}
_TOO_SHORT_ALONE = {"м", "г", "с", "тг", "рн", "пос", "тер", "гор", "сщ", "obl"}
_OF_WORD = {one: kind for kind, words in _WORDS.items() for one in words.split()}
# "Вінницька міська громада", "сільська рада": the adjective belongs to the kind, not to the name.
_BEFORE_HROMADA = {
    "міська",
    "селищна",
    "сільська",
    "городская",
    "поселковая",
    "сельская",
    "urban",
    "rural",
    "settlement",
    "city",
    "village",
}
_FILLERS = {"of", "the", "рада", "ради", "council"}
_HYPHENS = re.compile(r"\b(р)[-–‑ ](н|ну|ні|на)\b|\b(с)[-–‑](ще|щі)\b|\b(м)[-–‑](ко)\b", re.I)
_RAION_DOT = re.compile(r"\b(р|тер|міс)\s*\.\s*(н|громада)\b", re.I)


def take_apart(text: str, fold) -> tuple[str, str]:
    """The bare folded name, and what kind the words around it say: "" when they say nothing."""
    text = _HYPHENS.sub(lambda found: "рн" if (found[1] or "").lower() == "р" else "сщ", text)
    text = _RAION_DOT.sub(r"\1\2", text)
    words = fold(text.replace("№", " ")).split(" ")
    if len(words) == 1:
        return words[0], ""
    kind, left, dotted = "", [], {one.lower() for one in re.findall(r"(\w+)\s*\.", text)}
    for place, word in enumerate(words):
        said = _OF_WORD.get(word)
        if said and word in _TOO_SHORT_ALONE and word not in dotted and place not in (0, len(words) - 1):
            said = None
        if said and kind in AREAS and said not in AREAS:  # "City community", "міська громада": the area word decides
            continue
        if said:
            kind = said
        elif word not in _FILLERS:
            left.append(word)
    if kind == "hromada" and len(left) > 1:
        left = [word for word in left if word not in _BEFORE_HROMADA] or left
    return (" ".join(left), kind) if left else (" ".join(words), "")
