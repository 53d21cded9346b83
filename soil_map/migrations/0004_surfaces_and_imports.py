"""Surfaces with their zones, outlines for tiles, and imports of files."""

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
        ("soil_map", "0003_soil_maps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SoilImport",
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
                            ("laboratory", "phiếu kết quả phân tích"),
                            ("soil_units", "khoanh đất"),
                            ("parcels", "thửa đất"),
                        ],
                        max_length=10,
                        verbose_name="loại",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("uploaded", "đã nhận tệp"), ("checked", "đã kiểm tra"), ("applied", "đã nhập")],
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
                    "campaign",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="soil_map.campaign",
                        verbose_name="đợt điều tra",
                    ),
                ),
                (
                    "changeset",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.changeset"
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
                "verbose_name": "lần nhập dữ liệu đất",
                "verbose_name_plural": "các lần nhập dữ liệu đất",
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="Surface",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("depth_from_cm", models.FloatField(default=0, verbose_name="độ sâu từ (cm)")),
                ("depth_to_cm", models.FloatField(default=20, verbose_name="độ sâu đến (cm)")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ordered", "đang tính"),
                            ("made", "đã tính"),
                            ("refused", "chỉ có điểm, không nội suy"),
                            ("failed", "không xong"),
                        ],
                        default="ordered",
                        max_length=8,
                        verbose_name="tình trạng",
                    ),
                ),
                ("refusal", models.CharField(blank=True, max_length=40)),
                ("model", models.JSONField(default=dict)),
                ("validation", models.JSONField(default=dict)),
                ("epsg", models.PositiveIntegerField(verbose_name="hệ tọa độ")),
                ("cell_m", models.FloatField(verbose_name="cạnh ô (m)")),
                ("sample_count", models.PositiveIntegerField(default=0, verbose_name="số điểm")),
                ("surveyed_m2", models.FloatField(null=True, verbose_name="diện tích điều tra (m²)")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="lúc")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surfaces",
                        to="soil_map.campaign",
                        verbose_name="đợt điều tra",
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
                    "deviations_file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.storedfile",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="mapping.job"
                    ),
                ),
                (
                    "method",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="soil_map.method",
                        verbose_name="phương pháp",
                    ),
                ),
                (
                    "values_file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.storedfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "mặt nội suy",
                "verbose_name_plural": "các mặt nội suy",
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="Zone",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
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
                    "soil_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="soil_map.soilclass",
                        verbose_name="cấp",
                    ),
                ),
                (
                    "surface",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="zones",
                        to="soil_map.surface",
                        verbose_name="mặt nội suy",
                    ),
                ),
            ],
            options={
                "verbose_name": "vùng phân cấp",
                "verbose_name_plural": "vùng phân cấp",
            },
        ),
        migrations.CreateModel(
            name="SoilShape",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("outline", django.contrib.gis.db.models.fields.GeometryField(srid=3857)),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="soil_map.soilunit"
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="soil_map.zone"
                    ),
                ),
            ],
            options={
                "verbose_name": "nét khoanh đất",
                "verbose_name_plural": "nét khoanh đất",
            },
        ),
        migrations.AddIndex(
            model_name="surface",
            index=models.Index(fields=["campaign", "method"], name="surface_of_campaign"),
        ),
        migrations.AddIndex(
            model_name="zone",
            index=django.contrib.postgres.indexes.GistIndex(fields=["outline_3857"], name="zone_outline"),
        ),
        migrations.AddConstraint(
            model_name="zone",
            constraint=models.UniqueConstraint(fields=("surface", "soil_class"), name="zone_once_a_class"),
        ),
        migrations.AddConstraint(
            model_name="soilshape",
            constraint=models.UniqueConstraint(fields=("unit", "level"), name="unit_shape_once_a_level"),
        ),
        migrations.AddConstraint(
            model_name="soilshape",
            constraint=models.UniqueConstraint(fields=("zone", "level"), name="zone_shape_once_a_level"),
        ),
        migrations.AddConstraint(
            model_name="soilshape",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("unit__isnull", True), ("zone__isnull", False)),
                    models.Q(("unit__isnull", False), ("zone__isnull", True)),
                    _connector="OR",
                ),
                name="shape_of_unit_or_zone",
            ),
        ),
    ]
