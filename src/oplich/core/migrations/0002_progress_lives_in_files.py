"""Progress, heartbeat and the wish to stop live in files beside the database (core/jobs.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.RemoveField("job", "heartbeat_at"),
        migrations.RemoveField("job", "cancel_asked"),
    ]
