"""What a plate was before it was lost; and drafts of two batches that are read back at once stand side by side."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0040_draft_beside_a_plate")]

    operations = [
        migrations.RemoveConstraint(model_name="plate", name="house_has_one_draft"),
        migrations.AddField(
            model_name="plate",
            name="lost_from",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="lost_from",
            field=models.CharField(blank=True, editable=False, max_length=10, null=True),
        ),
        migrations.RunSQL(
            "UPDATE households_plate SET lost_from = 'installed' "
            "WHERE state IN ('lost', 'stolen') AND installed_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
