"""The `oplich` command: Django's management commands under one name.

Usable as soon as it is installed: a command that needs the response's data prepares an empty response at its first use
(folders, keys, database, places, sectors), telling so on standard error.
"""

import os
import sys

PREPARE_FIRST = {"place", "figure", "hand_in", "import_figures", "load_demo", "operator"}


def prepare_if_empty() -> None:
    from django.conf import settings  # after the settings are named
    from django.core.management import call_command  # likewise
    from django.db import connection  # likewise

    if connection.vendor == "sqlite":
        ready = os.path.exists(str(settings.DATABASES["default"]["NAME"]))
    else:
        ready = "core_user" in connection.introspection.table_names()
    if not ready:
        sys.stderr.write("First use: preparing an empty response (about twenty seconds, once).\n")
        call_command("setup", stdout=sys.stderr, stderr=sys.stderr)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oplich.site.settings")
    import django  # after the settings are named
    from django.core.management import execute_from_command_line  # likewise

    words = sys.argv[1:]
    if words and not words[0].startswith("-"):
        words[0] = words[0].replace("-", "_")  # `oplich hand-in` is the command hand_in
    if words and words[0] in PREPARE_FIRST and not {"-h", "--help"} & set(words):
        django.setup()
        prepare_if_empty()
    execute_from_command_line(["oplich", *words])
