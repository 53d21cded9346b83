"""Streets and alleys as lines, and the groups of houses along them, with their history."""

import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import pghistory.utils
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import households.models.house
from mapping.history_sql import events_table, keeps_history


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0026_import_wall"),
        ("mapping", "0017_kept_until"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HouseGroup",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "letter",
                    models.CharField(blank=True, db_collation="vi_natural", max_length=2, verbose_name="chữ cái"),
                ),
                ("letter_by_hand", models.BooleanField(default=False, verbose_name="chữ do cán bộ chọn")),
                ("area", django.contrib.gis.db.models.fields.PolygonField(srid=4326, verbose_name="phạm vi")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="thêm lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
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
                    "village",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.unit",
                        verbose_name="thôn",
                    ),
                ),
            ],
            options={
                "verbose_name": "nhóm nhà",
                "verbose_name_plural": "nhóm nhà",
            },
        ),
        migrations.CreateModel(
            name="Street",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("road", "đường"),
                            ("street", "phố"),
                            ("ngo", "ngõ"),
                            ("kiet", "kiệt"),
                            ("hem", "hẻm"),
                            ("ngach", "ngách"),
                        ],
                        max_length=6,
                        verbose_name="loại",
                    ),
                ),
                ("name", models.CharField(blank=True, db_collation="vi_natural", max_length=100, verbose_name="tên")),
                (
                    "name_folded",
                    models.GeneratedField(
                        db_persist=True,
                        expression=households.models.house.Fold("name"),
                        output_field=models.TextField(),
                    ),
                ),
                ("number", models.CharField(blank=True, db_collation="vi_natural", max_length=20, verbose_name="số")),
                (
                    "width_class",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "chưa rõ"),
                            (1, "dưới 2 m"),
                            (2, "2 đến dưới 3,5 m"),
                            (3, "3,5 đến dưới 7 m"),
                            (4, "7 đến dưới 12 m"),
                            (5, "từ 12 m"),
                        ],
                        default=0,
                        verbose_name="bề rộng",
                    ),
                ),
                ("parent_by_hand", models.BooleanField(default=False, verbose_name="nhánh do cán bộ chọn")),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("auto", "theo quy tắc"),
                            ("as_drawn", "theo chiều đã vẽ"),
                            ("outward", "từ trung tâm ra ngoài"),
                        ],
                        default="auto",
                        max_length=8,
                        verbose_name="chiều đánh số",
                    ),
                ),
                (
                    "line",
                    django.contrib.gis.db.models.fields.LineStringField(
                        spatial_index=False, srid=4326, verbose_name="tim đường"
                    ),
                ),
                (
                    "line_3857",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.gis.db.models.functions.Transform("line", 3857),
                        output_field=django.contrib.gis.db.models.fields.LineStringField(
                            spatial_index=False, srid=3857
                        ),
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="nguồn")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="thêm lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
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
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branches",
                        to="households.street",
                        verbose_name="đi ra từ",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.unit",
                        verbose_name="thôn",
                    ),
                ),
            ],
            options={
                "verbose_name": "đường, ngõ",
                "verbose_name_plural": "đường, ngõ",
            },
        ),
        migrations.CreateModel(
            name="HouseGroupEvent",
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
                    "letter",
                    models.CharField(
                        blank=True, db_collation="vi_natural", max_length=2, null=True, verbose_name="chữ cái"
                    ),
                ),
                ("letter_by_hand", models.BooleanField(blank=True, null=True, verbose_name="chữ do cán bộ chọn")),
                (
                    "area",
                    django.contrib.gis.db.models.fields.PolygonField(
                        blank=True, null=True, srid=4326, verbose_name="phạm vi"
                    ),
                ),
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
                        to="households.housegroup",
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
                (
                    "street",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.street",
                        verbose_name="đường, ngõ",
                    ),
                ),
            ],
            options={
                "ordering": ("-pgh_created_at", "-pgh_id"),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="housegroup",
            name="street",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="house_groups",
                to="households.street",
                verbose_name="đường, ngõ",
            ),
        ),
        migrations.CreateModel(
            name="StreetEvent",
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
                ("kind", models.CharField(blank=True, max_length=6, null=True, verbose_name="loại")),
                (
                    "name",
                    models.CharField(
                        blank=True, db_collation="vi_natural", max_length=100, null=True, verbose_name="tên"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True, db_collation="vi_natural", max_length=20, null=True, verbose_name="số"
                    ),
                ),
                ("width_class", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="bề rộng")),
                ("parent_by_hand", models.BooleanField(blank=True, null=True, verbose_name="nhánh do cán bộ chọn")),
                ("direction", models.CharField(blank=True, max_length=8, null=True, verbose_name="chiều đánh số")),
                (
                    "line",
                    django.contrib.gis.db.models.fields.LineStringField(
                        blank=True, null=True, spatial_index=False, srid=4326, verbose_name="tim đường"
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, null=True, verbose_name="nguồn")),
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
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.street",
                        verbose_name="đi ra từ",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="households.street",
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
            },
        ),
        migrations.AddIndex(
            model_name="street",
            index=django.contrib.postgres.indexes.GistIndex(fields=["line_3857"], name="street_line_3857"),
        ),
        migrations.AddIndex(
            model_name="street",
            index=models.Index(fields=["commune", "name_folded"], name="street_by_name"),
        ),
        migrations.AddConstraint(
            model_name="street",
            constraint=models.CheckConstraint(
                condition=models.Q(django.contrib.gis.db.models.functions.IsValid("line")), name="street_line_is_valid"
            ),
        ),
        migrations.AddConstraint(
            model_name="street",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True), name="street_is_not_its_own_parent"
            ),
        ),
        migrations.AddConstraint(
            model_name="street",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(("kind", "road"), ("kind", "street"), _connector="OR", _negated=True),
                    _connector="OR",
                ),
                name="street_road_has_a_name",
            ),
        ),
        migrations.AddIndex(
            model_name="housegroupevent",
            index=models.Index(
                condition=models.Q(("pgh_objs__isnull", False)),
                fields=["pgh_last", "pgh_first"],
                name="housegroup_event_bulk",
            ),
        ),
        migrations.AddConstraint(
            model_name="housegroup",
            constraint=models.CheckConstraint(
                condition=models.Q(django.contrib.gis.db.models.functions.IsValid("area")),
                name="house_group_area_is_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="housegroup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("letter", ""), _negated=True),
                fields=("street", "letter"),
                name="house_group_letter_once_a_street",
            ),
        ),
        migrations.AddIndex(
            model_name="streetevent",
            index=models.Index(
                condition=models.Q(("pgh_objs__isnull", False)),
                fields=["pgh_last", "pgh_first"],
                name="street_event_bulk",
            ),
        ),
        *events_table("households_streetevent"),
        keeps_history("households_street", "households_streetevent", village="r.village_id"),
        *events_table("households_housegroupevent"),
        keeps_history("households_housegroup", "households_housegroupevent", village="r.village_id"),
    ]
