"""Compile every room's translations with Babel, so that no gettext is needed on the machine."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
for po in sorted(ROOT.glob("src/oplich/*/locale/*/LC_MESSAGES/django.po")):
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime > po.stat().st_mtime:
        continue
    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parts[-3])
    with mo.open("wb") as target:
        write_mo(target, catalogue)
    print(f"{po.parent.parent.parent.parent.name}: {len(catalogue)} messages in {po.parts[-3]}", file=sys.stderr)
