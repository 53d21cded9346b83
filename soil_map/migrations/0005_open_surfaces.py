"""What of a surface is for everyone, and the area that it covers."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0017_kept_until"),
        ("soil_map", "0004_surfaces_and_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="surface",
            name="open_deviations_file",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="surface",
            name="open_values_file",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="surface",
            name="surveyed",
            field=django.contrib.gis.db.models.fields.MultiPolygonField(
                null=True, spatial_index=False, srid=4326, verbose_name="phạm vi điều tra"
            ),
        ),
    ]
