"""The history of what households say on their own page, and of the secrets that open it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

from mapping.history_sql import events_table, keeps_history

# What was removed has no place any more: such an event is seen by whoever sees the whole system.
AT = "(SELECT h.{} FROM households_household h WHERE h.id = r.household_id)"
KEYS = {"households_correction": "uuid", "households_consent": "bigint", "households_residentsecret": "uuid"}


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0018_itself"),
        ("mapping", "0011_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_commune_id", models.BigIntegerField(null=True)),
                ("pgh_village_id", models.BigIntegerField(null=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("purpose", models.CharField(blank=True, max_length=30, null=True, verbose_name="mục đích")),
                ("field", models.CharField(blank=True, max_length=30, null=True, verbose_name="mục")),
                ("given", models.BooleanField(blank=True, null=True, verbose_name="đồng ý")),
                ("wording_version", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("wording", models.TextField(blank=True, null=True)),
                ("at", models.DateTimeField(blank=True, null=True, verbose_name="lúc")),
                (
                    "household",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.household",
                        verbose_name="hộ",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="households.consent",
                    ),
                ),
                (
                    "secret",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.residentsecret",
                    ),
                ),
            ],
            options={
                "ordering": ("-pgh_created_at", "-pgh_id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CorrectionEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_commune_id", models.BigIntegerField(null=True)),
                ("pgh_village_id", models.BigIntegerField(null=True)),
                (
                    "pgh_objs",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
                ),
                ("pgh_first", models.UUIDField(null=True)),
                ("pgh_last", models.UUIDField(null=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                (
                    "field",
                    models.CharField(
                        blank=True, help_text="empty: a free text", max_length=30, null=True, verbose_name="mục"
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=500, null=True, verbose_name="đang ghi")),
                ("wanted", models.CharField(blank=True, max_length=500, null=True, verbose_name="xin sửa thành")),
                ("state", models.CharField(blank=True, max_length=8, null=True, verbose_name="tình trạng")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="lúc")),
                ("answer", models.CharField(blank=True, max_length=500, null=True, verbose_name="trả lời")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "changeset",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="mapping.changeset",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.household",
                        verbose_name="hộ",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="households.correction",
                    ),
                ),
            ],
            options={
                "ordering": ("-pgh_created_at", "-pgh_id"),
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("pgh_objs__isnull", False)),
                        fields=["pgh_last", "pgh_first"],
                        name="correction_event_bulk",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ResidentSecretEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_commune_id", models.BigIntegerField(null=True)),
                ("pgh_village_id", models.BigIntegerField(null=True)),
                (
                    "pgh_objs",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
                ),
                ("pgh_first", models.UUIDField(null=True)),
                ("pgh_last", models.UUIDField(null=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="cấp lúc")),
                ("printed_at", models.DateTimeField(blank=True, null=True, verbose_name="tải thư lúc")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="dùng đến")),
                ("first_opened_at", models.DateTimeField(blank=True, null=True, verbose_name="mở lần đầu")),
                ("last_opened_at", models.DateTimeField(blank=True, null=True, verbose_name="mở lần cuối")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="thu hồi lúc")),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="mapping.job",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.household",
                        verbose_name="hộ",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="households.residentsecret",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-pgh_created_at", "-pgh_id"),
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("pgh_objs__isnull", False)),
                        fields=["pgh_last", "pgh_first"],
                        name="residentsecret_event_bulk",
                    )
                ],
            },
        ),
        *(
            operation
            for table, key_type in KEYS.items()
            for operation in (
                *events_table(f"{table}event"),
                keeps_history(
                    table,
                    f"{table}event",
                    commune=AT.format("commune_id"),
                    village=AT.format("village_id"),
                    key_type=key_type,
                ),
            )
        ),
    ]
