"""How a request is sent: over TLS, with a certificate, in which version of HTTP, when, and by whose clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from ..model import Evidence, Weight, query_pairs, split_url
from ..model.change import Change
from .experiment import Experiment, Given, Ruling, Steps, Try, nothing, origin

LONGEST = 60.0  # seconds that are waited for
SHORT = 2.0  # where the answer does not say how long
SKEW = timedelta(minutes=5)  # that signatures and tokens commonly allow


def _https(given: Given) -> Steps:
    """Over TLS: on the port that the user gave, else on the usual one, or on the same where one was named."""
    url, own = given.request.url or "", given.origin.removeprefix("http://")
    host = own if own.endswith("]") else own.rpartition(":")[0] or own
    ports = [offer.value for offer in given.offers if offer.kind == "https"]
    places = [host if port == "443" else f"{host}:{port}" for port in ports] or [own]
    # a Host that only says where the request went goes with it
    told = (("Host", None),) if given.has("host") == own else ()
    changes = [
        Change(
            "url",
            "over https" + (f" on port {port}" if ports else ""),
            told if place != own else (),
            url=over(url, place),
        )
        for place, port in zip(places, ports or [""], strict=True)
    ]
    return nothing(*(Try((change,), ("https-required",)) for change in changes))


def over(url: str, place: str) -> str:
    """A URL of http as one of https at this host and port."""
    return re.sub(r"^http://(?:[^/?#@]*@)?[^/?#]*", lambda _: f"https://{place}", url)


def _plain(given: Given) -> bool:
    """A request without TLS whose answer leaves that open, or says that the port speaks TLS."""
    parts = split_url(given.request.url)
    return parts.scheme == "http" and (parts.port in (None, 80) or given.exchange.status in (400, 426, 497))


def _known(given: Given) -> bool:
    """A request without TLS, of which the user knows where the same host speaks it."""
    return given.origin.startswith("http://") and any(offer.kind == "https" for offer in given.offers)


def _certificate(given: Given) -> Steps:
    """With the client certificate that the user gave."""
    tries = []
    for offer in given.offers:
        if offer.kind == "certificate":
            options = (("cert", offer.value), *((("key", offer.name),) if offer.name else ()))
            change = Change("certificate", "with the client certificate that you gave", options=options)
            tries.append(Try((change,), ("client-certificate-required",)))
    return nothing(*tries)


def _older(given: Given) -> Steps:
    """The same over HTTP/1.1: connections are told apart, and joined, otherwise than over HTTP/2."""
    change = Change("version", "over HTTP/1.1", options=(("http1.1", ""),))
    proves = ("host-refused",) if given.exchange.status == 421 else ("bot-challenge", "waf-rule")
    return nothing(Try((change,), proves))


def _spoke_two(given: Given) -> bool:
    answer = given.exchange.response
    return bool(answer and (answer.version or "").startswith("HTTP/2"))


def retry_after(value: str, now: datetime | None) -> float | None:
    """The seconds that a Retry-After asks to wait (RFC 9110, section 10.2.3); None where it says nothing."""
    word = value.strip()
    if re.fullmatch(r"\d{1,9}", word):
        return float(word)
    if re.fullmatch(r"\d{1,9}\.\d{1,9}", word):
        return float(word)
    when = moment(word)
    return max(0.0, (when - now).total_seconds()) if when and now else None


def moment(value: str | None) -> datetime | None:
    """A date of HTTP (RFC 9110, section 5.6.7)."""
    from email.utils import parsedate_to_datetime

    try:
        found = parsedate_to_datetime(value or "")
    except (ValueError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _pause(given: Given) -> Steps:
    """The same after the time that the answer names, else after a short one and a longer one."""
    named = given.exchange.answered("retry-after") or given.exchange.answered("ratelimit-reset") or ""
    seconds = retry_after(named, given.exchange.at) if named else None
    if seconds is not None and seconds > LONGEST:
        says = f"The answer asks to wait {seconds:.0f} s: too long to be waited for here"
        evidence = Evidence("response.headers.retry-after", named, says, Weight.PROOF)
        return nothing(rulings=(Ruling("rate-limited", True, evidence),))
    waits = [seconds + 1.0] if seconds is not None else [SHORT]
    if seconds is None and given.exchange.status == 429:
        waits.append(10.0)
    return nothing(*(Try((Change("pause", f"after {wait:.0f} s", pause=wait),), ("rate-limited",)) for wait in waits))


def _clock(given: Given) -> Steps:
    """The server's clock by its Date, against the time at which it was asked: no request is needed for that."""
    when, at = moment(given.exchange.answered("date")), given.exchange.at
    if when is None or at is None:
        return nothing()
    off = when - at
    quote = f"Date: {given.exchange.answered('date')}"
    if abs(off) > SKEW:
        says = (
            f"The server's clock is {off.total_seconds():+.0f} s from the one here: times in signatures and tokens fail"
        )
        return nothing(rulings=(Ruling("clock-skew", True, Evidence("response.headers.date", quote, says)),))
    says = "The server's clock and the one here agree"
    return nothing(rulings=(Ruling("clock-skew", False, Evidence("response.headers.date", quote, says, Weight.HINT)),))


def _aged(given: Given) -> Steps:
    """The age of a signed link against the time that it was given, by the server's own clock."""
    now = moment(given.exchange.answered("date")) or given.exchange.at
    ends = link_ends(given.request.url)
    if now is None or ends is None:
        return nothing()
    quote = f"until {ends:%Y-%m-%dT%H:%M:%SZ}"
    if ends < now:
        says = f"The link ended {(now - ends).total_seconds():.0f} s before the server's own time"
        evidence = Evidence("request.url", quote, says)
        return nothing(rulings=(Ruling("signed-url-expired", True, evidence),))
    says = "The link is in date by the server's own clock"
    return nothing(rulings=(Ruling("clock-skew", False, Evidence("request.url", quote, says, Weight.HINT)),))


def _fresh(given: Given) -> Steps:
    """The link that the user had signed anew, to the same thing: what differs is its age or its signature."""
    links = [
        offer.value for offer in given.offers if offer.kind == "link" and same_thing(offer.value, given.request.url)
    ]
    proves = ("signed-url-expired", "signature-mismatch")
    return nothing(
        *(Try((Change("url", "with the fresh link that you gave", url=link),), proves, True) for link in links)
    )


def same_thing(link: str, url: str | None) -> bool:
    """Whether a link leads to the same place and path: nothing but its query may be another."""
    return bool(origin(link)) and origin(link) == origin(url) and split_url(link).path == split_url(url).path


def link_ends(url: str | None) -> datetime | None:
    """When a signed link ends: AWS and Google (date and seconds), CloudFront and nginx (Expires), Azure SAS (se)."""
    pairs = {name.lower(): value for name, value in query_pairs(split_url(url).query)}
    for vendor in ("x-amz-", "x-goog-"):
        begun, lasts = pairs.get(f"{vendor}date", ""), pairs.get(f"{vendor}expires", "")
        if re.fullmatch(r"\d{8}T\d{6}Z", begun) and re.fullmatch(r"\d{1,7}", lasts):
            try:
                return datetime.strptime(begun, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) + timedelta(seconds=int(lasts))
            except ValueError:
                return None
    if re.fullmatch(r"\d{9,11}", pairs.get("expires", "")):
        return datetime.fromtimestamp(int(pairs["expires"]), UTC)
    if "sig" in pairs and "se" in pairs:
        try:
            found = datetime.fromisoformat(pairs["se"].replace("Z", "+00:00"))
        except ValueError:
            return None
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


EXPERIMENTS = (
    Experiment(
        "clock",
        "nothing: the server's clock is read from its answer",
        "Apart: what is timed or signed fails. Together: it is not the clock",
        ("clock-skew",),
        0,
        lambda given: bool(given.exchange.answered("date")),
        _clock,
        mends=False,
    ),
    Experiment(
        "link-age",
        "nothing: the link's age is read from the link and the server's clock",
        "Past its end: it has expired. In date: it was altered, or is refused for something else",
        ("signed-url-expired",),
        0,
        lambda given: link_ends(given.request.url) is not None,
        _aged,
        mends=False,
    ),
    Experiment(
        "link-given",
        "the fresh link that you gave",
        "Let through: the old one has expired or was altered. Refused the same way: it is not the link",
        ("signed-url-expired", "signature-mismatch"),
        1,
        lambda given: any(offer.kind == "link" for offer in given.offers),
        _fresh,
        offered=True,
    ),
    Experiment(
        "certificate-given",
        "the same with the client certificate that you gave",
        "Let through: a certificate was required. Refused the same way: it was not that, or not this one",
        ("client-certificate-required",),
        1,
        lambda given: any(offer.kind == "certificate" for offer in given.offers),
        _certificate,
        offered=True,
        joins=True,
    ),
    Experiment(
        "https",
        "the same over https",
        "Let through: plain http was refused",
        ("https-required",),
        1,
        lambda given: _plain(given) and not _known(given),
        _https,
    ),
    Experiment(
        "https-given",
        "the same over https on the port that you gave",
        "Let through: plain http was refused. Refused the same way: it was not that",
        ("https-required",),
        1,
        _known,
        _https,
        offered=True,
    ),
    Experiment(
        "older-http",
        "the same over HTTP/1.1",
        "Let through: the connection was told by its HTTP/2, or joined with another host's",
        ("bot-challenge", "host-refused"),
        1,
        _spoke_two,
        _older,
    ),
    Experiment(
        "pause",
        "the same after a pause",
        "Let through: it was a limit on the rate",
        ("rate-limited",),
        1,
        lambda given: given.exchange.status in (403, 429, 503),
        _pause,
    ),
)
