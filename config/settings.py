"""The settings, read from the environment; docs/operations.md lists the variables.

Without variables, this is the embedded set-up of `make run`: SQLite, a broker on a Unix socket, all data in var/.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from common.version import VERSION
from config import environment
from config.processes import broker

BASE_DIR = Path(__file__).resolve().parent.parent

# --- folders -----------------------------------------------------------------------------------------------
CONCORD_HOME = Path(environment.text("CONCORD_HOME") or BASE_DIR / "var").resolve()
MEDIA_ROOT = Path(environment.text("CONCORD_MEDIA") or CONCORD_HOME / "media").resolve()
STATIC_ROOT = Path(environment.text("CONCORD_STATIC") or CONCORD_HOME / "static").resolve()
# files that are made again when they are missing: a folder per corpus, named by its public id, that is removed with it
CACHE_DIR = CONCORD_HOME / "cache"
WORK_DIR = CONCORD_HOME / "work"  # unfinished files; same file system as the media, so that a rename is atomic

# --- security ----------------------------------------------------------------------------------------------
DEBUG = environment.flag("CONCORD_DEBUG")
PRODUCTION = environment.flag("CONCORD_PRODUCTION")
SECRET_KEY_PATH = CONCORD_HOME / "secret_key"
NO_SECRET_KEY = "not-for-serving"  # noqa: S105 -- for commands only; the server refuses to start with it
SECRET_KEY = environment.text("CONCORD_SECRET_KEY") or (
    SECRET_KEY_PATH.read_text(encoding="ascii").strip() if SECRET_KEY_PATH.exists() else NO_SECRET_KEY
)
ALLOWED_HOSTS = environment.words("CONCORD_ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = environment.words("CONCORD_TRUSTED_ORIGINS")
HTTPS = environment.flag("CONCORD_HTTPS", default=PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = environment.number("CONCORD_HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin"  # never the address, which may hold the token of a link
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "media-src": [SELF, "blob:"],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "common.auth.client_address.client_address"
PROXIES = environment.number("CONCORD_PROXIES", 0)  # number of proxies that append to X-Forwarded-For
AXES_LOCKOUT_CALLABLE = "common.views.accounts.locked_out"
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "next"]  # `next` may hold the token of an invitation

# --- apps, middleware, authentication ----------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "config.apps.CollectedFiles",
    "django.forms",
    "django_htmx",
    "csp",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "common",
    "corpus",
    "annotator",
    "agreement",
    "export",
    "config.apps.ConfigConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "common.middleware.ApiMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "common.middleware.UserLocaleMiddleware",
    "common.middleware.NoStoreMiddleware",
    "common.middleware.HtmxLoginRedirectMiddleware",
    "common.middleware.TokenMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.context_processors.services",
            ],
        },
    }
]
FORM_RENDERER = "common.forms.Renderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "common.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "common.backends.PasswordBackend"]
SESSION_ENGINE = "common.auth.session_store"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "common:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "common:login"

# --- data --------------------------------------------------------------------------------------------------
DATABASES = {
    "default": environment.database(environment.text("DATABASE_URL"))
    if environment.text("DATABASE_URL")
    else environment.sqlite(CONCORD_HOME / "concord.sqlite3")
}
# on PostgreSQL; switch off behind a connection pooler in transaction mode
PREPARE_STATEMENTS = environment.flag("CONCORD_PREPARE", default=True)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
# The form of the accepted answers has a field per utterance and question and one per selected answer.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_TEMP_DIR = WORK_DIR if WORK_DIR.is_dir() else None

# --- language and time -------------------------------------------------------------------------------------
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.text("TZ") or "UTC"

# --- static files ------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.web.static_files.HashedModuleStorage"
    },
}

# --- background jobs ---------------------------------------------------------------------------------------
JOB_APPLICATION = "config.celery.app"  # imported with the first message
CELERY_BROKER_URL = environment.text("CELERY_BROKER_URL") or f"redis+socket://{broker.socket_path(CONCORD_HOME)}"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # kombu restores the messages of a dead worker every interval x throttle seconds; 100 by default
    "visibility_timeout": 3600,
    "unacked_restore_interval": 3,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    # requests do not wait for a broker that is down: the sweep sends their jobs later
    "max_retries": 0,
    "interval_start": 0,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # only the sweep recovers jobs, by their rows, so that no job runs twice
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
JOB_LEASE_SECONDS = environment.number("CONCORD_JOB_LEASE_SECONDS", 30)
SWEEP_SECONDS = environment.number("CONCORD_SWEEP_SECONDS", 5)

# --- media -------------------------------------------------------------------------------------------------
FFMPEG_BIN = environment.text("FFMPEG_BIN")
X_ACCEL_PREFIX = environment.text("CONCORD_X_ACCEL_PREFIX")  # set it behind nginx, which then sends the media
MAX_EPISODE_BYTES = environment.number("CONCORD_MAX_EPISODE_BYTES", 8 * 2**30)
MIN_FREE_BYTES = environment.number("CONCORD_MIN_FREE_BYTES", 200 * 2**20)

# --- API ---------------------------------------------------------------------------------------------------
API_PER_MINUTE = environment.number("CONCORD_API_PER_MINUTE", 1200)  # requests per user; labelling takes about 20
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["common.api.authentication.Token", "common.api.authentication.Session"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Concord",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "FlagReason": "annotator.models.Flag.Reason",
        "ReturnReason": "annotator.models.Return.Reason",
        "DecisionKind": ["decide", "undo"],
        "DecisionOutcome": ["discussion", "profile", "undecidable"],
        "WorkState": ["open", "done", "released"],
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "common.api.schema.add_error_responses"],
}

# --- logs --------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.web.log_redaction.RedactingFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # without Django's own handlers, which redact nothing
    "loggers": {name: {"handlers": [], "propagate": True} for name in ("django", "django.server")},
    "root": {"handlers": ["stderr"], "level": environment.text("CONCORD_LOG_LEVEL") or "INFO"},
}
