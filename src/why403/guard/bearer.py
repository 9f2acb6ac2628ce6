"""Bearer: a JSON Web Token in Authorization (RFC 6750, RFC 7519, RFC 9068), its signature checked by joserfc as RFC 8725 asks for."""

from __future__ import annotations

import base64
import json

from ..tokens.masking import masked
from .credentials import WORDS, Credential
from .identity import Identity, words
from .rule import Refused, Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from ..seal import Ring
    from .jwks import Jwks
    from .request import Request
    from .rule import Steps

LONGEST = 16_384  # letters of a token
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "Ed448",
    "HS256", "HS384", "HS512",
)  # fmt: skip


def authorization(request: Request) -> tuple[str, str] | Refused | None:
    """Scheme (lowered) and credentials of Authorization; a Refused where they are malformed, None where there are none."""
    sent = request.all("authorization")
    if not sent:
        return None
    if len(sent) > 1:
        return Refused(
            "credentials-malformed",
            "repeated",
            400,
            "one Authorization",
            f"{len(sent)} of them",
            "Authorization came more than once.",
        )
    scheme, _, rest = sent[0].strip().partition(" ")
    return scheme.lower(), rest.strip()


class Bearer(Credential):
    """A JSON Web Token of a known issuer, checked by joserfc.

    Args:
        keys: Public keys or secrets: a PEM, a JWK or JWKS (mapping or JSON), or the bytes of a shared secret.
        jwks: In place of keys, the address of a JWKS; fetched when first needed, and again when a token names a key that is not in it.
        algorithms: Those that are accepted, and no other, whatever a token says.
        issuer: What `iss` must be.
        audience: What `aud` must name; several: one of them.
        leeway: Seconds by which clocks may differ.
        roles: The claim with the roles; a dot steps into an object ("realm_access.roles").
        scopes: The claims with the scopes, the first that is there.
        accept: A callable that is given the claims and says whether this token is still good (a revocation list); it may be async.
    """

    __slots__ = ("_clock", "_jwks", "_keys", "accept", "algorithms", "audience", "issuer", "leeway", "roles", "scopes")
    algorithms: tuple[str, ...]
    audience: tuple[str, ...]
    issuer: str
    leeway: int
    roles: str
    scopes: tuple[str, ...]
    accept: Callable[[Mapping[str, Any]], Any] | None
    _keys: Any
    _jwks: Jwks | None
    _clock: Callable[[], float] | None
    challenge = 'Bearer realm="{realm}"'

    def __init__(
        self,
        keys: Any = None,
        *,
        jwks: str | Jwks | None = None,
        algorithms: Sequence[str],
        issuer: str = "",
        audience: str | Sequence[str] = (),
        leeway: int = 30,
        roles: str = "roles",
        scopes: Sequence[str] = ("scope", "scp", "permissions"),
        accept: Callable[[Mapping[str, Any]], Any] | None = None,
    ) -> None:
        from .jwks import Jwks, key_set

        named = (algorithms,) if isinstance(algorithms, str) else tuple(algorithms)
        self._set(
            algorithms=named, issuer=issuer, audience=(audience,) if isinstance(audience, str) else tuple(audience), leeway=leeway,
            roles=roles, scopes=(scopes,) if isinstance(scopes, str) else tuple(scopes), accept=accept, _clock=None,
            _keys=key_set(keys, self.where) if keys is not None else None, _jwks=Jwks(jwks) if isinstance(jwks, str) else jwks,
        )  # fmt: skip

    def bound(self, keys: Ring, clock: Callable[[], float]) -> Bearer:
        """With the guard's clock."""
        twin = self._twin()
        twin._set(_clock=clock)
        return twin

    def check(self, request: Request) -> Steps:
        """The token's form, its signature, its claims, in this order."""
        found = authorization(request)
        if isinstance(found, Refused):
            return found
        if found is None or found[0] != "bearer":
            return self._absent(request, found)
        token = found[1]
        if fault := _form(token):
            return self._bad(
                "credentials-malformed",
                fault[0],
                "Authorization: Bearer TOKEN",
                fault[1],
                "The bearer token has no token's form.",
            )
        keys = self._keys
        if self._jwks is not None:
            now, name = self._time(), _kid(token)
            if self._jwks.stale(name, now):
                jwks = self._jwks
                yield Want("call", work=lambda: jwks.fetch(now))
            keys = self._jwks.keys
        claims = self._signed(token, keys)
        if isinstance(claims, Refused):
            return claims
        if refused := self._claims(claims):
            return refused
        if self.accept is not None:
            good = self.accept(claims)
            if hasattr(good, "__await__"):
                good = yield Want("wait", work=good)
            if not good:
                return self._bad(
                    "token-invalid",
                    "revoked",
                    "a token that is not revoked",
                    "a revoked one",
                    "The token has been revoked.",
                )
        request.known_as(self._identity(claims))
        return None

    def _absent(self, request: Request, found: tuple[str, str] | None) -> Refused:
        if found is not None:
            if found[1] == "" and len(found[0]) > 20:
                return self._bad("credentials-malformed", "no-scheme", "Authorization: Bearer TOKEN", "a token without Bearer before it",
                                 "The word Bearer is missing before the token.")  # fmt: skip
            return self._bad("credentials-malformed", "scheme", "Authorization: Bearer TOKEN", f"the scheme {found[0][:20]}",
                             "This needs a bearer token, and another scheme was sent.")  # fmt: skip
        if request.query("access_token") is not None:
            return self._bad("credentials-malformed", "wrong-place", "Authorization: Bearer TOKEN", "access_token in the query",
                             "The token belongs into Authorization, not into the query.")  # fmt: skip
        return self._none("Authorization: Bearer TOKEN")

    def _signed(self, token: str, keys: Any) -> dict[str, Any] | Refused:
        from joserfc import jws
        from joserfc.errors import BadSignatureError, JoseError

        try:
            if keys is None:
                raise ValueError("no key")
            claims = json.loads(
                jws.deserialize_compact(token.encode(), keys, algorithms=list(self.algorithms)).payload or b""
            )
        except BadSignatureError:
            return self._invalid("signature", f"token {masked(token)}", "The token's signature is not the issuer's.")
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
            seen = f"{type(fault).__name__}, {_said(token)}"
            return self._invalid(
                "not-verifiable", seen, "The token cannot be verified with the keys and algorithms in use here."
            )
        if not isinstance(claims, dict):
            return self._invalid("claims", "claims that are no object", "The token holds no claims.")
        return claims

    def _invalid(self, reason: str, seen: str, says: str) -> Refused:
        return self._bad("token-invalid", reason, f"a token signed with {' or '.join(self.algorithms)}", seen, says)

    def _claims(self, claims: dict[str, Any]) -> Refused | None:
        now = self._time()
        for name in ("exp", "nbf", "iat"):
            if name in claims and (isinstance(claims[name], bool) or not isinstance(claims[name], int | float)):
                return self._invalid("claims", f"{name} is no number", "A time in the token is none.")
        if "exp" not in claims:
            return self._invalid("no-exp", "no exp", "The token does not say when it expires.")
        if claims["exp"] + self.leeway <= now:
            return self._bad("token-expired", "expired", "a token in date", f"exp was {int(now - claims['exp'])} seconds ago",
                             "The token has expired.")  # fmt: skip
        for name in ("nbf", "iat"):
            if name in claims and claims[name] - self.leeway > now:
                return self._bad("clock-skew", name, f"{name} in the past", f"{name} lies {int(claims[name] - now)} seconds ahead",
                                 "The token is not valid yet: a clock is wrong.")  # fmt: skip
        if self.issuer and claims.get("iss") != self.issuer:
            return self._bad("token-wrong-audience", "issuer", f"iss {self.issuer}", f"iss {str(claims.get('iss'))[:80]}",
                             "The token is of another issuer.")  # fmt: skip
        meant = claims.get("aud")
        named = [meant] if isinstance(meant, str) else meant if isinstance(meant, list) else []
        if self.audience and not any(name in named for name in self.audience):
            return self._bad("token-wrong-audience", "audience", f"aud {' or '.join(self.audience)}",
                             f"aud {', '.join(map(str, named))[:80] or 'none'}",
                             "The token is for another audience.")  # fmt: skip
        return None

    def _bad(self, cause: str, reason: str, required: str, seen: str, says: str) -> Refused:
        kind = "invalid_request" if cause == "credentials-malformed" else "invalid_token"
        challenge = f'Bearer error="{kind}", error_description="{says}"'
        return super()._bad(cause, reason, required, seen, says)._replace(headers=(("www-authenticate", challenge),))

    def _identity(self, claims: dict[str, Any]) -> Identity:
        held: Any = claims
        for step in self.roles.split("."):
            held = held.get(step, ()) if isinstance(held, dict) else ()
        scopes = next((claims[name] for name in self.scopes if name in claims), ())
        name = claims.get("sub") or claims.get("client_id") or claims.get("azp") or "unnamed"
        return Identity(str(name), words(held), words(scopes), "bearer", claims)

    def _time(self) -> float:
        return self._clock() if self._clock else 0.0

    def flaws(self) -> list[str]:
        """A key, algorithms that fit it, an address that can be trusted."""
        found = []
        if (self._keys is None) == (self._jwks is None):
            found.append("it needs keys or jwks, one of the two")
        if not self.algorithms or any(name.lower() == "none" for name in self.algorithms):
            found.append("it needs the algorithms that are accepted, and none is none of them (RFC 8725, section 3.1)")
        found += [
            f"{name!r} is no algorithm that signs tokens"
            for name in self.algorithms
            if name not in ALGORITHMS and name.lower() != "none"
        ]
        if self._jwks is not None and any(name.startswith("HS") for name in self.algorithms):
            found.append(
                "HS algorithms take a public key for a secret: a JWKS holds public keys (RFC 8725, section 3.1)"
            )
        return found if self._jwks is None else [*found, *self._jwks.flaws()]

    def _words(self) -> list[str]:
        said = [f"algorithms={list(self.algorithms)!r}"]
        said += [f"issuer={self.issuer!r}"] if self.issuer else []
        return said + ([f"audience={list(self.audience)!r}"] if self.audience else [])


def _form(token: str) -> tuple[str, str] | None:
    """What is wrong with a token's form, and what was seen."""
    if not token:
        return "empty", "nothing after Bearer"
    if token.lower() in WORDS:
        return "undefined" if token.lower() != "null" else "null", f"the word {token}"
    if token[:7].lower() == "bearer ":
        return "twice", "Bearer twice"
    if token[0] in "\"'":
        return "quoted", "a token in quotes"
    if len(token) > LONGEST:
        return "too-long", f"{len(token)} letters"
    if token.count(".") != 2 or not token.isascii() or any(letter.isspace() for letter in token):
        return "no-jwt", f"{token.count('.') + 1} parts, {masked(token[:200])}"
    return None


def _header(token: str) -> dict[str, Any]:
    try:
        part = token.partition(".")[0]
        held = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def _kid(token: str) -> str | None:
    kid = _header(token).get("kid")
    return kid if isinstance(kid, str) else None


def _said(token: str) -> str:
    header = _header(token)
    return f"alg {str(header.get('alg'))[:20]}, kid {str(header.get('kid'))[:60]}"
