import json

from django.core.management.base import BaseCommand

from oplich.people import retention
from oplich.people.actions import retention as deeds


class Command(BaseCommand):
    help = "Say what has been kept for as long as docs/privacy/retention.yaml allows; with --act let it go. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("--act", action="store_true", help="do it; without this only the report is given")
        parser.add_argument("--json", action="store_true", help="the report as JSON")

    def handle(self, *, act, json: bool, **options):
        report = {found.rule.slug: len(found.ids) for found in retention.due() if found.rule.days is not None}
        if act:
            deeds.keep(by=None)
        if json:
            self.stdout.write(_json(report, act))
            return
        for found in retention.rules():
            if found.days is not None:
                verb = "let go" if act else "would let go"
                self.stdout.write(f"{found.slug}: {verb} {report[found.slug]} (kept {found.days} days from {found.counted_from})")
        if not act and any(report.values()):
            self.stdout.write("Nothing was changed. Run again with --act to do it.")


def _json(report: dict[str, int], act: bool) -> str:
    return json.dumps({"acted": act, "due": report})
