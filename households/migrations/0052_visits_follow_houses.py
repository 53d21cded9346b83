"""What a round knows of a house goes along when the house is given another village.

Visits say in which village they lie, since that is how the wall finds them. A house is moved by its form, by an import,
by an undo: whoever moves it, they follow, as the system, since an officer need not see sensitive answers to set a house
right. An operation that is being taken just now is waited for, and one that comes meanwhile waits: operations hold
their round together, a house that moves holds it alone.

Assignments get a version, so that nobody overwrites what a colleague has amended meanwhile.
"""

from django.db import connection, migrations, models

from mapping import wall

FOLLOW = """
CREATE FUNCTION households_survey_follows_house() RETURNS trigger LANGUAGE plpgsql AS $body$
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
CREATE TRIGGER survey_follows AFTER UPDATE ON households_house FOR EACH ROW
    WHEN (OLD.village_id IS DISTINCT FROM NEW.village_id AND NEW.village_id IS NOT NULL)
    EXECUTE FUNCTION households_survey_follows_house();
"""
BACK = """
DROP TRIGGER survey_follows ON households_house;
DROP FUNCTION households_survey_follows_house();
"""
STRANDED = """
UPDATE {table} lost SET village_id = house.village_id
  FROM households_surveyvisit visit JOIN households_house house ON house.id = visit.house_id
 WHERE {which} AND house.commune_id = visit.commune_id AND lost.village_id <> house.village_id
"""
TABLES = (
    ("households_surveyoperation", "lost.visit_id = visit.id"),
    ("households_surveyconflict", "lost.visit_id = visit.id"),
    ("households_surveysensitive", "lost.visit_id = visit.id"),
    ("households_surveyphoto", "lost.round_id = visit.round_id AND lost.house_id = visit.house_id"),
    ("households_surveyvisit", "lost.id = visit.id"),
)


def bring_after(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Houses that were moved before this held."""
    with wall.acting_as_system("survey.follow"), connection.cursor() as cursor:
        for table, which in TABLES:
            cursor.execute(STRANDED.format(table=table, which=which))


class Migration(migrations.Migration):
    dependencies = [("households", "0051_survey_approvals")]

    operations = [
        migrations.AddField(
            model_name="surveyassignment",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.RunSQL(FOLLOW, BACK),
        migrations.RunPython(bring_after, migrations.RunPython.noop),
    ]
