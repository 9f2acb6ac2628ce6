"""The tokens that a request carries, each with its place and the word or name before it."""

from __future__ import annotations

import re

from ..model import Case, Exchange, Pattern, split_url
from ..model.frozen import NamedTuple
from ..model.stamps import find as find_time
from .places import KEY_HEADERS, KEY_PARAMETERS, SESSION_COOKIE

NAMED = Pattern(
    r"(?:token|api-?key|authorization|jwt|assertion|secret|-auth$|auth-key|identity-token|oidc-data|oidc-accesstoken)",
    re.IGNORECASE,
)
PUBLIC = Pattern(r"access-control-|www-auth|proxy-authenticate|sec-", re.IGNORECASE)
SAML = ("SAMLResponse", "SAMLRequest", "wresult", "SAMLart")
FIELDS = (
    "client_assertion",
    "assertion",
    "subject_token",
    "refresh_token",
    "id_token_hint",
    "code",
    "request",
    "access_token",
    "token",
)
SCHEME = Pattern(r"([A-Za-z][A-Za-z0-9-]{1,30})\s+(\S.*)", re.DOTALL)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

MOST = 200  # tokens of one input
LONG = 1_000_000  # bytes of a body that is looked at


class Carried(NamedTuple):
    """One token of a request, not read yet."""

    where: str
    value: str
    scheme: str = ""
    cookie: str = ""


def split_scheme(value: str) -> tuple[str, str]:
    """The scheme and the rest of an Authorization field's value; no scheme where there is one word only."""
    found = SCHEME.match(value.strip())
    return (found.group(1), found.group(2).strip()) if found else ("", value.strip())


def cookies(value: str, where: str = "request.headers.cookie") -> list[Carried]:
    """The cookies of a Cookie field that may hold a login; all of them where none is known by name."""
    pairs = [
        (name.strip(), content.strip())
        for name, _, content in (pair.partition("=") for pair in value.split(";")[:MOST])
        if name.strip()
    ]
    telling = [(name, content) for name, content in pairs if SESSION_COOKIE.search(name) or _telling(name, content)]
    return [Carried(f"{where}#{name}", content, cookie=name) for name, content in telling or pairs]


def _telling(name: str, content: str) -> bool:
    from . import sessions

    if re.search(r"csrf|xsrf|^_ga|^_gid|^_fbp|consent", name, re.IGNORECASE):
        return False
    return sessions.read(name, content, None) is not None or content.startswith(("eyJ", "s%3A", "s:", "CfDJ8"))


def header(name: str, value: str, where: str = "") -> list[Carried]:
    """The tokens of one header field."""
    low, place = name.lower(), where or f"request.headers.{name.lower()}"
    if low == "cookie":
        return cookies(value, place)
    if low in ("set-cookie", "set-cookie2"):
        return [Carried(found.where, found.value, cookie=found.cookie) for found in cookies(value.split(";")[0], place)]
    if low in ("authorization", "proxy-authorization"):
        scheme, rest = split_scheme(value)
        return [Carried(place, rest, scheme)]
    if low in KEY_HEADERS or (NAMED.search(low) and not PUBLIC.search(low)):
        return [Carried(place, value)]
    return []


def of_exchange(exchange: Exchange) -> list[Carried]:
    """Every token of an exchange's request, Authorization first, then key headers, cookies, query and body."""
    request = exchange.request
    found: list[Carried] = []
    if request is None:
        return found
    fields = sorted(
        request.headers or (), key=lambda field: (field[0].lower() == "cookie", "authorization" not in field[0].lower())
    )
    for name, value in fields:
        found += header(name, value)
    parts = split_url(request.url)
    if parts.username:
        import base64

        pair = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
        found.append(Carried("request.url#userinfo", pair, "Basic"))
    body = (request.body or b"")[:LONG].decode("utf-8", "replace")
    for place, text in (
        ("request.url", parts.query),
        ("request.body", body if "=" in body[:200] and body[:1] not in "{[<" else ""),
    ):
        if "=" in text:
            found += _pairs(text, place)
    return found[:MOST]


RESPONSE = ("access_token", "id_token", "refresh_token", "token", "jwt", "AccessToken", "IdToken", "RefreshToken", "accessToken",
            "idToken", "refreshToken")  # fmt: skip
READABLE = Pattern(
    r"\s*(?:curl[\s.]|\$ curl|[A-Z]{3,7} \S+ HTTP/|HTTP/\d|fetch\(|Invoke-)|\s*\{\s*\"log\"\s*:", re.IGNORECASE
)


def of_text(text: str) -> list[Carried] | None:
    """The tokens of a text that is a token, header lines, or a token endpoint's answer; None where a reader has to take it apart."""
    if READABLE.match(text[:2000]):
        return None
    stripped = text.strip()
    if stripped[:1] == "{" and (found := _of_response(stripped)):
        return found
    rows = text.splitlines()
    if len(rows) <= 300 and any(_header_line(row) for row in rows):
        fields = [held for row in rows if (held := _header_line(row))]
        return [item for name, value in fields for item in header(name, value)]
    return [Carried("input", stripped)]


def _header_line(row: str) -> tuple[str, str] | None:
    """Name and value of a header line that carries a token."""
    if ":" not in row[:100]:
        return None
    name, colon, value = re.sub(r"^\s*(?:[>*]\s+|-H\s*|--header\s+)?[\"']?", "", row[:200]).partition(":")
    value += row[200:]
    low = name.strip().strip("\"'").lower()
    if not colon or not re.fullmatch(r"[a-z][a-z0-9_-]{2,60}", low):
        return None
    telling = (
        low in ("authorization", "proxy-authorization", "cookie", "set-cookie")
        or low in KEY_HEADERS
        or NAMED.search(low)
    )
    if not telling or PUBLIC.search(low) or len(value.strip()) < 4:
        return None
    quoted = value.strip().removesuffix("\\").strip()
    if row.lstrip()[:1] in "\"'-" and quoted[-1:] in "\"'" and quoted.count(quoted[-1]) % 2:
        quoted = quoted[:-1]
    return low, quoted


def _of_response(text: str) -> list[Carried]:
    import json

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return []
    found: list[Carried] = []
    holders = (data, data.get("AuthenticationResult"), data.get("data")) if isinstance(data, dict) else ()
    for holder in holders:
        if isinstance(holder, dict):
            kind = holder.get("token_type")
            found += [
                Carried(f"input#{name}", value, str(kind) if kind and name == "access_token" else "")
                for name in RESPONSE
                if isinstance(value := holder.get(name), str) and value
            ]
    return found


def of_case(case: Case) -> list[tuple[Carried, datetime | None]]:
    """Every token of an input with the time at which it was sent, where the input says so; those of loose text last."""
    from .jwt import SHAPE
    from .shapes import find

    found: list[tuple[Carried, datetime | None]] = []
    many = len(case.exchanges) > 1
    for exchange in case.exchanges:
        at = find_time(exchange.answered("date") or "") or exchange.at
        for item in of_exchange(exchange):
            place = f"exchange[{exchange.index}].{item.where}" if many else item.where
            found.append((item._replace(where=place), at))
        if len(found) >= MOST:
            break
    for note in case.notes:
        texts = SHAPE.each(note.text[:LONG])
        texts += [note.text[begin:end] for begin, end, _ in find(note.text[:LONG])]
        found += [(Carried(note.where, text), note.at) for text in texts]
    return found[:MOST]


def _pairs(text: str, place: str) -> list[Carried]:
    from urllib.parse import parse_qsl

    try:
        pairs = parse_qsl(text, max_num_fields=2000)
    except ValueError:
        return []
    return [
        Carried(f"{place}#{name}", value)
        for name, value in pairs
        if value and (name in SAML or name in FIELDS or name.lower() in KEY_PARAMETERS) and len(value) >= 8
    ]
