"""A surface knows the latest change among its samples: those made before are told by when they were ordered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("soil_map", "0008_brought_files_end")]

    operations = [migrations.AddField("surface", "samples_changed_at", models.DateTimeField(null=True))]
