"""What lets a household see its own page and what it has said there, behind the wall.

Whoever may see a household may see its secrets' dates, its consents and corrections; so may the household itself, which
`sonha.household` names (mapping/wall.py `acting_as_household`). The policies ask the household's own wall.

* `households_open_secret` and `households_resident_at` answer before anyone acts: they know a row by its keyed hash.
* A consent is added and never changed or deleted: no privilege, no policy, and a trigger.
"""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from mapping.row_security import policies, within

ITSELF = "(SELECT nullif(current_setting('sonha.household', true), ''))::uuid"


def seen(table: str) -> str:
    """Whoever sees the household, by the wall around that."""
    return f"EXISTS (SELECT FROM households_household h WHERE h.id = {table}.household_id)"


def edited(table: str) -> str:
    """Whoever may change the household."""
    edits = within("sonha.edits", "h.commune_id", "h.village_id")
    return f"EXISTS (SELECT FROM households_household h WHERE h.id = {table}.household_id AND ({edits}))"


def own(table: str) -> str:
    """The household itself."""
    return f"{table}.household_id = {ITSELF}"


SECRETS, SESSIONS = "households_residentsecret", "households_residentsession"
CONSENTS, CORRECTIONS = "households_consent", "households_correction"

SEES_ITSELF = f"""
CREATE POLICY households_household_itself ON households_household FOR SELECT USING (id = {ITSELF})
"""

# For their own duration they see everything, so that they work too where one role owns the tables and serves the pages.
AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"
SEE_ALL = "PERFORM set_config('sonha.sees', '*', true), set_config('sonha.edits', '*', true)"
SEE_AS_BEFORE = "PERFORM set_config('sonha.sees', saw, true), set_config('sonha.edits', edited, true)"
BEFORE = """
    saw constant text := coalesce(current_setting('sonha.sees', true), '');
    edited constant text := coalesce(current_setting('sonha.edits', true), '');"""
DOORS = f"""
CREATE FUNCTION households_open_secret(asked bytea)
RETURNS TABLE (secret_id uuid, household_id uuid, opened_before timestamptz) LANGUAGE plpgsql {AS_OWNER} AS $body$
DECLARE {BEFORE}
BEGIN
    {SEE_ALL};
    SELECT s.id, s.household_id, s.last_opened_at INTO secret_id, household_id, opened_before
      FROM households_residentsecret s
     WHERE s.digest = asked AND s.revoked_at IS NULL AND s.expires_at > now()
       AND EXISTS (SELECT FROM households_household h WHERE h.id = s.household_id)
       FOR UPDATE;
    IF FOUND THEN
        UPDATE households_residentsecret s
           SET first_opened_at = coalesce(s.first_opened_at, now()), last_opened_at = now() WHERE s.id = secret_id;
        RETURN NEXT;
    END IF;
    {SEE_AS_BEFORE};
END $body$;
CREATE FUNCTION households_resident_at(asked bytea, idle interval, longest interval)
RETURNS TABLE (session_id uuid, secret_id uuid, household_id uuid) LANGUAGE plpgsql {AS_OWNER} AS $body$
DECLARE {BEFORE}
BEGIN
    {SEE_ALL};
    RETURN QUERY UPDATE households_residentsession AS used SET seen_at = now()
      FROM households_residentsecret s
     WHERE used.digest = asked AND used.ended_at IS NULL
       AND used.seen_at > now() - idle AND used.opened_at > now() - longest
       AND s.id = used.secret_id AND s.revoked_at IS NULL AND s.expires_at > now()
       AND EXISTS (SELECT FROM households_household h WHERE h.id = used.household_id)
    RETURNING used.id, s.id, used.household_id;
    {SEE_AS_BEFORE};
END $body$;
REVOKE ALL ON FUNCTION households_open_secret, households_resident_at FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sonha_web') THEN
        GRANT EXECUTE ON FUNCTION households_open_secret, households_resident_at TO sonha_web;
    END IF;
END $$;
"""
DOORS_BACK = """
DROP FUNCTION households_open_secret;
DROP FUNCTION households_resident_at;
"""

FOREVER = """
CREATE FUNCTION households_consent_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'a consent is never changed or deleted; add the next one' USING ERRCODE = 'insufficient_privilege';
END $body$;
CREATE TRIGGER consent_stays BEFORE UPDATE OR DELETE ON households_consent
    FOR EACH STATEMENT EXECUTE FUNCTION households_consent_stays();
DO $$
DECLARE role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['sonha_web', 'sonha_worker'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name AND rolname <> current_user) THEN
            EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON households_consent FROM %I', role_name);
        END IF;
    END LOOP;
END $$;
"""
FOREVER_BACK = """
DROP TRIGGER consent_stays ON households_consent;
DROP FUNCTION households_consent_stays;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0011_search_key"),
        ("mapping", "0013_throttle"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ResidentSecret",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="cấp lúc")),
                ("printed_at", models.DateTimeField(null=True, verbose_name="tải thư lúc")),
                ("expires_at", models.DateTimeField(verbose_name="dùng đến")),
                ("first_opened_at", models.DateTimeField(null=True, verbose_name="mở lần đầu")),
                ("last_opened_at", models.DateTimeField(null=True, verbose_name="mở lần cuối")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="thu hồi lúc")),
                (
                    "batch",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.job",
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
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "mã bí mật của hộ",
                "verbose_name_plural": "mã bí mật của hộ",
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=30, verbose_name="mục đích")),
                ("field", models.CharField(max_length=30, verbose_name="mục")),
                ("given", models.BooleanField(verbose_name="đồng ý")),
                ("wording_version", models.PositiveSmallIntegerField()),
                ("wording", models.TextField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="lúc")),
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
                (
                    "secret",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="households.residentsecret"
                    ),
                ),
            ],
            options={
                "verbose_name": "sự đồng ý của hộ",
                "verbose_name_plural": "sự đồng ý của hộ",
            },
        ),
        migrations.CreateModel(
            name="ResidentSession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
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
                (
                    "secret",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="households.residentsecret"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "field",
                    models.CharField(blank=True, help_text="empty: a free text", max_length=30, verbose_name="mục"),
                ),
                ("before", models.CharField(blank=True, max_length=500, verbose_name="đang ghi")),
                ("wanted", models.CharField(blank=True, max_length=500, verbose_name="xin sửa thành")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "đang chờ xã trả lời"), ("accepted", "đã sửa"), ("declined", "không sửa")],
                        default="waiting",
                        max_length=8,
                        verbose_name="tình trạng",
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="lúc")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="trả lời")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "changeset",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mapping.changeset"
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
                "verbose_name": "đề nghị sửa",
                "verbose_name_plural": "đề nghị sửa",
                "indexes": [models.Index(fields=["household", "-asked_at"], name="correction_of_household")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("state", "waiting")),
                            models.Q(models.Q(("state", "waiting"), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="correction_answered_has_a_time",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="residentsecret",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at", None)), fields=("household",), name="household_has_one_secret_in_use"
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["household", "purpose", "field", "-id"], name="consent_latest"),
        ),
        migrations.RunSQL(SEES_ITSELF, "DROP POLICY households_household_itself ON households_household"),
        policies(SECRETS, sees=seen(SECRETS), edits=edited(SECRETS)),
        policies(SESSIONS, sees=f"{own(SESSIONS)} OR {seen(SESSIONS)}", edits=f"{own(SESSIONS)} OR {edited(SESSIONS)}"),
        policies(CONSENTS, sees=seen(CONSENTS), edits="false", adds=own(CONSENTS)),
        policies(CORRECTIONS, sees=seen(CORRECTIONS), edits=edited(CORRECTIONS), adds=own(CORRECTIONS)),
        migrations.RunSQL(DOORS, DOORS_BACK),
        migrations.RunSQL(FOREVER, FOREVER_BACK),
    ]
