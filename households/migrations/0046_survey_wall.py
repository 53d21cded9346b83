"""The wall around what the field survey finds out about people.

Whoever sees people at a place may write a visit there: surveyors see without editing the register, and a visit is no
part of it. Sensitive answers are seen and written where sensitive data is.
"""

from django.db import migrations

from mapping.row_security import policies, within

TABLES = ("surveyvisit", "surveyoperation", "surveyconflict", "surveyphoto")


def seen(table: str, setting: str) -> str:
    return within(setting, f"{table}.commune_id", f"{table}.village_id")


class Migration(migrations.Migration):
    dependencies = [("households", "0045_survey")]

    operations = [
        *(
            policies(
                f"households_{name}",
                sees=seen(f"households_{name}", "sonha.sees"),
                edits=seen(f"households_{name}", "sonha.sees"),
            )
            for name in TABLES
        ),
        policies(
            "households_surveysensitive",
            sees=seen("households_surveysensitive", "sonha.sensitive"),
            edits=seen("households_surveysensitive", "sonha.sensitive"),
        ),
    ]
