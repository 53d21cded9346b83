"""The personal number of a head of household, and images of rows that know it."""

from django.db import migrations, models

# Images of rows that an undo may put back were taken before there was such a number.
IMAGES = """
UPDATE mapping_change SET before = before || '{"personal_number": ""}'
 WHERE "table" = 'households_household' AND before IS NOT NULL AND NOT before ? 'personal_number'
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0014_history")]

    operations = [
        migrations.AddField(
            model_name="household",
            name="personal_number",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=12, verbose_name="số định danh cá nhân"
            ),
        ),
        migrations.AddField(
            model_name="householdevent",
            name="personal_number",
            field=models.CharField(blank=True, max_length=12, null=True, verbose_name="số định danh cá nhân"),
        ),
        migrations.RunSQL(IMAGES, migrations.RunSQL.noop),
    ]
