"""A small Django site with django-allauth's ORCID provider, set up as its documentation says.

What follows Django's and allauth's quick starts is left without comment.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent

ORCID = os.environ["ORCID_BASE_URL"]

SECRET_KEY = secrets.token_urlsafe(50)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "urls"
TIME_ZONE = "UTC"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "data" / "portal.db"}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    # The product's own where ORCID is at its own hosts; else a subclass of it, see orcid_local/views.py.
    "allauth.socialaccount.providers.orcid" if ORCID == "https://sandbox.orcid.org" else "orcid_local",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]

# The page with the person's connected accounts; Django's own default is a page that a site has to write.
LOGIN_REDIRECT_URL = "/accounts/3rdparty/"

SOCIALACCOUNT_PROVIDERS = {
    "orcid": {
        "BASE_DOMAIN": urlsplit(ORCID).netloc,
        "MEMBER_API": True,
        "APPS": [{"client_id": os.environ["ORCID_CLIENT_ID"], "secret": os.environ["ORCID_CLIENT_SECRET"]}],
    }
}
# Off by default; a member that means to use the permission later turns it on.
SOCIALACCOUNT_STORE_TOKENS = True
