"""The one settings file. Every value has a default that runs on a laptop with SQLite; production differs by environment only.

Each OPLICH_* name is explained in docs/settings.md (a test checks that).
"""

import datetime as dt
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from oplich.site.roles import ROLES

TESTING = "pytest" in sys.modules
# pytest reads this file before any conftest, so the tests' own folder is made here: never the data of the person who runs them.
HOME = Path(tempfile.mkdtemp(prefix="oplich-test-") if TESTING else os.environ.get("OPLICH_HOME") or Path.cwd() / "var").resolve()
DATA = HOME / "data"  # what a backup takes
OPLICH_KEY_FILE = Path(os.environ.get("OPLICH_KEY_FILE", HOME / "key" / "oplich.key"))  # what a backup never takes
OPLICH_JOURNAL_HEADS = HOME / "key" / "journal.heads"  # the ends of the journal's chain, noted outside the database
OPLICH_BACKUPS = Path(os.environ.get("OPLICH_BACKUPS", HOME / "backups"))
OPLICH_ERASURES = HOME / "key" / "erasures.list"  # ids of everybody erased; a restore erases them again
DEBUG = os.environ.get("OPLICH_DEBUG") == "1"
LAPTOP_SECRET = "only for a laptop: anyone can read this in the source"
SECRET_FILE = OPLICH_KEY_FILE.parent / "secret.key"  # made by `oplich setup`
SECRET_KEY = os.environ.get("OPLICH_SECRET_KEY") or (SECRET_FILE.read_text() if SECRET_FILE.exists() else LAPTOP_SECRET)
OPLICH_PROXY = os.environ.get("OPLICH_PROXY", "127.0.0.1")  # where that TLS proxy calls from
OPLICH_HTTPS = os.environ.get("OPLICH_HTTPS") == "1"  # served behind TLS: secure cookies, HSTS
OPLICH_LISTEN = os.environ.get("OPLICH_LISTEN", "127.0.0.1")  # the address the server listens on; 0.0.0.0: every one
OPLICH_THREADS = int(os.environ.get("OPLICH_THREADS", "8"))  # requests worked on at a time
PORT = int(os.environ.get("PORT", "8000"))
ALLOWED_HOSTS = os.environ.get("OPLICH_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("OPLICH_ORIGINS", "").split(",") if origin]

ROOT_URLCONF = "oplich.site.urls"
WSGI_APPLICATION = "oplich.site.wsgi.application"
AUTH_USER_MODEL = "core.User"
INSTALLED_APPS = [
    "oplich.site",
    "oplich.reporting",
    "oplich.assistance",
    "oplich.people",
    "oplich.partners",
    "oplich.places",
    "oplich.intake",
    "oplich.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "ninja",
    "csp",
]
MIDDLEWARE = [
    "oplich.site.middleware.Round",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "oplich.site.refusals.Refusals",
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
                "csp.context_processors.nonce",
                "oplich.site.frame.frame",
            ],
        },
    }
]

# PostgreSQL by OPLICH_DATABASE="dbname=… host=… user=…" (a libpq string); otherwise one SQLite file.
OPLICH_DATABASE = os.environ.get("OPLICH_DATABASE", "")
if OPLICH_DATABASE:
    _parts = dict(part.split("=", 1) for part in OPLICH_DATABASE.split())
    DATABASES: dict[str, dict[str, Any]] = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _parts.get("dbname", "oplich"),
            "HOST": _parts.get("host", ""),
            "PORT": _parts.get("port", ""),
            "USER": _parts.get("user", ""),
            "PASSWORD": _parts.get("password", ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "oplich.sqlite3",
            # IMMEDIATE: a writer waits instead of failing half-way. FULL: NORMAL lost acknowledged records in
            # 103 of 150 simulated power cuts. secure_delete: what was erased leaves no copy in free pages.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA secure_delete=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
                ),
            },
            "TEST": {"NAME": DATA / "test.sqlite3"},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "uk"
LANGUAGES = [("uk", "Українська"), ("en", "English")]
TIME_ZONE = "Europe/Kyiv"
USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = "oplich.site.formats"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"  # styles are 640 KB, 82 KB on the wire
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_AUTOREFRESH = DEBUG

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_REDIRECT_URL = "home"  # in the language of the page one signed in on
LOGIN_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "oplich.site.accounts.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not OPLICH_HTTPS
CSRF_FAILURE_VIEW = "oplich.site.views.csrf_failed"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OPLICH_HTTPS
SECURE_HSTS_SECONDS = 31536000 if OPLICH_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if OPLICH_HTTPS else None
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "style-src": ["'self'", "'unsafe-inline'"],  # SVG charts carry style attributes
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["oplich.intake.uploading.CappedUpload"]

# The largest file that may be handed in, in bytes.
OPLICH_UPLOAD_BYTES = int(os.environ.get("OPLICH_UPLOAD_BYTES", str(50_000_000)))
# The spreadsheets this installation accepts, in the order they are offered.
OPLICH_SHEETS = [
    "oplich.assistance.sheets.PARTNER_LIST",
    "oplich.assistance.sheets.ACTIVITIES",
    "oplich.places.sheets.PLACE_FIGURES",
    "oplich.partners.sheets.ORGANISATIONS",
]
# Where sectors are named and read, for the rooms below it.
OPLICH_SECTORS = "oplich.assistance.reading"
# Who hands in: a name → (organisation id, name), or the names that come nearest.
OPLICH_SENDERS = "oplich.partners.queries.sender"
# The deed that makes a new organisation of a sender nobody knows, from the command line.
OPLICH_NEW_SENDER = "oplich.partners.actions.organisations.create"
# What a line of an upload became in the room it belongs to: functions of (user, row) → [(words, url)].
OPLICH_BECAME = ["oplich.assistance.queries.became"]
# The response in hand, as the frame of every page names it.
OPLICH_RESPONSE: dict[str, Any] = {
    "name_uk": "Україна та сусіди",
    "name_en": "Ukraine and neighbours",
    "since": dt.date(2022, 2, 24),
    "until": None,  # goes on
}
# What a role may do, as patterns of deeds.
OPLICH_ROLES = ROLES
# API routers, mounted at /api/<name>/.
OPLICH_APIS = {
    "places": "oplich.places.api.router",
    "partners": "oplich.partners.api.router",
    "intake": "oplich.intake.api.router",
    "people": "oplich.people.api.router",
    "assistance": "oplich.assistance.api.router",
    "figures": "oplich.reporting.api.router",
}
# Panels of the home page ("what needs me today"): each takes the user and returns a list of core.home.Matter.
OPLICH_MATTERS = ["oplich.intake.queries.matters", "oplich.partners.queries.matters", "oplich.site.office.work.matters"]
# What is told when rows were taken in or withdrawn, in the same transaction: functions called with by= and upload=.
OPLICH_AFTER_ACCEPT = ["oplich.reporting.actions.follow_acceptance"]
# Jobs that come round: dotted path → minutes between two runs.
OPLICH_ROUNDS = {
    "oplich.core.journal.seal_round": 1,
    "oplich.reporting.facts.refresh_round": 5,
    "oplich.site.rounds.check_journal": 24 * 60,
    "oplich.site.rounds.tidy": 24 * 60,
}
# What rooms still drop of an erased person after a restore: functions that take a set of subjects' ids.
OPLICH_ERASERS = ["oplich.people.after_restore.erase_again"]
# How long personal data are kept, by which rule, and what happens then.
OPLICH_RETENTION = Path(os.environ.get("OPLICH_RETENTION", Path(__file__).resolve().parents[3] / "docs/privacy/retention.yaml"))
# What a program must send to read /metrics; empty: only from this machine.
OPLICH_METRICS_TOKEN = os.environ.get("OPLICH_METRICS_TOKEN", "")
# How many API calls one user may make in a minute.
OPLICH_API_CALLS_A_MINUTE = int(os.environ.get("OPLICH_API_CALLS_A_MINUTE", "1200"))
# Program logs: JSON lines without personal data; see site/logs.py.
LOGGING_CONFIG = "oplich.site.logs.configure"
LOGGING = {"file": "" if TESTING else f"{sys.argv[1] if sys.argv[1:2] in (['serve'], ['work']) else 'commands'}.log", "on": True}
