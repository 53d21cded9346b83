"""What the tables stand on (privileges, the natural collation, folding in the database), then the tables.

Tables that Django's own migrations made before are granted here one by one; later ones by default.
"""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

# The web and worker roles use what the owner makes; a database with one role for all has neither of them.
PRIVILEGES = """
DO $$
DECLARE role_name text; object_name regclass;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['sonha_web', 'sonha_worker'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', role_name);
            EXECUTE format('ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO %I', role_name);
            EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role_name);
            FOR object_name IN SELECT oid::regclass FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') AND relowner = current_user::regrole
            LOOP
                EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', object_name, role_name);
            END LOOP;
            FOR object_name IN SELECT oid::regclass FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' AND relowner = current_user::regrole
            LOOP
                EXECUTE format('GRANT USAGE, SELECT ON %s TO %I', object_name, role_name);
            END LOOP;
        END IF;
    END LOOP;
END $$
"""

# A managed server may let the owner create these; a plain one has them from its superuser already.
EXTENSIONS = """
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['postgis', 'pg_trgm', 'btree_gin', 'btree_gist', 'unaccent'] LOOP
        IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = wanted) THEN
            EXECUTE format('CREATE EXTENSION %I', wanted);
        END IF;
    END LOOP;
END $$
"""

# Numbers inside text by value, letters in Vietnamese order: 2, 10, 12, 12/5, 12/10, 12A; D before Đ.
COLLATION = "CREATE COLLATION vi_natural (provider = icu, locale = 'vi-u-kn-true')"

# The twin of mapping.text.fold, 1.5 µs against 9 µs for normalize() and two regular expressions; what the
# dictionary of unaccent does not know (decomposed letters above all) takes the slow way. unaccent() is only
# STABLE because its rules file could be changed; named with its dictionary it may stand in a generated column.
FOLD = r"""
CREATE FUNCTION sonha_fold(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
    folded text := btrim(lower(public.unaccent('public.unaccent'::regdictionary, value) COLLATE "C"));
BEGIN
    IF octet_length(folded) <> char_length(folded) OR strpos(folded, '  ') > 0 THEN
        folded := lower(regexp_replace(normalize(value, NFD), '[\u0300-\u036f]', '', 'g') COLLATE "und-x-icu");
        folded := replace(regexp_replace(folded, '[\u0300-\u036f]', '', 'g'), 'đ', 'd');
        folded := btrim(regexp_replace(folded, '\s+', ' ', 'g'));
    END IF;
    RETURN folded;
END $body$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(EXTENSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(PRIVILEGES, migrations.RunSQL.noop),
        migrations.RunSQL(COLLATION, "DROP COLLATION vi_natural"),
        migrations.RunSQL(FOLD, "DROP FUNCTION sonha_fold(text)"),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                ),
                ("full_name", models.CharField(blank=True, max_length=100, verbose_name="họ và tên")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "tài khoản",
                "verbose_name_plural": "tài khoản",
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="ChangeSet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(help_text="registry.changes names the kinds", max_length=40, verbose_name="việc"),
                ),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="đối tượng")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="lúc")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="hoàn tác lúc")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "lần thay đổi",
                "verbose_name_plural": "các lần thay đổi",
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("table", models.CharField(max_length=63)),
                ("row_id", models.UUIDField()),
                ("before", models.JSONField(null=True)),
                ("version_after", models.PositiveIntegerField(null=True)),
                (
                    "changeset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="mapping.changeset",
                    ),
                ),
            ],
            options={
                "verbose_name": "thay đổi",
                "verbose_name_plural": "thay đổi",
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("province", "Tỉnh, thành phố"),
                            ("commune", "Xã, phường, đặc khu"),
                            ("village", "Thôn, bản, tổ dân phố"),
                        ],
                        max_length=8,
                        verbose_name="cấp",
                    ),
                ),
                (
                    "designation",
                    models.CharField(
                        blank=True, help_text="xã, phường, thôn, bản …", max_length=20, verbose_name="loại"
                    ),
                ),
                ("code", models.CharField(max_length=12, verbose_name="mã")),
                ("name", models.CharField(db_collation="vi_natural", max_length=100, verbose_name="tên")),
                ("name_folded", models.CharField(editable=False, max_length=100)),
                (
                    "outline",
                    django.contrib.gis.db.models.fields.MultiPolygonField(
                        blank=True, null=True, spatial_index=False, srid=4326, verbose_name="ranh giới"
                    ),
                ),
                (
                    "vn2000_srid",
                    models.PositiveIntegerField(help_text="mã EPSG của múi chiếu", verbose_name="múi VN-2000"),
                ),
                ("area_m2", models.FloatField(editable=False, null=True, verbose_name="diện tích (m²)")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="nguồn ranh giới")),
                ("is_invented", models.BooleanField(default=False, verbose_name="dữ liệu minh họa")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="có từ ngày")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="đến ngày")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="mapping.unit",
                        verbose_name="thuộc",
                    ),
                ),
            ],
            options={
                "verbose_name": "đơn vị hành chính",
                "verbose_name_plural": "đơn vị hành chính",
                "ordering": ("kind", "code"),
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="tên tệp")),
                ("content_type", models.CharField(max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField(verbose_name="số byte")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="lúc")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "verbose_name": "tệp",
                "verbose_name_plural": "tệp",
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(help_text="registry.job_kinds names them", max_length=40)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="lúc")),
                ("language", models.CharField(default="vi", max_length=5)),
                ("params", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "đang chờ"),
                            ("running", "đang chạy"),
                            ("done", "xong"),
                            ("failed", "không xong"),
                            ("cancelled", "đã dừng"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="tình trạng",
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("sentence", models.TextField(blank=True, verbose_name="kết quả")),
                ("result", models.JSONField(default=dict)),
                ("cancel_requested", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "result_file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mapping.storedfile",
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
            ],
            options={
                "verbose_name": "công việc",
                "verbose_name_plural": "công việc",
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("officer", "Cán bộ"), ("viewer", "Người xem số liệu")],
                        max_length=20,
                        verbose_name="vai trò",
                    ),
                ),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="đến ngày")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="mapping.unit",
                        verbose_name="đơn vị",
                    ),
                ),
            ],
            options={
                "verbose_name": "phân công",
                "verbose_name_plural": "phân công",
            },
        ),
        migrations.AddField(
            model_name="changeset",
            name="commune",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mapping.unit",
                verbose_name="xã",
            ),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["parent"], name="unit_parent"),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_until__isnull", True)),
                fields=("kind", "code"),
                name="unit_code_is_unique_today",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outline__isnull", True),
                    django.contrib.gis.db.models.functions.IsValid("outline"),
                    _connector="OR",
                ),
                name="unit_outline_is_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(fields=("user", "unit", "role"), name="grant_is_given_once"),
        ),
        migrations.AddIndex(
            model_name="changeset",
            index=models.Index(fields=["commune", "-created_at"], name="changeset_by_commune"),
        ),
    ]
