"""The recipes: tables beside this module, each one vendor's scheme as its page describes it.

    name, source      what it is called, and the page that describes it
    field             where the signature stands: "header:x-hub-signature-256", "query:signature", "json:signature.signature"
    begins            what the field must begin with for the scheme to be recognised (optional)
    needs             what else must be there for it to be recognised (optional)
    value             the signatures in the field as a template; default: the field itself
    split             what stands between several of them (optional)
    prefix            what stands before each ("sha256=")
    encoding          hex or base64
    digest            sha1, sha256, sha384, sha512
    key               a template, or a list of them: the first is the key, each next is signed with what came before
    message           what is signed
    parts             names for templates that the message uses
    time              value (a template), unit (s, ms, iso, http), allows (seconds either way), or ends (true: a time of expiry)
    server            the words after which the server's answer quotes what it signed (optional), and `lines`, the names of its lines
    signed            who signs: caller (an API's client), or sender (a webhook's; then it is the receiver who computes it wrongly)

Templates are told in `template.py`.
"""

from __future__ import annotations

import os

from ...model import BadCall, Request
from ...model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROOM = os.path.dirname(__file__)


class Time(NamedTuple):
    """The time that a signature carries."""

    value: str
    unit: str = "s"
    allows: int = 300
    ends: bool = False


class Recipe(NamedTuple):
    """One scheme."""

    id: str
    name: str
    source: str
    field: str
    message: str
    key: tuple[str, ...] = ("{secret}",)
    begins: str = ""
    needs: tuple[str, ...] = ()
    value: str = "{field}"
    split: str = ""
    prefix: str = ""
    encoding: str = "hex"
    digest: str = "sha256"
    parts: tuple[tuple[str, str], ...] = ()
    time: Time | None = None
    server: str = ""
    lines: tuple[str, ...] = ()
    signed: str = "sender"

    def part(self, name: str) -> str | None:
        """The template that a name stands for."""
        return next((template for key, template in self.parts if key == name), None)


def recipes() -> tuple[Recipe, ...]:
    """Every recipe, by name of its table."""
    names = sorted(name for name in os.listdir(ROOM) if name.endswith(".toml"))
    return tuple(_read(os.path.join(ROOM, name), name.removesuffix(".toml")) for name in names)


def recipe(name: str) -> Recipe:
    """One recipe. Raises BadCall where there is none of this name."""
    path = os.path.join(ROOM, f"{name}.toml")
    if not name.replace("-", "").isalnum() or not os.path.isfile(path):
        import difflib

        known = [one.id for one in recipes()]
        near = difflib.get_close_matches(name, known, 3)
        raise BadCall(f"there is no recipe {name!r}", "--recipe", f"Known: {', '.join(near or known)}")
    return _read(path, name)


def recognised(request: Request) -> tuple[Recipe, ...]:
    """The recipes whose signature the request carries, those that ask for more first."""
    from .template import View

    view = View.of(request, "")
    found = []
    for one in recipes():
        value = view.source(one.field, one)
        if value and value.decode("utf-8", "replace").lower().startswith(one.begins.lower()):
            if all(view.source(need, one) for need in one.needs):
                found.append(one)
    return tuple(sorted(found, key=lambda one: (-len(one.needs), -len(one.begins), one.id)))


def _read(path: str, name: str) -> Recipe:
    import tomllib

    with open(path, "rb") as file:
        table: dict[str, Any] = tomllib.load(file)
    key = table.pop("key", "{secret}")
    table["key"] = (key,) if isinstance(key, str) else tuple(key)
    for name_of in ("needs", "lines"):
        table[name_of] = tuple(table.get(name_of, ()))
    table["parts"] = tuple(table.get("parts", {}).items())
    table["time"] = Time(**table["time"]) if "time" in table else None
    return Recipe(id=name, **table)
