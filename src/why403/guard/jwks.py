"""The keys that tokens are checked with: given once, or fetched from where an issuer publishes them, and again when they rotate."""

from __future__ import annotations

import json
import threading
import warnings

from ..model import BadCall, split_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

EVERY = 3600.0  # seconds after which a set is fetched anew
PAUSE = 30.0  # seconds between two fetches, whatever keys tokens name
MOST = 200  # keys of a set


def key_set(given: Any, where: str) -> Any:
    """A KeySet of joserfc, or one key, of a PEM, a JWK, a JWKS or a secret. Raises BadCall; a message never shows a key."""
    try:
        from joserfc.errors import JoseError
        from joserfc.jwk import ECKey, JWKRegistry, KeySet, OctKey, OKPKey, RSAKey
    except ImportError:
        raise BadCall("bearer tokens need joserfc", where, "Install it: pip install 'why403[guard]'") from None
    fault = BadCall("these are no keys that I can read", where, "Give a PEM, a JWK, a JWKS, or a secret's bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if isinstance(given, str) and given.lstrip().startswith("{"):
                given = json.loads(given)
            if isinstance(given, dict):
                held: Any = given
                return KeySet.import_key_set(held) if "keys" in held else JWKRegistry.import_key(held)
            if isinstance(given, str | bytes):
                data = given.encode() if isinstance(given, str) else given
                if data.lstrip().startswith(b"-----BEGIN"):
                    return _pem(data, (RSAKey, ECKey, OKPKey), JoseError, fault)
                if len(data) < 32:
                    raise BadCall(
                        "a shared secret has at least 32 bytes (RFC 7518, section 3.2)", where, "Make a longer one"
                    )
                return OctKey.import_key(data)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, JoseError):
            raise fault from None
    raise fault


def _pem(data: bytes, kinds: Any, wrong: type[Exception], fault: BadCall) -> Any:
    for kind in kinds:
        try:
            return kind.import_key(data)
        except (ValueError, TypeError, wrong):
            continue
    raise fault


class Jwks:
    """A set of keys at an address. The last good set is kept where a fetch fails; an unknown key makes it fetch again, not too often."""

    def __init__(
        self, url: str, *, fetch: Callable[[str], bytes | str] | None = None, every: float = EVERY, pause: float = PAUSE
    ) -> None:
        """Take the address; `fetch` stands in for a GET of our own."""
        self.url, self.every, self.pause = url, every, pause
        self._get = fetch or _get
        self.keys: Any = None
        self._names: frozenset[str] = frozenset()
        self._fetched = self._tried = float("-inf")
        self._lock = threading.Lock()
        self._busy = False

    def stale(self, kid: str | None, now: float) -> bool:
        """Whether the set should be fetched before a token that names this key is checked."""
        if now - self._tried < self.pause or (self._busy and self.keys is not None):
            return False  # where keys are known nobody waits for a fetch that is under way: unknown keys cost nothing to name
        return self.keys is None or now - self._fetched > self.every or (kid is not None and kid not in self._names)

    def fetch(self, now: float) -> None:
        """Fetch the set; the old one stays where that fails."""
        with self._lock:
            if now - self._tried < self.pause:
                return
            self._busy = True
            try:
                held = json.loads(self._get(self.url))
                keys = [
                    key
                    for key in held["keys"][:MOST]
                    if isinstance(key, dict) and key.get("use", "sig") == "sig" and key.get("kty") != "oct"
                ]
                self.keys = key_set({"keys": keys}, self.url)
                self._names = frozenset(str(key.get("kid")) for key in keys)
                self._fetched = now
            except Exception:  # noqa: BLE001  # whatever came in its place: the keys known so far go on
                from .record import LOG

                LOG.warning("why403.guard: %s gave no set of keys; those known so far are used", self.url)
            finally:
                self._tried, self._busy = now, False  # until then whoever has no keys at all waits

    def flaws(self) -> list[str]:
        """Keys come over https, or from this machine."""
        parts = split_url(self.url)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        return (
            []
            if parts.hostname and (parts.scheme == "https" or local)
            else [f"keys from {self.url!r} could be anybody's: use https"]
        )


def _get(url: str) -> bytes:
    from ..net.get import get

    answer = get(url, 10.0).response
    if answer is None or answer.status != 200 or answer.body is None:
        raise ValueError("no answer with keys")
    return answer.body
