"""The devices people are signed in on, their recovery codes, and the links that let them set a password."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0007_access"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("salt", models.BinaryField(max_length=16)),
                ("digest", models.BinaryField(max_length=32)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignedInDevice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "factor",
                    models.CharField(
                        blank=True,
                        choices=[("", "chỉ mật khẩu"), ("totp", "mã trên điện thoại"), ("recovery", "mã khôi phục")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("user_agent", models.CharField(blank=True, max_length=300)),
                ("address", models.GenericIPAddressField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_seen_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signed_in_devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-last_seen_at",),
            },
        ),
        migrations.CreateModel(
            name="AccountLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("join", "lời mời"), ("password", "đặt lại mật khẩu")], max_length=8),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("username", models.CharField(max_length=150, verbose_name="tên đăng nhập")),
                ("full_name", models.CharField(max_length=100, verbose_name="họ và tên")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("administrator", "Người quản trị"),
                            ("province_officer", "Cán bộ tỉnh"),
                            ("commune_officer", "Cán bộ xã"),
                            ("village_head", "Trưởng thôn"),
                            ("surveyor", "Người điều tra"),
                            ("agronomist", "Cán bộ nông nghiệp"),
                            ("viewer", "Người xem số liệu"),
                        ],
                        max_length=20,
                        verbose_name="vai trò",
                    ),
                ),
                ("grant_until", models.DateField(blank=True, null=True, verbose_name="làm việc đến ngày")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="mapping.unit", verbose_name="đơn vị"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="account_links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "password"), ("user__isnull", False)),
                            models.Q(("kind", "join"), ("unit__isnull", False)),
                            _connector="OR",
                        ),
                        name="account_link_says_whom_it_is_for",
                    )
                ],
            },
        ),
    ]
