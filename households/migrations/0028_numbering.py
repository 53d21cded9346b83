"""Proposals of house numbers and the decisions that make them law."""

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
        ("households", "0027_streets"),
        ("mapping", "0017_kept_until"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NumberingDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=60, verbose_name="số quyết định")),
                (
                    "number_folded",
                    models.GeneratedField(
                        db_persist=True,
                        expression=households.models.house.Fold("number"),
                        output_field=models.TextField(),
                    ),
                ),
                ("decided_on", models.DateField(verbose_name="ngày quyết định")),
                ("approved_at", models.DateTimeField(auto_now_add=True, verbose_name="duyệt lúc")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="hoàn tác lúc")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "verbose_name": "quyết định đánh số nhà",
                "verbose_name_plural": "quyết định đánh số nhà",
            },
        ),
        migrations.CreateModel(
            name="NumberingProposal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "village_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, null=True, size=None
                    ),
                ),
                ("rules", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("computing", "đang lập"),
                            ("draft", "chờ duyệt"),
                            ("approved", "đã duyệt"),
                            ("discarded", "đã bỏ"),
                            ("undone", "đã hoàn tác"),
                        ],
                        max_length=9,
                        verbose_name="tình trạng",
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="lập lúc")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "changeset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="mapping.changeset",
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
                    "house",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="households.house",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="mapping.job",
                    ),
                ),
            ],
            options={
                "verbose_name": "phương án đánh số nhà",
                "verbose_name_plural": "phương án đánh số nhà",
            },
        ),
        migrations.CreateModel(
            name="NumberingDecisionEvent",
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
                ("number", models.CharField(blank=True, max_length=60, null=True, verbose_name="số quyết định")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="ngày quyết định")),
                ("approved_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="duyệt lúc")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="hoàn tác lúc")),
                ("version", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                (
                    "approved_by",
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
                        to="households.numberingdecision",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.numberingproposal",
                    ),
                ),
            ],
            options={
                "ordering": ("-pgh_created_at", "-pgh_id"),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="numberingdecision",
            name="proposal",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decision",
                to="households.numberingproposal",
            ),
        ),
        migrations.CreateModel(
            name="ProposedStreet",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("old_number", models.CharField(blank=True, db_collation="vi_natural", max_length=20)),
                ("new_number", models.CharField(blank=True, db_collation="vi_natural", max_length=20)),
                ("is_reversed", models.BooleanField()),
                ("left_houses", models.PositiveIntegerField()),
                ("right_houses", models.PositiveIntegerField()),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="streets",
                        to="households.numberingproposal",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="households.street"
                    ),
                ),
            ],
            options={
                "verbose_name": "ngõ trong phương án",
                "verbose_name_plural": "ngõ trong phương án",
            },
        ),
        migrations.CreateModel(
            name="ProposedNumber",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("house_version", models.PositiveIntegerField()),
                ("side", models.PositiveSmallIntegerField(choices=[(1, "trái"), (2, "phải")], null=True)),
                ("position_m", models.FloatField(null=True)),
                ("distance_m", models.FloatField(null=True)),
                ("old_number", models.CharField(blank=True, db_collation="vi_natural", max_length=20)),
                ("old_street", models.CharField(blank=True, db_collation="vi_natural", max_length=120)),
                ("new_number", models.CharField(blank=True, db_collation="vi_natural", max_length=20)),
                ("new_street", models.CharField(blank=True, db_collation="vi_natural", max_length=120)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("locked", "giữ số đã có quyết định"),
                            ("same", "giữ số đang dùng"),
                            ("given", "cấp số mới"),
                            ("changed", "đổi số"),
                            ("unplaced", "chưa gắn được với đường, ngõ"),
                            ("left_out", "để lại sau"),
                        ],
                        max_length=8,
                    ),
                ),
                ("doubt", models.CharField(blank=True, max_length=12)),
                ("by_hand", models.BooleanField(default=False)),
                (
                    "house",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="households.house"
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="numbers",
                        to="households.numberingproposal",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="households.street"
                    ),
                ),
            ],
            options={
                "verbose_name": "số đề nghị",
                "verbose_name_plural": "số đề nghị",
            },
        ),
        migrations.CreateModel(
            name="ProposalFinding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=30)),
                ("place", django.contrib.gis.db.models.fields.PointField(null=True, spatial_index=False, srid=4326)),
                ("detail", models.JSONField(default=dict)),
                (
                    "house",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="households.house"
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="households.numberingproposal",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="households.street"
                    ),
                ),
            ],
            options={
                "verbose_name": "điểm cần xem",
                "verbose_name_plural": "điểm cần xem",
            },
        ),
        migrations.CreateModel(
            name="Frontage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("side", models.PositiveSmallIntegerField(choices=[(1, "trái"), (2, "phải")], verbose_name="bên")),
                ("position_m", models.FloatField(verbose_name="vị trí dọc đường (m)")),
                ("distance_m", models.FloatField(verbose_name="cách tim đường (m)")),
                ("by_hand", models.BooleanField(default=False, verbose_name="do cán bộ chọn")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "house",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="frontage",
                        to="households.house",
                        verbose_name="nhà",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="frontages",
                        to="households.numberingdecision",
                        verbose_name="quyết định",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="frontages",
                        to="households.street",
                        verbose_name="đường, ngõ",
                    ),
                ),
            ],
            options={
                "verbose_name": "mặt đường của nhà",
                "verbose_name_plural": "mặt đường của nhà",
            },
        ),
        migrations.AddIndex(
            model_name="numberingproposal",
            index=models.Index(fields=["commune", "-created_at"], name="proposal_of_commune"),
        ),
        migrations.AddIndex(
            model_name="numberingdecisionevent",
            index=models.Index(
                condition=models.Q(("pgh_objs__isnull", False)),
                fields=["pgh_last", "pgh_first"],
                name="numberingdecision_event_bulk",
            ),
        ),
        migrations.AddConstraint(
            model_name="numberingdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("commune", "number_folded"),
                name="decision_number_once_a_commune",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposedstreet",
            constraint=models.UniqueConstraint(fields=("proposal", "street"), name="proposed_once_a_street"),
        ),
        migrations.AddIndex(
            model_name="proposednumber",
            index=models.Index(fields=["proposal", "new_street", "new_number"], name="proposed_in_order"),
        ),
        migrations.AddConstraint(
            model_name="proposednumber",
            constraint=models.UniqueConstraint(fields=("proposal", "house"), name="proposed_once_a_house"),
        ),
        *events_table("households_numberingdecisionevent"),
        keeps_history("households_numberingdecision", "households_numberingdecisionevent"),
    ]
