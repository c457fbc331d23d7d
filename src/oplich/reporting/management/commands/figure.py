import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from oplich.core.refusal import Refusal
from oplich.reporting import facts, figures, queries, words


class Command(BaseCommand):
    help = "Print a figure: oplich figure people_reached --from 2023-01-01 --to 2023-03-31 --within UA --by oblast --json"

    def add_arguments(self, parser):
        parser.add_argument("figure", help="one of: " + ", ".join(figures.catalogue()))
        parser.add_argument("--from", dest="first", help="first day, 2023-01-01")
        parser.add_argument("--to", dest="last", help="last day, included")
        parser.add_argument("--within", default="UA", help="code of a place, or all")
        parser.add_argument("--by", default="", help=", ".join(queries.BY))
        parser.add_argument("--rule", default="recognised", help=", ".join(figures.RULES))
        parser.add_argument("--sector", help="slug of a sector")
        parser.add_argument("--organisation", help="id or any known spelling")
        parser.add_argument("--without", default="", help="sectors to leave out, comma between them")
        parser.add_argument("--language", default="en", choices=["uk", "en"])
        parser.add_argument("--as-it-stands", action="store_true", help="do not bring the facts up to date first")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, first, last, as_it_stands, language, **options):
        with translation.override(language):
            try:
                asked = queries.question(options["figure"], {**options, "from": first, "to": last})
                if not as_it_stands:
                    facts.refresh()
                found = queries.answer(asked)
            except Refusal as refusal:
                raise CommandError(str(refusal), returncode=2) from refusal
            if options["json"]:
                self.stdout.write(json.dumps(queries.as_data(found), ensure_ascii=False, indent=2))
            else:
                self._table(asked, found)

    def _table(self, asked, found):
        where = found.names.get("within", queries.EVERYWHERE)
        self.stdout.write(f"{found.title}: {words.answer(found)}\n{where}, {words.period(asked.period)}\n\n")
        names = [words.line_name(line, found.by) for line in found.rows]
        width = max(map(len, names), default=0)
        for name, line in zip(names, found.rows, strict=True):
            self.stdout.write(f"{name:<{width}}  {words.number(line.units):>12}")
        if found.share_named is not None:
            self.stdout.write(f"\n{found.share_named:.1%} on named records. {found.method}")
        for one in found.exclusions:
            self.stdout.write(f"* {words.left_out(one)}")
        self.stdout.write(f"{found.as_of:%Y-%m-%d %H:%M}")
