"""The history of rows: the function of its triggers, and the events of grants."""

import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

from mapping.history_sql import KEEP, KEEP_BACK, events_table, keeps_history

# Nobody writes pghistory's own table of contexts: each event holds its own.
UNUSED = """
DO $$
DECLARE role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['sonha_web', 'sonha_worker'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name AND rolname <> current_user) THEN
            EXECUTE format('REVOKE ALL ON pghistory_context FROM %I', role_name);
        END IF;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0014_api_keys"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.RunSQL(UNUSED, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, KEEP_BACK),
        migrations.CreateModel(
            name="GrantEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_commune_id", models.BigIntegerField(null=True)),
                ("pgh_village_id", models.BigIntegerField(null=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("role", models.CharField(blank=True, max_length=20, null=True, verbose_name="vai trò")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="đến ngày")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="mapping.grant",
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
                        verbose_name="tài khoản",
                    ),
                ),
            ],
            options={
                "ordering": ("-pgh_created_at", "-pgh_id"),
                "abstract": False,
            },
        ),
        *events_table("mapping_grantevent"),
        keeps_history("mapping_grant", "mapping_grantevent", commune="r.unit_id", key_type="bigint"),
    ]
