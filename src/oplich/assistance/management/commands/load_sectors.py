from django.core.management.base import BaseCommand

from oplich.assistance.actions import reference


class Command(BaseCommand):
    help = "Load the sectors and activities that are shipped. Safe to run again."

    def handle(self, **options):
        sectors, activities = reference.load(by=None)
        self.stdout.write(f"{sectors} sectors and {activities} activities were new or changed.")
