"""The index of a commune's houses by village alone: with streets and numbers in it, in the order of `vi_natural`,
it costs an import of 100,000 rows half a second; a page of the list sorts one village at a time instead.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0008_keys_by_statement")]

    operations = [
        migrations.RemoveIndex(model_name="house", name="house_in_commune"),
        migrations.AddIndex(
            model_name="house",
            index=models.Index(fields=["commune", "village"], name="house_in_commune"),
        ),
    ]
