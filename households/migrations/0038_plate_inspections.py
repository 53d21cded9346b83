"""Why a plate hangs where it does, and when it was last looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0037_plates_so_far"),
    ]

    operations = [
        migrations.AddField(
            model_name="plate",
            name="inspected_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="kiểm tra lúc"),
        ),
        migrations.AddField(
            model_name="plate",
            name="installed_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="lý do khi lắp"),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="inspected_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="kiểm tra lúc"),
        ),
        migrations.AddField(
            model_name="plateevent",
            name="installed_reason",
            field=models.CharField(blank=True, max_length=300, null=True, verbose_name="lý do khi lắp"),
        ),
    ]
