"""A process that checks or takes in one upload of the test database, slowly enough to be killed in the middle.

`python -m tests.intake.taker check|accept UPLOAD DATABASE`. Says "now" when the deed begins and "done" after it.
"""

import os
import sys
import time

import django
from django.conf import settings

DEED, UPLOAD, DATABASE = sys.argv[1:4]
os.environ["DJANGO_SETTINGS_MODULE"] = "oplich.site.settings"
settings.DATABASES["default"]["NAME"] = DATABASE
settings.OPLICH_SHEETS = ["tests.intake.reports.REPORTS"]
django.setup()

from oplich.intake import actions, filing, taking
from oplich.intake.models import Upload

taking.CHUNK = filing.CHUNK = 150


def slowly(done, total):
    time.sleep(0.04)


upload = Upload.objects.get(pk=UPLOAD)
print("now", flush=True)
if DEED == "check":
    filing.Filer.flush = (lambda flush: lambda self: (flush(self), time.sleep(0.04)))(filing.Filer.flush)
    actions.check(by=upload.by, upload=upload)
else:
    actions.accept(by=upload.by, upload=upload, progress=slowly)
print("done", flush=True)
"""The deed is over; whatever comes now cannot undo it."""
