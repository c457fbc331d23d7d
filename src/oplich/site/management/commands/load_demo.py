import time

from django.core.management.base import BaseCommand

from oplich.site.demo import load


class Command(BaseCommand):
    help = "Load the demonstration response: places, organisations and published figures from the sources, and generated reports. Safe to run again."

    def handle(self, **options):
        for words, work in load.steps():
            began = time.monotonic()
            self.stdout.write(f"  {words} …")
            self.stdout.flush()
            work()
            self.stdout.write(f"    done ({time.monotonic() - began:.1f} s)")
            self.stdout.flush()
