"""What is measured, how it is classed, and what crops get: reference rows."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Crop",
            fields=[
                ("name_vi", models.CharField(max_length=160, verbose_name="tên")),
                ("name_en", models.CharField(max_length=160, verbose_name="tên tiếng Anh")),
                ("key", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("rank", models.PositiveSmallIntegerField(default=100)),
            ],
            options={
                "verbose_name": "cây trồng",
                "verbose_name_plural": "cây trồng",
                "ordering": ("rank", "key"),
            },
        ),
        migrations.CreateModel(
            name="Property",
            fields=[
                ("name_vi", models.CharField(max_length=160, verbose_name="tên")),
                ("name_en", models.CharField(max_length=160, verbose_name="tên tiếng Anh")),
                ("key", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("unit", models.CharField(blank=True, max_length=30, verbose_name="đơn vị")),
                ("decimals", models.PositiveSmallIntegerField(default=2, verbose_name="số chữ số thập phân")),
                ("lowest", models.FloatField(verbose_name="nhỏ nhất có thể")),
                ("highest", models.FloatField(verbose_name="lớn nhất có thể")),
                ("rank", models.PositiveSmallIntegerField(default=100)),
            ],
            options={
                "verbose_name": "chỉ tiêu",
                "verbose_name_plural": "chỉ tiêu",
                "ordering": ("rank", "key"),
            },
        ),
        migrations.CreateModel(
            name="Fertiliser",
            fields=[
                ("name_vi", models.CharField(max_length=160, verbose_name="tên")),
                ("name_en", models.CharField(max_length=160, verbose_name="tên tiếng Anh")),
                ("key", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("n_percent", models.FloatField(default=0, verbose_name="% N")),
                ("p2o5_percent", models.FloatField(default=0, verbose_name="% P₂O₅")),
                ("k2o_percent", models.FloatField(default=0, verbose_name="% K₂O")),
                ("bag_kg", models.FloatField(default=50, verbose_name="một bao (kg)")),
                ("rank", models.PositiveSmallIntegerField(default=100)),
            ],
            options={
                "verbose_name": "phân bón",
                "verbose_name_plural": "phân bón",
                "ordering": ("rank", "key"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bag_kg__gt", 0),
                            ("k2o_percent__gte", 0),
                            ("n_percent__gte", 0),
                            ("p2o5_percent__gte", 0),
                            ("k2o_percent__lte", 100),
                            ("n_percent__lte", 100),
                            ("p2o5_percent__lte", 100),
                        ),
                        name="fertiliser_is_a_share",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Method",
            fields=[
                ("name_vi", models.CharField(max_length=160, verbose_name="tên")),
                ("name_en", models.CharField(max_length=160, verbose_name="tên tiếng Anh")),
                ("key", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("standard", models.CharField(blank=True, max_length=60, verbose_name="tiêu chuẩn")),
                ("extractant", models.CharField(blank=True, max_length=120, verbose_name="dung dịch chiết")),
                (
                    "property",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="methods",
                        to="soil_map.property",
                        verbose_name="chỉ tiêu",
                    ),
                ),
            ],
            options={
                "verbose_name": "phương pháp",
                "verbose_name_plural": "phương pháp",
                "ordering": ("property", "key"),
            },
        ),
        migrations.CreateModel(
            name="ClassScheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_vi", models.CharField(max_length=160, verbose_name="tên")),
                ("name_en", models.CharField(max_length=160, verbose_name="tên tiếng Anh")),
                ("key", models.CharField(max_length=40)),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="phiên bản")),
                ("unit", models.CharField(blank=True, max_length=30, verbose_name="đơn vị của giới hạn")),
                ("citation", models.TextField(verbose_name="nguồn")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "dự thảo, chưa đối chiếu nguồn"), ("approved", "đã duyệt")],
                        default="draft",
                        max_length=8,
                        verbose_name="tình trạng",
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="duyệt lúc")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "methods",
                    models.ManyToManyField(related_name="schemes", to="soil_map.method", verbose_name="phương pháp"),
                ),
                (
                    "property",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="schemes",
                        to="soil_map.property",
                        verbose_name="chỉ tiêu",
                    ),
                ),
            ],
            options={
                "verbose_name": "thang phân cấp",
                "verbose_name_plural": "thang phân cấp",
                "ordering": ("property", "key", "-version"),
            },
        ),
        migrations.CreateModel(
            name="SoilClass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="thứ tự")),
                ("lower", models.FloatField(blank=True, null=True, verbose_name="từ")),
                ("level", models.SmallIntegerField(default=0, verbose_name="mức")),
                ("label_vi", models.CharField(max_length=60, verbose_name="nhãn")),
                ("label_en", models.CharField(max_length=60, verbose_name="nhãn tiếng Anh")),
                (
                    "colour",
                    models.CharField(
                        max_length=7,
                        validators=[django.core.validators.RegexValidator("^#[0-9a-f]{6}$")],
                        verbose_name="màu",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="classes",
                        to="soil_map.classscheme",
                        verbose_name="thang",
                    ),
                ),
            ],
            options={
                "verbose_name": "cấp",
                "verbose_name_plural": "cấp",
                "ordering": ("scheme", "rank"),
            },
        ),
        migrations.CreateModel(
            name="DoseRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_vi", models.CharField(max_length=160, verbose_name="tên")),
                ("name_en", models.CharField(max_length=160, verbose_name="tên tiếng Anh")),
                ("key", models.CharField(max_length=40)),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="phiên bản")),
                ("kind", models.CharField(max_length=20, verbose_name="cách tính")),
                ("terms", models.JSONField(default=dict)),
                ("citation", models.TextField(verbose_name="nguồn")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "dự thảo, không dùng để khuyến cáo"), ("approved", "đã duyệt")],
                        default="draft",
                        max_length=8,
                        verbose_name="tình trạng",
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="duyệt lúc")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "crop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="soil_map.crop",
                        verbose_name="cây trồng",
                    ),
                ),
            ],
            options={
                "verbose_name": "quy tắc bón",
                "verbose_name_plural": "quy tắc bón",
                "ordering": ("crop", "key", "-version"),
                "constraints": [models.UniqueConstraint(fields=("key", "version"), name="dose_rule_version_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="classscheme",
            constraint=models.UniqueConstraint(fields=("key", "version"), name="scheme_version_once"),
        ),
        migrations.AddConstraint(
            model_name="soilclass",
            constraint=models.UniqueConstraint(fields=("scheme", "rank"), name="class_rank_once"),
        ),
        migrations.AddConstraint(
            model_name="soilclass",
            constraint=models.UniqueConstraint(
                fields=("scheme", "lower"), name="class_limit_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="soilclass",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", -1), ("level__lte", 1)), name="class_level_known"
            ),
        ),
    ]
