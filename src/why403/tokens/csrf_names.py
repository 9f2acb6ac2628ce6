"""Names under which frameworks carry a CSRF token: header field, form field, cookie."""

from __future__ import annotations

import re

from ..model import Pattern

# lowered
HEADERS = (
    "x-csrftoken", "x-csrf-token", "x-xsrf-token", "x-xsrftoken", "csrf-token", "xsrf-token", "x-wp-nonce",
    "requestverificationtoken", "x-request-verification-token", "__requestverificationtoken", "jenkins-crumb", ".crumb",
    "x-atlassian-token", "requesttoken", "x-csrf-header", "anti-csrf-token", "kbn-xsrf", "x-requested-by",
)  # fmt: skip


def is_header(name: str) -> bool:
    """Whether a header field carries a CSRF token; Syncthing ends the name with the device's (docs.syncthing.net/dev/rest)."""
    lowered = name.lower()
    return lowered in HEADERS or lowered.startswith("x-csrf-token-")


FIELDS = (
    "csrfmiddlewaretoken", "authenticity_token", "_token", "_csrf", "csrf_token", "_csrf_token", "csrf", "_xsrf",
    "__requestverificationtoken", "_wpnonce", "csrftoken", "xsrf", "nonce", "csrf-token", "yii_csrf_token", "_glpi_csrf_token",
    "requesttoken", "form_token", "formhash", "token", "sesskey", "wpedittoken", "csrf_nonce",
)  # fmt: skip
COOKIE = Pattern(r"csrf|xsrf|antiforgery|_gorilla_csrf|requestverification", re.IGNORECASE)
# the header by which a product takes the token that its cookie or page carries, as its documentation names it
OF_PRODUCT = {
    "django": "X-CSRFToken", "drf": "X-CSRFToken", "rails": "X-CSRF-Token", "laravel": "X-XSRF-TOKEN", "spring-security": "X-XSRF-TOKEN",
    "angular": "X-XSRF-TOKEN", "tornado": "X-Xsrftoken", "jupyter": "X-Xsrftoken", "streamlit": "X-Xsrftoken", "flask-wtf": "X-CSRFToken",
    "csrf-csrf": "x-csrf-token", "csurf": "CSRF-Token", "edge-csrf": "X-CSRF-Token", "lusca": "X-CSRF-Token",
    "asp-net-core": "RequestVerificationToken", "jenkins": "Jenkins-Crumb", "wordpress": "X-WP-Nonce",
    "asgi-csrf": "x-csrftoken", "fastify": "csrf-token", "hapi": "X-CSRF-Token", "koa": "csrf-token", "adonisjs": "x-csrf-token",
    "mojolicious": "X-CSRF-Token", "pyramid": "X-CSRF-Token", "nestjs": "x-csrf-token",
}  # fmt: skip
