"""The history of one house asks which change sets touched its rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mapping", "0004_added_range")]

    operations = [
        migrations.AddIndex(model_name="change", index=models.Index(fields=("row_id",), name="change_of_row")),
    ]
