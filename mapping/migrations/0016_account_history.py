"""The history of accounts, keys and links, of phones that were set up, and a log of the admin that only grows."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

from mapping.account_history_sql import KEEP, KEEP_BACK, keeps_account_history
from mapping.append_only import append_only
from mapping.history_sql import events_table


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0015_narrower_walls"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="with_second_factor",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.CreateModel(
            name="AccountLinkEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_commune_id", models.BigIntegerField(null=True)),
                ("pgh_village_id", models.BigIntegerField(null=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("kind", models.CharField(blank=True, max_length=8, null=True)),
                ("username", models.CharField(blank=True, max_length=150, null=True, verbose_name="tên đăng nhập")),
                ("full_name", models.CharField(blank=True, max_length=100, null=True, verbose_name="họ và tên")),
                ("role", models.CharField(blank=True, max_length=20, null=True, verbose_name="vai trò")),
                ("grant_until", models.DateField(blank=True, null=True, verbose_name="làm việc đến ngày")),
                ("made_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
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
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="mapping.accountlink",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="mapping.unit",
                        verbose_name="đơn vị",
                    ),
                ),
                (
                    "user",
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
            ],
            options={
                "ordering": ("-pgh_created_at", "-pgh_id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UserEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_commune_id", models.BigIntegerField(null=True)),
                ("pgh_village_id", models.BigIntegerField(null=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                (
                    "is_superuser",
                    models.BooleanField(
                        blank=True,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        null=True,
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        blank=True,
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        null=True,
                        verbose_name="username",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, null=True, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        blank=True,
                        help_text="Designates whether the user can log into this admin site.",
                        null=True,
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        blank=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        null=True,
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(blank=True, null=True, verbose_name="date joined")),
                ("full_name", models.CharField(blank=True, max_length=100, null=True, verbose_name="họ và tên")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-pgh_created_at", "-pgh_id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ApiKeyEvent",
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
                ("name", models.CharField(blank=True, max_length=60, null=True, verbose_name="dùng cho")),
                ("with_second_factor", models.BooleanField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="tạo lúc")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="đến ngày")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="thu hồi lúc")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="mapping.apikey",
                    ),
                ),
                (
                    "user",
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
            ],
            options={
                "ordering": ("-pgh_created_at", "-pgh_id"),
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("pgh_objs__isnull", False)),
                        fields=["pgh_last", "pgh_first"],
                        name="apikey_event_bulk",
                    )
                ],
            },
        ),
        migrations.RunSQL(KEEP, KEEP_BACK),
        *events_table("mapping_userevent"),
        *events_table("mapping_apikeyevent"),
        *events_table("mapping_accountlinkevent"),
        *keeps_account_history("mapping_user", "mapping_userevent", unseen=("last_login",)),
        *keeps_account_history("mapping_apikey", "mapping_apikeyevent", unseen=("used_at",), key_type="uuid"),
        *keeps_account_history("mapping_accountlink", "mapping_accountlinkevent", unit="unit_id"),
        *keeps_account_history(
            "otp_totp_totpdevice",
            unseen=("drift", "last_t", "last_used_at", "throttling_failure_count", "throttling_failure_timestamp"),
        ),
        append_only("django_admin_log"),
    ]
