"""How far a rule reaches: a path beside it that surely does not exist, the folder above, the whole host."""

from __future__ import annotations

from urllib.parse import urljoin

from ..model import Evidence, Exchange, Headers, Weight
from .experiment import SAFE, Ask, Experiment, Given, Learned, Ruling, Steps

ABSENT = "why403-no-such-path"


def _reading(given: Given, url: str, says: str) -> Ask:
    headers = (given.request.headers or Headers()).without("content-length", "content-type", "transfer-encoding")
    return Ask(given.request._replace(method="GET", url=url, headers=headers, body=b""), says)


def alike(one: Exchange, other: Exchange) -> bool:
    """Whether two answers say the same: status, kind, and a body of the same words but for its numbers."""
    if one.status != other.status or one.answered("content-type") != other.answered("content-type"):
        return False
    bodies = [(answer.response.body or b"") if answer.response else b"" for answer in (one, other)]
    return bodies[0] == bodies[1] or _words(bodies[0]) == _words(bodies[1])


def _words(body: bytes) -> list[bytes]:
    return [word for word in body[:20_000].split() if not any(48 <= byte <= 57 for byte in word)]


def _against(causes: tuple[str, ...], quote: str, says: str, weight: Weight = Weight.HINT) -> Learned:
    return Learned(rulings=tuple(Ruling(cause, False, Evidence("probe", quote, says, weight)) for cause in causes))


def _reach(given: Given) -> Steps:
    """Beside the path, then above it: where does the rule begin?"""
    url = (given.request.url or "").partition("?")[0].partition("#")[0]
    beside = urljoin(url.rstrip("/") if url.count("/") > 3 else url, ABSENT)
    answer = yield _reading(given, beside, f"{beside}, which surely does not exist")
    quote = f"{answer.status} {beside}"
    if alike(given.exchange, answer):
        says = "A path that does not exist is refused in the same words: the rule does not look at the resource"
        learned = _against(("directory-index",), quote, says)
        folder = urljoin(beside, "..")
        if beside.count("/") < 5:  # the host itself is the folder above
            return learned
        above = yield _reading(given, folder, f"{folder}, the folder above")
        reaches = "as well" if alike(given.exchange, above) else "not"
        return learned._replace(
            told=f"The folder above is refused {reaches}: the rule begins {'higher' if reaches == 'as well' else 'here'}"
        )
    if answer.status == 404:
        says = "A path beside it is answered 404: the rule is about this path, not about the whole place"
        return Learned(told=says, known=("ip-blocked", "ip-not-allowed", "host-refused", "rate-limited"))
    return Learned()


def _whole(given: Given) -> Steps:
    root = urljoin(given.request.url or "", "/robots.txt")
    answer = yield _reading(given, root, "/robots.txt, for a rule on the whole host")
    quote = f"{answer.status} /robots.txt"
    if alike(given.exchange, answer):
        says = "Even /robots.txt is refused in the same words: the rule is on the whole host or on who asks"
        return _against(("directory-index", "not-owner"), quote, says)
    return Learned(told="/robots.txt is answered otherwise: the rule is not on the whole host", known=("host-refused",))


EXPERIMENTS = (
    Experiment(
        "reach",
        "a path beside it that surely does not exist",
        "The same words: the rule does not look at the resource. 404: it is about this path",
        ("file-permission", "symlink-refused", "directory-index", "deny-rule", "ip-blocked", "ip-not-allowed"),
        1,
        lambda given: (given.request.method or "GET").upper() in SAFE,
        _reach,
        mends=False,
    ),
    Experiment(
        "whole-host",
        "/robots.txt, for rules on the whole host",
        "The same words: the rule is on the whole host or on who asks",
        ("ip-blocked", "ip-not-allowed", "geo-blocked", "user-agent-blocked", "host-refused"),
        1,
        lambda given: (given.request.method or "GET").upper() in SAFE,
        _whole,
        mends=False,
    ),
)
