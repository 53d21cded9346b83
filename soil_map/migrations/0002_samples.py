"""Campaigns, sites, parcels, samples and what the laboratory found."""

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
        ("soil_map", "0001_reference"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="tên đợt")),
                ("started_on", models.DateField(verbose_name="từ ngày")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="đến ngày")),
                ("laboratory", models.CharField(blank=True, max_length=160, verbose_name="phòng phân tích")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú")),
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
                "verbose_name": "đợt điều tra đất",
                "verbose_name_plural": "các đợt điều tra đất",
                "ordering": ("-started_on", "name"),
            },
        ),
        migrations.CreateModel(
            name="Parcel",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sheet", models.CharField(db_collation="vi_natural", max_length=20, verbose_name="số tờ")),
                ("number", models.CharField(db_collation="vi_natural", max_length=20, verbose_name="số thửa")),
                ("land_use", models.CharField(blank=True, max_length=20, verbose_name="loại đất")),
                ("area_m2", models.FloatField(verbose_name="diện tích (m²)")),
                (
                    "outline",
                    django.contrib.gis.db.models.fields.MultiPolygonField(
                        spatial_index=False, srid=4326, verbose_name="ranh thửa"
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
            ],
            options={
                "verbose_name": "thửa đất",
                "verbose_name_plural": "thửa đất",
                "ordering": ("sheet", "number"),
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "laboratory_code",
                    models.CharField(
                        blank=True, db_collation="vi_natural", max_length=40, verbose_name="mã phòng phân tích"
                    ),
                ),
                ("depth_from_cm", models.FloatField(default=0, verbose_name="độ sâu từ (cm)")),
                ("depth_to_cm", models.FloatField(default=20, verbose_name="độ sâu đến (cm)")),
                ("composite_count", models.PositiveSmallIntegerField(default=1, verbose_name="số mẫu con trộn lại")),
                ("sampled_on", models.DateField(blank=True, null=True, verbose_name="ngày lấy mẫu")),
                ("is_private", models.BooleanField(default=False, verbose_name="riêng tư")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="thêm lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="soil_map.campaign",
                        verbose_name="đợt điều tra",
                    ),
                ),
                (
                    "parcel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="samples",
                        to="soil_map.parcel",
                    ),
                ),
            ],
            options={
                "verbose_name": "mẫu đất",
                "verbose_name_plural": "mẫu đất",
                "ordering": ("site", "depth_from_cm"),
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("written", models.CharField(max_length=40, verbose_name="đã ghi")),
                ("written_unit", models.CharField(blank=True, max_length=30, verbose_name="đơn vị đã ghi")),
                ("value", models.FloatField(verbose_name="giá trị")),
                ("is_below_detection", models.BooleanField(default=False, verbose_name="dưới ngưỡng phát hiện")),
                ("replicate", models.PositiveSmallIntegerField(default=1, verbose_name="lần lặp")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="thêm lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
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
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="results",
                        to="soil_map.sample",
                        verbose_name="mẫu",
                    ),
                ),
            ],
            options={
                "verbose_name": "kết quả phân tích",
                "verbose_name_plural": "kết quả phân tích",
                "ordering": ("method", "replicate"),
            },
        ),
        migrations.CreateModel(
            name="SamplingSite",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(db_collation="vi_natural", max_length=40, verbose_name="ký hiệu điểm")),
                (
                    "location",
                    django.contrib.gis.db.models.fields.PointField(
                        spatial_index=False, srid=4326, verbose_name="vị trí"
                    ),
                ),
                (
                    "location_3857",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.gis.db.models.functions.Transform("location", 3857),
                        output_field=django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=3857),
                    ),
                ),
                ("written_x", models.CharField(blank=True, max_length=40, verbose_name="tọa độ X đã ghi")),
                ("written_y", models.CharField(blank=True, max_length=40, verbose_name="tọa độ Y đã ghi")),
                ("written_epsg", models.PositiveIntegerField(default=4326, verbose_name="hệ tọa độ đã hiểu")),
                ("accuracy_m", models.FloatField(blank=True, null=True, verbose_name="sai số (m)")),
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
            ],
            options={
                "verbose_name": "điểm lấy mẫu",
                "verbose_name_plural": "điểm lấy mẫu",
                "ordering": ("code",),
            },
        ),
        migrations.AddField(
            model_name="sample",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="samples",
                to="soil_map.samplingsite",
                verbose_name="điểm lấy mẫu",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.UniqueConstraint(fields=("commune", "name"), name="campaign_name_once_a_commune"),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on__isnull", True), ("ended_on__gte", models.F("started_on")), _connector="OR"
                ),
                name="campaign_ends_after_it_began",
            ),
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=django.contrib.postgres.indexes.GistIndex(fields=["outline_3857"], name="parcel_outline"),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.UniqueConstraint(fields=("commune", "sheet", "number"), name="parcel_once_a_sheet"),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(condition=models.Q(("area_m2__gt", 0)), name="parcel_has_an_area"),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.UniqueConstraint(
                fields=("sample", "method", "replicate"), name="result_once_a_replicate"
            ),
        ),
        migrations.AddIndex(
            model_name="samplingsite",
            index=django.contrib.postgres.indexes.GistIndex(fields=["location_3857"], name="site_location"),
        ),
        migrations.AddConstraint(
            model_name="samplingsite",
            constraint=models.UniqueConstraint(fields=("commune", "code"), name="site_code_once_a_commune"),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.UniqueConstraint(
                fields=("campaign", "site", "depth_from_cm", "depth_to_cm"), name="sample_once_a_depth"
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("depth_from_cm__gte", 0), ("depth_to_cm__gt", models.F("depth_from_cm"))),
                name="sample_depth_goes_down",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("composite_count__gte", 1)), name="sample_of_one_at_least"
            ),
        ),
    ]
