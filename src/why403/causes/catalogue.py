"""Every cause in the register's order, and what wakes its room: a run imports only the rooms that can have something to say.

A room is awake where one of its cues is there. Of the cues, a number is a status, the others are named in `evidence/cues.py`. Rooms
without cues reason about nothing: their causes are told by documented words alone, and they are imported for their corrections.
"""

from __future__ import annotations

from collections.abc import Iterator

from .cause import Cause

ROOMS: dict[str, str] = {
    "credentials-missing": "headers challenge answer",
    "credentials-malformed": "headers url authorization",
    "token-expired": "headers challenge jwt",
    "token-invalid": "headers challenge answer authorization",
    "token-wrong-audience": "headers challenge jwt",
    "clock-skew": "headers jwt",
    "signature-mismatch": "headers query",
    "login-step-missing": "challenge around",
    "signed-url-expired": "query",
    "role-missing": "around",
    "scope-missing": "challenge answer jwt",
    "not-owner": "around",
    "policy-denied": "around",
    "feature-disabled": "around",
    "account-blocked": "402 around",
    "required-header-missing": "426 428 around",
    "method-refused": "405 answer around",
    "resource-hidden": "around",
    "host-refused": "421 around",
    "https-required": "426 497 url",
    "client-certificate-required": "495 496",
    "csrf-token-missing": "headers",
    "csrf-token-invalid": "headers csrf",
    "csrf-cookie-missing": "headers",
    "csrf-origin-mismatch": "headers",
    "cors-preflight-refused": "headers around preflight",
    "cors-origin-refused": "headers around",
    "ip-not-allowed": "around",
    "ip-blocked": "around",
    "geo-blocked": "451",
    "proxy-refused": "407 511 connect",
    "waf-rule": "around",
    "bot-challenge": "body around",
    "user-agent-blocked": "around",
    "hotlink-blocked": "headers around",
    "rate-limited": "429 answer around",
    "file-permission": "listing",
    "mac-denied": "listing avc",
    "directory-index": "around",
    "symlink-refused": "listing",
    "deny-rule": "url",
}


def room(cause: str) -> Cause | None:
    """The room of a cause; None for `unknown`, which has none."""
    if cause not in ROOMS:
        return None
    found: Cause = __import__(f"{__package__}.{cause.replace('-', '_')}", fromlist=("CAUSE",)).CAUSE
    return found


def awake(cues: frozenset[str]) -> Iterator[Cause]:
    """The rooms that one of these cues wakes."""
    for cause, wakes in ROOMS.items():
        if not cues.isdisjoint(wakes.split()) and (found := room(cause)):
            yield found


def catalogue() -> tuple[Cause, ...]:
    """Every room."""
    return tuple(found for cause in ROOMS if (found := room(cause)))
