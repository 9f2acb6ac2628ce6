"""The credential is in the wrong place or form."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from ...evidence import Credential, Scene, challenges, credentials, headers_shown
from ...model import Claim, Evidence, Finding, Fix, Pattern, Weight
from ..cause import Cause
from ..command import advice, corrected

BARE_TOKEN = Pattern(r"^(?:eyJ[\w.-]{20,}|[\w.-]{24,})$")
# what somebody writes over a secret before they paste: nothing can be said of the form of that
MASKED = (
    "*", "<", ">", "[", "]", "\u2022", "\u2026", "...", "xxxx", "redacted", "removed", "hidden", "masked", "secret", "your",
)  # fmt: skip
NAMED = Pattern(r"\bmy[ _-]|^[a-z_ -]*(?:token|key)$", re.IGNORECASE)
WORD = Pattern(r"(?i)(bearer|token|apikey|basic)\s")
# what tokens/ names of a token's form, and what nobody takes in spite of it
WRAPPED = (
    "invisible-characters",
    "whole-response",
    "trailing-mark",
    "escaped-line-break",
    "hex-encoded",
    "header-inside",
)
DAMAGED = ("padding", "standard-base64", "not-base64url", "part-count", "five-parts", "ecdsa-der", "claims-truncated", "claims-not-utf8",
           "header-unreadable", "encrypted-part-count", "signature-empty")  # fmt: skip
TRUNCATED = Pattern(r"^eyJ[A-Za-z0-9_-]{60,}\.?$|^eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.?$")
SPACED = Pattern(r"(?<!\S)(?:\S{16,}\s+\S{6,}|\S{6,}\s+\S{16,})")


def flaw(credential: Credential) -> tuple[str, Weight] | None:
    """What is wrong with the form of a credential, and how telling that is; None for a sound one."""
    value = credential.value.strip()
    where = "Authorization" if credential.kind != "key" else credential.where.rpartition(".")[2]
    if spoiled := credential.spoiled:
        if credential.kind == "cookie":
            return None
        if spoiled == " ":
            return f"{where} carries no value: the variable that should fill it was empty", Weight.PROOF
        return (
            f"The value that was sent is literally {spoiled!r}: a script put it together before the token was there",
            Weight.PROOF,
        )
    kind, written = credential.kind, credential.where.endswith("authorization")
    bearer, basic = kind == "bearer", kind == "basic" and written
    masked = any(mark in value.lower() for mark in MASKED) or NAMED.search(value) is not None
    for test, says, weight in (
        (bearer and re.match(r"(?i)bearer\b", value), "The word Bearer stands twice", Weight.PROOF),
        (re.match(r"(?i)bearer:", credential.scheme), "A colon after Bearer, where a space belongs", Weight.PROOF),
        (bearer and value[:1] in "\"'", "The token is wrapped in quotation marks", Weight.STRONG),
        (kind == "key" and WORD.match(value), f"{where} takes the bare key, without a word before it", Weight.STRONG),
        (bearer and re.search(r"%[0-9a-fA-F]{2}", value), "The token is URL-encoded", Weight.STRONG),
        (bearer and not masked and SPACED.search(value), "There is white space within the token", Weight.STRONG),
        (bearer and not masked and value.startswith("ZXlK"), "The token is base64-encoded once more", Weight.STRONG),
        (
            bearer and not masked and TRUNCATED.search(value) and not _unsecured(credential),
            "The token is cut off: a signed token has three parts",
            Weight.STRONG,
        ),
        (basic and ":" in value, "Basic takes base64 of user:password, this is plain text", Weight.PROOF),
        (basic and not masked and not _pair(value), "This is no base64 of user:password (RFC 7617)", Weight.STRONG),
        (
            kind == "other" and not credential.scheme and BARE_TOKEN.match(value),
            "A token without a scheme: nothing says that it is a Bearer token",
            Weight.HINT,
        ),
    ):
        if test:
            return says, weight
    if bearer and not masked and len(value) > 30:
        return _form(credential)
    return None


def _form(credential: Credential) -> tuple[str, Weight] | None:
    """What tokens/ finds wrong with a bearer token's form beyond what is told above."""
    from ...tokens import jose
    from ...tokens.unwrap import unwrap

    value = credential.value.strip()
    for fault in unwrap(value, credential.scheme).faults:
        if fault.name in WRAPPED:
            return fault.says, Weight.STRONG
    if value.startswith("eyJ") and "." in value:
        for fault in jose.dissect(value).faults:
            if fault.name in DAMAGED:
                return f"{fault.says} ({fault.source})", Weight.STRONG
    bound = credential.token.claims.get("cnf") if credential.token else None
    if isinstance(bound, dict) and "jkt" in bound and credential.scheme.lower() == "bearer":
        says = "The token is bound to a key (cnf.jkt): it goes with DPoP and its proof, never as Bearer (RFC 9449, section 7.2)"
        return says, Weight.STRONG
    return None


def _pair(value: str) -> bool:
    try:
        return b":" in binascii.a2b_base64(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError):
        return False


def _unsecured(credential: Credential) -> bool:
    """A token of the algorithm `none` has an empty third part (RFC 7519, section 6)."""
    token = credential.token
    return token is not None and str(token.header.get("alg", "")).lower() == "none"


def detect(scene: Scene) -> Iterator[Claim]:
    """A credential whose form shows that it was spoiled, or that answers another challenge than was put."""
    if scene.status is not None and scene.status not in (400, 401, 403, 404, 419, 422):
        return
    # people cut the key out of the URL that they paste: where the request itself is not shown, nothing stands for nothing
    shown = headers_shown(scene)
    sent = [
        credential
        for credential in credentials(scene)
        if credential.kind != "query" or (credential.spoiled and (shown or credential.value.strip()))
    ]
    for credential in sent:
        if found := flaw(credential):
            says, weight = found
            if scene.status not in (400, 401, None):
                weight = Weight(max(1, weight - 1))
            if credential.kind == "query" and credential.spoiled == " ":
                # where it is optional it may be left empty, and people cut the key out of the URL that they paste
                weight = Weight(max(1, weight - 1))
            quote = f"{credential.scheme} {credential.value}".strip()
            layer = "client" if credential.spoiled else ""
            yield Claim("credentials-malformed", (Evidence(credential.where, quote, says, weight),), weight, layer)
            return
    asked = challenges(scene)
    wanted = {challenge.scheme for challenge in asked}
    for credential in sent:
        scheme = credential.scheme.lower()
        if (
            scene.status == 401
            and wanted
            and scheme
            and scheme not in wanted
            and credential.kind in ("bearer", "basic", "other")
        ):
            says = f"The server asks for {' or '.join(sorted(wanted))}, the request came with {credential.scheme}"
            place = Evidence(credential.where, f"{credential.scheme} {credential.value}", says, Weight.STRONG)
            yield Claim(
                "credentials-malformed",
                (place, Evidence(asked[0].where, asked[0].raw, "What was asked for")),
                Weight.STRONG,
            )
            return
        if scene.status == 401 and credential.kind == "key" and "bearer" in wanted:
            says = "The server asks for Authorization: Bearer, the key came in a header of its own"
            yield Claim("credentials-malformed", (Evidence(credential.where, credential.value, says),), Weight.STRONG)
            return


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """The same request with the credential in the form that is taken."""
    for credential in credentials(scene):
        if not flaw(credential) and scene.status != 401:
            continue
        value = credential.value.strip().strip("\"'")
        change: dict[str, str | None] | None = None
        if credential.spoiled:
            name = credential.where.rpartition(".")[2]
            change = (
                {"Authorization": f"{credential.scheme or 'Bearer'} <token>"}
                if name == "authorization"
                else {name: "<key>"}
            )
        elif re.match(r"(?i)bearer\b", value):
            change = {"Authorization": f"Bearer {value.split()[-1]}"}
        elif credential.kind == "other" and not credential.scheme:
            change = {"Authorization": f"Bearer {value}"}
        elif credential.kind == "basic":
            change = {"Authorization": "Basic <base64 of user:password>"}
        elif credential.kind == "bearer":
            change = {"Authorization": "Bearer <the token as it was issued>"}
        if (
            change
            and credential.where.startswith("request.headers")
            and (fix := corrected(scene, "Send the credential in the form that is taken", change))
        ):
            yield fix
            return
    yield advice(
        "caller",
        "Check that the value is there when the request is built, and send it as the documentation writes it",
        language="http",
        snippet="Authorization: Bearer <token>",
    )


CAUSE = Cause("credentials-malformed", detect, mend=mend)
