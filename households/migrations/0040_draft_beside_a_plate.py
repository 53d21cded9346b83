"""A draft is drawn beside the plate that is on its way, which gives way to it once it is printed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0039_same_address")]

    operations = [
        migrations.RemoveConstraint(model_name="plate", name="house_has_one_plate_on_its_way"),
        migrations.AddConstraint(
            model_name="plate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "printed"), ("state", "in_stock"), ("state", "issued"), _connector="OR"),
                fields=("house",),
                name="house_has_one_plate_on_its_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="plate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")), fields=("house",), name="house_has_one_draft"
            ),
        ),
    ]
