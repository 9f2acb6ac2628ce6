"""What must stand in a text for a pass over it to find anything, looked for all at once (Aho-Corasick), whatever the case."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

# parts of names that announce a secret; short ones only where they end or are assigned to
_NAMES = (
    "authoriz", "cookie", "token", "secret", "passw", "passphrase", "pwd", "apikey", "api-key", "api key", "signature", "session",
    "credential", "jwt", "csrf", "xsrf", "crumb", "bearer", "assertion", "hmac", "nonce", "connection", "accountkey", "accesskey",
    "samlresponse", "requestverification", "antiforgery", "wpnonce", "private", "webhook", "salt", "ticket",
)  # fmt: skip
_SHORT = ("key", "sid", "sig", "otp", "pin", "dsn", "auth", "pass", "cred", "creds", "seed", "hash", "mac", "pw", "appid", "mfa", "tkn",
          "tok")  # fmt: skip
_MARKS = {
    "scheme": ("bearer ", "basic ", "negotiate ", "apikey ", "token ", "dpop ", "bearer:"),
    "pem": ("private key",),
    "form": ("content-disposition:",),
    "option": (
        "-u",
        "-b",
        "-a ",
        "-x ",
        "-e ",
        "--user",
        "--cookie",
        "--auth",
        "--cert",
        "--pass",
        "--proxy",
        "--oauth2",
        "--tls",
        "--http-pass",
    ),
    "called": ("auth=", "auth =", "auth(", "machine ", "net.cookie("),
    "escaped": (":\\/\\/", "\\u003a", "\\u0026"),
}


@cache
def _automaton() -> tuple[AhoCorasick, list[str]]:
    from ahocorasick_rs import AhoCorasick

    words = [(word, "name") for word in _NAMES]
    words += [
        (f"{word}{mark}", "name")
        for word in _SHORT
        for mark in ('"', "'", "=", ":", "\\", " =", " :", "[", "]", ">", "%")
    ]
    words += [(mark, label) for label, marks in _MARKS.items() for mark in marks]
    return AhoCorasick([word for word, _ in words]), [label for _, label in words]


def cues(text: str) -> frozenset[str]:
    """Which kinds of cue stand in a text."""
    automaton, labels = _automaton()
    found = automaton.find_matches_as_indexes(text if text.islower() else text.lower(), overlapping=True)
    return frozenset(labels[number] for number, _, _ in found) if found else frozenset()
