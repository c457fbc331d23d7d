"""The `oplich` command: Django's management commands under one name."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oplich.site.settings")
    from django.core.management import execute_from_command_line  # after the settings are named

    words = sys.argv[1:]
    if words and not words[0].startswith("-"):
        words[0] = words[0].replace("-", "_")  # `oplich hand-in` is the command hand_in
    execute_from_command_line(["oplich", *words])
