"""The signed link has expired or was altered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ...evidence import Scene, query
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice
from .dates import basic_date

SIGNED = (
    "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signature", "x-amz-signedheaders",
    "x-goog-algorithm", "x-goog-credential", "x-goog-date", "x-goog-expires", "x-goog-signature",
    "x-goog-signedheaders", "expires", "signature", "key-pair-id", "awsaccesskeyid", "googleaccessid", "sig", "se",
    "sp", "sv", "sr",
)  # fmt: skip


def end_of(scene: Scene) -> tuple[str, str, datetime] | None:
    """(parameter, its text, when the link ends) of a presigned URL: S3 V4, GCS V4, S3 and CloudFront V2, Azure SAS."""
    found = {name.lower(): value for name, value in query(scene)}
    for vendor in ("x-amz", "x-goog"):
        begin = basic_date(found.get(f"{vendor}-date", ""))
        life = found.get(f"{vendor}-expires", "")
        if begin and life.isdigit() and len(life) < 10:
            return f"{vendor}-expires", f"{found[f'{vendor}-date']} + {life} s", begin + timedelta(seconds=int(life))
    if "signature" in found and found.get("expires", "").isdigit() and len(found["expires"]) < 12:
        return "expires", found["expires"], datetime.fromtimestamp(int(found["expires"]), UTC)
    if "sig" in found and found.get("se"):
        try:
            end = datetime.fromisoformat(found["se"].replace("Z", "+00:00"))
        except ValueError:
            return None
        return "se", found["se"], end if end.tzinfo else end.replace(tzinfo=UTC)
    return None


def altered(scene: Scene) -> Evidence | None:
    """What of a presigned link shows that it was changed on its way: HTML escapes in it, its signature cut off."""
    names = [name.lower() for name, _ in query(scene)]
    for name in names:
        if name.startswith("amp;") and name[4:] in SIGNED:
            return Evidence(f"request.url#{name}", name, "The link was copied with its HTML escapes: & became &amp;")
    for vendor in ("x-amz", "x-goog"):
        if f"{vendor}-algorithm" in names and f"{vendor}-signature" not in names:
            says = (
                "The link is cut: its signature is missing (in a shell, an & outside quotation marks ends the command)"
            )
            return Evidence(f"request.url#{vendor}-algorithm", ", ".join(names), says)
    return None


def detect(scene: Scene) -> Iterator[Claim]:
    """A presigned link asked for after its end, or changed on its way."""
    if scene.status in (None, 400, 401, 403) and (proof := altered(scene)):
        yield Claim("signed-url-expired", (proof,), Weight.STRONG)
        return
    found, now = end_of(scene), scene.time
    if found is None or now is None or scene.status not in (None, 400, 401, 403):
        return
    name, text, end = found
    if end < now:
        own = scene.own_time is not None
        weight = Weight.STRONG if own else Weight.HINT
        asked = f"{'the request' if own else 'now'} ({now:%Y-%m-%d %H:%M:%SZ})"
        says = f"The link ended at {end:%Y-%m-%d %H:%M:%SZ}, before {asked}"
        yield Claim("signed-url-expired", (Evidence(f"request.url#{name}", text, says, weight),), weight)


def against(scene: Scene) -> Iterator[Evidence]:
    """The link was in date."""
    found, now = end_of(scene), scene.time
    if found and now and scene.own_time and found[2] >= now:
        yield Evidence(f"request.url#{found[0]}", found[1], f"The link is good until {found[2]:%Y-%m-%d %H:%M:%SZ}")


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """A new link."""
    yield advice(
        "caller", "Have a new link signed, use it as it is (no parameter added, dropped or re-encoded), and soon"
    )


CAUSE = Cause("signed-url-expired", detect, mend=mend)
