"""What Django's CsrfViewMiddleware decides on each row of the table: run as a program, so that its settings are its own."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import django
from django.conf import settings
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.test import RequestFactory

from tests.guard.csrf_rows import TRUSTED, body, headers, rows


def decide(row: dict[str, Any]) -> str:
    """admit or refuse, and Django's own reason."""
    from django.middleware.csrf import CsrfViewMiddleware, _get_new_csrf_string, _mask_cipher_secret  # type: ignore[attr-defined]
    from django.test import override_settings

    own, other = _get_new_csrf_string(), _get_new_csrf_string()
    tokens = {
        "good": _mask_cipher_secret(own), "of another cookie": _mask_cipher_secret(other), "none": "", "empty": "",
        "undefined": "undefined",
        "null": "null", "object": "[object Object]", "garbage": "x" * 64, "short": "abc", "long": "x" * 9000,
        "two different": f"{_mask_cipher_secret(own)} and {_mask_cipher_secret(other)}",
    }  # fmt: skip
    token = tokens[row["token"]]
    sent = headers(row, settings.CSRF_COOKIE_NAME, {"own": own, "other": other}, token, "X-CSRFToken")
    extra: dict[str, Any] = {"SERVER_NAME": "testserver"}
    for name, value in sent:
        key = "HTTP_" + name.upper().replace("-", "_")
        extra[key] = f"{extra[key]},{value}" if key in extra else value
    kind = extra.pop("HTTP_CONTENT_TYPE", "")
    path = f"/here?csrfmiddlewaretoken={token}" if row["place"] == "query" else "/here"
    data = body(row, token, "csrfmiddlewaretoken")
    made = RequestFactory().generic(
        row["method"], path, data, kind or "application/octet-stream", secure=row["scheme"] == "https", **extra
    )
    proxied = {
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "USE_X_FORWARDED_HOST": "Host" in row["forwarded"],
    }
    with override_settings(**(proxied if row["proxy"] == "trusted" else {})):
        middleware = CsrfViewMiddleware(lambda request: HttpResponse())
        middleware.process_request(made)
        try:
            refused = middleware.process_view(made, lambda request: HttpResponse(), (), {})
        except MultiPartParserError:  # its handler answers 400
            return "refuse"
    return "admit" if refused is None else "refuse"


def main() -> None:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        CSRF_TRUSTED_ORIGINS=list(TRUSTED),
        SECRET_KEY="tests",
        DEBUG=False,
        ROOT_URLCONF=__name__,
        USE_TZ=True,
    )
    django.setup()
    logging.disable(logging.CRITICAL)
    json.dump([decide(row) if row["django"] != "-" else "-" for row in rows()], sys.stdout)


urlpatterns: list[Any] = []
if __name__ == "__main__":
    main()
