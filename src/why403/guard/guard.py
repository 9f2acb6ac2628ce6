"""The guard: rules, where they stand, and what is decided by them. It does no input or output; asgi.py and wsgi.py drive it."""

from __future__ import annotations

import time
from datetime import timedelta

from ..model import BadCall, Why403Error
from ..model.frozen import NamedTuple
from ..seal import Explanation, Ring, denial_id, ring, seal
from . import record
from .answer import PAGES, Answer, Words, one_line, wanted, words, write
from .checked import check
from .credentials import Credential
from .csrf import Csrf
from .decision import ADMITTED, Decision
from .drive import alone, waited
from .paths import normal, pattern
from .preflight import Preflight
from .proxies import Proxies, proxies
from .request import NO_PROXIES, Request
from .routes import ROUTE
from .rule import Refused, Rule, judge, parts, rebuilt, written_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Generator, Sequence
    from typing import Any

    from .asgi import AsgiGuard
    from .routes import Row
    from .rule import Want
    from .wsgi import WsgiGuard


class Place(NamedTuple):
    """Rules on a path pattern."""

    pattern: str
    methods: tuple[str, ...]  # () for all
    rules: tuple[Rule, ...]
    where: str
    compiled: re.Pattern[str]

    def holds(self, method: str, path: str) -> bool:
        """Whether a request stands under these rules."""
        return (not self.methods or method in self.methods) and self.compiled.fullmatch(path) is not None


class Guard:
    """The rules of one application.

    Args:
        rules: What every request must meet, in this order.
        key: The key or keys of the seal, the present one first: `why403 open --new-key` makes one. Csrf's tokens are signed with
            keys derived of it.
        identity: How somebody is known: a credential rule (Bearer, ApiKey, Session, or several with |), or a callable that is given
            the Request and returns an Identity, an id, a mapping of id, roles and scopes, or None. It may be async. Without it,
            credential rules among `rules` tell.
        proxies: The trusted proxies: addresses and networks, or `proxies(...)` where they write other fields than X-Forwarded-For
            and X-Forwarded-Proto.
        show: What refusals tell unless a rule says otherwise: nothing, cause or required.
        shadow: Decide and log, and let everything through.
        pages: Where the causes' pages are, with {cause} in it.
        realm: The realm of challenges.
        keep: How long a sealed explanation can be opened.
        clock: The time, in seconds since 1970.

    Raises:
        BadCall: A key is missing, or a rule is wrong: the error names the rule's line.
    """

    def __init__(
        self,
        *rules: Rule,
        key: str | bytes | Sequence[str | bytes] | None = None,
        identity: Callable[[Request], Any] | Rule | None = None,
        proxies: Proxies | Sequence[str] = NO_PROXIES,
        show: str = "cause",
        shadow: bool = False,
        pages: str = PAGES,
        realm: str = "application",
        keep: timedelta = timedelta(days=30),
        clock: Callable[[], float] = time.time,
    ) -> None:
        where = written_at()
        if show not in ("nothing", "cause", "required"):
            raise BadCall(f"{show!r} cannot be shown", where, "One of: nothing, cause, required")
        self.keys: Ring = ring(key, where)
        self.where, self.show, self.shadow, self.pages, self.realm = (
            where,
            show,
            shadow,
            pages,
            one_line(realm).replace('"', "'"),
        )
        self.keep, self.clock = int(keep.total_seconds()), clock
        self.proxies = proxies if isinstance(proxies, Proxies) else _proxies(tuple(proxies), where)
        self.titles = _titles()
        _sealable(self.keys, where)
        self.rules: tuple[Rule, ...] = tuple(self._bound(rule) for rule in rules)
        self.identity = self._bound(identity) if isinstance(identity, Rule) else identity
        self.places: list[Place] = []
        check(self.rules, (), self.identity)
        self._settle()

    def on(self, path: str, *rules: Rule, methods: Sequence[str] = ()) -> Guard:
        """Put rules on a path pattern ("/admin/**", "/users/{id}"), for some methods or all. Returns the guard. Raises BadCall."""
        where = written_at()
        named = tuple(dict.fromkeys(method.upper() for method in ((methods,) if isinstance(methods, str) else methods)))
        if "GET" in named and "HEAD" not in named:
            named += ("HEAD",)
        if not rules:
            raise BadCall(f"no rule is put on {path!r}", where, 'guard.on("/admin/**", Role("admin"))')
        place = Place(path, named, tuple(self._bound(rule) for rule in rules), where, pattern(path, where))
        check(self.rules, (place,), self.identity)
        self.places.append(place)
        self._settle()
        return self

    def bound(self, *rules: Rule) -> tuple[Rule, ...]:
        """Rules of a route, checked and ready to be given to `decide`, `adecide` or `steps`. Raises BadCall."""
        made = tuple(self._bound(rule) for rule in rules)
        check(self.rules, (), self.identity, made)
        return made

    def attach(self, endpoint: Any, *rules: Rule) -> Any:
        """Write rules on an endpoint, so that `why403 guard` lists them. A framework's door enforces them. Returns the endpoint."""
        setattr(endpoint, ROUTE, (*rules, *getattr(endpoint, ROUTE, ())))
        return endpoint

    def listing(self, app: Any) -> tuple[Row, ...]:
        """Every route of an application behind this guard, with the rules on it."""
        from .routes import listing

        return listing(self, app)

    def asgi(self, app: Any) -> AsgiGuard:
        """The application behind this guard."""
        from .asgi import AsgiGuard

        return AsgiGuard(app, self)

    def wsgi(self, app: Any) -> WsgiGuard:
        """The application behind this guard."""
        from .wsgi import WsgiGuard

        return WsgiGuard(app, self)

    def decide(self, request: Request, *rules: Rule) -> Decision:
        """Decide a request, as WSGI and tests do: by the rules given, else by those of the application and its paths."""
        return alone(self.steps(request, rules or None), request.body)

    async def adecide(self, request: Request, *rules: Rule) -> Decision:
        """The same where there is an event loop."""
        return await waited(self.steps(request, rules or None), request.body)

    def rules_on(self, method: str, path: str) -> tuple[Rule, ...]:
        """The rules under which a request stands, in the order in which they are asked."""
        if not self.places:
            return self.rules
        found = self.rules
        plain = normal(path)
        for place in self.places:
            if place.holds(method, plain) or (plain is not path and place.holds(method, path)):
                found += place.rules
        return found

    def steps(self, request: Request, rules: tuple[Rule, ...] | None = None) -> Generator[Want, Any, Decision]:
        """Decide, saying what is needed on the way. It never raises: what goes wrong is a refusal."""
        self.prepare(request)
        found: Refused | Answer | None
        if rules is None and self.preflight and self.preflight.asks(request):
            found = self.preflight.answer(request)
            if isinstance(found, Answer):
                return Decision(True, found)
            told = self.preflight.show or ("required" if self.show == "required" else "cause")  # CORS is no secret
            found = found._replace(rule=self.preflight, show=told)
        else:
            found = yield from judge(self.rules_on(request.method, request.path) if rules is None else rules, request)
            if request.faults:
                for rule, seen in request.faults:
                    record.raised(rule, seen)
        for shadowed in request.shadowed:
            self._decision(request, shadowed, shadow=True)
        if found is not None:
            return self._decision(request, found, shadow=self.shadow)
        if self.csrf is not None and self.csrf.endpoint and rules is None:
            if request.path == self.csrf.endpoint and request.method in ("GET", "HEAD") and request.kind == "http":
                return Decision(True, self._token(request, self.csrf))
        if record.LOG.isEnabledFor(record.DEBUG):
            record.admitted(request.method, request.path, request.identity)
        return ADMITTED if request.identity is None else Decision(True, None, None, "", False, False, request.identity)

    def prepare(self, request: Request) -> None:
        """Tell a request what this guard knows: its proxies, how somebody is known, whose tokens are given out."""
        request.proxies, request.csrf = self.proxies, self.csrf
        if request.source is None:
            request.source = self.identity

    def cross_origin(self, request: Request) -> tuple[tuple[str, str], ...]:
        """The CORS fields of every answer to this request."""
        return self.preflight.fields(request) if self.preflight else ()

    def _bound(self, rule: Rule) -> Rule:
        if not isinstance(rule, Rule):
            raise BadCall(f"{rule!r} is no rule", written_at(), "Role('admin'), not Role or 'admin'")
        return rebuilt(rule, lambda leaf: leaf.bound(self.keys, self.clock))

    def _settle(self) -> None:
        """What is looked up once: the one Preflight, the Csrf whose tokens are given out, the challenges."""
        every = [
            leaf
            for rule in (*self.rules, *(rule for place in self.places for rule in place.rules))
            for leaf in parts(rule)
        ]
        if isinstance(self.identity, Rule):
            every += parts(self.identity)
        self.preflight = next((rule for rule in every if isinstance(rule, Preflight)), None)
        self.csrf = next((rule for rule in every if isinstance(rule, Csrf) and rule.token_wanted), None)
        found = dict.fromkeys(rule.challenge.format(realm=self.realm) for rule in every if isinstance(rule, Credential))
        self.challenges = tuple(found) or (f'Session realm="{self.realm}"',)

    def _decision(self, request: Request, refused: Refused, *, shadow: bool) -> Decision:
        try:
            return self._written(request, refused, shadow=shadow)
        except Exception:  # noqa: BLE001  # a refusal that cannot be told is still one
            record.LOG.exception("why403.guard: a refusal could not be written")
            return Decision(shadow, None if shadow else write(Words(403, "Forbidden"), "text"))

    def _written(self, request: Request, refused: Refused, *, shadow: bool) -> Decision:
        rule = refused.rule
        who = request.identity
        explanation = Explanation(
            refused.cause, refused.reason, refused.status, repr(rule), rule.where if rule else "", refused.required, refused.seen,
            who.shown if who else "nobody", request.method, request.path, request.address, int(self.clock()), refused.beside,
        )  # fmt: skip
        denial = denial_id()
        record.refused(explanation, denial, shadow=shadow, hidden=refused.hide)
        if shadow:
            return Decision(True, None, explanation, denial, shadow=True, identity=who)
        sealed = seal(explanation, denial, self.keys, self.keep)
        title = self.titles.get(refused.cause, refused.cause)
        show = refused.show or self.show
        told = words(refused, show, denial, sealed, title, self.pages)
        if refused.hide:
            return Decision(
                False, write(Words(404, "Not Found"), "text"), explanation, denial, hidden=True, identity=who
            )
        more = [pair for pair in refused.headers if show != "nothing" or pair[0] != "www-authenticate"]
        if refused.status == 401 and not any(name == "www-authenticate" for name, _ in more):
            more += [("www-authenticate", challenge) for challenge in self.challenges]
        answer = write(told, wanted(request.header("accept")), (*more, *self.cross_origin(request)))
        return Decision(False, answer, explanation, denial, identity=who)

    def _token(self, request: Request, csrf: Csrf) -> Answer:
        """What a single-page application is given: the token, and where it goes."""
        import json

        body = json.dumps({"token": csrf.token(request), "header": csrf.header, "field": csrf.field}).encode()
        headers = (
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            ("cache-control", "no-store"),
            ("vary", "Cookie"),
            *(("set-cookie", cookie) for cookie in request.cookies_to_set),
        )
        request.cookies_to_set.clear()
        return Answer(200, (*headers, *self.cross_origin(request)), body)


def _proxies(names: tuple[str, ...], where: str) -> Proxies:
    try:
        return proxies(*names)
    except BadCall as fault:
        raise BadCall(fault.message, where, fault.hint) from None


def _titles() -> dict[str, str]:
    from ..products.table import register

    return {entry.id: entry.title for entry in register().values()}


def _sealable(keys: Ring, where: str) -> None:
    """See at the start that a refusal can be sealed. Raises BadCall."""
    try:
        seal(Explanation("unknown"), denial_id(), keys)
    except Why403Error as fault:
        raise BadCall(fault.message, where, fault.hint) from None
