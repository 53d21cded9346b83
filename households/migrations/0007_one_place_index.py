"""One spatial index of houses instead of two: everything that looks for places asks for `location_3857`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0006_word_search"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="house",
            name="house_location",
        ),
    ]
