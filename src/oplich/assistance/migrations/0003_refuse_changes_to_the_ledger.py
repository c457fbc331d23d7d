"""Help that was written down is never altered or deleted; corrections and withdrawals are new rows."""

from django.db import migrations

from oplich.core.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("assistance", "0002_require_a_person_or_a_headcount")]

    operations = [AppendOnly("assistance")]
