"""The clocks disagree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ...evidence import Scene, credentials, jwt_of
from ...model import Claim, Evidence, Finding, Fix, Pattern, Weight, stamps
from ...tokens.spans import span, stamp
from ..cause import Cause
from ..command import advice

AMZ = Pattern(r"^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$")
WINDOW = 900  # seconds that AWS allows either way
LEEWAY = 60  # seconds that resource servers usually allow for iat and nbf


def amz_date(text: str | None) -> datetime | None:
    """X-Amz-Date (ISO 8601 basic format) as a date."""
    found = AMZ.match(text or "")
    try:
        return datetime(*(int(part) for part in found.groups()), tzinfo=UTC) if found else None  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def detect(scene: Scene) -> Iterator[Claim]:
    """The date of a signed request, or a token's nbf or iat, outside the answer's own clock."""
    now = scene.own_time
    if now is None or scene.status not in (None, 400, 401, 403):
        return
    signed = amz_date(scene.exchange.asked("x-amz-date"))
    if signed and abs((now - signed).total_seconds()) > WINDOW:
        away = abs((now - signed).total_seconds()) / 60
        says = f"Signed {away:.0f} min away from the server's clock ({now:%Y-%m-%d %H:%M:%SZ}); AWS allows 15 at most"
        proof = Evidence("request.headers.x-amz-date", scene.exchange.asked("x-amz-date") or "", says, Weight.STRONG)
        yield Claim("clock-skew", (proof,), Weight.STRONG)
    if proof_of_date := _dated(scene, now):
        yield Claim("clock-skew", (proof_of_date,), Weight.STRONG)
    if found := jwt_of(scene):
        where, token = found
        for claim in ("nbf", "iat"):
            begin = token.time(claim)
            if begin and (begin - now).total_seconds() > LEEWAY:
                sole = sum(not credential.spoiled for credential in credentials(scene)) == 1
                weight = Weight.PROOF if claim == "nbf" and scene.status == 401 and sole else Weight.STRONG
                word = "begins to be valid" if claim == "nbf" else "was issued"
                says = f"The token {word} at {stamp(begin)}, {span((begin - now).total_seconds())} after the request"
                yield Claim(
                    "clock-skew", (Evidence(f"{where}.{claim}", str(token.claims[claim]), says, weight),), weight
                )
                return


def _dated(scene: Scene, now: datetime) -> Evidence | None:
    """The Date of a request that is signed with a shared key, where it is more than the usual 15 minutes away."""
    if not any(credential.kind == "signature" for credential in credentials(scene)):
        return None
    for name in ("x-ms-date", "x-date", "date"):
        signed = stamps.find(scene.exchange.asked(name) or "")
        if signed and abs((now - signed).total_seconds()) > WINDOW:
            away = abs((now - signed).total_seconds()) / 60
            says = f"Signed {away:.0f} min away from the server's clock ({now:%Y-%m-%d %H:%M:%SZ})"
            return Evidence(f"request.headers.{name}", scene.exchange.asked(name) or "", says)
    return None


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """Set the clock."""
    yield advice(
        "caller",
        "Set the clock of the machine that signs, and let it keep time",
        language="shell",
        snippet="timedatectl set-ntp true && timedatectl status",
    )


CAUSE = Cause("clock-skew", detect, mend=mend)
