"""Two values of a field that were emptied, since they may be kept no longer, wait for nobody any more.

A position that waits for an officer keeps what makes it worth a second look, which holds once it is chosen.

A house that moves takes its visit first and then what hangs on it, as operations and officers do: nobody waits in a ring.
"""

from django.db import connection, migrations, models

from mapping import wall

# Of what waits its operation names the field; only of what was emptied it names none.
WAITING_FOR_NOTHING = """
UPDATE households_surveyconflict waiting SET settled_at = now()
  FROM households_surveyoperation sent
 WHERE sent.id = waiting.operation_id AND waiting.settled_at IS NULL AND sent.changes = '{}'
"""
FOLLOW = """
CREATE OR REPLACE FUNCTION households_survey_follows_house() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    rounds uuid[];
    visits uuid[];
    sees constant text := current_setting('sonha.sees', true);
    sensitive constant text := current_setting('sonha.sensitive', true);
BEGIN
    SELECT array_agg(id ORDER BY id) INTO rounds FROM households_surveyround WHERE commune_id = NEW.commune_id;
    IF rounds IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(of_round.id::text, 7)) FROM unnest(rounds) AS of_round (id)
       JOIN households_surveyround open ON open.id = of_round.id AND open.closed_at IS NULL;
    PERFORM set_config('sonha.sees', '*', true), set_config('sonha.sensitive', '*', true);
    visits := ARRAY(SELECT id FROM households_surveyvisit WHERE round_id = ANY (rounds) AND house_id = NEW.id
                     ORDER BY id FOR UPDATE);
    UPDATE households_surveyvisit SET village_id = NEW.village_id WHERE id = ANY (visits);
    UPDATE households_surveyoperation SET village_id = NEW.village_id WHERE visit_id = ANY (visits);
    UPDATE households_surveyconflict SET village_id = NEW.village_id WHERE visit_id = ANY (visits);
    UPDATE households_surveysensitive SET village_id = NEW.village_id WHERE visit_id = ANY (visits);
    UPDATE households_surveyphoto SET village_id = NEW.village_id WHERE round_id = ANY (rounds) AND house_id = NEW.id;
    PERFORM set_config('sonha.sees', sees, true), set_config('sonha.sensitive', sensitive, true);
    RETURN NULL;
END
$body$;
"""
FOLLOW_BEFORE = """
CREATE OR REPLACE FUNCTION households_survey_follows_house() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    rounds uuid[];
    sees constant text := current_setting('sonha.sees', true);
    sensitive constant text := current_setting('sonha.sensitive', true);
BEGIN
    SELECT array_agg(id ORDER BY id) INTO rounds FROM households_surveyround WHERE commune_id = NEW.commune_id;
    IF rounds IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(of_round.id::text, 7)) FROM unnest(rounds) AS of_round (id)
       JOIN households_surveyround open ON open.id = of_round.id AND open.closed_at IS NULL;
    PERFORM set_config('sonha.sees', '*', true), set_config('sonha.sensitive', '*', true);
    UPDATE households_surveyoperation SET village_id = NEW.village_id WHERE visit_id IN (
        SELECT id FROM households_surveyvisit WHERE round_id = ANY (rounds) AND house_id = NEW.id);
    UPDATE households_surveyconflict SET village_id = NEW.village_id WHERE visit_id IN (
        SELECT id FROM households_surveyvisit WHERE round_id = ANY (rounds) AND house_id = NEW.id);
    UPDATE households_surveysensitive SET village_id = NEW.village_id WHERE visit_id IN (
        SELECT id FROM households_surveyvisit WHERE round_id = ANY (rounds) AND house_id = NEW.id);
    UPDATE households_surveyphoto SET village_id = NEW.village_id WHERE round_id = ANY (rounds) AND house_id = NEW.id;
    UPDATE households_surveyvisit SET village_id = NEW.village_id WHERE round_id = ANY (rounds) AND house_id = NEW.id;
    PERFORM set_config('sonha.sees', sees, true), set_config('sonha.sensitive', sensitive, true);
    RETURN NULL;
END
$body$;
"""


def close_what_was_emptied(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Conflicts of visits that retention or a household's wish emptied before."""
    with wall.acting_as_system("survey.retention"), connection.cursor() as cursor:
        cursor.execute(WAITING_FOR_NOTHING)


class Migration(migrations.Migration):
    dependencies = [("households", "0053_visits_of_a_surveyor")]

    operations = [
        migrations.AddField(
            model_name="surveyconflict",
            name="flags",
            field=models.JSONField(null=True, verbose_name="điều cần xem lại"),
        ),
        migrations.RunSQL(FOLLOW, FOLLOW_BEFORE),
        migrations.RunPython(close_what_was_emptied, migrations.RunPython.noop),
    ]
