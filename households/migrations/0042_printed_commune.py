"""Plates remember which commune and province was printed on them; of those printed so far nobody knows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0041_lost_from")]

    operations = [
        migrations.AddField(
            model_name="plate",
            name="commune_name",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=330, verbose_name="xã, tỉnh đã in"
            ),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="commune_name",
            field=models.CharField(blank=True, max_length=330, null=True, verbose_name="xã, tỉnh đã in"),
        ),
    ]
