"""Every setting, read once from the environment. Nothing else in the project reads the environment.

`script/setup` writes `var/env` with the database URLs, the secret key and the font paths of this machine;
a variable that is set in the environment wins over the file. README.md holds the table of variables.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import environment as env
from config import start_rules

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("SONHA_VAR", str(BASE_DIR / "var")))
env.load_env_file(VAR_DIR / "env")

VERSION = next(
    iter(re.findall(r"^## \[?v?(\d+\.\d+\.\d+)", (BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)),
    "0.0.0",
)

# --- The process -------------------------------------------------------------------------------------

DEBUG = env.flag("SONHA_DEBUG", False)
SECRET_KEY = env.text("SONHA_SECRET_KEY")
# Hosts that stand on plates of former years: they hang for as long as plates do, so this server goes on answering.
FORMER_PLATE_HOSTS = [host.lower() for host in env.words("SONHA_FORMER_PLATE_HOSTS")]
ALLOWED_HOSTS = list(dict.fromkeys([*env.words("SONHA_HOSTS", "localhost,127.0.0.1,[::1]"), *FORMER_PLATE_HOSTS]))
HTTPS = env.flag("SONHA_HTTPS", False)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and host != "*"]
BEHIND_PROXY = env.flag("SONHA_BEHIND_PROXY", False)
start_rules.refuse_weak_key(SECRET_KEY)
start_rules.refuse_former_hosts(FORMER_PLATE_HOSTS)
start_rules.refuse_wrong_combinations(hosts=ALLOWED_HOSTS, debug=DEBUG, https=HTTPS, behind_proxy=BEHIND_PROXY)

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
INSTALLED_APPS = [
    "config.admin_app.SonhaAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.gis",
    "django.contrib.postgres",
    "csp",
    "leaflet",
    "procrastinate.contrib.django",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "pghistory",  # its models alone, see mapping/history.py
    "mapping",
    "households",
    "soil_map",
]
MIDDLEWARE = [
    "mapping.response_headers.ResponseHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "mapping.errors.ErrorPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "mapping.request_limits.RequestLimitsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mapping.accounts.middleware.DeviceMiddleware",
    "mapping.api.ApiKeyMiddleware",
    "mapping.wall.WallMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mapping.context.site",
            ],
        },
    }
]

# --- The database ------------------------------------------------------------------------------------

DB_ROLE = env.choice("SONHA_DB_ROLE", "web", ("web", "worker", "owner"))
_URL_OF_ROLE = {"web": "DATABASE_URL", "worker": "DATABASE_WORKER_URL", "owner": "DATABASE_OWNER_URL"}


def database_of(role: str) -> dict[str, object]:
    """Return Django's settings for the database as `role`; one URL serves all roles when only it is set."""
    name = _URL_OF_ROLE[role]
    return env.database(name if env.text(name, "") else "DATABASE_URL")


DATABASES = {"default": database_of(DB_ROLE)}
DB_USER_OF_PAGES = str(database_of("web").get("USER", ""))  # for mapping/checks.py, whoever runs it
# A page reads and writes in one transaction, in which row-level security knows who asks (mapping/wall.py). Public
# pages that many ask for and that read no people stand outside.
DATABASES["default"]["ATOMIC_REQUESTS"] = DB_ROLE == "web"
DATABASES["default"]["TEST"] = {"NAME": env.text("SONHA_TEST_DATABASE", "sonha_test")}
if DB_ROLE == "web":
    # Each web process keeps a few connections open: opening one for every request costs a hundredfold.
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.whole("SONHA_DB_POOL", 8, least=1),
        "timeout": 2,  # as many threads as connections: only a database that is down makes anyone wait
    }
    # Asks each connection before it is lent, 0.03 ms: those that a restart of the database cut are replaced unseen.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "mapping.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "front"
LOGOUT_REDIRECT_URL = "front"
AUTHENTICATION_BACKENDS = ["mapping.accounts.throttling.SlowDown", "django.contrib.auth.backends.ModelBackend"]
# Long and not among the common ones; no mixture of signs is asked for and no password runs out.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "mapping.accounts.passwords.UnlikeOneself",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "mapping.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "mapping.accounts.passwords.NotCommon"},
]
# Officers and up sign in with a code of their phone besides the password.
REQUIRE_TOTP = env.flag("SONHA_REQUIRE_TOTP", True)
# A browser that nobody uses for half a day is signed out, and every browser once a week.
SESSION_IDLE = datetime.timedelta(hours=env.whole("SONHA_SESSION_IDLE_HOURS", 12, least=1))
SESSION_WHOLE = datetime.timedelta(days=env.whole("SONHA_SESSION_DAYS", 7, least=1))
SESSION_COOKIE_AGE = int(SESSION_WHOLE.total_seconds())
# How sign-in is slowed down is written in mapping/accounts/throttling.py.
AXES_HANDLER = "mapping.accounts.throttling.TryCounter"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = datetime.timedelta(minutes=10)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "mapping.accounts.throttling.counted_name"
AXES_CLIENT_IP_CALLABLE = "mapping.accounts.throttling.counted_network"
AXES_SENSITIVE_PARAMETERS = ["username", "password", "next", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- Long work ---------------------------------------------------------------------------------------

PROCRASTINATE_IMPORT_PATHS = ["mapping.jobs"]

# --- Language and time -------------------------------------------------------------------------------

# Source strings are Vietnamese; English is the one catalogue, and it is complete.
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = "config.formats"

# --- Files -------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else's pages use our scripts
STATICFILES_DIRS = [
    ("css", BASE_DIR / "static" / "css"),
    ("js", BASE_DIR / "static" / "js"),
    ("img", BASE_DIR / "static" / "img"),
    ("vendor/protomaps", BASE_DIR / "static" / "node_modules" / "protomaps-leaflet" / "dist"),
    # The reader of plates for browsers that have none: the script, and the program that it runs.
    ("vendor/zxing", BASE_DIR / "static" / "node_modules" / "zxing-wasm" / "dist" / "iife" / "reader"),
    ("vendor/zxing", BASE_DIR / "static" / "node_modules" / "zxing-wasm" / "dist" / "reader"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "mapping.static_files.ModuleManifestStorage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = Path(env.text("SONHA_MEDIA_DIR", str(VAR_DIR / "media")))
# Letters with secrets, for a day at most, all servers of one installation sharing the folder; in no backup.
LETTERS_DIR = VAR_DIR / "letters"
BACKUP_DIR = Path(env.text("SONHA_BACKUP_DIR", str(VAR_DIR / "backups")))
# Whoever can open a backup: a public key of age or SSH, a file that holds one or a PGP key, or a key's name for gpg.
BACKUP_RECIPIENT = env.text("SONHA_BACKUP_RECIPIENT", "")
MAX_UPLOAD_MB = env.whole("SONHA_MAX_UPLOAD_MB", 100, least=1)
MAX_IMPORT_ROWS = env.whole("SONHA_MAX_IMPORT_ROWS", 200_000, least=1)
# What a request without files may bring. Pages that take files say so (mapping/request_limits.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000  # a list has at most 300 columns to choose for
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FONT_REGULAR = env.text("SONHA_FONT_REGULAR", "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf")
FONT_BOLD = env.text("SONHA_FONT_BOLD", "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf")

# --- Plates and maps ---------------------------------------------------------------------------------

# What is printed on every door. Printing anything but a proof is refused while this is no public https host.
PLATE_HOST = env.text("SONHA_PLATE_HOST", "localhost").lower()
# A sào in square metres, for doses: 500 in Thanh Hóa and the centre, 360 in the Red River delta.
SAO_M2 = env.whole("SONHA_SAO_M2", 500, least=1)
# A raster base map `https://host/{z}/{x}/{y}.png` and the credit its owner asks for; empty: our own layers only.
BASEMAP_URL = env.text("SONHA_BASEMAP_URL", "")
BASEMAP_ATTRIBUTION = env.text("SONHA_BASEMAP_ATTRIBUTION", "")
if BASEMAP_URL and not BASEMAP_ATTRIBUTION:
    raise ImproperlyConfigured("SONHA_BASEMAP_URL is set without SONHA_BASEMAP_ATTRIBUTION: name the map's owner.")
_basemap_origin = re.match(r"https?://[^/{]*", BASEMAP_URL)
LEAFLET_CONFIG = {
    "TILES": [],
    "RESET_VIEW": False,
    "SCALE": "metric",
    "ATTRIBUTION_PREFIX": "",
    "NO_GLOBALS": False,
    "FORCE_IMAGE_PATH": True,
}

# --- Walls -------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *([_basemap_origin.group()] if _basemap_origin else [])],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
# With "no-referrer" browsers send `Origin: null` with every form, and the CSRF check refuses it. Pages under a
# plate's token say "no-referrer" themselves.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "mapping.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if BEHIND_PROXY:
    # Only behind a proxy that sets this header itself; anyone could send it otherwise.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Requests a second and at once from one address, in each web process (mapping/rate_limits.py). Behind one address may
# be a commune's office or a mobile network's phones; SONHA_RATE_SCALE lets so many times more in.
_scale = env.whole("SONHA_RATE_SCALE", 1, least=1)
RATE_LIMITS = {
    "scan": (50 * _scale, 2_000 * _scale),
    "tiles": (200 * _scale, 4_000 * _scale),
    "pictures": (20 * _scale, 400 * _scale),  # half a second of drawing each, unless it is held
    "soil_pages": (5 * _scale, 300 * _scale),  # a sample, a field, a surface with its charts, a card
    "soil_reports": (0.2 * _scale, 40 * _scale),  # seconds each, where a campaign has tens of thousands of samples
    "alley": (2 * _scale, 200 * _scale),  # a map of many numbers each
    "report": (0.2 * _scale, 60 * _scale),  # what strangers send is counted in the database too
    "look_up": (0.5 * _scale, 300 * _scale),
    "geocode": (0.5 * _scale, 100 * _scale),  # a thousand addresses each
    "survey_packs": (1 * _scale, 120 * _scale),  # a village with its people each, of one person
    "survey_devices": (1 * _scale, 300 * _scale),  # of one person, as all three: two each time a phone sends
    "survey_operations": (4 * _scale, 600 * _scale),  # a house each
    "survey_photos": (20 * _scale, 6_000 * _scale),  # pieces of 256 kB, and a question before them
    "address": (10 * _scale, 600 * _scale),  # one address or place each, of one person
}
THROTTLE_SALT = ""  # tests give each test its own, so that none counts another's tries

# A file that somebody brought is read by pyogrio alone, with its network drivers off; GeoDjango's own GDAL
# never sees one, so its age does not matter here.
# The middleware of axes would answer a locked sign-in with a page of its own, and so tell that it is locked.
# The history's triggers are ours and not django-pgtrigger's (mapping/history.py).
SILENCED_SYSTEM_CHECKS = ["gis.W001", "axes.W002", "pghistory.E001"]

# --- Logging: to standard error, for journald or the terminal; audit is not logging ------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "mapping.log_privacy.PlainFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "filters": {"without_people": {"()": "mapping.log_privacy.WithoutPeople"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_people"]}},
    "root": {
        "handlers": ["stderr"],
        "level": env.choice("SONHA_LOG", "WARNING", ("DEBUG", "INFO", "WARNING")),
    },
    "loggers": {"django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
