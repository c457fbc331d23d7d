from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from oplich.core.refusal import Refusal
from oplich.site import backups


class Command(BaseCommand):
    help = "Put a backup in place of what is there: checked row by row, and everybody erased since stays erased."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="what “oplich backup” made")

    def handle(self, *, file, **options):
        try:
            about = backups.restore(file, say=lambda words: self.stdout.write(f"{words} …"))
        except FileNotFoundError as error:
            raise CommandError(f"There is no file {file}.") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        rows = sum(weight[0] for weight in about["tables"].values())
        self.stdout.write(f"Restored as of {about['made_at']}: {rows} rows in {len(about['tables'])} tables, every one as it was.")
        self.stdout.write(
            f"{about['erased_again']} erasures were done again. What was there before lies in {about['kept_before']}; delete it when all is well."
        )
