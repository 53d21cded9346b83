"""What the desk of the survey keeps: last days of assignments, why a phone was revoked, photos of houses."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

from mapping.row_security import policies, within

TABLE = "households_housephoto"


def at_its_house(setting: str) -> str:
    """Condition on a photo: its house stands where the setting says; a photo moves with its house."""
    place = within(setting, "house.commune_id", "house.village_id")
    return f"EXISTS (SELECT FROM households_house house WHERE house.id = {TABLE}.house_id AND ({place}))"


class Migration(migrations.Migration):
    dependencies = [("households", "0048_events_of_a_village"), ("mapping", "0017_kept_until")]

    operations = [
        migrations.AddField(
            model_name="surveyassignment",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="đến ngày"),
        ),
        migrations.AddField(
            model_name="surveydevice",
            name="unsent",
            field=models.PositiveIntegerField(null=True, verbose_name="còn trên máy"),
        ),
        migrations.AddField(
            model_name="surveydevice",
            name="revoke_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="lý do thu hồi"),
        ),
        migrations.CreateModel(
            name="HousePhoto",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("taken_at", models.DateTimeField(null=True, verbose_name="chụp lúc")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="thêm lúc")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.storedfile",
                        verbose_name="ảnh",
                    ),
                ),
                (
                    "house",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="photos",
                        to="households.house",
                    ),
                ),
            ],
            options={
                "verbose_name": "ảnh của nhà",
                "verbose_name_plural": "ảnh của nhà",
                "ordering": ("taken_at", "id"),
                "constraints": [models.UniqueConstraint(fields=("house", "file"), name="house_photo_once")],
            },
        ),
        migrations.RunSQL(
            f"ALTER TABLE {TABLE} ADD CONSTRAINT house_photo_of_a_house FOREIGN KEY (house_id) "
            "REFERENCES households_house (id) ON DELETE CASCADE",
            f"ALTER TABLE {TABLE} DROP CONSTRAINT house_photo_of_a_house",
        ),
        policies(TABLE, sees=at_its_house("sonha.sees"), edits=at_its_house("sonha.edits")),
    ]
