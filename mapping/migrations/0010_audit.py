"""The table of the audit: seen where one sees people, and by whoever acted; added to by everyone who acts."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from mapping.append_only import REFUSE, REFUSE_BACK, append_only, seen_where
from mapping.row_security import within

TABLE = "mapping_auditentry"
SEES = within("sonha.sees", f"{TABLE}.commune_id", f"{TABLE}.village_id")
OWN = f"{TABLE}.user_id::text = (SELECT current_setting('sonha.user', true))"


class Migration(migrations.Migration):
    dependencies = [("mapping", "0013_throttle")]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("user_id", models.BigIntegerField(null=True)),
                ("user_name", models.CharField(blank=True, max_length=250, verbose_name="người làm")),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="từ địa chỉ")),
                ("path", models.CharField(blank=True, max_length=200, verbose_name="trang")),
                ("why", models.CharField(blank=True, max_length=500, verbose_name="lý do")),
                (
                    "action",
                    models.CharField(help_text="registry.audit_actions names them", max_length=40, verbose_name="việc"),
                ),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="đối tượng")),
                ("table", models.CharField(blank=True, max_length=63)),
                ("row_id", models.UUIDField(null=True)),
                (
                    "rows",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
                ),
                ("village_id", models.BigIntegerField(null=True)),
                ("count", models.PositiveIntegerField(default=1, verbose_name="số lượng")),
                ("detail", models.JSONField(default=dict)),
                (
                    "commune",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.unit",
                        verbose_name="đơn vị",
                    ),
                ),
            ],
            options={
                "verbose_name": "mục nhật ký",
                "verbose_name_plural": "nhật ký truy cập",
                "ordering": ("-at", "-id"),
                "indexes": [
                    models.Index(fields=["commune", "-at"], name="audit_of_commune"),
                    models.Index(fields=["user_id", "-at"], name="audit_of_person"),
                    models.Index(condition=models.Q(("row_id__isnull", False)), fields=["row_id"], name="audit_of_row"),
                ],
            },
        ),
        migrations.RunSQL(REFUSE, REFUSE_BACK),
        append_only(TABLE),
        seen_where(TABLE, f"{OWN} OR {SEES}"),
    ]
