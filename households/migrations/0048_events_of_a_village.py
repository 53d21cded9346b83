"""What left a village since a phone last looked is found by the village, not by reading the whole history."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("households", "0047_survey_sensitive_clashes")]

    operations = [
        migrations.AddIndex(
            model_name=f"{name}event",
            index=models.Index(
                fields=["pgh_village_id"],
                condition=Q(pgh_label__in=("update", "delete")),
                name=f"{name}_event_village",
            ),
        )
        for name in ("house", "household")
    ]
