import os
import signal

from django.core.management.base import BaseCommand

from oplich.site import backups, worker


class Command(BaseCommand):
    help = "Run the jobs that were asked for. `oplich serve` starts one of these itself."

    def add_arguments(self, parser):
        parser.add_argument("--threads", type=int, default=2, help="how many jobs at a time (2)")
        parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")

    def handle(self, *, threads, with_parent, **options):
        # A job that is broken off is undone by the database and run again by the next worker, so there is nothing to wait for.
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        signal.signal(signal.SIGINT, lambda *_: os._exit(0))
        with backups.serving():
            worker.work(threads=threads, with_parent=with_parent)
