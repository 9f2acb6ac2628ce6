"""Requests signed by botocore, and the answers that AWS would give to what arrives of them.

The server's canonical request is botocore's own, computed over what arrived, with the headers that SignedHeaders names.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from unittest import mock
from xml.sax.saxutils import escape

from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from why403.model import Headers, Request
from why403.rules.sigv4 import Scope
from why403.rules.sigv4.canonical import host_of
from why403.rules.sigv4.presented import presented

AT = dt.datetime(2026, 11, 20, 10, 0, 0, tzinfo=dt.UTC)
DATE = "Fri, 20 Nov 2026 10:00:01 GMT"
KEY = "AKIAIOSFODNN7EXAMPLE"
TEMPORARY = "ASIAIOSFODNN7EXAMPLE"
SECRET = "/".join(("wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYEXAMPLEKEY"))
TOKEN = "example-session-token/with+signs=="


class Plan(NamedTuple):
    """A request before it is signed."""

    name: str
    service: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    presigned: bool = False
    token: str | None = None


PLANS = (
    Plan("an object", "s3", "GET", "https://shop.s3.eu-west-1.amazonaws.com/reports/a%20b%28c%29.pdf?versionId=3&x-id=GetObject"),
    Plan("a listing", "s3", "GET", "https://s3.eu-west-1.amazonaws.com/shop/?delimiter=%2F&list-type=2&prefix=a%20b%2B&marker="),
    Plan(
        "an upload", "s3", "PUT", "https://shop.s3.eu-west-1.amazonaws.com/r%C3%A9sum%C3%A9//x.json?partNumber=1",
        (("Content-Type", "application/json"), ("X-Amz-Meta-Owner", "alice")), b'{"a": 1, "b": [true, null]}',
    ),
    Plan(
        "an upload with a session", "s3", "PUT", "https://shop.s3.eu-west-1.amazonaws.com/k?tagging=1",
        (("Content-Type", "text/plain"), ("X-Amz-Meta-Owner", "alice, bob")), b"hello\n", token=TOKEN,
    ),
    Plan("a gateway", "execute-api", "GET", "https://abc123.execute-api.eu-west-1.amazonaws.com/prod/pets/a%20b?limit=10&type=c%20d"),
    Plan(
        "a gateway's POST", "execute-api", "POST", "https://abc123.execute-api.eu-west-1.amazonaws.com/prod/pets?limit=10",
        (("Content-Type", "application/json"), ("X-Amz-Meta-Owner", "alice")), b'{"name": "Rex", "legs": 4}\n',
    ),
    Plan(
        "a table", "dynamodb", "POST", "https://dynamodb.eu-west-1.amazonaws.com/?x=1",
        (("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "DynamoDB_20120810.ListTables")), b'{"Limit": 3}\n',
    ),
    Plan(
        "a search", "es", "POST", "https://search-shop-x.eu-west-1.es.amazonaws.com/logs-%2A/_search?size=5&q=a%20b",
        (("Content-Type", "application/json"),), b'{"query": {"match_all": {}}}\n', token=TOKEN,
    ),
    Plan("a presigned link", "s3", "GET", "https://shop.s3.eu-west-1.amazonaws.com/reports/a%20b.pdf?versionId=3", presigned=True),
    Plan("a presigned link of a session", "s3", "PUT", "https://shop.s3.eu-west-1.amazonaws.com/k/b?a=b%20c", presigned=True, token=TOKEN),
    Plan(
        "a presigned gateway", "execute-api", "GET",
        "https://abc123.execute-api.eu-west-1.amazonaws.com/prod/a%20b?limit=1", presigned=True,
    ),
)  # fmt: skip


def signer(plan: Plan, secret: str = SECRET, region: str = "eu-west-1", service: str | None = None) -> auth.SigV4Auth:
    """botocore's signer for a plan."""
    keys = Credentials(TEMPORARY if plan.token else KEY, secret, plan.token)
    service = service or plan.service
    if plan.presigned:
        kind = auth.S3SigV4QueryAuth if plan.service == "s3" else auth.SigV4QueryAuth
        return kind(keys, service, region, expires=900)
    kind = auth.S3SigV4Auth if plan.service == "s3" else auth.SigV4Auth
    return kind(keys, service, region)


def signed(plan: Plan, by: auth.SigV4Auth | None = None, at: dt.datetime = AT) -> Request:
    """The plan signed by botocore, as it goes over the wire."""
    asked = AWSRequest(plan.method, plan.url, dict(plan.headers), plan.body or None)
    with mock.patch.object(auth, "get_current_datetime", return_value=at):
        (by or signer(plan)).add_auth(asked)
    prepared = asked.prepare()
    headers = {str(name): text(value) for name, value in prepared.headers.items()}
    host = prepared.url.partition("://")[2].partition("/")[0]
    fields = [("Host", host), *((name, value) for name, value in headers.items() if name.lower() != "host")]
    return Request(plan.method, prepared.url, Headers(fields), plan.body, "HTTP/1.1")


def text(value: str | bytes) -> str:
    """A header's value as text."""
    return value.decode() if isinstance(value, bytes) else value


def computed(plan: Plan, arrived: Request) -> tuple[str, str]:
    """(canonical request, string to sign) as botocore computes them over what arrived."""
    given = presented(arrived)
    assert given is not None
    asked = AWSRequest(arrived.method, (arrived.url or "").partition("&X-Amz-Signature=")[0], {}, arrived.body or None)
    headers = arrived.headers or Headers()
    for name in given.signed:
        for value in headers.all(name) or (host_of(arrived) if name == "host" else "",):
            asked.headers.add_header(name, value)
    declared = headers.first("x-amz-content-sha256")
    by = signer(plan)
    with mock.patch.object(by, "headers_to_sign", lambda request: request.headers):
        if declared is not None and not asked.headers.get("x-amz-content-sha256"):
            asked.headers["X-Amz-Content-SHA256"] = declared
        canonical = str(by.canonical_request(asked))
    return canonical, given.to_sign("").text + auth.sha256(canonical.encode()).hexdigest()


def s3_answer(plan: Plan, arrived: Request, **more: str) -> str:
    """What S3 answers to a signature that does not match."""
    canonical, to_sign = computed(plan, arrived)
    given = presented(arrived)
    assert given is not None
    fields = {
        "Code": "SignatureDoesNotMatch",
        "Message": "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        "AWSAccessKeyId": given.key_id,
        "StringToSign": to_sign,
        "SignatureProvided": given.signature,
        "StringToSignBytes": to_sign.encode().hex(" "),
        "CanonicalRequest": canonical,
        "CanonicalRequestBytes": canonical.encode().hex(" "),
        "RequestId": "EXAMPLE",
        **more,
    }
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'


def gateway_answer(plan: Plan, arrived: Request) -> str:
    """What API Gateway and most other services answer."""
    import json

    canonical, to_sign = computed(plan, arrived)
    message = (
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
        "signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n"
        f"'{canonical}'\n\nThe String-to-Sign should have been\n'{to_sign}'\n"
    )
    return json.dumps({"message": message})


def answer(plan: Plan, arrived: Request) -> str:
    """The answer of the plan's service."""
    return s3_answer(plan, arrived) if plan.service == "s3" else gateway_answer(plan, arrived)


def scope(plan: Plan) -> Scope:
    """The scope of a plan."""
    return Scope("20261120", "eu-west-1", plan.service)
