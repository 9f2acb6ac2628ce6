"""The mistakes that are usually made with an HMAC: the body, the URL, the secret, the digest, the message."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.frozen import NamedTuple
from ..body import variants
from ..spoiled import secrets
from .recipe import Recipe
from .template import PLACE, View, fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SIZES = {"sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}


class Mistake(NamedTuple):
    """One thing done otherwise: with the request, or with the recipe."""

    part: str
    words: str
    view: View
    recipe: Recipe


def place(field: str) -> str:
    """In words, where a source of a recipe stands."""
    kind, _, name = field.partition(":")
    words = {"header": "the header", "query": "the parameter", "param": "the parameter", "json": "the body's"}
    return f"{words[kind]} {name}" if name and kind in words else name or kind


def mistakes(view: View, recipe: Recipe) -> Iterator[Mistake]:
    """Everything that is usually done otherwise, the most usual first."""
    for words, body in variants(view.body):
        if body != view.body:
            yield Mistake("body", words, view._replace(body=body), recipe)
    text = view.body.decode("utf-8", "replace")
    yield Mistake("body", "the body as text in Latin-1", view._replace(body=text.encode("latin-1", "replace")), recipe)
    for words, change in _urls(view):
        yield Mistake("url", words, view._replace(**change), recipe)
    yield Mistake("method", "the method in lower case", view._replace(method=view.method.lower()), recipe)
    yield from _keys(view, recipe)
    for words, secret in secrets(view.secret):
        if secret != view.secret:
            yield Mistake("key", words, view._replace(secret=secret), recipe)
    for digest in SIZES:
        if digest != recipe.digest:
            yield Mistake("algorithm", f"HMAC-{digest.upper()}", view, recipe._replace(digest=digest))
    yield from _messages(view, recipe)
    for words, body in variants(view.body):
        for more, secret in secrets(view.secret):
            yield Mistake("body", f"{words}, and {more}", view._replace(body=body, secret=secret), recipe)


def _urls(view: View) -> Iterator[tuple[str, dict[str, Any]]]:
    bare = view.host.rpartition(":")[0] if view.host.rpartition(":")[2].isdigit() else view.host
    other = "http" if view.scheme == "https" else "https"
    yield "the URL without its query", {"query": ""}
    yield f"the URL with {other}", {"scheme": other}
    yield "the URL without its port", {"host": bare}
    for port in (443, 80, 8080, 3000, 8000):
        yield f"the URL with the port {port}", {"host": f"{bare}:{port}"}
        yield f"the URL with {other} and the port {port}", {"scheme": other, "host": f"{bare}:{port}"}
    yield "the URL with a slash at its end", {"path": view.path + "/"}
    yield "the URL without the slash at its end", {"path": view.path.rstrip("/")}
    if forwarded := view.first("x-forwarded-host"):
        yield "the URL with the forwarded host", {"host": forwarded}
    for host in ("localhost", "127.0.0.1", "localhost:3000", "localhost:8080"):
        yield f"the URL with {host}", {"host": host, "scheme": "http"}
    first, _, rest = view.path[1:].partition("/")
    yield f"the URL without its first segment ({first})", {"path": f"/{rest}"}
    for prefix in ("/api", "/v1", "/v2"):
        yield f"the URL with {prefix} before its path", {"path": prefix + view.path}


def _keys(view: View, recipe: Recipe) -> Iterator[Mistake]:
    first, *rest = recipe.key
    for words, template in (
        ("the secret as text, not decoded from Base64", "{secret}"),
        ("the secret decoded from Base64, not as text", "{secret|unbase64}"),
        ("the secret decoded from Base64, its whsec_ left out", "{secret|after:whsec_|unbase64}"),
        ("the secret without its whsec_, not decoded", "{secret|after:whsec_}"),
        ("the secret with a line end, not decoded", "{secret}\n"),
        ("the secret's hash", "{secret|sha256|hex}"),
    ):
        if template != first:
            yield Mistake("key", words, view, recipe._replace(key=(template, *rest)))
    if rest:
        yield Mistake("key", "the secret itself, not a key derived from it", view, recipe._replace(key=("{secret}",)))


def _messages(view: View, recipe: Recipe) -> Iterator[Mistake]:
    """Other messages: a part or a separator left out, another time, the body's hash in place of the body."""
    text = recipe.message

    def other(words: str, message: str, part: str = "message") -> Mistake:
        return Mistake(part, words, view, recipe._replace(message=message))

    if text != "{body}":
        yield other("the body alone", "{body}")
    yield other("the message with a line end after it", text + "\n")
    yield other("the message's hash", "{whole|sha256|hex}")._replace(
        recipe=recipe._replace(message="{whole|sha256|hex}", parts=(*recipe.parts, ("whole", text)))
    )
    for found in PLACE.finditer(text):
        name = found.group(1).partition("|")[0]
        rest = text[: found.start()] + text[found.end() :].lstrip(".:\n")
        yield other(f"the message without {place(name)}", rest)
    places = [found.group() for found in PLACE.finditer(text)]
    for separator in ("", ".", ":", "\n", "|", "&", "+"):
        joined = separator.join(places)
        if joined != text:
            named = {"": "nothing", "\n": "a line end"}.get(separator, repr(separator))
            yield other(f"the message's parts with {named} between them", joined)
    if len(places) > 1:
        yield other(
            "the message's parts in the reverse order", text.join(("", "")).replace(text, "".join(places[::-1]))
        )
    if recipe.time:
        value = fill(recipe.time.value, view, recipe).decode("utf-8", "replace")
        if value.isdigit() and recipe.time.value in text:
            yield other("the time in milliseconds", text.replace(recipe.time.value, value + "000"), "date")
            yield other("the time in seconds", text.replace(recipe.time.value, value[:-3]), "date")
    if "{target}" in text:
        yield other("the message with the path without its query", text.replace("{target}", "{path}"), "url")
        yield other("the message with the whole URL for the path", text.replace("{target}", "{url}"), "url")
    if "{path}" in text:
        yield other("the message with the query after the path", text.replace("{path}", "{target}"), "url")
    if "{url}" in text:
        yield other("the message with the path for the URL", text.replace("{url}", "{target}"), "url")
    if "{body}" in text:
        yield other(
            "the message with the body's hash in its place", text.replace("{body}", "{body|sha256|hex}"), "body"
        )
        yield other("the message with the body in Base64", text.replace("{body}", "{body|base64}"), "body")
