"""Files with people in them have a last day; of what was removed the row stays."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mapping", "0016_account_history")]

    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="kept_until",
            field=models.DateTimeField(help_text="null: as long as its row", null=True, verbose_name="giữ đến"),
        ),
        migrations.AddField(
            model_name="storedfile",
            name="removed_at",
            field=models.DateTimeField(
                help_text="the bytes are gone, the row tells what was", null=True, verbose_name="đã xóa lúc"
            ),
        ),
    ]
