"""The counter behind house codes: `households.codes.house_code` scatters it, so a code is never given twice."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("households", "0002_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE households_house_code_number AS bigint MINVALUE 0 START 0 MAXVALUE 89999999 NO CYCLE",
            "DROP SEQUENCE households_house_code_number",
        ),
    ]
