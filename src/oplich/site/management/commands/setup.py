import os
import secrets
import time

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from oplich.core import sealing
from oplich.core.models import User

REFERENCE = [("places", "load_places"), ("sectors and activities", "load_sectors")]


class Command(BaseCommand):
    help = "Make folders and keys, bring the database up to date and load what every response needs. Safe to run again."
    requires_system_checks: list[str] = []  # the checks want the keys that are made here

    def add_arguments(self, parser):
        parser.add_argument("--demo", action="store_true", help="also load the demonstration response, with sign-ins")

    def handle(self, *, demo, **options):
        self.step("folders and keys", self.keys)
        self.step("database", lambda: call_command("migrate", interactive=False, verbosity=0))
        self.step("static files", self.static)
        for words, command in REFERENCE:
            if command in get_commands():
                self.step(words, lambda command=command: call_command(command, verbosity=0, stdout=self.stdout))
        if demo and "load_demo" in get_commands():
            self.step("demonstration response", lambda: call_command("load_demo", stdout=self.stdout))
        if not User.objects.exists():
            self.stdout.write("Nobody can sign in yet. Make the first operator: oplich operator NAME")

    def step(self, words, work):
        self.stdout.write(f"{words} …")
        self.stdout.flush()
        began = time.monotonic()
        work()
        self.stdout.write(f"  done ({time.monotonic() - began:.1f} s)")
        self.stdout.flush()

    def keys(self):
        for folder in (settings.HOME, settings.DATA, settings.OPLICH_KEY_FILE.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not settings.OPLICH_KEY_FILE.exists():
            sealing.make_key_file(settings.OPLICH_KEY_FILE)
            self.stdout.write(
                f"  A new key file lies at {settings.OPLICH_KEY_FILE}. Copy it to a safe place: without it no name can be read."
            )
        sealing.check_key_file(settings.OPLICH_KEY_FILE, settings.DATA)
        if not settings.SECRET_FILE.exists():
            handle = os.open(settings.SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48))

    def static(self):
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
