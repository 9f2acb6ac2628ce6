"""Whatever stands in a signed request, an answer or a log: an answer, soon, and the same one each time."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from why403.model import Headers, Request
from why403.rules.sigv4 import Credentials, Scope, diagnose
from why403.rules.sigv4.sign import presign, sign

from .world import AT, KEY, PLANS, SECRET, answer, signed

TEXT = st.text(max_size=30)
PIECES = st.sampled_from((
    "AWS4-HMAC-SHA256", "GOOG4-HMAC-SHA256", " Credential=", KEY, "/20261120", "/eu-west-1", "/s3", "/aws4_request", ", ",
    "SignedHeaders=", "host", ";", "x-amz-date", "Signature=", "0" * 64, "=", "&", "%", "+", "\n", "\\n", "GET", "/", "\u00b2", "\ud800",
    "X-Amz-Algorithm=", "X-Amz-Date=", "20261120T100000Z", "X-Amz-Expires=", "X-Amz-Signature=", "<CanonicalRequest>", ":",
    "The Canonical String for this request should have been\n'", "StringToSign", "&amp;", "&#x110000;", "\\u00zz", "99999999999",
))  # fmt: skip
MADE = st.lists(st.one_of(PIECES, TEXT), max_size=14).map("".join)
NAMES = st.one_of(
    st.sampled_from(("Authorization", "X-Amz-Date", "Date", "Host", "x-amz-content-sha256", "Content-Length")), TEXT
)


@settings(max_examples=120, deadline=None)
@given(
    MADE, st.lists(st.tuples(NAMES, MADE), max_size=5), st.none() | st.binary(max_size=20), st.lists(MADE, max_size=2)
)
def test_anything_gets_an_answer(url: str, fields: list[tuple[str, str]], body: bytes | None, texts: list[str]) -> None:
    request = Request("GET", url, Headers([("Authorization", "AWS4-HMAC-SHA256 " + url), *fields]), body)
    around = [(text, "log", at == 0) for at, text in enumerate(texts)]
    keys = Credentials(KEY, SECRET)
    first = diagnose(request, around, datetime(2026, 11, 20, tzinfo=UTC), keys)
    assert first is not None
    assert diagnose(request, around, datetime(2026, 11, 20, tzinfo=UTC), keys) == first
    sign(request, keys, Scope("20261120", "x", "s3"), AT)
    presign(request, keys, Scope("20261120", "x", "es"), AT, 60)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLANS), MADE, st.integers(0, 2000), st.integers(0, 60))
def test_a_damaged_answer_is_no_reason_to_fail(plan: object, junk: str, at: int, gone: int) -> None:
    chosen = next(one for one in PLANS if one == plan)
    sent = signed(chosen)
    text = answer(chosen, sent)
    found = diagnose(sent, [(text[:at] + junk + text[at + gone :], "response.body", True)], AT)
    assert found is not None


def test_long_texts_take_no_long_time() -> None:
    """Patterns are linear: a hundred kilobytes that nearly match take no longer than a look at them."""
    sent = signed(PLANS[0])
    for text in (
        "GET\n/\n\n" + "a:b\n" * 60_000,
        "GET\n" * 100_000,
        "AWS4-HMAC-SHA256\n" * 20_000,
        "<CanonicalRequestBytes>" + "47 " * 120_000,
        "\\n" * 200_000,
        "&amp;" * 80_000,
        "A" * 400_000,
        "GET\n/" + "a" * 399_000,
    ):
        began = time.process_time()
        assert diagnose(sent, [(text, "response.body", True)], AT) is not None
        assert time.process_time() - began < 60, text[:30]
