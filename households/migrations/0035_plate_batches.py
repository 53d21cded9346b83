"""Batches of plates, and the sheet profiles, designs and emblems of communes."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0031_street_imports"),
        ("mapping", "0017_kept_until"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BatchFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sheets", "PDF cho máy in văn phòng"),
                            ("factory", "PDF cho xưởng, mỗi trang một biển"),
                            ("svg", "SVG từng biển"),
                            ("csv", "bảng dữ liệu cho máy khắc"),
                            ("walk_list", "danh sách đi lắp"),
                            ("certificates", "giấy chứng nhận số nhà"),
                        ],
                        max_length=12,
                        verbose_name="loại",
                    ),
                ),
            ],
            options={
                "verbose_name": "tệp của lô biển",
                "verbose_name_plural": "tệp của lô biển",
            },
        ),
        migrations.CreateModel(
            name="BatchPlate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serial", models.PositiveIntegerField(verbose_name="số thứ tự trong lô")),
            ],
            options={
                "verbose_name": "biển trong lô",
                "verbose_name_plural": "biển trong lô",
            },
        ),
        migrations.CreateModel(
            name="Emblem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="tên")),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="lúc")),
            ],
            options={
                "verbose_name": "biểu trưng",
                "verbose_name_plural": "biểu trưng",
            },
        ),
        migrations.CreateModel(
            name="OwnPlateDesign",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="tên")),
                ("source", models.TextField(verbose_name="bản thiết kế")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "mẫu biển của xã",
                "verbose_name_plural": "mẫu biển của xã",
            },
        ),
        migrations.CreateModel(
            name="OwnSheetProfile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="tên")),
                ("body", models.JSONField()),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "khổ giấy của xã",
                "verbose_name_plural": "khổ giấy của xã",
            },
        ),
        migrations.CreateModel(
            name="PlateBatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="lô số")),
                (
                    "village_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, null=True, size=None
                    ),
                ),
                ("choice", models.JSONField(default=dict)),
                ("design_name", models.CharField(max_length=80, verbose_name="mẫu biển")),
                ("design", models.JSONField(default=dict)),
                ("profile_name", models.CharField(max_length=80, verbose_name="khổ giấy")),
                ("profile", models.JSONField(default=dict)),
                ("host", models.CharField(max_length=253)),
                (
                    "order",
                    models.CharField(
                        choices=[("route", "theo đường đi lắp"), ("number", "theo số nhà"), ("village", "theo thôn")],
                        default="route",
                        max_length=7,
                        verbose_name="thứ tự",
                    ),
                ),
                ("copies", models.PositiveSmallIntegerField(default=1, verbose_name="số bản mỗi biển")),
                ("skip", models.PositiveSmallIntegerField(default=0, verbose_name="số ô đã dùng")),
                ("is_proof", models.BooleanField(default=False, verbose_name="bản in thử")),
                ("fresh", models.BooleanField(default=False, verbose_name="cấp mã mới")),
                ("goes_on", models.BooleanField(default=False)),
                (
                    "outputs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), default=list, size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ordered", "đang chờ in"),
                            ("drawing", "đang vẽ"),
                            ("reading", "đang đọc lại mã QR"),
                            ("printed", "đã in"),
                            ("cancelled", "đã dừng"),
                            ("failed", "không xong"),
                        ],
                        default="ordered",
                        max_length=9,
                        verbose_name="tình trạng",
                    ),
                ),
                ("plate_count", models.PositiveIntegerField(default=0, verbose_name="số biển")),
                ("page_count", models.PositiveIntegerField(default=0, verbose_name="số tờ")),
                ("new_count", models.PositiveIntegerField(default=0, verbose_name="biển cấp mã mới")),
                ("read_back", models.PositiveIntegerField(default=0, verbose_name="đã đọc lại")),
                ("too_long", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="đặt lúc")),
                ("printed_at", models.DateTimeField(null=True, verbose_name="in lúc")),
            ],
            options={
                "verbose_name": "lô biển",
                "verbose_name_plural": "lô biển",
                "ordering": ("-created_at",),
            },
        ),
        migrations.AddField(
            model_name="batchfile",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.storedfile",
                verbose_name="tệp",
            ),
        ),
        migrations.AddField(
            model_name="batchplate",
            name="plate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="batch_places", to="households.plate"
            ),
        ),
        migrations.AddField(
            model_name="emblem",
            name="commune",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit", verbose_name="xã"
            ),
        ),
        migrations.AddField(
            model_name="emblem",
            name="created_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="emblem",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.storedfile",
                verbose_name="ảnh",
            ),
        ),
        migrations.AddField(
            model_name="ownplatedesign",
            name="commune",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit", verbose_name="xã"
            ),
        ),
        migrations.AddField(
            model_name="ownplatedesign",
            name="created_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ownsheetprofile",
            name="commune",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit", verbose_name="xã"
            ),
        ),
        migrations.AddField(
            model_name="ownsheetprofile",
            name="created_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="platebatch",
            name="commune",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit", verbose_name="xã"
            ),
        ),
        migrations.AddField(
            model_name="platebatch",
            name="created_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="platebatch",
            name="job",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="mapping.job"
            ),
        ),
        migrations.AddField(
            model_name="batchplate",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="places", to="households.platebatch"
            ),
        ),
        migrations.AddField(
            model_name="batchfile",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="files", to="households.platebatch"
            ),
        ),
        migrations.AddConstraint(
            model_name="emblem",
            constraint=models.UniqueConstraint(fields=("commune", "name"), name="emblem_name_in_commune"),
        ),
        migrations.AddConstraint(
            model_name="ownplatedesign",
            constraint=models.UniqueConstraint(fields=("commune", "name"), name="plate_design_name_in_commune"),
        ),
        migrations.AddConstraint(
            model_name="ownsheetprofile",
            constraint=models.UniqueConstraint(fields=("commune", "name"), name="sheet_profile_name_in_commune"),
        ),
        migrations.AddConstraint(
            model_name="platebatch",
            constraint=models.UniqueConstraint(fields=("commune", "number"), name="batch_number_in_commune"),
        ),
        migrations.AddConstraint(
            model_name="batchplate",
            constraint=models.UniqueConstraint(fields=("batch", "serial"), name="serial_in_batch"),
        ),
        migrations.AddConstraint(
            model_name="batchfile",
            constraint=models.UniqueConstraint(fields=("batch", "kind"), name="batch_file_of_kind"),
        ),
    ]
