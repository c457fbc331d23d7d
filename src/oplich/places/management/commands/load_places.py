from django.core.management.base import BaseCommand

from oplich.places import loading


class Command(BaseCommand):
    help = "Load the shipped places: Ukraine by its codifier, and the countries. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("--within", default="", help="only this part of the tree, as a path: UA/UA12/")

    def handle(self, *, within, **options):
        self.stdout.write(str(loading.load(within=within)))
