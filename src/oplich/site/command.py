"""The `oplich` command: Django's management commands under one name."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oplich.site.settings")
    from django.core.management import execute_from_command_line  # after the settings are named

    execute_from_command_line(["oplich", *sys.argv[1:]])
