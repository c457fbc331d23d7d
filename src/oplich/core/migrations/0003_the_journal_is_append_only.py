"""The database refuses to alter or delete a line of the journal, a seal, or the note of an erasure."""

from django.db import migrations

from oplich.core.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("core", "0002_progress_lives_in_files")]
    operations = [AppendOnly("entry"), AppendOnly("seal"), AppendOnly("erasure")]
