"""A server rule denies the path."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene, heard
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice
from ..siblings import path_of


def hidden_part(url: str | None) -> str:
    """The segment of the path that begins with a dot (".git", ".env"), or ""; `.well-known` is meant to be served."""
    for part in path_of(url).split("/"):
        if part.startswith(".") and part.strip(".") and part != ".well-known":
            return part
    return ""


def detect(scene: Scene) -> Iterator[Claim]:
    """A path with a hidden file in it; Apache's own configuration denies `.ht*` from the start."""
    part = hidden_part(scene.exchange.url) if scene.status in (401, 403) else ""
    if part.startswith(".ht") and heard(scene, "apache"):
        says = "Apache's own httpd.conf denies every file whose name begins with .ht"
        yield Claim("deny-rule", (Evidence("request.url", part, says),), Weight.STRONG, "server", "apache")
    elif part:
        says = "The path names a hidden file or directory, which servers are often told to deny"
        yield Claim("deny-rule", (Evidence("request.url", part, says, Weight.HINT),), Weight.HINT)


# how each server prints the configuration that it really has
PRINT = {
    "nginx": "nginx -T | grep -nE 'deny|return 403|location'",
    "apache": "apachectl -t -D DUMP_CONFIG | grep -niE 'require|deny|rewriterule'",
}


def mend(_: Scene, finding: Finding) -> Iterator[Fix]:
    """Find the rule, narrow it."""
    yield advice(
        "operator",
        "Find the rule that denies this path and admit just what shall be admitted",
        language="shell" if finding.product in PRINT else "",
        snippet=PRINT.get(finding.product, ""),
    )
    yield advice("caller", "Ask for a path that is meant to be served")


CAUSE = Cause("deny-rule", detect, mend=mend)
