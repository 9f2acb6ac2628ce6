"""What is there at all: by these cues the rooms are woken that may have something to say."""

from __future__ import annotations

from .scene import Scene

IN_TEXT = {
    "challenge": ("authenticate",),
    "jwt": ("eyj",),
    "authorization": ("authorization", "x-api-key", "cookie"),
    "csrf": ("csrf", "xsrf", "forgery", "crumb", "authenticity", "page expired", "nonce"),
    "listing": ("rw", "r-x", "--x"),
    "avc": ("avc", "apparmor", "permissive="),
    "preflight": ("preflight", "pre-flight", "options request"),
}


def cues(scene: Scene) -> frozenset[str]:
    """The cues of a scene: the status as a number, and the names of `causes/catalogue.py`."""
    exchange, found = scene.exchange, set()
    request, response = exchange.request, exchange.response
    if scene.status:
        found.add(str(scene.status))
    if scene.status == 419:
        found.add("csrf")
    if request and request.headers is not None:
        found.add("headers")
    if request and request.url:
        found.add("url")
        if "?" in request.url:
            found.add("query")
    if (exchange.method or "").upper() == "CONNECT" or exchange.fact("type") == "connect":
        found.add("connect")
    if response and response.headers is not None:
        found.add("answer")
        if response.headers.has("www-authenticate") or response.headers.has("proxy-authenticate"):
            found.add("challenge")
    if response and response.body:
        found.add("body")
    if scene.around:
        found.add("around")
    text = scene.text
    found.update(cue for cue, words in IN_TEXT.items() if any(word in text for word in words))
    return frozenset(found)
