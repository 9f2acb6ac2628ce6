"""The shop's settings."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

SECRET_KEY = secrets.token_urlsafe(32)
ALLOWED_HOSTS = ["*"]  # the guard's Hosts says which
ROOT_URLCONF = "examples.guard.django.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "rest_framework"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "why403.guard.django.GuardMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
WHY403_GUARD = "examples.guard.django.guard.guard"
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "why403.guard.drf.exception_handler",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.BasicAuthentication"],
    "DEFAULT_THROTTLE_RATES": {"anon": "2/minute"},
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"context_processors": ["why403.guard.django.csrf"]},
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path(tempfile.mkdtemp()) / "shop.sqlite3"}}
SESSION_COOKIE_SAMESITE = "Lax"
USE_TZ = True
