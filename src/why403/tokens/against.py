"""What a service requires of a token, and each requirement that it misses, with the near miss that is usually behind it."""

from __future__ import annotations

import json
import re
from datetime import datetime

from ..model import BadCall
from ..model.frozen import NamedTuple
from . import claims as claim_faults
from .issuers import issuer
from .read_jwt import plain
from .reading import Reading
from .rights import ROLES, SCOPES, rights
from .spans import moment, span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAMES = ("aud", "iss", "scope", "role", "alg", "typ", "max-age", "azp", "sub", "client_id")
SIZES = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}


class Requirement(NamedTuple):
    """One thing that is required; of several values of one name any will do, of scopes and roles all are needed."""

    name: str
    values: tuple[str, ...]


class Shortfall(NamedTuple):
    """A requirement that a token misses."""

    requirement: str  # "aud=https://api.shop.example"
    has: str
    says: str
    near: str = ""  # the name of the near miss: "trailing-slash"


def parse(text: str) -> Requirement:
    """One `name=value`. Raises BadCall."""
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals or not name:
        raise BadCall(
            f"{text!r} is no requirement",
            "--against",
            "Write aud=..., iss=..., scope='a b', role=..., alg=..., max-age=1h, claim.name=value, or a TOML or JSON file",
        )
    if name not in NAMES and not name.startswith("claim."):
        raise BadCall(f"no requirement {name!r}", "--against", f"One of: {', '.join(NAMES)}, claim.<name>")
    if name in ("scope", "role"):
        return Requirement(name, tuple(value.replace(",", " ").split()) if name == "scope" else (value.strip(),))
    if name == "max-age":
        _seconds(value)
    return Requirement(name, (value,))


def from_data(data: object, where: str) -> tuple[Requirement, ...]:
    """The requirements of a TOML or JSON file: names with a string or a list of strings, claims in a table `claim`. Raises BadCall."""
    if not isinstance(data, dict):
        raise BadCall("a table of requirements is expected", where, 'aud = "https://api.example"')
    found: list[Requirement] = []
    for name, value in data.items():
        if name == "claim" and isinstance(value, dict):
            found += [Requirement(f"claim.{key}", _strings(item, where)) for key, item in value.items()]
        elif name in NAMES:
            values = _strings(value, where)
            if name == "scope" and isinstance(value, str):
                values = tuple(value.split())
            if name == "max-age":
                _seconds(values[0] if values else "")
            found.append(Requirement(name, values))
        else:
            raise BadCall(f"no requirement {name!r}", where, f"One of: {', '.join(NAMES)}, and a table `claim`")
    return tuple(found)


def _strings(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(plain(item) for item in value)
    if isinstance(value, str | int | float | bool):
        return (plain(value),)
    raise BadCall(f"{value!r} is neither a string nor a list of strings", where)


def _seconds(text: str) -> int:
    found = re.fullmatch(r"\s*(\d{1,9})\s*(s|m|min|h|d)?\s*", text)
    if not found:
        raise BadCall(f"{text!r} is no length of time", "--against max-age", "Write 90s, 15m, 1h or 7d")
    return int(found.group(1)) * SIZES[found.group(2) or "s"]


def shortfalls(reading: Reading, requirements: tuple[Requirement, ...], now: datetime | None) -> tuple[Shortfall, ...]:
    """What a token lacks of what is required; empty where it has it all."""
    if reading.claims is None or reading.kind not in ("jwt", "cookie"):
        kind = reading.title
        if not requirements:
            return ()
        return (Shortfall("claims", "", f"{kind}: no claims can be read in it, so none can be compared"),)
    held = dict(reading.claims)
    header = reading.header or {}
    found: list[Shortfall] = []
    merged: dict[str, list[str]] = {}
    for requirement in requirements:
        merged.setdefault(requirement.name, []).extend(requirement.values)
    for name, values in merged.items():
        wanted = tuple(values)
        if name == "aud":
            found += _audience(held, wanted)
        elif name in ("scope", "role"):
            found += _rights(held, name, wanted)
        elif name == "max-age":
            found += _age(held, wanted[-1], now)
        elif name in ("alg", "typ"):
            found += _header(header, name, wanted)
        else:
            claim = name.removeprefix("claim.")
            found += _claim(held, claim, wanted)
    return tuple(found)


def _slash(one: str, other: str) -> bool:
    return one != other and one.rstrip("/") == other.rstrip("/")


def _bare(text: str) -> str:
    return re.sub(r"^(?:https?|api)://", "", text.strip().lower()).rstrip("/")


def near(wanted: str, has: str) -> tuple[str, str]:
    """(name, words) of how a value all but fits; ("", "") where it is another altogether."""
    if wanted == has:
        return "", ""
    if wanted == has.strip() or wanted.strip() == has:
        return "white-space", "it differs by white space"
    if _slash(wanted, has):
        return "trailing-slash", "it differs by the slash at the end; it is compared to the letter"
    if wanted.lower() == has.lower():
        return "case", "it differs by upper and lower case; it is compared to the letter"
    if {wanted[:5].lower(), has[:5].lower()} == {"http:", "https"} and _bare(wanted) == _bare(has):
        return "http-https", "it differs by http and https"
    if _bare(wanted) == _bare(has):
        prefix = "api://" if "api://" in (wanted[:6].lower(), has[:6].lower()) else "the scheme (https://)"
        return ("api-prefix" if prefix == "api://" else "scheme"), f"it differs by {prefix} before it"
    if issuers := _same_tenant(wanted, has):
        return issuers
    if _bare(wanted).partition("/")[0] == _bare(has).partition("/")[0] and "/" in _bare(wanted) + _bare(has):
        if "/realms/" in wanted + has:
            if ("/auth/realms/" in wanted) != ("/auth/realms/" in has):
                return "keycloak-auth-path", "it differs by /auth in the path: Keycloak dropped it with version 17"
            return "keycloak-realm", "it is another realm of the same Keycloak"
        return "path", "host and scheme agree, the path differs"
    if re.sub(r":\d+", "", _bare(wanted)) == re.sub(r":\d+", "", _bare(has)):
        return "port", "it differs by the port"
    if "www." in wanted + has and _bare(wanted).removeprefix("www.") == _bare(has).removeprefix("www."):
        return "www", "it differs by www."
    if (
        "/realms/" in wanted
        and "/realms/" in has
        and wanted.partition("/realms/")[2].rstrip("/") == has.partition("/realms/")[2].rstrip("/")
    ):
        return (
            "keycloak-host",
            "it is the same realm by another host name: Keycloak writes the name by which it was asked (hostname)",
        )
    return "", ""


def _same_tenant(wanted: str, has: str) -> tuple[str, str] | None:
    """The two forms in which Microsoft Entra ID writes one tenant, and wrong tenants."""
    pattern = r"https://(sts\.windows\.net|login\.microsoftonline\.com)/([^/]+)/?(v2\.0)?/?"
    mine, theirs = re.fullmatch(pattern, wanted), re.fullmatch(pattern, has)
    if not mine or not theirs:
        return None
    if mine.group(2) != theirs.group(2):
        if mine.group(2) in ("common", "organizations", "consumers"):
            return (
                "entra-common",
                f"no token is issued by {mine.group(2)!r}: iss holds the tenant's id ({theirs.group(2)})",
            )
        return "entra-tenant", "it is another tenant of Microsoft Entra ID"
    says = "the same tenant, but a v{} token where a v{} one is wanted: accessTokenAcceptedVersion in the API's manifest decides"
    versions = ("2.0" if theirs.group(3) else "1.0", "2.0" if mine.group(3) else "1.0")
    return "entra-version", says.format(*versions)


def _audience(held: dict[str, Any], wanted: tuple[str, ...]) -> list[Shortfall]:
    label = f"aud={' or '.join(wanted)}"
    value = held.get("aud")
    if value is None:
        client = held.get("client_id")
        if client in wanted and (known := issuer(held)) and "Cognito" in known.name:
            says = "a Cognito access token has no aud; its client_id is the one wanted: compare that"
            return [Shortfall(label, "(none)", says, "cognito-client-id")]
        for other in ("azp", "client_id", "appid", "cid"):
            if held.get(other) in wanted:
                return [
                    Shortfall(
                        label,
                        "(none)",
                        f"it has no aud; {other} holds the value that is wanted",
                        f"in-{other.replace('_', '-')}",
                    )
                ]
        return [Shortfall(label, "(none)", "it names no audience at all", "absent")]
    has = [str(item) for item in value] if isinstance(value, list) else [str(value)]
    if any(want in has for want in wanted):
        if isinstance(value, list) and len(value) > 1:
            return []  # RFC 7519, section 4.1.3: one of them is enough
        return []
    for want in wanted:
        for item in has:
            if re.search(r"[ ,]", item.strip()) and want in re.split(r"[ ,]+", item):
                return [
                    Shortfall(
                        label, plain(value), "the audiences are joined in one string: they must be a list", "joined"
                    )
                ]
            name, says = near(want, item)
            if name:
                return [Shortfall(label, plain(value), says, name)]
    if has == ["account"]:
        says = "`account` is Keycloak's own: the client needs an audience mapper that adds yours"
        return [Shortfall(label, plain(value), says, "keycloak-account")]
    if any(item in ("00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com") for item in has):
        says = "the token is for Microsoft Graph: ask for a scope of your own API (api://<id>/<scope>)"
        return [Shortfall(label, plain(value), says, "graph")]
    if any(item.endswith("/userinfo") for item in has):
        says = "the token is for the issuer's /userinfo only: the request for it named no audience (Auth0: the audience parameter)"
        return [Shortfall(label, plain(value), says, "userinfo")]
    for want in wanted:
        uuid = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
        if any(
            want.startswith("api://") != item.startswith("api://") and re.fullmatch(rf"(?:api://)?{uuid}", item)
            for item in has
        ):
            says = "one is an App ID URI, the other a client id: v1.0 tokens of Entra ID may hold either, v2.0 ones the client id"
            return [Shortfall(label, plain(value), says, "entra-app-id")]
    if held.get("azp") in wanted or held.get("client_id") in wanted:
        says = "the value that is wanted is the client (azp or client_id), not the audience"
        return [Shortfall(label, plain(value), says, "in-azp")]
    return [Shortfall(label, plain(value), "it is for another audience")]


def _claim(held: dict[str, Any], claim: str, wanted: tuple[str, ...]) -> list[Shortfall]:
    label = f"{claim}={' or '.join(wanted)}"
    value: Any = held.get(claim)
    if value is None and "." in claim:
        value = held
        for part in claim.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        other = next((name for name in held if name.lower() == claim.lower() or name.rpartition("/")[2] == claim), "")
        if other:
            return [
                Shortfall(label, f"{other}: {plain(held[other])}", f"it stands under the name {other!r}", "claim-name")
            ]
        return [Shortfall(label, "(none)", f"it has no {claim}", "absent")]
    has = plain(value)
    if has in wanted:
        return []
    if isinstance(value, list):
        if any(want in [plain(item) for item in value] for want in wanted):
            return [Shortfall(label, has, "the value stands in a list; who compares strings does not find it", "list")]
    for want in wanted:
        name, says = near(want, has)
        if name:
            if claim == "iss" and name == "trailing-slash" and ".auth0.com" in want + has:
                says = "it differs by the slash at the end: Auth0's issuer ends with one"
            return [Shortfall(label, has, says, name)]
    return [Shortfall(label, has, "it is another")]


def _rights(held: dict[str, Any], name: str, wanted: tuple[str, ...]) -> list[Shortfall]:
    granted = rights(held)
    usual = [(claim, names) for claim, names in granted if (claim.rpartition("/")[2] in SCOPES) == (name == "scope")]
    others = [(claim, names) for claim, names in granted if (claim, names) not in usual]
    mine = {item for _, names in usual for item in names}
    found: list[Shortfall] = []
    for want in wanted:
        if want in mine:
            continue
        label, has = f"{name}={want}", " ".join(sorted(mine)) or "(none)"
        if holder := next((claim for claim, names in others if want in names), ""):
            found.append(Shortfall(label, has, f"it stands in {holder}, not among the {name}s", "other-claim"))
        elif near_name := next((item for item in mine if item.lower() == want.lower()), ""):
            found.append(Shortfall(label, has, f"it has {near_name!r}: the letters' case differs", "case"))
        elif prefixed := next(
            (
                item
                for item in mine
                if re.split(r"[/_]", item, maxsplit=1)[-1] == want
                or item.endswith(f"/{want}")
                or want.endswith(f"/{item}")
            ),
            "",
        ):
            found.append(Shortfall(label, has, f"it has {prefixed!r}: a prefix stands before one of the two", "prefix"))
        elif (
            f"ROLE_{want}" in mine
            or f"SCOPE_{want}" in mine
            or want.removeprefix("ROLE_").removeprefix("SCOPE_") in mine
        ):
            found.append(
                Shortfall(label, has, "it is there but for Spring Security's prefix (ROLE_, SCOPE_)", "spring-prefix")
            )
        elif swapped := next(
            (item for item in mine if sorted(re.split(r"[:._-]", item)) == sorted(re.split(r"[:._-]", want))), ""
        ):
            found.append(
                Shortfall(
                    label,
                    has,
                    f"it has {swapped!r}: the words are in another order or joined in another way",
                    "spelling",
                )
            )
        elif (
            name == "scope"
            and not mine
            and (roles := next((claim for claim, _ in granted if claim.rpartition("/")[2] in ROLES), ""))
        ):
            says = f"it has no scopes at all, only {roles}: a token of an application (client credentials) holds roles"
            found.append(Shortfall(label, has, says, "app-token"))
        else:
            found.append(Shortfall(label, has, f"it lacks the {name}"))
    return found


def lacking(claims: dict[str, Any], requirement: Requirement) -> list[Shortfall]:
    """The scopes or roles of one requirement that these claims lack."""
    return _rights(claims, requirement.name, requirement.values)


def _header(header: dict[str, Any], name: str, wanted: tuple[str, ...]) -> list[Shortfall]:
    has = plain(header.get(name, "(none)"))
    if has in wanted or (
        name == "typ"
        and has.lower().removeprefix("application/") in [want.lower().removeprefix("application/") for want in wanted]
    ):
        return []
    says = (
        "it is signed in another way: the verifier must not take it"
        if name == "alg"
        else "it is of another type (RFC 8725, section 3.11)"
    )
    return [Shortfall(f"{name}={' or '.join(wanted)}", has, says)]


def _age(held: dict[str, Any], wanted: str, now: datetime | None) -> list[Shortfall]:
    most = _seconds(wanted)
    for claim in ("auth_time", "iat"):
        at = moment(claim_faults.in_seconds(held.get(claim)))
        if at and now:
            age = (now - at).total_seconds()
            if age <= most:
                return []
            words = "the login" if claim == "auth_time" else "the token"
            return [Shortfall(f"max-age={wanted}", span(age), f"{words} is {span(age)} old, by {claim}")]
    return [
        Shortfall(f"max-age={wanted}", "(none)", "it has neither auth_time nor iat: its age is not known", "absent")
    ]


def load(text: str, where: str) -> tuple[Requirement, ...]:
    """A file of requirements, TOML or JSON by its first letter. Raises BadCall."""
    try:
        if text.lstrip()[:1] == "{":
            return from_data(json.loads(text), where)
        import tomllib

        return from_data(tomllib.loads(text), where)
    except (ValueError, RecursionError):
        raise BadCall("this is neither TOML nor JSON", where, 'aud = "https://api.example"') from None
