"""Which certificates of house numbers were given, so that one can be listed, exported and taken back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0042_printed_commune"),
        ("mapping", "0017_kept_until"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GivenCertificate",
            fields=[
                (
                    "identifier",
                    models.CharField(max_length=28, primary_key=True, serialize=False, verbose_name="mã giấy"),
                ),
                ("house_code", models.CharField(db_index=True, max_length=9, verbose_name="mã nhà")),
                ("issued_on", models.DateField(verbose_name="ngày cấp")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="thu hồi lúc")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="lý do thu hồi")),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="households.platebatch",
                        verbose_name="lô",
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.unit",
                        verbose_name="xã",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "giấy chứng nhận số nhà",
                "verbose_name_plural": "giấy chứng nhận số nhà",
                "ordering": ("-issued_on", "identifier"),
            },
        ),
    ]
