"""The life of a plate: what was printed on it, where it is, who mounted it; and what strangers report."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0035_plate_batches"),
        ("mapping", "0017_kept_until"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlateReport",
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
                            ("wrong_place", "biển treo nhầm chỗ"),
                            ("damaged", "biển hỏng"),
                            ("unreadable", "không đọc được mã QR"),
                            ("other", "việc khác"),
                        ],
                        max_length=11,
                        verbose_name="việc",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi thêm")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "chờ xử lý"), ("done", "đã xử lý"), ("dismissed", "không đúng")],
                        default="open",
                        max_length=9,
                        verbose_name="tình trạng",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="lúc")),
                ("handled_at", models.DateTimeField(null=True, verbose_name="xử lý lúc")),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="đã làm gì")),
            ],
            options={
                "verbose_name": "báo lỗi biển",
                "verbose_name_plural": "báo lỗi biển",
                "ordering": ("-created_at",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="plate",
            name="house_has_one_draft_plate",
        ),
        migrations.AddField(
            model_name="plate",
            name="installed_accuracy",
            field=models.FloatField(blank=True, null=True, verbose_name="sai số vị trí (m)"),
        ),
        migrations.AddField(
            model_name="plate",
            name="installed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="lắp lúc"),
        ),
        migrations.AddField(
            model_name="plate",
            name="installed_distance",
            field=models.FloatField(blank=True, null=True, verbose_name="cách nhà (m)"),
        ),
        migrations.AddField(
            model_name="plate",
            name="installed_location",
            field=django.contrib.gis.db.models.fields.PointField(
                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="vị trí lúc lắp"
            ),
        ),
        migrations.AddField(
            model_name="plate",
            name="installed_photo",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.storedfile",
                verbose_name="ảnh lúc lắp",
            ),
        ),
        migrations.AddField(
            model_name="plate",
            name="issued_to",
            field=models.CharField(blank=True, db_default="", default="", max_length=100, verbose_name="giao cho"),
        ),
        migrations.AddField(
            model_name="plate",
            name="location",
            field=django.contrib.gis.db.models.fields.PointField(
                null=True, spatial_index=False, srid=4326, verbose_name="điểm đã in"
            ),
        ),
        migrations.AddField(
            model_name="plate",
            name="note",
            field=models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="ghi chú"),
        ),
        migrations.AddField(
            model_name="plate",
            name="number",
            field=models.CharField(blank=True, db_default="", default="", max_length=40, verbose_name="số nhà đã in"),
        ),
        migrations.AddField(
            model_name="plate",
            name="replaced_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replaces",
                to="households.plate",
                verbose_name="thay bằng",
            ),
        ),
        migrations.AddField(
            model_name="plate",
            name="state_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="từ lúc"),
        ),
        migrations.AddField(
            model_name="plate",
            name="street",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=120, verbose_name="đường, ngõ đã in"
            ),
        ),
        migrations.AddField(
            model_name="plate",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name="plate",
            name="village_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=160, verbose_name="thôn đã in"),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="installed_accuracy",
            field=models.FloatField(blank=True, null=True, verbose_name="sai số vị trí (m)"),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="installed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="lắp lúc"),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="installed_distance",
            field=models.FloatField(blank=True, null=True, verbose_name="cách nhà (m)"),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="installed_location",
            field=django.contrib.gis.db.models.fields.PointField(
                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="vị trí lúc lắp"
            ),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="installed_photo",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="mapping.storedfile",
                verbose_name="ảnh lúc lắp",
            ),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="issued_to",
            field=models.CharField(blank=True, max_length=100, null=True, verbose_name="giao cho"),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="location",
            field=django.contrib.gis.db.models.fields.PointField(
                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="điểm đã in"
            ),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="note",
            field=models.CharField(blank=True, max_length=300, null=True, verbose_name="ghi chú"),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="number",
            field=models.CharField(blank=True, max_length=40, null=True, verbose_name="số nhà đã in"),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="replaced_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="households.plate",
                verbose_name="thay bằng",
            ),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="state_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="từ lúc"),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="street",
            field=models.CharField(blank=True, max_length=120, null=True, verbose_name="đường, ngõ đã in"),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="version",
            field=models.PositiveIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="village_name",
            field=models.CharField(blank=True, max_length=160, null=True, verbose_name="thôn đã in"),
        ),
        migrations.AlterField(
            model_name="plate",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "chưa in"),
                    ("printed", "đã in"),
                    ("in_stock", "trong kho"),
                    ("issued", "đã giao người lắp"),
                    ("installed", "đã lắp"),
                    ("damaged", "hỏng"),
                    ("lost", "mất"),
                    ("stolen", "bị lấy cắp"),
                    ("superseded", "đã có bản mới"),
                    ("replaced", "đã thay"),
                    ("revoked", "đã thu hồi"),
                ],
                default="draft",
                max_length=10,
                verbose_name="tình trạng",
            ),
        ),
        migrations.AddConstraint(
            model_name="plate",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    ("state", "printed"),
                    ("state", "in_stock"),
                    ("state", "issued"),
                    _connector="OR",
                ),
                fields=("house",),
                name="house_has_one_plate_on_its_way",
            ),
        ),
        migrations.AddField(
            model_name="platereport",
            name="commune",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit", verbose_name="xã"
            ),
        ),
        migrations.AddField(
            model_name="platereport",
            name="handled_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="platereport",
            name="house",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="plate_reports",
                to="households.house",
                verbose_name="nhà",
            ),
        ),
        migrations.AddField(
            model_name="platereport",
            name="plate",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="reports",
                to="households.plate",
                verbose_name="biển",
            ),
        ),
        migrations.AddField(
            model_name="platereport",
            name="village",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.unit",
                verbose_name="thôn",
            ),
        ),
        migrations.AddIndex(
            model_name="platereport",
            index=models.Index(fields=["commune", "state", "-created_at"], name="plate_reports_of_commune"),
        ),
    ]
