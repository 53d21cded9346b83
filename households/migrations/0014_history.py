"""The history of houses, of what hangs on them, and of households: the tables of events and what fills them."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

from mapping.history_sql import events_table, keeps_history

HOUSE, EXTERNAL_ID, HOUSEHOLD, PLATE = (
    f"households_{name}" for name in ("house", "houseexternalid", "household", "plate")
)
OF_ITS_HOUSE = "(SELECT house.{} FROM households_house house WHERE house.id = r.house_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0017_shop_name"),
        ("mapping", "0011_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlateEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_commune_id", models.BigIntegerField(null=True)),
                ("pgh_village_id", models.BigIntegerField(null=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("state", models.CharField(blank=True, max_length=10, null=True, verbose_name="tình trạng")),
                ("face_hash", models.BinaryField(blank=True, max_length=16, null=True)),
                ("plus_code", models.CharField(blank=True, max_length=12, null=True, verbose_name="Plus Code đã in")),
                ("created_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="lúc")),
                ("released_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "created_by",
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
                    "house",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.house",
                        verbose_name="nhà",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="households.plate",
                    ),
                ),
            ],
            options={
                "ordering": ("-pgh_created_at", "-pgh_id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HouseEvent",
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
                    "code",
                    models.CharField(
                        blank=True, db_collation="C", editable=False, max_length=9, null=True, verbose_name="mã nhà"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True, db_collation="vi_natural", max_length=20, null=True, verbose_name="số nhà"
                    ),
                ),
                (
                    "street",
                    models.CharField(
                        blank=True, db_collation="vi_natural", max_length=120, null=True, verbose_name="đường, ngõ"
                    ),
                ),
                (
                    "location",
                    django.contrib.gis.db.models.fields.PointField(
                        blank=True, null=True, spatial_index=False, srid=4326, verbose_name="vị trí"
                    ),
                ),
                ("location_source", models.CharField(blank=True, max_length=8, null=True, verbose_name="nguồn vị trí")),
                ("accuracy_m", models.FloatField(blank=True, null=True, verbose_name="sai số (m)")),
                ("state", models.CharField(blank=True, max_length=6, null=True, verbose_name="tình trạng")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="đóng ngày")),
                ("closed_reason", models.CharField(blank=True, max_length=200, null=True, verbose_name="lý do đóng")),
                ("note", models.CharField(blank=True, max_length=500, null=True, verbose_name="ghi chú")),
                ("version", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="thêm lúc")),
                ("updated_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="sửa lúc")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="mapping.unit",
                        verbose_name="xã",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="households.house",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="mapping.unit",
                        verbose_name="thôn",
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
                        name="house_event_bulk",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseExternalIdEvent",
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
                    "scheme",
                    models.CharField(blank=True, db_collation="C", max_length=30, null=True, verbose_name="loại mã"),
                ),
                ("value", models.CharField(blank=True, db_collation="C", max_length=60, null=True, verbose_name="mã")),
                ("version", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="mapping.unit",
                    ),
                ),
                (
                    "house",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.house",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="households.houseexternalid",
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
                        name="houseexternalid_event_bulk",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseholdEvent",
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
                    "head_name",
                    models.CharField(
                        blank=True, db_collation="vi_natural", max_length=100, null=True, verbose_name="chủ hộ"
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=15, null=True, verbose_name="điện thoại")),
                ("size", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="số người")),
                ("note", models.CharField(blank=True, max_length=500, null=True, verbose_name="ghi chú")),
                ("shop_name", models.CharField(blank=True, max_length=80, null=True, verbose_name="tên cửa hàng")),
                ("version", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="thêm lúc")),
                ("updated_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="sửa lúc")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="mapping.unit",
                    ),
                ),
                (
                    "house",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.house",
                        verbose_name="nhà",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="households.household",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="mapping.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("-pgh_created_at", "-pgh_id"),
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("house__isnull", False)), fields=["house"], name="household_event_house"
                    ),
                    models.Index(
                        condition=models.Q(("pgh_objs__isnull", False)),
                        fields=["pgh_last", "pgh_first"],
                        name="household_event_bulk",
                    ),
                ],
            },
        ),
        *(operation for table in (HOUSE, EXTERNAL_ID, HOUSEHOLD, PLATE) for operation in events_table(f"{table}event")),
        keeps_history(HOUSE, f"{HOUSE}event", village="r.village_id"),
        keeps_history(EXTERNAL_ID, f"{EXTERNAL_ID}event"),
        keeps_history(HOUSEHOLD, f"{HOUSEHOLD}event", village="r.village_id"),
        keeps_history(
            PLATE,
            f"{PLATE}event",
            commune=OF_ITS_HOUSE.format("commune_id"),
            village=OF_ITS_HOUSE.format("village_id"),
            key="r.token",
            key_type="text",
        ),
    ]
