"""Search by words in place of trigrams: the index on names is a tenth of the size (6.7 against 63 MB for a million).

A household is found by its telephone through an index on the reversed number, so the number leaves its search
key. A generated column cannot be altered: it is dropped and made again, which writes the table anew once.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models.functions import Reverse

from households.models.house import Fold, Words


class Migration(migrations.Migration):
    dependencies = [("households", "0005_lean_indexes")]

    operations = [
        migrations.RemoveIndex(model_name="house", name="house_search"),
        migrations.RemoveIndex(model_name="household", name="household_search"),
        migrations.RemoveField(model_name="household", name="search_key"),
        migrations.AddField(
            model_name="household",
            name="search_key",
            field=models.GeneratedField(expression=Fold("head_name"), output_field=models.TextField(), db_persist=True),
        ),
        migrations.AddIndex(
            model_name="house",
            index=django.contrib.postgres.indexes.GinIndex(
                Words("search_key"), models.F("commune"), name="house_search"
            ),
        ),
        migrations.AddIndex(
            model_name="household",
            index=django.contrib.postgres.indexes.GinIndex(
                Words("search_key"), models.F("commune"), name="household_search"
            ),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(Reverse("phone"), name="text_pattern_ops"),
                condition=~models.Q(phone=""),
                name="household_phone_end",
            ),
        ),
    ]
