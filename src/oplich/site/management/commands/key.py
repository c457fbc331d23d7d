import time

from django.conf import settings
from django.core.management.base import BaseCommand

from oplich.core import journal, keys, sealing


class Command(BaseCommand):
    help = "The key file. rotate: a new wrapping key for every data key, while everybody goes on working."

    def add_arguments(self, parser):
        parser.add_argument("deed", choices=["rotate"])
        parser.add_argument("--forget-earlier", action="store_true", help="then no earlier backup opens its names any more")

    def handle(self, *, deed, forget_earlier, **options):
        began = time.monotonic()
        sealing.renew_wrapping_key(settings.OPLICH_KEY_FILE)
        changed = keys.rewrap_all(lambda done, total: self.stdout.write(f"{done} of {total} keys", ending="\r"))
        changed += keys.rewrap_all()  # those made meanwhile by a process that had not read the file again
        if forget_earlier:
            sealing.forget_earlier_wrapping_keys(settings.OPLICH_KEY_FILE)
        journal.write(by=None, what="key.rotated", keys=changed, forgot_earlier=forget_earlier)
        self.stdout.write(
            f"{changed} data keys are under the new wrapping key ({time.monotonic() - began:.1f} s). Copy the key file to its safe place again."
        )
