"""The other exchanges of the same input that were let through, and how the refused one differs from them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..evidence import Scene, csrf, origin, request_body
from ..evidence.credentials import CLEARANCE
from ..evidence.twin import Twin, twins
from ..model import Evidence, Exchange, Pattern, Weight, split_url
from ..model.frozen import NamedTuple
from ..model.url import RECORD
from ..products import listen
from ..tokens.places import KEY_HEADERS, SESSION_COOKIE

CREDENTIALS = frozenset(("authorization", "cookie", *KEY_HEADERS))


class Sibling(NamedTuple):
    """An exchange of the same host, method and credential that was let through."""

    exchange: Exchange
    path: str

    def evidence(self, says: str, weight: Weight = Weight.STRONG) -> Evidence:
        """Its request line and status as a quotation."""
        line = f"{self.exchange.method} {self.path} -> {self.exchange.status}"
        return Evidence(f"exchange[{self.exchange.index}].request", line, says, weight)


def path_of(url: str | None) -> str:
    """The path of a URL, "/" where it is empty."""
    return split_url(url).path or "/"


def site(exchange: Exchange) -> str:
    """The origin that an exchange asked, or "//host" where a path and a Host field are all that is shown; else ""."""
    host = (exchange.asked("host") or "").lower()
    return origin(exchange.url) or (f"//{host}" if host else "")


def tokens_agree(scene: Scene) -> bool:
    """Whether the token is the very value of Django's cookie, which is all that Django asks of the two."""
    sent, kept = csrf.token(scene), csrf.cookie(scene)
    django = any(heard.product.id in ("django", "drf") for heard in scene.hearing.says)
    return django and sent is not None and kept is not None and sent.value == kept.value and len(kept.value) in (32, 64)


def other_page(scene: Scene) -> Evidence | None:
    """The Origin (or Referer) of the request is of another site than the one asked."""
    if found := csrf.foreign_origin(scene):
        return found
    asked = site(scene.exchange)
    if not asked.startswith("//"):
        return None
    for name in ("origin", "referer"):
        if value := scene.exchange.asked(name):
            theirs = origin(value).partition(":")[2] if value != "null" else "null"
            if theirs and theirs != asked:
                says = f"The request was sent to {asked[2:]}, the page that sent it is {value}"
                return Evidence(f"request.headers.{name}", value, says)
            return None
    return None


def who(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """The credentials that an exchange carries: two with the same ones were sent by the same user."""
    found: list[tuple[str, str]] = []
    for name, value in (exchange.request.headers or ()) if exchange.request else ():
        if name.lower() == "cookie":
            pairs = (pair.strip().partition("=") for pair in value.split(";"))
            found += [(key, it) for key, _, it in pairs if SESSION_COOKIE.search(key) and not CLEARANCE.match(key)]
        elif name.lower() in CREDENTIALS:
            found.append((name.lower(), value))
    return tuple(sorted(found))


LOGIN = Pattern(r"/(?:log[-_]?in|sign[-_]?in|authenticate|sessions?)/?$", re.IGNORECASE)
PASSWORD = Pattern(r"(?:^|[&{,\s\"'])(?:passw(?:or)?d|pass|pwd|passphrase)[\"']?\s{0,3}[=:]", re.IGNORECASE)
RENEWED = Pattern(r"(?:^|[&{,\s\"'])(?:refresh_?token|refresh|assertion)[\"']?\s{0,3}[=:]", re.IGNORECASE)


def bodiless(scene: Scene) -> bool:
    """Whether the request was sent without a body, though its reader cannot tell: no header announces one (RFC 9112, section 6)."""
    request = scene.exchange.request
    if request is None or request.headers is None or request.body is not None or scene.case.kind != "transcript":
        return False
    announced = any(request.headers.has(name) for name in ("content-type", "transfer-encoding"))
    return not announced and (scene.exchange.asked("content-length") or "0").strip() == "0"


def login_posted(scene: Scene) -> bool:
    """Whether the request is itself a login: a user and a password are its body, not its headers."""
    request = scene.exchange.request
    if request is None or (scene.exchange.method or "").upper() != "POST":
        return False
    if request.body is not None:
        return bool(PASSWORD.search(request_body(scene)[:100_000]))
    return bool(LOGIN.search(path_of(scene.exchange.url))) and not bodiless(scene)


def renewal_posted(scene: Scene) -> bool:
    """Whether the request hands in a token for a new one: it is in its body, not its headers (RFC 6749, section 6; RFC 7521)."""
    request = scene.exchange.request
    return bool(request and request.body and RENEWED.search(request_body(scene)[:100_000]))


def let_through(scene: Scene) -> Iterator[Sibling]:
    """The exchanges of the same origin, method and credential, with another path, that were answered well."""
    mine = scene.exchange
    if mine.request is None or mine.request.headers is None or not site(mine):
        return
    for other in scene.around:
        if other.request is None or other.request.headers is None or other.status is None:
            continue
        if not 200 <= other.status < 300 or other.method != mine.method or site(other) != site(mine):
            continue
        if path_of(other.url) != path_of(mine.url) and who(other) == who(mine):
            yield Sibling(other, path_of(other.url))


def other_record(scene: Scene) -> tuple[Sibling, str, str] | None:
    """A sibling whose path differs in one record's name alone: (sibling, mine, theirs); None without a credential."""
    if not who(scene.exchange):
        return None
    mine = path_of(scene.exchange.url).split("/")
    for sibling in let_through(scene):
        theirs = sibling.path.split("/")
        if len(theirs) != len(mine):
            continue
        differs = [(left, right) for left, right in zip(mine, theirs, strict=True) if left != right]
        if len(differs) == 1 and all(RECORD.match(part) for part in differs[0]):
            return sibling, differs[0][0], differs[0][1]
    return None


def other_spelling(scene: Scene) -> tuple[Sibling, str] | None:
    """A sibling of which the refused path is a misspelling: other case, a slash, a segment too few or too many."""
    mine = path_of(scene.exchange.url)
    if not mine.strip("/"):
        return None
    for sibling in let_through(scene):
        theirs = sibling.path
        if not theirs.strip("/"):
            continue
        if mine.lower() == theirs.lower():
            return sibling, "the letters' case"
        if re.sub(r"/{2,20}", "/", mine) == theirs:
            return sibling, "a doubled slash"
        if mine.rstrip("/") == theirs.rstrip("/"):
            return sibling, "the slash at the end"
        if theirs.endswith(mine) and "/" not in theirs[: -len(mine)].strip("/"):
            return sibling, f"the segment {theirs[: -len(mine)]!r} before it"
        if mine.endswith(theirs) and "/" not in mine[: -len(theirs)].strip("/"):
            return sibling, f"the segment {mine[: -len(theirs)]!r}, which is not served"
    return None


def file_beneath(scene: Scene) -> Sibling | None:
    """A file within the directory that was refused."""
    mine = path_of(scene.exchange.url)
    if not mine.endswith("/") or (scene.exchange.method or "") not in ("GET", "HEAD"):
        return None
    for sibling in let_through(scene):
        if sibling.path.startswith(mine) and not sibling.path.endswith("/"):
            return sibling
    return None


def other_credential(scene: Scene) -> Twin | None:
    """A twin that was answered well, carries a credential, and differs in nothing but that."""
    for twin in twins(scene):
        if twin.differs and set(twin.differs) <= CREDENTIALS and (twin.exchange.status or 0) < 300:
            theirs = who(twin.exchange)
            if theirs and theirs != who(scene.exchange):
                return twin
    return None


def unseen(scene: Scene) -> bool:
    """Whether credentials may have been sent that the input does not show.

    Browsers leave them out of a HAR unless asked, and out of a call copied as fetch, to which they add the cookies.
    """
    if scene.exchange.fact("credentials"):
        return True
    request = scene.exchange.request
    options = dict(request.options) if request else {}
    return scene.case.form.startswith("fetch") and options.get("credentials", "same-origin") != "omit"


def clearance(exchange: Exchange) -> tuple[str, ...]:
    """The names of the cookies of an exchange by which a shield remembers that a check was passed."""
    values = exchange.request.headers.all("cookie") if exchange.request and exchange.request.headers else ()
    names = (pair.partition("=")[0].strip() for value in values for pair in value.split(";"))
    return tuple(name for name in names if CLEARANCE.match(name))


def answered_by(exchange: Exchange) -> tuple[str, str]:
    """(layer, product) of who answered another exchange, by its words or marks; empty where they do not tell."""
    hearing = listen(exchange)
    for heard in (*hearing.says, *hearing.wrote):
        if heard.product.kind not in ("wording", "client"):
            return heard.rule.layer or heard.product.layer, heard.rule.as_product or heard.product.id
    return "", ""


def redirected_from(scene: Scene) -> Exchange | None:
    """The exchange whose redirect led to the refused request."""
    mine = (scene.exchange.url or "").partition("#")[0]
    for other in reversed(scene.before):
        target = other.answered("location")
        if target and other.url and other.status in (301, 302, 303, 307, 308):
            from urllib.parse import urljoin

            try:
                led = urljoin(other.url, target).partition("#")[0]
            except ValueError:
                continue
            if led == mine:
                return other
    return None
