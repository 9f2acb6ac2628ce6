"""The pieces of a CSRF check as a request carries them: token, cookie, origin; and whether somebody complained of one."""

from __future__ import annotations

import json
import re

from ..model import Evidence, Pattern, Weight, query_pairs, split_url
from ..model.frozen import NamedTuple
from ..tokens.csrf_names import COOKIE as COOKIE
from ..tokens.csrf_names import FIELDS as FIELDS
from ..tokens.csrf_names import HEADERS as HEADERS
from .credentials import cookies, spoiled
from .scene import Scene, headers_shown, origin, query, request_body

WORD = Pattern(
    r"csrf|xsrf|cross[- ]site request forgery|authenticity ?token|anti-?forgery|crumb|page expired|_wpnonce|rest_cookie_invalid_nonce"
)
CUES = ("csrf", "xsrf", "forgery", "authenticity", "crumb", "page expired", "nonce")  # one is in each of these
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
GROUP = ("csrf-token-missing", "csrf-token-invalid", "csrf-cookie-missing", "csrf-origin-mismatch")
SHOWN = Pattern(
    r"(x-csrf-?token|x-xsrf-?token|csrf-?token|_csrf|csrfmiddlewaretoken|_xsrf|x-wp-nonce)[\"']?\s{0,3}[:=]\s{0,3}[\"']?(undefined|"
    r"null|\[object Object\])",
    re.IGNORECASE,
)


class Piece(NamedTuple):
    """A token or cookie with its place."""

    where: str
    name: str
    value: str

    @property
    def spoiled(self) -> bool:
        """Whether a script left `undefined`, `null` or nothing in its place."""
        return not self.value.strip() or spoiled(self.value.strip())


def token(scene: Scene) -> Piece | None:
    """The CSRF token that the request carries, in a header, a form field, a JSON member or the query."""
    request = scene.exchange.request
    for name, value in (request.headers or ()) if request else ():
        if name.lower() in HEADERS:
            return Piece(f"request.headers.{name.lower()}", name, value)
    body = request_body(scene)
    pairs: list[tuple[str, str]] = []
    if body[:1] in "{[":
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            pairs = [(str(key), str(value)) for key, value in data.items()]
    elif body:
        pairs = query_pairs(body[:1_000_000])
        pairs += re.findall(r"name=\"([^\"]{1,80})\"\r?\n\r?\n([^\r\n]{0,4000})", body[:1_000_000])
    for name, value in pairs:
        if name.lower() in FIELDS:
            return Piece(f"request.body#{name}", name, value)
    for name, value in query(scene):
        if name.lower() in FIELDS and name.lower() not in ("token", "nonce"):
            return Piece(f"request.url#{name}", name, value)
    return None


def spoiled_in_text(scene: Scene) -> Evidence | None:
    """A token literally `undefined` or `null`, as the loose text shows it."""
    for piece in scene.hearing.pieces:
        if piece.kind == "note" and (found := SHOWN.search(piece.folded)):
            return Evidence(
                piece.where, found.group(), f"The token that was sent is literally {found.group(2)!r}", Weight.PROOF
            )
    return None


def cookie(scene: Scene) -> Piece | None:
    """The CSRF cookie that the request carries."""
    for name, value in cookies(scene):
        if COOKIE.search(name):
            return Piece(f"request.headers.cookie#{name}", name, value)
    return None


def cookie_set_before(scene: Scene) -> tuple[str, Evidence] | None:
    """The name of a CSRF cookie that an earlier answer of the same host set, with its attributes."""
    for other in reversed(scene.before):
        answer = other.response
        if answer is None or answer.headers is None or not _same_site(scene, other.url):
            continue
        for value in answer.headers.all("set-cookie"):
            name = value.partition("=")[0].strip()
            if COOKIE.search(name):
                attributes = "; ".join(part.strip() for part in value.split(";")[1:])
                quote = f"Set-Cookie: {name}=...; {attributes}"
                return name, Evidence(
                    f"exchange[{other.index}].response.headers.set-cookie", quote, "An earlier answer set this cookie"
                )
    return None


def _same_site(scene: Scene, url: str | None) -> bool:
    return split_url(url).hostname == scene.host


def complaint(scene: Scene) -> Evidence | None:
    """Somebody complained of CSRF: a documented message, or the word itself in the answer."""
    for heard in scene.hearing.says:
        if heard.rule.cause in GROUP or set(heard.rule.also) & set(GROUP) or set(heard.rule.between) & set(GROUP):
            return heard.evidence
    for piece in scene.hearing.pieces:
        if (
            piece.kind in ("body", "note")
            and any(cue in piece.low for cue in CUES)
            and (found := WORD.search(piece.low))
        ):
            start = max(0, found.start() - 30)
            return Evidence(
                piece.where, piece.folded[start : found.end() + 40].strip(), "The answer speaks of CSRF", Weight.HINT
            )
    if scene.status == 419:
        return Evidence("response.status", "419", "419 is the status that Laravel gives a failed CSRF check")
    return None


def unsafe(scene: Scene) -> bool:
    """Whether the method is one that CSRF checks guard."""
    return (scene.exchange.method or "").upper() in UNSAFE


def foreign_origin(scene: Scene) -> Evidence | None:
    """The request's Origin (or Referer) is another origin than the one asked."""
    asked = origin(scene.exchange.url)
    for name in ("origin", "referer"):
        value = scene.exchange.asked(name)
        if value is None or not asked:
            continue
        theirs = origin(value) if value != "null" else "null"
        if theirs and theirs != asked:
            return Evidence(
                f"request.headers.{name}", value, f"The request was sent to {asked}, the page that sent it is {theirs}"
            )
        return None
    return None


def shown(scene: Scene) -> bool:
    """Whether the whole request is shown, so that the absence of a token means something."""
    request = scene.exchange.request
    return headers_shown(scene) and request is not None and (request.body is not None or not unsafe(scene))
