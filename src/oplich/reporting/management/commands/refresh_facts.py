from django.core.management.base import BaseCommand

from oplich.reporting import facts


class Command(BaseCommand):
    help = "Bring the facts that figures stand on up to date. Safe to run, and to stop, at any time."

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="build them anew even when nothing changed")

    def handle(self, *, force, **options):
        done = facts.refresh(force=force)
        found = facts.state()
        records = found.records if found else 0
        self.stdout.write(f"{records} records of help, {'counted anew' if done else 'up to date already'}.")
