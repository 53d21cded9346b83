"""Imports of streets from files."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0032_proposals"),
        ("mapping", "0017_kept_until"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StreetImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "đã nhận tệp"),
                            ("checked", "đã kiểm tra"),
                            ("applied", "đã nhập"),
                        ],
                        default="uploaded",
                        max_length=8,
                        verbose_name="tình trạng",
                    ),
                ),
                ("meaning", models.JSONField(default=dict)),
                ("report", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="lúc")),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "changeset",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.changeset",
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.unit",
                        verbose_name="xã",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.storedfile",
                        verbose_name="tệp gốc",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần nhập đường, ngõ",
                "verbose_name_plural": "các lần nhập đường, ngõ",
                "ordering": ("-created_at",),
            },
        ),
    ]
