from django.core.management.base import BaseCommand

from oplich.site.office import access


class Command(BaseCommand):
    help = "Make an operator, who makes all other users in the page. Prints the password once."

    def add_arguments(self, parser):
        parser.add_argument("name", help="the sign-in name")

    def handle(self, *, name, **options):
        user, password = access.add_user(by=None, username=name, full_name=name)
        access.give(by=None, user=user, role="operator")
        self.stdout.write(f"Sign in as {name} with the password {password} and change it.")
