"""The field survey: rounds, who walks where, visits and what phones sent."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0044_no_prefix_indexes_of_tokens"),
        ("mapping", "0017_kept_until"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SurveyDevice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.UUIDField(verbose_name="mã của máy")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="tên máy")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="lúc")),
                ("last_seen_at", models.DateTimeField(null=True, verbose_name="lần cuối")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="thu hồi lúc")),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "máy điều tra",
                "verbose_name_plural": "máy điều tra",
            },
        ),
        migrations.CreateModel(
            name="SurveyRound",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="tên đợt")),
                ("starts_on", models.DateField(verbose_name="từ ngày")),
                ("ends_on", models.DateField(verbose_name="đến ngày")),
                ("rules_version", models.PositiveSmallIntegerField(verbose_name="phiên bản bộ câu hỏi")),
                ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="đóng lúc")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="thêm lúc")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
            ],
            options={
                "verbose_name": "đợt điều tra",
                "verbose_name_plural": "các đợt điều tra",
                "ordering": ("-starts_on", "name"),
            },
        ),
        migrations.CreateModel(
            name="SurveyPhoto",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("house_id", models.UUIDField(verbose_name="nhà")),
                ("question", models.CharField(max_length=60, verbose_name="mục")),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField(verbose_name="số byte")),
                ("offset", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("received_at", models.DateTimeField(null=True, verbose_name="nhận lúc")),
                (
                    "commune",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit"),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.storedfile",
                        verbose_name="ảnh",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit"),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="households.surveyround"
                    ),
                ),
            ],
            options={
                "verbose_name": "ảnh điều tra",
                "verbose_name_plural": "ảnh điều tra",
            },
        ),
        migrations.CreateModel(
            name="SurveyAssignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "area",
                    django.contrib.gis.db.models.fields.PolygonField(
                        blank=True, null=True, srid=4326, verbose_name="phần được giao"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="giao lúc")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="thôi giao lúc")),
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
                    "surveyor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người điều tra",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.unit",
                        verbose_name="thôn",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="households.surveyround",
                        verbose_name="đợt",
                    ),
                ),
            ],
            options={
                "verbose_name": "phân công điều tra",
                "verbose_name_plural": "phân công điều tra",
            },
        ),
        migrations.CreateModel(
            name="SurveyVisit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("house_id", models.UUIDField(verbose_name="nhà")),
                ("is_new_house", models.BooleanField(default=False, verbose_name="nhà mới")),
                (
                    "location",
                    django.contrib.gis.db.models.fields.PointField(
                        null=True, spatial_index=False, srid=4326, verbose_name="vị trí"
                    ),
                ),
                ("position", models.JSONField(default=dict, verbose_name="cách đo vị trí")),
                ("answers", models.JSONField(default=dict, verbose_name="trả lời")),
                ("field_versions", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "đã nhận, chờ duyệt"),
                            ("approved", "đã duyệt"),
                            ("returned", "trả lại để sửa"),
                            ("rejected", "không nhận"),
                        ],
                        default="received",
                        max_length=8,
                        verbose_name="tình trạng",
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=500, verbose_name="lời nhắn cho người điều tra")),
                ("flags", models.JSONField(default=list, verbose_name="điều cần xem lại")),
                ("started_at", models.DateTimeField(null=True, verbose_name="bắt đầu hỏi")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="hỏi xong")),
                ("received_at", models.DateTimeField(auto_now_add=True, verbose_name="nhận lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("reviewed_at", models.DateTimeField(null=True, verbose_name="duyệt lúc")),
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
                    "device",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="households.surveydevice",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="households.surveyround",
                        verbose_name="đợt",
                    ),
                ),
                (
                    "surveyor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.unit",
                        verbose_name="thôn",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần đến nhà",
                "verbose_name_plural": "các lần đến nhà",
                "ordering": ("-updated_at",),
            },
        ),
        migrations.CreateModel(
            name="SurveySensitive",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("answers", models.JSONField(default=dict, verbose_name="trả lời")),
                (
                    "commune",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit"),
                ),
                (
                    "village",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit"),
                ),
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sensitive",
                        to="households.surveyvisit",
                    ),
                ),
            ],
            options={
                "verbose_name": "trả lời nhạy cảm",
                "verbose_name_plural": "trả lời nhạy cảm",
            },
        ),
        migrations.CreateModel(
            name="SurveyOperation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("base", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("changes", models.JSONField(default=dict)),
                ("receipt", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "commune",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit"),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="households.surveydevice"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit"),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operations",
                        to="households.surveyvisit",
                    ),
                ),
            ],
            options={
                "verbose_name": "bản gửi từ điện thoại",
                "verbose_name_plural": "các bản gửi từ điện thoại",
                "ordering": ("received_at",),
            },
        ),
        migrations.CreateModel(
            name="SurveyConflict",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("field", models.CharField(max_length=60, verbose_name="mục")),
                ("held", models.JSONField(null=True, verbose_name="đang ghi")),
                ("sent", models.JSONField(null=True, verbose_name="gửi đến")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="xử lý lúc")),
                (
                    "commune",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit"),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.unit"),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="households.surveyoperation"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to="households.surveyvisit",
                    ),
                ),
            ],
            options={
                "verbose_name": "mục ghi khác nhau",
                "verbose_name_plural": "các mục ghi khác nhau",
            },
        ),
        migrations.AddConstraint(
            model_name="surveydevice",
            constraint=models.UniqueConstraint(fields=("key", "user"), name="survey_device_once_a_person"),
        ),
        migrations.AddConstraint(
            model_name="surveyround",
            constraint=models.UniqueConstraint(fields=("commune", "name"), name="survey_round_name_once"),
        ),
        migrations.AddConstraint(
            model_name="surveyround",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="survey_round_ends_after_it_began"
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyphoto",
            constraint=models.UniqueConstraint(fields=("round", "house_id", "sha256"), name="survey_photo_once"),
        ),
        migrations.AddConstraint(
            model_name="surveyassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("round", "surveyor", "village"),
                name="survey_assignment_once",
            ),
        ),
        migrations.AddIndex(
            model_name="surveyvisit",
            index=models.Index(fields=["round", "village", "state"], name="survey_visit_of_village"),
        ),
        migrations.AddIndex(
            model_name="surveyvisit",
            index=django.contrib.postgres.indexes.GistIndex(fields=["location"], name="survey_visit_location"),
        ),
        migrations.AddConstraint(
            model_name="surveyvisit",
            constraint=models.UniqueConstraint(fields=("round", "house_id"), name="survey_visit_once_a_round"),
        ),
        migrations.AddConstraint(
            model_name="surveyconflict",
            constraint=models.UniqueConstraint(fields=("operation", "field"), name="survey_conflict_once"),
        ),
    ]
