"""Digest access authentication (RFC 7616): the answer to a challenge, for a user and password that the caller gave."""

from __future__ import annotations

import re

from ..model import Exchange, Request, split_url

PARAMETER = re.compile(r"([A-Za-z][\w*-]{0,30})\s{0,3}=\s{0,3}(?:\"((?:[^\"\\]|\\.){0,2000})\"|([^\s,\"]{1,200}))")
ALGORITHMS = {"md5": "md5", "sha-256": "sha256"}  # of RFC 7616, section 6.1, those that servers speak


def challenged(answer: Exchange) -> dict[str, str] | None:
    """The parameters of an answer's Digest challenge, their names lowered; of several the first whose algorithm is known here."""
    fields = (
        answer.response.headers.all("www-authenticate")
        if answer.response and answer.response.headers is not None
        else ()
    )
    for field in fields:
        for part in re.split(r"(?:^|,)\s{0,4}(?=Digest\s)", field[:8000], flags=re.IGNORECASE):
            if part[:7].lower() == "digest ":
                found = {
                    name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare
                    for name, quoted, bare in PARAMETER.findall(part[7:])
                }
                if "nonce" in found and _hash(found) and _protection(found) is not None:
                    return found
    return None


def authorization(request: Request, asked: dict[str, str], user: str, password: str, own: str = "") -> str:
    """The Authorization field that answers a challenge for this request (RFC 7616, section 3.4); `own` is the client's nonce."""
    parts = split_url(request.url)
    uri = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    realm, nonce, protection = asked.get("realm", ""), asked["nonce"], _protection(asked)
    count = "00000001"
    own = own or _digest(asked, f"why403:{nonce}")[:16]  # new with each challenge, and the same for the same one
    secret = _digest(asked, f"{user}:{realm}:{password}")
    if asked.get("algorithm", "").lower().endswith("-sess"):
        secret = _digest(asked, f"{secret}:{nonce}:{own}")
    what = _digest(asked, f"{request.method or 'GET'}:{uri}")
    middle = f"{nonce}:{count}:{own}:{protection}" if protection else nonce
    fields = [
        ("username", user),
        ("realm", realm),
        ("nonce", nonce),
        ("uri", uri),
        ("response", _digest(asked, f"{secret}:{middle}:{what}")),
    ]
    fields += [("opaque", asked["opaque"])] if "opaque" in asked else []
    told = ", ".join(f'{name}="{_quoted(value)}"' for name, value in fields)
    told += f", algorithm={asked['algorithm']}" if "algorithm" in asked else ""
    return f"Digest {told}" + (f', qop={protection}, nc={count}, cnonce="{own}"' if protection else "")


def _hash(asked: dict[str, str]) -> str:
    """The name of the challenge's hash, "" for one that is not known here."""
    return ALGORITHMS.get(asked.get("algorithm", "MD5").lower().removesuffix("-sess"), "")


def _protection(asked: dict[str, str]) -> str | None:
    """The quality of protection to answer with: auth, "" for a challenge of RFC 2069; None where only the body's is taken."""
    offered = [word.strip().lower() for word in asked.get("qop", "").split(",") if word.strip()]
    return "" if not offered else "auth" if "auth" in offered else None


def _digest(asked: dict[str, str], text: str) -> str:
    import hashlib

    return hashlib.new(_hash(asked), text.encode(), usedforsecurity=False).hexdigest()


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
