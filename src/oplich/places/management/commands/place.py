import json
from typing import Any

from django.core.management.base import BaseCommand

from oplich.places.lookup import find
from oplich.places.lookup.index import shipped


class Command(BaseCommand):
    help = "Which place is meant? Ranked answers for a name in any spelling, or a code. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("query", help="«Кривой Рог», Kharkiv oblast, UA1206017001 …")
        parser.add_argument("--within", default="UA", help="a place's code or path: UA12, UA/UA12/; “” for every country")
        parser.add_argument("--kind", action="append", help="country, oblast, raion, hromada, settlement, district (may be repeated)")
        parser.add_argument("--limit", type=int, default=5)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, query, within, kind, limit, as_json, **options):
        found = find(query, within=within, kinds=kind, limit=max(1, min(limit, 50)))
        index = shipped()
        answers: list[dict[str, Any]] = []
        for match in found.matches:
            entry = index.known(match.place_code)
            above = [index.known(code) for code in match.path.split("/")[:-2]]
            answers.append(
                {
                    "code": entry.code,
                    "katottg": entry.katottg or None,
                    "kind": entry.kind,
                    "name_uk": entry.uk,
                    "name_en": entry.en,
                    "path": entry.path,
                    "parents": [{"code": one.code, "kind": one.kind, "name_uk": one.uk, "name_en": one.en} for one in above],
                    "lat": entry.lat,
                    "lon": entry.lon,
                    "score": match.score,
                    "how": match.how,
                }
            )
        if as_json:
            self.stdout.write(
                json.dumps({"query": query, "within": within, "sure": found.sure, "answers": answers}, ensure_ascii=False, indent=2)
            )
            return
        if not answers:
            self.stdout.write(f"No place sounds like “{query}”.")
        for one in answers:
            lies_in = " › ".join(parent["name_en"] for parent in one["parents"])
            mark = "→" if one["code"] == found.sure else " "
            self.stdout.write(
                f"{mark} {one['code']:<14} {one['name_uk']} / {one['name_en']} ({one['kind']}, {one['how']}, {one['score']:.0f})  {lies_in}"
            )
