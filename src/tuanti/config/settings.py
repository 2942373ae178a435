"""Settings: from the environment only, refused loudly where they make no sense.

``TUANTI_MODE`` is ``service`` (the default), ``demo`` or ``test``. Only a demonstration may go
without secrets of its own, and only there can one step into a role with a click.
"""

import base64
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

MODE = env.str("TUANTI_MODE", default="service")
if MODE not in ("service", "demo", "test"):
    raise ImproperlyConfigured(f"TUANTI_MODE is service, demo or test, not {MODE!r}")
SERVICE, DEMO = MODE == "service", MODE == "demo"
HOME = Path(env.str("TUANTI_HOME", default="tuanti-home")).absolute()


def _secret(name: str, made_up: str) -> str:
    """Read a secret; a service has no default for it."""
    return str(env.str(name) if SERVICE else env.str(name, default=made_up))


def _invented(name: str) -> str:
    return base64.b64encode(hashlib.sha256(f"tuanti {name}".encode()).digest()).decode()


# --- Who we are and how we are reached --------------------------------------------------------

DEBUG = False
SECRET_KEY = _secret("TUANTI_SECRET_KEY", _invented("session"))
ALLOWED_HOSTS = env.list("TUANTI_HOSTS", default=[] if SERVICE else ["*"])
CSRF_TRUSTED_ORIGINS = env.list("TUANTI_ORIGINS", default=[])
ROOT_URLCONF = "tuanti.config.urls"
WSGI_APPLICATION = "tuanti.config.wsgi.application"
PHONE = env.str("TUANTI_PHONE", default="023-0000-0000")  # the help line on residents' pages

# Personal data: `id:base64,…`, the first encrypts, all decrypt. The index key never changes.
VAULT_KEYS = _secret("TUANTI_VAULT_KEYS", f"demo:{_invented('vault')}")
INDEX_KEY = _secret("TUANTI_INDEX_KEY", _invented("index"))
# The journal's checkpoints are signed with this Ed25519 seed.
JOURNAL_NAME = env.str("TUANTI_JOURNAL_NAME", default="tuanti.example/journal")
JOURNAL_KEY = _secret("TUANTI_JOURNAL_KEY", _invented("journal"))

# --- What stands in the house -----------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "tuanti.web",  # before allauth: its pages wear our looks
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "tuanti.journal",
    "tuanti.people",
    "tuanti.places",
    "tuanti.profiles",
    "tuanti.consent",
    "tuanti.overview",
    "tuanti.sample",
    "tuanti.jobs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tuanti.people.middleware.ActorMiddleware",
    "tuanti.people.middleware.PolicyMiddleware",
]
POLICY = "tuanti.config.policy.TABLE"
NAVIGATION = "tuanti.config.navigation.ITEMS"
# Earlier rooms ask later ones by address: the street's imports run one way.
ACTOR_NAME = "tuanti.people.queries.name_of"
PLACE_WITHIN = "tuanti.places.queries.within"
PLACES_BELOW = "tuanti.places.queries.places_below"
PLACE_NAME = "tuanti.places.queries.place_name"
STAIRWELL_PAGE = "overview:stairwell"  # where the code on a poster leads
RESIDENT_HOME = "overview:mine"  # where one who came in by a stairwell's code is led
# Rooms whose tables refuse to be changed; `flush` lifts their guards where there is no service.
GUARDS = ("tuanti.journal.guards", "tuanti.consent.guards")
DESK = ("tuanti.places.desk.waiting", "tuanti.consent.desk.waiting")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tuanti.web.context.shell",
                "tuanti.people.context.actor",
            ],
            "builtins": ["tuanti.web.templatetags.tuanti"],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------


def _database() -> dict[str, Any]:
    found: dict[str, Any] = env.db_url(
        "DATABASE_URL", default=f"sqlite:///{HOME / 'tuanti.sqlite3'}"
    )
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # What was acknowledged is on the disk: FULL, also with a write-ahead log.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    else:
        found["CONN_MAX_AGE"] = 60
        found["CONN_HEALTH_CHECKS"] = True
    return found


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
    }
}
OWNER_RETENTION_DAYS = env.int("TUANTI_RETENTION_DAYS", default=3 * 365)
MEDIA_ROOT = HOME / "files"  # evidence and imported lists; served by views that ask who wants them
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if MODE == "test"
        else "django_tasks_db.DatabaseBackend",
        "ENQUEUE_ON_COMMIT": True,
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20

# --- Languages and time -----------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Signing in -------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
if MODE == "test":  # a slow hash guards nobody there
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
SIGN_IN_ADDRESS = "/account/login/"
LOGIN_REDIRECT_URL = "web:desk"
ACCOUNT_ADAPTER = "tuanti.people.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "tuanti.people.adapters.SocialAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,20/15m/ip", "login": "60/m/ip"}
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "团梯 Tuanti"
MFA_ADAPTER = "tuanti.people.adapters.MFAAdapter"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SERVICE
USERSESSIONS_TRACK_ACTIVITY = False  # it would write on every page
MFA_TOTP_TOLERANCE = 1  # phones' clocks are off by half a minute
STRICT_SIGN_IN = env.bool("TUANTI_STRICT_SIGN_IN", default=SERVICE)  # second factor before all else
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TUANTI_PROXIES", default=0)  # whose word on the caller holds
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
OIDC_URL = env.str("TUANTI_OIDC_URL", default="")
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "city",
                "name": env.str("TUANTI_OIDC_NAME", default="单点登录"),
                "client_id": env.str("TUANTI_OIDC_CLIENT", default=""),
                "secret": env.str("TUANTI_OIDC_SECRET", default=""),
                "settings": {"server_url": OIDC_URL},
            }
        ]
        if OIDC_URL
        else [],
    }
}
# Messages to people leave by these doors: `console`, or an address that takes them as JSON.
OUTBOX = {
    channel: env.str(f"TUANTI_OUTBOX_{channel.upper()}", default="console")
    for channel in ("sms", "wechat", "mail")
}
OUTBOX_TOKEN = env.str("TUANTI_OUTBOX_TOKEN", default="")


def _origins(address: str) -> list[str]:
    """Name the origin of an address, which a sign-in form may lead on to."""
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


# --- Safety -----------------------------------------------------------------------------------

SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tuanti.web.views.stale_form"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SERVICE:
    SECURE_SSL_REDIRECT = env.bool("TUANTI_HTTPS", default=True)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT
    SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_SSL_REDIRECT else 0
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *_origins(OIDC_URL)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Files of our own -------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = not SERVICE
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if SERVICE
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("TUANTI_LOG", default="WARNING")},
}
