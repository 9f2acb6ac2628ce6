"""Csrf: a state-changing request must come from the application's own pages.

First line: Sec-Fetch-Site (W3C Fetch Metadata), else Origin, else on https the Referer. Second line: a token bound to the browser's
cookie and to the session. A request that carries a bearer token and no cookie needs none: no browser sends that by itself.
"""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64encode

from ..tokens.masking import masked
from . import signed
from .form import may_hold, token_in
from .origin import Trusted, origin, origin_of
from .origin import trusted as trusted_origins
from .rule import Refused, Rule, Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..seal import Ring
    from .request import Request
    from .rule import Found, Steps

SAFE = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))  # RFC 9110, section 9.2.1
PREFIX = 65_536  # bytes of a body in which the field is looked for

# reason: the cause, and what the caller is told
REASONS = {
    "token-missing": ("csrf-token-missing", "The request carries no CSRF token."),
    "cookie-missing": ("csrf-cookie-missing", "The cookie that belongs to the CSRF token did not come along."),
    "mismatch": ("csrf-token-invalid", "The CSRF token is none that this application made."),
    "other-session": ("csrf-token-invalid", "The CSRF token belongs to another session."),
    "expired": ("csrf-token-invalid", "The CSRF token has expired; load the page again."),
    "undefined": ("csrf-token-invalid", "The script sent the word 'undefined' in place of a CSRF token."),
    "null": ("csrf-token-invalid", "The script sent the word 'null' in place of a CSRF token."),
    "cross-site": ("csrf-origin-mismatch", "The request comes from a page of another site."),
    "origin-untrusted": ("csrf-origin-mismatch", "The Origin is neither the application's own nor a trusted one."),
    "origin-null": ("csrf-origin-mismatch", "The Origin is null: a sandboxed frame, a redirect or Referrer-Policy: no-referrer hides it."),
    "referer-untrusted": ("csrf-origin-mismatch", "The Referer is neither the application's own page nor of a trusted origin."),
    "referer-missing": ("csrf-origin-mismatch", "Neither Origin nor Referer tells which page sent it; Referrer-Policy may hide both."),
}  # fmt: skip


class Csrf(Rule):
    """Refuses state-changing requests that another site may have caused.

    Args:
        trusted: Origins beside the application's own ("https://admin.example", "https://*.shop.example").
        session: The name of the session's cookie, or a callable that gives the session's id of a request: tokens are bound to it.
        token: Whether the second line, the token, is asked for.
        header: The field in which scripts send it.
        field: The form field (or JSON member) in which forms and server actions send it.
        cookie: The name of the cookie to which tokens are bound; on https it is `__Host-` and this name.
        endpoint: A path at which GET answers with a token as JSON, for single-page applications; "" for none.
        max_age: Seconds for which a token is good.
        safe: The methods that change nothing.
    """

    __slots__ = (
        "_clock",
        "_secrets",
        "_trusted",
        "cookie",
        "endpoint",
        "field",
        "header",
        "max_age",
        "safe",
        "session",
        "token_wanted",
        "trusted",
    )
    trusted: tuple[str, ...]
    session: str | Callable[[Request], str | None] | None
    token_wanted: bool
    header: str
    field: str
    cookie: str
    endpoint: str
    max_age: int
    safe: frozenset[str]
    _trusted: Trusted
    _secrets: tuple[bytes, ...]
    _clock: Callable[[], float] | None

    def __init__(
        self,
        trusted: Sequence[str] = (),
        *,
        session: str | Callable[[Request], str | None] | None = None,
        token: bool = True,
        header: str = "X-CSRF-Token",
        field: str = "csrf_token",
        cookie: str = "csrf",
        endpoint: str = "",
        max_age: int = 12 * 3600,
        safe: Sequence[str] = tuple(SAFE),
    ) -> None:
        names = (trusted,) if isinstance(trusted, str) else tuple(trusted)
        self._set(
            trusted=names, session=session, token_wanted=token, header=header.lower(), field=field, cookie=cookie, endpoint=endpoint,
            max_age=max_age, safe=frozenset(safe), _trusted=trusted_origins(names, self.where), _secrets=(), _clock=None,
        )  # fmt: skip

    def bound(self, keys: Ring, clock: Callable[[], float]) -> Csrf:
        """The same rule with the guard's keys and clock: what signs tokens is derived from each key."""
        twin = self._twin()
        twin._set(_secrets=tuple(hmac.digest(key.secret, b"why403 csrf", "sha256") for key in keys), _clock=clock)
        return twin

    def check(self, request: Request) -> Found:
        """First the page that asks, then the token."""
        if (
            request.kind == "websocket"
        ):  # a handshake is a GET that carries cookies: its page is looked at, a token it cannot carry
            return None if request.header("origin") is None else self._page(request)
        if request.method in self.safe:
            return None
        cookies = request.header("cookie")
        if cookies is None and (request.header("authorization") or "")[:7].lower() == "bearer ":
            return None
        refused = self._page(request)
        if refused is not None or not self.token_wanted:
            return refused
        return self._second(request)

    def _page(self, request: Request) -> Refused | None:
        """Whether the page that caused the request may."""
        site = request.header("sec-fetch-site")
        if site in ("same-origin", "none"):
            return None
        asked = request.header("origin")
        own = request.origin
        if asked is not None:
            here = origin(asked)
            if here is not None and (self._trusted.holds(here) or (here == own and site is None)):
                return None
            if site is None or site in ("same-site", "cross-site"):
                reason = "origin-null" if asked == "null" else "origin-untrusted"
                return self._no(request, reason, f"Origin {asked}" + (f", Sec-Fetch-Site {site}" if site else ""))
        if site is not None:
            return self._no(request, "cross-site", f"Sec-Fetch-Site {site}")
        if asked is None and request.seen.scheme == "https" and self.token_wanted and request.kind == "http":
            return self._referer(request, own)
        return None

    def _referer(self, request: Request, own: str) -> Refused | None:
        referer = request.header("referer")
        if referer is None and self.binding(request) is None:
            return None  # a program that carries nothing: that the cookie is missing tells it more
        if referer is None:
            return self._no(request, "referer-missing", "neither Origin nor Referer nor Sec-Fetch-Site")
        here = origin_of(referer)
        if here is not None and (here == own or self._trusted.holds(here)):
            return None
        return self._no(request, "referer-untrusted", f"Referer of {here or 'no origin'}")

    def _second(self, request: Request) -> Refused | Steps | None:
        binding = self.binding(request)
        if binding is None:
            return self._no(request, "cookie-missing", f"no cookie {self.cookie_name(request)}")
        sent = request.all(self.header)
        if sent:
            return self._token(request, sent[0] if len(set(sent)) == 1 else "two tokens", binding)
        if not may_hold(request.header("content-type")):
            return self._no(request, "token-missing", "")
        return self._from_body(request, binding)

    def _from_body(self, request: Request, binding: str) -> Steps:
        data = yield Want("body", PREFIX)
        token = token_in(data, request.header("content-type"), self.field)
        if token is None:
            return self._no(request, "token-missing", f"no field {self.field} in the first {len(data)} bytes")
        return self._token(request, token, binding)

    def _token(self, request: Request, token: str, binding: str) -> Refused | None:
        token = token.strip()
        if not token:
            return self._no(request, "token-missing", "an empty token")
        if token.lower() in ("undefined", "null", "none", "nan", "[object object]"):
            return self._no(request, "null" if token.lower() in ("null", "none") else "undefined", repr(token))
        now = int(self._clock() if self._clock else 0)
        reason = signed.wrong(token, self._secrets, binding, now, self.max_age)
        return self._no(request, reason, f"token {masked(token[:200])}") if reason else None

    def _no(self, request: Request, reason: str, seen: str) -> Refused:
        cause, says = REASONS[reason]
        if cause == "csrf-origin-mismatch":
            origins = ", ".join((request.origin or "its own origin", *self.trusted))
            return Refused(
                cause, reason, required=f"a page of {origins}", seen=f"{seen}; {self._server(request)}"[:400], says=says
            )
        required = f"a token of this session in {self.header} or the field {self.field}, and the cookie {self.cookie_name(request)}"
        return Refused(cause, reason, required=required, seen=seen, says=says)

    def _server(self, request: Request) -> str:
        """What the server saw: where a proxy changed host or scheme, this shows it."""
        said = f"the server saw {request.origin or 'no Host'}"
        for name in ("x-forwarded-proto", "x-forwarded-host", "forwarded"):
            if (value := request.header(name)) is not None:
                said += f", {name}: {value[:60]}" + (
                    "" if request.seen.trusted else " (of a peer that is no trusted proxy)"
                )
        return said

    def cookie_name(self, request: Request) -> str:
        """The name of the cookie that tokens are bound to."""
        return f"__Host-{self.cookie}" if request.seen.scheme in ("https", "wss") else self.cookie

    def binding(self, request: Request) -> str | None:
        """What a token of this browser is bound to; None where the cookie did not come."""
        own = request.cookie(self.cookie_name(request))
        return f"{own}\n{self._session(request)}" if own else None

    def _session(self, request: Request) -> str:
        if self.session is None:
            return ""
        found = self.session(request) if callable(self.session) else request.cookie(self.session)
        return found or ""

    def token(self, request: Request) -> str:
        """A token for this browser; where it has no cookie yet, the response sets one."""
        binding = self.binding(request)
        if binding is None:
            name = self.cookie_name(request)
            own = next(
                (
                    line.partition("=")[2].partition(";")[0]
                    for line in request.cookies_to_set
                    if line.startswith(name + "=")
                ),
                "",
            )
            if not own:
                own = urlsafe_b64encode(os.urandom(18)).decode()
                secure = "; Secure" if name.startswith("__Host-") else ""
                request.cookies_to_set.append(f"{name}={own}; Path=/{secure}; HttpOnly; SameSite=Lax")
            binding = f"{own}\n{self._session(request)}"
        return signed.make(self._secrets[0], binding, int(self._clock() if self._clock else 0))

    def __repr__(self) -> str:
        return f"Csrf(trusted={list(self.trusted)!r})" if self.trusted else "Csrf()"
