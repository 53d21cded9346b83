"""Rows added in bulk are recorded as ranges of ids."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0003_unit_shapes"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddedRange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=63)),
                ("first_id", models.UUIDField()),
                ("last_id", models.UUIDField()),
                ("count", models.PositiveIntegerField()),
                (
                    "changeset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="added_ranges", to="mapping.changeset"
                    ),
                ),
            ],
            options={
                "verbose_name": "các dòng được thêm",
                "verbose_name_plural": "các dòng được thêm",
            },
        ),
    ]
