from django.core.management.base import BaseCommand, CommandError

from oplich.core import journal
from oplich.core.models import Seal


class Command(BaseCommand):
    help = "Check that no line of the journal was altered, taken out, put in or cut off."

    def handle(self, **options):
        journal.seal(everything=True)
        found = list(journal.verify())
        for words in found:
            self.stderr.write(words)
        if found:
            raise CommandError("The journal is not whole. Keep the database as it is and call whoever looks after it.")
        self.stdout.write(f"The journal is whole: {Seal.objects.count()} lines.")
