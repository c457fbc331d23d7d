from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from oplich.site import backups


class Command(BaseCommand):
    help = "Make a sealed backup of the database and the kept files, while everybody goes on working. The key file is never in it."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, help="where to put it (OPLICH_BACKUPS, named after the time)")

    def handle(self, *, file, **options):
        target = file or settings.OPLICH_BACKUPS / f"oplich-{timezone.now():%Y%m%d-%H%M%S}.backup"
        about = backups.back_up(target, say=lambda words: self.stdout.write(f"{words} …"))
        rows = sum(weight[0] for weight in about["tables"].values())
        self.stdout.write(
            f"{target}: {rows} rows in {len(about['tables'])} tables, {len(about['files'])} files, {target.stat().st_size} bytes."
        )
        self.stdout.write(f"It can only be opened with the key file ({settings.OPLICH_KEY_FILE}), which is kept apart from it.")
