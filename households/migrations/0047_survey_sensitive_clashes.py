"""Sensitive answers that two people gave differently stay behind the wall of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0046_survey_wall")]

    operations = [
        migrations.AddField(
            model_name="surveysensitive",
            name="clashes",
            field=models.JSONField(default=dict, verbose_name="mục ghi khác nhau"),
        ),
    ]
