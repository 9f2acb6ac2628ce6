"""One request against one recipe: what the signature should be, and which usual mistake gives the one that is there.

A signature that comes out of a mistake is proof of it: so many bits do not agree by chance.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime

from ...model import Pattern, Request, Weight, stamps
from ...model.frozen import NamedTuple
from ..fault import Fault
from .mistakes import SIZES, mistakes, place
from .recipe import Recipe
from .template import PLACE, View, fill, unbase64

HEX = Pattern(r"[0-9a-fA-F]{40,128}")
NUMBER = Pattern(r"\d{9,20}")


class Verdict(NamedTuple):
    """What is wrong with a signature, the most certain first."""

    recipe: Recipe
    sound: bool | None  # None: without the secret that cannot be known
    faults: tuple[Fault, ...]
    message: str  # what is signed
    given: tuple[str, ...]
    expected: str | None
    unknown: tuple[str, ...]


def verdict(
    request: Request, recipe: Recipe, secret: str | None, at: datetime | None = None, answer: str = ""
) -> Verdict:
    """Judge the signature of a request.

    Args:
        request: The signed request, as it is shown.
        recipe: The scheme.
        secret: The secret, where it is at hand.
        at: The time by which the signature's age is judged, where there is one.
        answer: The server's answer; some quote what they computed.
    """
    view = View.of(request, secret or "")
    given = _given(view, recipe)
    faults = [*_absent(view, recipe, given), *_aged(view, recipe, at), *_quoted(view, recipe, answer)]
    message = fill(recipe.message, view, recipe)
    unknown = [] if request.body is not None else ["The body is not shown: it is taken as empty"]
    if secret is None:
        unknown.append("Without the secret it cannot be known whether the signature is right")
        return Verdict(recipe, None, _ordered(faults), _text(message), given, None, tuple(unknown))
    right = _mac(view, recipe)
    expected = recipe.prefix + _written(right, recipe.encoding)
    sound = expected in given
    if given and not sound:
        faults += _explained(view, recipe, given, expected)
    return Verdict(recipe, sound, _ordered(faults), _text(message), given, expected, tuple(unknown))


def _text(message: bytes) -> str:
    return message[:20_000].decode("utf-8", "replace")


def _given(view: View, recipe: Recipe) -> tuple[str, ...]:
    text = fill(recipe.value, view, recipe).decode("utf-8", "replace").strip()
    return tuple(one.strip() for one in (text.split(recipe.split) if recipe.split else (text,)) if one.strip())


def _mac(view: View, recipe: Recipe) -> bytes:
    key = fill(recipe.key[0], view, recipe)
    for template in recipe.key[1:]:
        key = hmac.digest(key, fill(template, view, recipe), recipe.digest)
    return hmac.digest(key, fill(recipe.message, view, recipe), recipe.digest)


def _written(value: bytes, encoding: str) -> str:
    import base64

    return value.hex() if encoding == "hex" else base64.b64encode(value).decode()


def _absent(view: View, recipe: Recipe, given: tuple[str, ...]) -> Iterator[Fault]:
    """What the scheme needs and the request lacks."""
    if not given:
        says = f"There is no signature in {place(recipe.field)}"
        yield Fault("signature", says, Weight.PROOF, _where(recipe.field), fix=f"Sign as {recipe.source} says")
    templates = [recipe.message, *(template for _, template in recipe.parts), recipe.time.value if recipe.time else ""]
    named = {found.group(1).partition("|")[0] for text in templates for found in PLACE.finditer(text)}
    for name in sorted(name for name in named if name.startswith(("header:x-", "header:webhook-", "header:svix-"))):
        if not view.source(name, recipe):
            says = f"{place(name)} is signed, and it is not there"
            yield Fault(name, says, Weight.STRONG, _where(name), fix=f"Send {place(name)}")


def _where(field: str) -> str:
    kind, _, name = field.partition(":")
    return {"header": f"request.headers.{name}", "query": f"request.url#{name}", "json": f"request.body#{name}"}.get(
        kind, "request"
    )


def _aged(view: View, recipe: Recipe, at: datetime | None) -> Iterator[Fault]:
    """A signature that is too old, of the future, or past its end."""
    rule = recipe.time
    text = fill(rule.value, view, recipe).decode("utf-8", "replace").strip() if rule else ""
    if rule is None or not text:
        return
    when = _moment(text, rule.unit)
    if when is None:
        unit = {
            "s": "seconds since 1970",
            "ms": "milliseconds since 1970",
            "iso": "ISO 8601",
            "http": "the form of RFC 9110",
        }
        says = f"The time {text!r} is not in {unit[rule.unit]}"
        yield Fault("date", says, Weight.STRONG, "request", text, fix=f"Write the time in {unit[rule.unit]}")
        return
    if at is None:
        return
    away = (at - when).total_seconds()
    if rule.ends and away > 0:
        says = f"The signature ended at {when:%Y-%m-%d %H:%M:%SZ}; it was used at {at:%Y-%m-%d %H:%M:%SZ}"
        yield Fault("expires", says, Weight.PROOF, "request", text, fix="Sign anew")
    elif not rule.ends and abs(away) > rule.allows:
        side = "old" if away > 0 else "ahead of the clock"
        says = f"The signature is {abs(away):.0f} s {side}; {rule.allows} s are allowed"
        yield Fault("clock", says, Weight.STRONG, "request", text, fix="Check it when it arrives, and set both clocks")


def _moment(text: str, unit: str) -> datetime | None:
    if unit in ("iso", "http"):
        return stamps.find(text)
    if not NUMBER.fullmatch(text):
        return None
    seconds = int(text) / (1000 if unit == "ms" else 1)
    if not 1e9 <= seconds < 1e10:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _quoted(view: View, recipe: Recipe, answer: str) -> Iterator[Fault]:
    """Where the server quotes what it signed: the lines in which that differs from the request as it is shown."""
    _, found, rest = answer.partition(recipe.server) if recipe.server else ("", "", "")
    if not found:
        return
    text = rest.partition("'")[0].replace("\\n", "\n").replace("&amp;", "&")
    theirs, ours = text.split("\n"), _text(fill(recipe.message, view, recipe)).split("\n")
    if theirs == ours:
        says = "The server computed with exactly the request that is shown: the key is not the account's"
        yield Fault("key", says, Weight.STRONG, _where(recipe.field), fix="Check the key")
        return
    first = len(recipe.lines)
    for at, name in enumerate(recipe.lines):
        mine, other = (lines[at] if at < len(lines) else "" for lines in (ours, theirs))
        if mine != other:
            yield _line(name, mine, other)
    mine_of, other_of = (dict(line.partition(":")[::2] for line in lines[first:]) for lines in (ours, theirs))
    for name in dict.fromkeys([*mine_of, *other_of]):
        if mine_of.get(name) != other_of.get(name):
            part = f"header:{name}" if name.startswith("x-") else "path" if name.startswith("/") else "query"
            yield _line(part, mine_of.get(name, ""), other_of.get(name, ""), name)


def _line(part: str, ours: str, theirs: str, name: str = "") -> Fault:
    what = name or part.partition(":")[2] or part
    says = f"{what} is {ours!r} as shown here, {theirs!r} for the server"
    fix = f"Sign and send the same {what}"
    return Fault(part, says, Weight.PROOF, "request", ours, theirs, fix, "server")


def _explained(view: View, recipe: Recipe, given: tuple[str, ...], expected: str) -> Iterator[Fault]:
    """Which usual mistake gives one of the signatures that are there."""
    decoded = [(text, value) for text in given for value in _readings(text.removeprefix(recipe.prefix))]
    where, right = _where(recipe.field), _mac(view, recipe)
    for text, value in decoded:
        if value == right:
            says = f"The signature is right and written wrongly: {text[:12]}... must be {expected[:12]}... ({recipe.encoding})"
            yield Fault("signature", says, Weight.PROOF, where, text, expected, f"Write it in {recipe.encoding}")
            return
    values = {value for _, value in decoded}
    tried = 0
    for mistake in mistakes(view, recipe):
        tried += 1
        if _mac(mistake.view, mistake.recipe) in values:
            says = f"The very signature comes out of {mistake.words}: that is what was signed"
            if recipe.signed == "sender" and mistake.part in ("body", "url"):
                says += ", and it is read otherwise here"
            yield Fault(mistake.part, says, Weight.PROOF, where, fix=MENDS.get(mistake.part.partition(":")[0], ""))
            return
    if not any(len(value) == SIZES[recipe.digest] for value in values):
        says = f"This is no {recipe.digest.upper()} signature in {recipe.encoding}: it has another length or form"
        yield Fault("signature", says, Weight.STRONG, where, given[0][:80], fix=f"See {recipe.source}")
        return
    says = f"None of {tried} usual mistakes gives this signature with this secret: another secret made it, or of another message"
    yield Fault("key", says, Weight.STRONG, where, fix="Check which secret belongs to this endpoint")


MENDS = {
    "body": "Take the bytes of the body as they came over the wire, before any framework parses them",
    "url": "Use the URL exactly as it was asked from outside (behind a proxy: scheme and host of the outside)",
    "key": "Use the secret exactly as it was issued",
    "algorithm": "Use the scheme's own digest",
    "message": "Join exactly the parts that the scheme names, in its order",
    "method": "Write the method in upper case",
    "date": "Sign the very time that is sent",
}


def _readings(text: str) -> Iterator[bytes]:
    """The bytes that a written signature may stand for."""
    text = text.rpartition("=")[2] if text.partition("=")[0] in ("sha1", "sha256", "sha512", "v0", "v1") else text
    if HEX.fullmatch(text) and len(text) % 2 == 0:
        yield bytes.fromhex(text)
    if value := unbase64(text.encode("utf-8", "replace")):
        yield value
        if HEX.fullmatch(inner := value.decode("latin-1")) and len(inner) % 2 == 0:
            yield bytes.fromhex(inner)  # hexadecimal digits in Base64


def _ordered(faults: list[Fault]) -> tuple[Fault, ...]:
    best: dict[str, Fault] = {}
    for fault in faults:
        if fault.part not in best or fault.sure > best[fault.part].sure:
            best[fault.part] = fault
    return tuple(sorted(best.values(), key=lambda fault: -fault.sure))
