"""The credential: in its other documented places, another one, none."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from ..model import Evidence, Headers, Weight, split_url
from ..model.change import Change, header
from ..tokens.places import KEY_HEADERS, KEY_PARAMETERS
from .experiment import Ask, Experiment, Given, Learned, Offer, Ruling, Steps, Try, nothing

IDENTITY = (
    "credentials-missing", "credentials-malformed", "token-expired", "token-invalid", "token-wrong-audience", "scope-missing",
    "role-missing", "not-owner", "policy-denied", "login-step-missing", "account-blocked", "feature-disabled", "resource-hidden",
)  # fmt: skip
# what another credential may prove: after a 401 the first list, after a 403 (somebody was known) the second before it
PERMISSION = ("role-missing", "scope-missing", "not-owner")
OTHER = tuple(cause for cause in IDENTITY if not cause.startswith("credentials-"))
PLACES = 4  # that are tried with one credential
TOKEN = re.compile(
    r"^[\"']?(?:(?:bearer|token|apikey|api-key|key|basic|jwt)[ :=]+)*[\"']?(.*?)[\"']?$", re.IGNORECASE | re.DOTALL
)


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
    found = TOKEN.match(value.strip())
    return (found.group(1) if found else value).strip()


def _at_places(given: Given, secret: str, kind: str) -> Iterator[Change]:
    """One secret in each place where services take one, the likeliest first."""
    schemes = _schemes(given)
    known = [name for name, _ in given.request.headers or () if name.lower() in KEY_HEADERS]
    for scheme in schemes:
        if scheme in ("bearer", "token", "apikey", "jwt", "bot", "ssws", "key"):
            word = {
                "bearer": "Bearer",
                "token": "Token",
                "apikey": "ApiKey",
                "jwt": "JWT",
                "bot": "Bot",
                "ssws": "SSWS",
                "key": "Key",
            }[scheme]
            yield _authorization(f"{word} {secret}")
    if kind == "key":
        for name in dict.fromkeys((*known, "X-API-Key")):
            yield header(name, secret, f"with the key in {name}")._replace(id="credential")
        yield _authorization(f"Bearer {secret}")
        yield _authorization(f"ApiKey {secret}")
        yield _in_query(given, secret)
        return
    yield _authorization(f"Bearer {secret}")
    for name in dict.fromkeys(known):
        yield header(name, secret, f"with it in {name}")._replace(id="credential")
    yield _authorization(f"Token {secret}")
    yield header("X-API-Key", secret, "with it in X-API-Key")._replace(id="credential")


def _authorization(value: str) -> Change:
    scheme = value.partition(" ")[0]
    return Change("credential", f"with it as Authorization: {scheme}", (("Authorization", value),))


def _in_query(given: Given, secret: str) -> Change:
    from urllib.parse import quote

    url = given.request.url or ""
    return Change(
        "credential",
        "with the key as api_key in the query",
        (),
        url=f"{url}{'&' if '?' in url else '?'}api_key={quote(secret, safe='')}",
    )


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


def _gone(given: Given) -> tuple[tuple[str, str | None], ...]:
    """The changes that take the refused request's own credential out of its header."""
    mine = sent(given)
    return ((mine[1], None),) if mine and mine[0] in ("authorization", "header") else ()


def _placed(given: Given) -> Steps:
    mine = sent(given)
    if mine is None or mine[0] == "cookie":
        return nothing()
    place, _, value = mine
    if re.match(r"(?:aws4|digest|negotiate|ntlm|signature|hmac|sharedkey)", value, re.IGNORECASE):
        return nothing()
    secret = _bare(value)
    if not secret or secret.lower() in ("undefined", "null", "[object object]"):
        return nothing()
    tries = []
    if place == "authorization" and ":" in secret and "basic" in (*_schemes(given), value[:5].lower()):
        tries.append(_authorization(_basic(secret)))
    tries += _at_places(given, secret, "key" if place != "authorization" else "token")
    same = {("Authorization", value), (mine[1], value)}
    fresh = [one for one in dict.fromkeys(tries) if not set(one.headers) & same]
    moved = [
        one._replace(
            headers=(
                *(
                    (name, old)
                    for name, old in _gone(given)
                    if name.lower() not in {field.lower() for field, _ in one.headers}
                ),
                *one.headers,
            )
        )
        for one in fresh
    ]
    return nothing(*(Try((one,), ("credentials-malformed",)) for one in moved[:PLACES]))


def _basic(pair: str) -> str:
    return "Basic " + binascii.b2a_base64(pair.encode(), newline=False).decode("ascii")


def _offered(given: Given) -> Steps:
    """The credentials that the user gave, each in the way in which this request or the answer's challenge wants it."""
    mine = sent(given)
    proves = OTHER if given.exchange.status == 401 else (*PERMISSION, *OTHER)
    proves = proves if mine else ("credentials-missing", *proves)
    if mine and mine[0] != "cookie" and _bare(mine[2]).lower() in ("", "undefined", "null", "[object object]", "none"):
        proves = ("credentials-malformed", *proves)
    tries: list[Try] = []
    for offer in given.offers:
        tries += (Try((one,), proves) for one in _ways(given, offer, mine))
    return nothing(*tuple(dict.fromkeys(tries))[: PLACES * 2])


def _ways(given: Given, offer: Offer, mine: tuple[str, str, str] | None) -> Iterator[Change]:
    if offer.kind == "user":
        yield Change(
            "credential", "with the given user and password (Basic)", (("Authorization", _basic(offer.value)),)
        )
    elif offer.kind == "cookie":
        old = [part for part in (given.has("cookie") or "").split(";") if part.strip()]
        names = {part.partition("=")[0].strip() for part in offer.value.split(";")}
        kept = [part.strip() for part in old if part.partition("=")[0].strip() not in names]
        yield Change("credential", "with the given cookie", (("Cookie", "; ".join([*kept, offer.value])),))
    elif offer.kind == "header":
        return
    else:
        if mine and mine[0] == "authorization" and (scheme := re.match(r"([A-Za-z][\w-]*) \S", mine[2])):
            if scheme.group(1).lower() != "basic":
                yield _authorization(f"{scheme.group(1)} {offer.value}")
        elif mine and mine[0] == "header":
            yield header(mine[1], offer.value, f"with the given one in {mine[1]}")._replace(id="credential")
        elif mine and mine[0] == "query":
            url = (given.request.url or "").replace(f"{mine[1]}={mine[2]}", f"{mine[1]}={offer.value}")
            yield Change("credential", f"with the given one as {mine[1]} in the query", (), url=url)
        yield from list(_at_places(given, offer.value, offer.kind))[:PLACES]


def _headers(given: Given) -> Steps:
    """Headers that the user gave: a tenant, a client id, an API version."""
    wanted = [offer for offer in given.offers if offer.kind == "header"]
    tries = [
        Try((header(offer.name, offer.value, f"with {offer.name}"),), ("required-header-missing",)) for offer in wanted
    ]
    if len(wanted) > 1:
        tries.append(
            Try(
                tuple(header(offer.name, offer.value, f"with {offer.name}") for offer in wanted),
                ("required-header-missing",),
            )
        )
    return nothing(*tries)


def _without(given: Given) -> Steps:
    """Without any credential: who refuses the same way did not look at it."""
    names = [
        "Authorization",
        "Cookie",
        *(name for name, _ in given.request.headers or () if name.lower() in KEY_HEADERS),
    ]
    bare = given.request._replace(headers=(given.request.headers or Headers()).without(*names))
    answer = yield Ask(bare, "the same without its credential")
    before, after = given.exchange.status, answer.status
    if after == before == 403:
        says = "The answer is the same without the credential: who refused did not look at it"
        return Learned(
            rulings=tuple(
                Ruling(cause, False, Evidence("probe", str(after), says, Weight.HINT))
                for cause in ("scope-missing", "role-missing", "not-owner")
            )
        )
    if before == 403 and after == 401:
        says = "Without the credential the answer is 401: it was known, and what it may do is the question"
        return Learned(
            rulings=(
                Ruling("token-invalid", False, Evidence("probe", "401", says)),
                Ruling("credentials-malformed", False, Evidence("probe", "401", says)),
            )
        )
    return Learned()


EXPERIMENTS = (
    Experiment(
        "credential-given",
        "the same with the credential that you gave",
        "Let through: your first credential was the obstacle. Refused the same way: it was not",
        IDENTITY,
        2,
        lambda given: any(offer.kind != "header" for offer in given.offers),
        _offered,
    ),
    Experiment(
        "credential-placed",
        "its own credential in the other documented places and prefixes",
        "Let through: the place or prefix was wrong. Refused everywhere: the credential itself is not accepted",
        ("credentials-malformed",),
        3,
        lambda given: sent(given) is not None,
        _placed,
    ),
    Experiment(
        "header-given",
        "the same with the header that you gave",
        "Let through: the header was required. Refused the same way: it was not that",
        ("required-header-missing",),
        1,
        lambda given: any(offer.kind == "header" for offer in given.offers),
        _headers,
    ),
    Experiment(
        "credential-left-out",
        "the same without its credential",
        "The same answer: who refused did not look at it. 401 in place of 403: it was known and does not suffice",
        ("token-invalid", "role-missing", "scope-missing", "not-owner"),
        1,
        lambda given: sent(given) is not None and given.exchange.status == 403,
        _without,
    ),
)
