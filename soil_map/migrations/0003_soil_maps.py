"""Soil maps, their polygons and the soils of each."""

import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.indexes
import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0017_kept_until"),
        ("soil_map", "0002_samples"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SoilMapVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="tên bản đồ")),
                ("legend", models.CharField(max_length=160, verbose_name="bảng phân loại")),
                ("edition", models.CharField(max_length=60, verbose_name="phiên bản phân loại")),
                ("scale", models.PositiveIntegerField(blank=True, null=True, verbose_name="mẫu số tỷ lệ")),
                ("surveyed_in", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="năm điều tra")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="nguồn")),
                ("is_invented", models.BooleanField(default=False, verbose_name="số liệu giả lập")),
                (
                    "published_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="công bố lúc"),
                ),
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
                    "published_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "bản đồ đất",
                "verbose_name_plural": "bản đồ đất",
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="SoilUnit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("symbol", models.CharField(max_length=30, verbose_name="ký hiệu")),
                ("area_m2", models.FloatField(verbose_name="diện tích (m²)")),
                (
                    "outline",
                    django.contrib.gis.db.models.fields.MultiPolygonField(
                        spatial_index=False, srid=4326, verbose_name="ranh giới"
                    ),
                ),
                (
                    "outline_3857",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.gis.db.models.functions.Transform("outline", 3857),
                        output_field=django.contrib.gis.db.models.fields.MultiPolygonField(
                            spatial_index=False, srid=3857
                        ),
                    ),
                ),
                (
                    "drawn",
                    django.contrib.gis.db.models.fields.GeometryField(
                        null=True, spatial_index=False, srid=4326, verbose_name="như trong tệp"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "map",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="soil_map.soilmapversion",
                        verbose_name="bản đồ",
                    ),
                ),
            ],
            options={
                "verbose_name": "khoanh đất",
                "verbose_name_plural": "khoanh đất",
            },
        ),
        migrations.CreateModel(
            name="SoilComponent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("percent", models.FloatField(verbose_name="tỷ lệ (%)")),
                ("name", models.CharField(max_length=120, verbose_name="tên đất")),
                ("wrb_group", models.CharField(blank=True, max_length=60, verbose_name="nhóm WRB")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="components",
                        to="soil_map.soilunit",
                        verbose_name="khoanh đất",
                    ),
                ),
            ],
            options={
                "verbose_name": "thành phần đất",
                "verbose_name_plural": "thành phần đất",
                "ordering": ("-percent", "name"),
            },
        ),
        migrations.AddConstraint(
            model_name="soilmapversion",
            constraint=models.UniqueConstraint(fields=("commune", "title"), name="soil_map_title_once"),
        ),
        migrations.AddIndex(
            model_name="soilunit",
            index=django.contrib.postgres.indexes.GistIndex(fields=["outline_3857"], name="soil_unit_outline"),
        ),
        migrations.AddConstraint(
            model_name="soilcomponent",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gt", 0), ("percent__lte", 100)), name="component_is_a_share"
            ),
        ),
    ]
