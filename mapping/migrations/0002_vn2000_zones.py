"""The VN-2000 zones that PostGIS lacks, and those it knows with another datum shift than the law's.

Upserted, so that ST_Transform in the database and `mapping.crs` in Python give the same metres.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from mapping.crs import spatial_ref_sys_rows


def write_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add or correct the rows of spatial_ref_sys."""
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (srid) DO UPDATE SET auth_name = excluded.auth_name, auth_srid = excluded.auth_srid, "
            "srtext = excluded.srtext, proj4text = excluded.proj4text",
            spatial_ref_sys_rows(),
        )


class Migration(migrations.Migration):
    dependencies = [("mapping", "0001_initial")]
    operations = [migrations.RunPython(write_rows, migrations.RunPython.noop)]
