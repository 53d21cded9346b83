"""When a plate first left as more than a proof.

Of the plates that are there already nobody can tell, and one of them may hang on a door: they count as released.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0009_lean_place_index")]

    operations = [
        migrations.AddField(
            model_name="plate",
            name="released_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunSQL("UPDATE households_plate SET released_at = created_at", migrations.RunSQL.noop),
    ]
