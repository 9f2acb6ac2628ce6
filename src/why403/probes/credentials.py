"""The credential: another one, its own in the other documented places, none, and one that surely nobody knows."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from ..model import Evidence, Headers, Weight, split_url
from ..model.change import Change
from ..tokens.jwt import read
from ..tokens.places import KEY_HEADERS, KEY_PARAMETERS, OF_PRODUCT
from . import digest
from .experiment import Ask, Experiment, Given, Learned, Offer, Ruling, Steps, Try, nothing
from .reach import alike
from .way import moment

TOKEN = (
    "token-expired", "token-invalid", "token-wrong-audience", "clock-skew", "signature-mismatch", "login-step-missing",
    "account-blocked", "credentials-malformed",
)  # fmt: skip
PERMISSION = ("role-missing", "scope-missing", "not-owner", "policy-denied", "feature-disabled", "resource-hidden")
IDENTITY = ("credentials-missing", *TOKEN, *PERMISSION)
PLACES = 4  # that are tried with one credential
MADE_UP = "why403-is-not-a-credential"
NOTHING = ("", "undefined", "null", "[object object]", "none", "nan")
PREFIXED = re.compile(
    r"^[\"']?(?:(?:bearer|token|apikey|api-key|key|basic|jwt)[ :=]+)*[\"']?(.*?)[\"']?$", re.IGNORECASE | re.DOTALL
)
SIGNED = re.compile(r"(?:aws4|digest|negotiate|ntlm|signature|hmac|sharedkey|oauth )", re.IGNORECASE)
# the schemes that carry one opaque word, as their documentation writes them
WORDS = {"bearer": "Bearer", "token": "Token", "apikey": "ApiKey", "jwt": "JWT", "bot": "Bot", "ssws": "SSWS", "key": "Key"}  # fmt: skip


def _schemes(given: Given) -> list[str]:
    """The schemes that the answer asks for, lowered (RFC 9110, section 11.6.1)."""
    answer = given.exchange.response
    fields = answer.headers.all("www-authenticate") if answer and answer.headers is not None else ()
    return [
        found.lower()
        for field in fields
        for found in re.findall(r"(?:^|,)\s{0,4}([A-Za-z][\w-]{2,20})(?=\s|$|,)", field[:2000])
    ]


def _bare(value: str) -> str:
    """A credential without the prefixes and quotes that were put around it."""
    found = PREFIXED.match(value.strip())
    return (found.group(1) if found else value).strip()


def _authorization(value: str) -> Change:
    return Change("credential", f"with it as Authorization: {value.partition(' ')[0]}", (("Authorization", value),))


def _in(name: str, secret: str) -> Change:
    return Change("credential", f"with it in {name}", ((name, secret),))


def _at_places(given: Given, secret: str, kind: str) -> Iterator[Change]:
    """One secret in each place where services take one, the likeliest first."""
    schemes = [WORDS[scheme] for scheme in _schemes(given) if scheme in WORDS]
    known = dict.fromkeys(name for name, _ in given.request.headers or () if name.lower() in KEY_HEADERS)
    yield from (_authorization(f"{word} {secret}") for word in schemes)
    if given.product in OF_PRODUCT:
        name, prefix = OF_PRODUCT[given.product]
        yield Change("credential", f"with it in {name}, as {given.product} takes it", ((name, prefix + secret),))
    named = _named(given)
    if kind == "key":
        yield from (_in(name, secret) for name in dict.fromkeys((*named, *known, "X-API-Key")))
        yield _authorization(f"Bearer {secret}")
        yield _authorization(f"ApiKey {secret}")
        yield _in_query(given, secret)
        return
    yield from (_in(name, secret) for name in named)
    yield _authorization(f"Bearer {secret}")
    yield from (_in(name, secret) for name in known)
    yield _authorization(f"Token {secret}")
    yield _in("X-API-Key", secret)


def _named(given: Given) -> list[str]:
    """The header fields that the answer itself names and that are known to take a key."""
    answer = given.exchange.response
    text = (answer.body or b"")[:20_000].decode("utf-8", "replace") if answer else ""
    names = {word.lower(): word for word in re.findall(r"[A-Za-z][A-Za-z-]{3,40}", text)}
    return [names[name] for name in KEY_HEADERS if name in names and "-" in name]


def _in_query(given: Given, secret: str) -> Change:
    from urllib.parse import quote

    url = given.request.url or ""
    more = f"{'&' if '?' in url else '?'}api_key={quote(secret, safe='')}"
    return Change("credential", "with the key as api_key in the query", url=url + more)


def sent(given: Given) -> tuple[str, str, str] | None:
    """(place, name, value) of the credential that the refused request carries; None where it carries none."""
    for name, value in given.request.headers or ():
        if name.lower() == "authorization":
            return "authorization", name, value
    for name, value in given.request.headers or ():
        if name.lower() in KEY_HEADERS:
            return "header", name, value
    for field in split_url(given.request.url).query.split("&"):
        name, _, value = field.partition("=")
        if name.lower() in KEY_PARAMETERS and value:
            return "query", name, value
    cookie = given.has("cookie")
    return ("cookie", "Cookie", cookie) if cookie else None


def _moved(given: Given, change: Change) -> Change:
    """The change, with the request's own credential taken out of the header in which it stands."""
    mine = sent(given)
    if mine is None or mine[0] not in ("authorization", "header"):
        return change
    if mine[1].lower() in {name.lower() for name, _ in change.headers}:
        return change
    return change._replace(headers=((mine[1], None), *change.headers))


def _placed(given: Given) -> Steps:
    """Its own credential in the other places and prefixes that are documented."""
    mine = sent(given)
    if mine is None or mine[0] == "cookie" or SIGNED.match(mine[2]):
        return nothing()
    place, _, value = mine
    secret = _bare(value)
    if not secret or secret.lower() in NOTHING:
        return nothing()
    tries = []
    if place == "authorization" and ":" in secret and "basic" in (*_schemes(given), value[:5].lower()):
        tries.append(_authorization(_basic(secret)))
    tries += _at_places(given, secret, "key" if place != "authorization" else "token")
    same = {("Authorization", value), (mine[1], value)}
    fresh = [one for one in dict.fromkeys(tries) if not set(one.headers) & same]
    asked = _schemes(given)  # where the answer names the schemes that it takes, the others are not tried
    if any(scheme in WORDS for scheme in asked):
        fresh = [
            one
            for one in fresh
            if not one.headers or one.headers[0][0] != "Authorization" or _scheme(one.headers[0][1]) in asked
        ]
    return nothing(*(Try((_moved(given, one),), ("credentials-malformed",)) for one in fresh[:PLACES]))


def _basic(pair: str) -> str:
    return "Basic " + binascii.b2a_base64(pair.encode(), newline=False).decode("ascii")


def _user(value: str) -> str | None:
    """The user of Basic credentials; None where they are none."""
    if _scheme(value) != "basic":
        return None
    try:
        return binascii.a2b_base64(value.partition(" ")[2]).decode("utf-8", "replace").partition(":")[0]
    except binascii.Error:
        return None


def _scheme(value: str | None) -> str:
    word, space, _ = (value or "").strip().partition(" ")
    return word.lower() if space else ""


def _taken(scheme: str, asked: list[str]) -> bool:
    """Whether a scheme is among those that an answer asks for; who takes one of Bearer and Token often takes the other, too."""
    return scheme in asked or (scheme in ("bearer", "token") and bool({"bearer", "token"} & set(asked)))


def _offered(given: Given) -> Steps:
    """The credentials that the user gave, each in the way in which this request or the answer's challenge wants it.

    What is proved if one is let through depends on what else is different: the form, or the credential alone.
    """
    mine = sent(given)
    spoiled = mine is not None and _bare(mine[2]).lower() in NOTHING
    tries: list[Try] = []
    for offer in given.offers:
        formed = False  # whether the given one was tried in the form of the refused one
        for change in _ways(given, offer, mine):
            same = mine is not None and _same_form(mine, change)
            cause, sure = _proves(given, mine, offer, same, formed)
            every = (cause, *(one for one in (*IDENTITY, "csrf-cookie-missing") if one != cause))
            every = every[:1] if sure and cause == "credentials-malformed" and not formed and not spoiled else every
            doubt = "credential-known" if cause == "role-missing" else ""
            tries.append(Try((_moved(given, change),), every, sure, doubt=doubt))
            formed = formed or same
    return nothing(*tuple(dict.fromkeys(tries))[: PLACES * 2])


def _same_form(mine: tuple[str, str, str], change: Change) -> bool:
    if change.url:
        return mine[0] == "query"
    name, value = change.headers[0]
    return name.lower() == mine[1].lower() and (mine[0] != "authorization" or _scheme(value) == _scheme(mine[2]))


def _proves(
    given: Given, mine: tuple[str, str, str] | None, offer: Offer, same: bool, formed: bool
) -> tuple[str, bool]:
    """The cause that is likeliest proved if this credential is let through where the request's own was not; whether no other is left."""
    if mine is None:
        return "credentials-missing", True
    if mine[0] == "cookie" and offer.kind == "cookie":
        old = {part.partition("=")[0].strip() for part in mine[2].split(";")}
        same = bool(old & {part.partition("=")[0].strip() for part in offer.value.split(";")})
        return ("token-invalid", False) if same else ("credentials-missing", True)
    if mine[0] == "cookie":
        return "credentials-missing", False
    if _bare(mine[2]).lower() in NOTHING:
        return "credentials-malformed", True
    asked = _schemes(given)
    if not same:
        # the same credential was refused in the old form, or the answer names the schemes that it takes and the old one is none
        return "credentials-malformed", formed or (
            mine[0] == "authorization" and bool(asked) and not _taken(_scheme(mine[2]), asked)
        )
    if told := of_claims(_bare(mine[2]), offer.value, given):
        return told
    if (
        offer.kind == "user" and _user(mine[2]) == offer.value.partition(":")[0]
    ):  # the same one: only the password differs
        return "token-invalid", True
    if given.exchange.status == 404:  # it is there for another
        return "resource-hidden", True
    if given.exchange.status == 401:
        return "token-invalid", _scheme(mine[2]) in ("basic", "digest", "") or mine[0] != "authorization"
    return "role-missing", False


def of_claims(mine: str, other: str, given: Given) -> tuple[str, bool] | None:
    """What two JWTs of which one is let through differ in, where that leaves one cause; None where they are none."""
    own, given_one = read(mine), read(other)
    if own is None or given_one is None:
        return None
    now = moment(given.exchange.answered("date")) or given.exchange.at
    ends, begins = own.time("exp"), own.time("nbf")
    if now is not None and ends is not None and ends < now:
        return "token-expired", True
    if now is not None and begins is not None and begins > now:
        return "clock-skew", True
    one, two = own.claims, given_one.claims
    if any(one.get(name) != two.get(name) for name in ("aud", "iss", "azp", "tenant", "tid")):
        return "token-wrong-audience", True
    rights = ("scope", "scp", "scopes", "roles", "role", "groups", "permissions", "sub", "user", "username")
    if all(one.get(name) == two.get(name) for name in rights):
        return "token-invalid", True
    return None


def _ways(given: Given, offer: Offer, mine: tuple[str, str, str] | None) -> Iterator[Change]:
    if offer.kind == "user":
        if challenge := digest.challenged(given.exchange):
            name, _, password = offer.value.partition(":")
            answer = digest.authorization(given.request, challenge, name, password)
            yield Change(
                "credential",
                "with the given user and password (Digest; curl: --digest -u)",
                (("Authorization", answer),),
            )
        if not challenge or "basic" in _schemes(given):
            basic = (("Authorization", _basic(offer.value)),)
            yield Change("credential", "with the given user and password (Basic)", basic)
    elif offer.kind == "cookie":
        old = [part for part in (given.has("cookie") or "").split(";") if part.strip()]
        names = {part.partition("=")[0].strip() for part in offer.value.split(";")}
        kept = [part.strip() for part in old if part.partition("=")[0].strip() not in names]
        yield Change("cookie", "with the given cookie", (("Cookie", "; ".join([*kept, offer.value])),))
    elif offer.kind in ("token", "key"):
        asked = _schemes(given)
        if mine and mine[0] == "authorization" and not _scheme(mine[2]):
            yield Change("credential", "with it as Authorization", (("Authorization", offer.value),))
        if mine and mine[0] == "authorization" and (scheme := _scheme(mine[2])):
            if scheme not in ("basic", "digest") and (_taken(scheme, asked) or not asked):
                yield _authorization(f"{mine[2].strip().partition(' ')[0]} {offer.value}")
        elif mine and mine[0] == "header":
            yield _in(mine[1], offer.value)
        elif mine and mine[0] == "query":
            url = (given.request.url or "").replace(f"{mine[1]}={mine[2]}", f"{mine[1]}={offer.value}")
            yield Change("credential", f"with the given one as {mine[1]} in the query", url=url)
        yield from list(_at_places(given, offer.value, offer.kind))[:PLACES]


def _made_up(given: Given) -> Steps:
    """One that surely nobody knows, in the same place: is the own one known at all?"""
    mine = sent(given)
    if (
        mine is None
        or mine[0] not in ("authorization", "header")
        or _scheme(mine[2]) == "basic"
        or SIGNED.match(mine[2])
    ):
        return Learned()
    scheme = f"{mine[2].strip().partition(' ')[0]} " if mine[0] == "authorization" and _scheme(mine[2]) else ""
    fields = (given.request.headers or Headers()).put(mine[1], scheme + MADE_UP)
    answer = yield Ask(given.request._replace(headers=fields), "the same with a credential that surely nobody knows")
    before, after = given.exchange.status, answer.status or 0
    if alike(given.exchange, answer):
        keys = (name for name, _ in given.request.headers or () if name.lower() in KEY_HEADERS)
        bare = (given.request.headers or Headers()).without("Authorization", *keys)
        none = yield Ask(given.request._replace(headers=bare), "the same without its credential")
        if alike(given.exchange, none):
            return Learned()
        says = "One that nobody knows is refused in the same words, none in others: its own may not be known either"
        return Learned(rulings=(Ruling("token-invalid", True, Evidence("probe", str(after), says, Weight.HINT)),))
    if before == 403 and after == 401:
        says = "One that nobody knows gets 401: the credential itself is known, and what it may do is the question"
        gone = ("token-invalid", "credentials-malformed", "token-expired")
        return Learned(rulings=tuple(Ruling(cause, False, Evidence("probe", "401", says)) for cause in gone))
    return Learned()


def _without(given: Given) -> Steps:
    """Without any credential: who refuses the same way did not look at it."""
    keys = (name for name, _ in given.request.headers or () if name.lower() in KEY_HEADERS)
    bare = given.request._replace(
        headers=(given.request.headers or Headers()).without("Authorization", "Cookie", *keys)
    )
    answer = yield Ask(bare, "the same without its credential")
    before, after = given.exchange.status, answer.status
    if before == 403 and after == 401:
        says = "Without the credential the answer is 401: it is looked at before what is asked for"
        return Learned(rulings=(Ruling("ip-blocked", False, Evidence("probe", "401", says, Weight.HINT)),))
    if alike(given.exchange, answer):
        says = "The answer is the same without the credential: who refused did not look at it, or wants another"
        return Learned(
            rulings=tuple(
                Ruling(cause, False, Evidence("probe", str(after), says, Weight.HINT)) for cause in ("token-expired",)
            )
        )
    if (answer.status or 0) in range(200, 400):
        change = Change("credential", "without its credential", tuple((name, None) for name in ("Authorization",)))
        return Learned((Try((change,), ("token-invalid", "credentials-malformed")),))
    return Learned()


EXPERIMENTS = (
    Experiment(
        "credential-given",
        "the same with the credential that you gave",
        "Let through: your first credential was the obstacle. Refused the same way: it was not",
        IDENTITY,
        2,
        lambda given: any(offer.kind in ("token", "key", "user", "cookie") for offer in given.offers),
        _offered,
        offered=True,
        joins=True,
    ),
    Experiment(
        "credential-placed",
        "its own credential in the other documented places and prefixes",
        "Let through: the place or prefix was wrong. Refused everywhere: the credential itself is not accepted",
        ("credentials-malformed",),
        2,
        lambda given: given.exchange.status != 403 or "credentials-malformed" in given.found,
        _placed,
    ),
    Experiment(
        "credential-left-out",
        "the same without its credential",
        "The same answer: who refused did not look at it. 401 in place of 403: it is looked at before the rest",
        ("ip-blocked", "token-expired"),
        1,
        lambda given: sent(given) is not None and given.exchange.status == 403,
        _without,
        mends=False,
    ),
    Experiment(
        "credential-known",
        "the same with a credential that surely nobody knows, and with none",
        "The same answer: its own is not known either. Another answer: it is known, and does not suffice",
        ("token-invalid", "role-missing", "scope-missing", "not-owner"),
        2,
        lambda given: sent(given) is not None and given.exchange.status == 403,
        _made_up,
        mends=False,
    ),
)
