"""Assessments of households, behind a wall of their own: `sonha.sensitive` and not `sonha.sees` opens it.

A row is added and, by an undo, taken back; nothing changes one. `households_assessment_counts` counts for people who
may see no names, and leaves out every group of fewer than five households.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from mapping.append_only import append_only, seen_where
from mapping.history_sql import keeps_history
from mapping.row_security import policies, within

TABLE = "households_assessment"


def where(setting: str) -> str:
    """The household of a row lies where the setting says; that it is seen at all, its own wall says."""
    at = within(setting, "h.commune_id", "h.village_id")
    return f"EXISTS (SELECT FROM households_household h WHERE h.id = {TABLE}.household_id AND ({at}))"


STAYS = f"""
CREATE FUNCTION {TABLE}_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'an assessment is never changed; add the one that corrects it' USING ERRCODE = 'restrict_violation';
END $body$;
CREATE TRIGGER assessment_stays BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_stays();
"""
STAYS_BACK = f"""
DROP TRIGGER assessment_stays ON {TABLE};
DROP FUNCTION {TABLE}_stays;
"""
COUNTS = f"""
CREATE VIEW households_assessment_counts AS
SELECT household.commune_id, household.village_id, latest.standard, latest.outcome, count(*) AS households
  FROM (SELECT DISTINCT ON (household_id, standard) household_id, standard, outcome
          FROM {TABLE} kept
         WHERE NOT EXISTS (SELECT FROM {TABLE} correction WHERE correction.corrects_id = kept.id)
         ORDER BY household_id, standard, assessed_on DESC, id DESC) latest
  JOIN households_household household ON household.id = latest.household_id
 GROUP BY 1, 2, 3, 4
HAVING count(*) >= 5;
DO $$
DECLARE role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['sonha_web', 'sonha_worker'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name AND rolname <> current_user) THEN
            EXECUTE format('REVOKE ALL ON households_assessment_counts FROM %I', role_name);
            EXECUTE format('GRANT SELECT ON households_assessment_counts TO %I', role_name);
        END IF;
    END LOOP;
END $$;
"""
EVENTS = f"{TABLE}event"
AT = "(SELECT h.{} FROM households_household h WHERE h.id = r.household_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0019_personal_number"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("standard", models.CharField(max_length=20, verbose_name="theo chuẩn")),
                ("outcome", models.CharField(max_length=20, verbose_name="kết quả")),
                ("assessed_on", models.DateField(verbose_name="ngày rà soát")),
                ("decision_number", models.CharField(max_length=50, verbose_name="số quyết định")),
                ("decision_date", models.DateField(verbose_name="ngày quyết định")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="ghi lúc")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "assessed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="households.assessment",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="households.household",
                        verbose_name="hộ",
                    ),
                ),
            ],
            options={
                "verbose_name": "kết quả rà soát hộ",
                "verbose_name_plural": "kết quả rà soát hộ",
                "ordering": ("-assessed_on", "-id"),
            },
        ),
        migrations.CreateModel(
            name="AssessmentEvent",
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
                ("standard", models.CharField(blank=True, max_length=20, null=True, verbose_name="theo chuẩn")),
                ("outcome", models.CharField(blank=True, max_length=20, null=True, verbose_name="kết quả")),
                ("assessed_on", models.DateField(blank=True, null=True, verbose_name="ngày rà soát")),
                (
                    "decision_number",
                    models.CharField(blank=True, max_length=50, null=True, verbose_name="số quyết định"),
                ),
                ("decision_date", models.DateField(blank=True, null=True, verbose_name="ngày quyết định")),
                ("created_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ghi lúc")),
                ("version", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                (
                    "assessed_by",
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
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.assessment",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.household",
                        verbose_name="hộ",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="households.assessment",
                    ),
                ),
            ],
            options={
                "ordering": ("-pgh_created_at", "-pgh_id"),
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["household", "-assessed_on"], name="assessment_of_household"),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("corrects", models.F("id")), _negated=True), name="assessment_corrects_another"
            ),
        ),
        migrations.AddIndex(
            model_name="assessmentevent",
            index=models.Index(
                condition=models.Q(("pgh_objs__isnull", False)),
                fields=["pgh_last", "pgh_first"],
                name="assessment_event_bulk",
            ),
        ),
        policies(TABLE, sees=where("sonha.sensitive"), edits=f"{where('sonha.sensitive')} AND {where('sonha.edits')}"),
        migrations.RunSQL(STAYS, STAYS_BACK),
        migrations.RunSQL(COUNTS, "DROP VIEW households_assessment_counts"),
        append_only(EVENTS, written_by_triggers=True),
        seen_where(EVENTS, within("sonha.sensitive", f"{EVENTS}.pgh_commune_id", f"{EVENTS}.pgh_village_id")),
        keeps_history(TABLE, EVENTS, commune=AT.format("commune_id"), village=AT.format("village_id")),
    ]
