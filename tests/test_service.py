"""Whose words were heard, where no table knows the service: as its client, its platform or its own links name it."""

from __future__ import annotations

import pytest

from tests.verdicts import line
from why403.engine.explain import explain
from why403.engine.service import bare
from why403.readers.choose import read_text

NAMED = [
    # a class, a package or a namespace of the service's client
    ("acmepay.errors.AcmepayForbidden: 403 nothing more", "acmepay"),
    ("Acmepay\\Exception\\ApiException: HTTP 403 nothing more", "acmepay"),
    ("Acmepay::Errors::Forbidden: HTTP 403 nothing more", "acmepay"),
    ("Acmepay.Net.Exceptions.AcmepayException: (403) Forbidden", "acmepay"),
    ("com.acmepay.sdk.RefusedException: status code 403", "acmepay"),
    ("status code 403\n    at send (/srv/node_modules/@acmepay/sdk/dist/index.js:3:1)", "acmepay"),
    ('status code 403\n  File "/usr/lib/python3/site-packages/acmepay_client/http.py", line 3, in send', "acmepay"),
    ("[acmepay-api] Error: status code 403", "acmepay"),
    # a platform that carries the service
    ("ERROR [custom_components.acmepay_cloud.api] status code 403", "acmepay"),
    ("[homebridge-acmepay-control] status code 403", "acmepay"),
    ('ccxt.base.errors.ExchangeError: acmepay {"code":403}', "acmepay"),
    # a log line and a link
    ('acmepay: {"code":403,"note":"no"}', "acmepay"),
    ("Acmepay API: status code 403", "acmepay"),
    ('HTTP 403 {"note":"no","see":"https://docs.acmepay.io/refusals"}', "acmepay"),
    ("HTTP 403 from the shop (see acmepay.io)", "acmepay"),
    # the source or an issue of what refused
    ("HTTP 403 since https://github.com/acmepay/acmepay-server/blob/main/guard.go#L84", "acmepay"),
    # a host in the fields of a request that was dumped
    ("statusCode: 403, method: 'GET', path: '/v1/me', host: 'api.acmepay.io'", "acmepay"),
]


@pytest.mark.parametrize(("text", "name"), NAMED)
def test_a_service_is_named(text: str, name: str) -> None:
    """The verdict names the service, though no table knows it."""
    assert line(explain(read_text(text, "case"))).endswith(f" by {name}")


@pytest.mark.parametrize(
    "text",
    [
        "requests.exceptions.HTTPError: status code 403",
        "status code 403\n    at send (/srv/node_modules/axios/lib/core/settle.js:3:1)",
        "System.Net.Http.HttpRequestException: status code 403",
        "GuzzleHttp\\Exception\\ClientException: status code 403",
    ],
)
def test_a_library_is_no_service(text: str) -> None:
    """What merely sends the request is not named for its answer."""
    verdict = line(explain(read_text(text, "case")))
    assert not any(name in verdict for name in ("requests", "axios", "system", "guzzle"))


@pytest.mark.parametrize(
    ("word", "name"),
    [("python-acmepay-sdk", "acmepay"), ("AcmepayApi", "acmepay"), ("http_client", ""), ("requests", ""), ("py", "")],
)
def test_what_is_customary_is_left_out(word: str, name: str) -> None:
    """A package's name without what surrounds the service's."""
    assert bare(word) == name
