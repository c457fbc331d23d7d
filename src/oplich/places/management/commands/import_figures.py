import hashlib
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from oplich.core.refusal import Refusal
from oplich.places import importing
from oplich.places.actions import figures, zones
from oplich.places.importing.tables import open_tables
from oplich.places.importing.zones import SOURCE, is_war_status, read_war_status
from oplich.places.models import Place


class Command(BaseCommand):
    help = "Read a file that IOM, UNHCR, OCHA or KSE published into figures (or zones) of places. The same file again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *, files, **options):
        for path in files:
            if not path.is_file():
                raise CommandError(f"There is no file “{path}”.")
            try:
                tables = open_tables(path)
                if is_war_status(tables):
                    self.stdout.write(f"{path.name}: {self.set_zones(tables)}")
                    continue
                done = figures.record(by=None, figures=importing.read(path))
            except Refusal as refusal:
                raise CommandError(str(refusal)) from refusal
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            self.stdout.write(
                f"{path.name} ({digest}): {done.fresh} new figures, {done.replaced} corrected, {done.unchanged} unchanged; "
                f"{sum(one.people is None for one in done.rows)} not estimated."
            )

    @transaction.atomic
    def set_zones(self, tables) -> str:
        read = read_war_status(tables)
        places = Place.objects.in_bulk({one.place for one in read})
        for one in read:
            zones.set_zone(by=None, place=places[one.place], kind=one.kind, from_day=one.from_day, source=SOURCE)
        return f"{len(read)} zones of {len(places)} communities."
