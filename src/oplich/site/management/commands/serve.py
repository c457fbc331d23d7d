import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from oplich.core import sealing
from oplich.site import backups, server, sign_ins


class Command(BaseCommand):
    help = "Serve Oplich and run its jobs until it is told to stop."
    requires_system_checks = "__all__"

    def add_arguments(self, parser):
        parser.add_argument("--no-worker", action="store_true", help="do not run jobs here (another process runs “oplich work”)")

    def handle(self, *, no_worker, **options):
        try:
            sealing.check_key_file(settings.OPLICH_KEY_FILE, settings.DATA)
        except sealing.KeyFileTrouble as trouble:
            raise CommandError(str(trouble)) from trouble
        try:
            executor = MigrationExecutor(connection)
            behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError as error:
            raise CommandError("The database does not answer. Is it running? If this is new, run “oplich setup” first.") from error
        if behind:
            raise CommandError("The database is from another version of Oplich. Run “oplich setup”, then start again.")
        connection.close()
        try:
            site = server.make(host=settings.OPLICH_LISTEN, port=settings.PORT)
        except server.PortTaken as taken:
            raise CommandError(str(taken)) from taken
        stop = threading.Event()

        def end(*_):
            raise SystemExit(0)

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        worker = None if no_worker else server.keep_worker(stop)
        self.stdout.write(
            f"\nOplich is open at http://{'localhost' if settings.OPLICH_LISTEN == '127.0.0.1' else settings.OPLICH_LISTEN}:{settings.PORT}/"
        )
        for line in sign_ins.lines():
            self.stdout.write(line)
        self.stdout.write("Stop it with Ctrl-C.\n")
        self.stdout.flush()
        try:
            with backups.serving():
                site.run()
        finally:
            stop.set()
            site.close()
            if worker:
                worker.join(6)
            self.stdout.write("Oplich has stopped.")
