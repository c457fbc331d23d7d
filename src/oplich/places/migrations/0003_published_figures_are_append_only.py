from django.db import migrations

from oplich.core.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("places", "0002_a_figure_may_be_not_estimated")]
    operations = [AppendOnly("placefigure")]
