"""Seven roles in place of two, and the wall in the database around what change sets remember of people."""

from django.db import migrations, models

from mapping.row_security import UNITS_OF, policies

ROLES = [
    ("province_officer", "Cán bộ tỉnh"),
    ("commune_officer", "Cán bộ xã"),
    ("village_head", "Trưởng thôn"),
    ("surveyor", "Người điều tra"),
    ("agronomist", "Cán bộ nông nghiệp"),
    ("viewer", "Người xem số liệu"),
]

# Officers of a village could do what a village head may do now; those of a province and of communes stay what they are.
RENAME = """
UPDATE mapping_grant AS granted SET role = CASE unit.kind
    WHEN 'province' THEN 'province_officer' WHEN 'village' THEN 'village_head' ELSE 'commune_officer' END
  FROM mapping_unit unit WHERE unit.id = granted.unit_id AND granted.role = 'officer'
"""
RENAME_BACK = """
UPDATE mapping_grant SET role = 'officer' WHERE role IN ('province_officer', 'commune_officer', 'village_head')
"""


def of_changeset(setting: str) -> str:
    """Condition on a change: the setting names the commune of its change set, a unit above it, or a village in it."""
    units = f"(SELECT sonha_units_of('{setting}'))::bigint[]"
    return f"""
        (SELECT current_setting('{setting}', true) = '*') OR EXISTS (
            SELECT FROM mapping_changeset action JOIN mapping_unit commune ON commune.id = action.commune_id
             WHERE action.id = mapping_change.changeset_id
               AND (commune.id = ANY ({units}) OR commune.parent_id = ANY ({units})
                    OR EXISTS (SELECT FROM mapping_unit village
                                WHERE village.parent_id = commune.id AND village.id = ANY ({units}))))
    """


class Migration(migrations.Migration):
    dependencies = [("mapping", "0006_job_villages")]

    operations = [
        migrations.AlterField(
            model_name="grant",
            name="role",
            field=models.CharField(choices=ROLES, max_length=20, verbose_name="vai trò"),
        ),
        migrations.RunSQL(RENAME, RENAME_BACK),
        migrations.RunSQL(UNITS_OF, "DROP FUNCTION sonha_units_of(text)"),
        # Whoever changes rows reads what they were, so both conditions are those of changing.
        policies("mapping_change", sees=of_changeset("sonha.edits"), edits=of_changeset("sonha.edits")),
    ]
