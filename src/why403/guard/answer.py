"""The refusal as it is written: application/problem+json (RFC 9457), HTML or text, by what the caller accepts."""

from __future__ import annotations

import json
from html import escape
from http import HTTPStatus

from ..model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .rule import Refused

PAGES = "https://github.com/why403/why403/blob/main/docs/causes/{cause}.md"
OFFERED = {
    "application/problem+json": "problem", "application/json": "problem", "application/*": "problem", "*/*": "problem",
    "text/html": "html", "application/xhtml+xml": "html", "text/plain": "text", "text/*": "text",
}  # fmt: skip
TYPES = {"problem": "application/problem+json", "html": "text/html; charset=utf-8", "text": "text/plain; charset=utf-8"}
NAMES = ("Why403-Cause", "Why403-Denial", "Why403-Seal")


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a field, or None."""
        return next((value for field, value in self.headers if field.lower() == name.lower()), None)


class Words(NamedTuple):
    """What the caller is told."""

    status: int
    title: str
    page: str = ""
    cause: str = ""
    reason: str = ""
    says: str = ""
    required: str = ""
    denial: str = ""
    sealed: str = ""


def wanted(accept: str | None) -> str:
    """The form that an Accept asks for: problem, html or text (RFC 9110, section 12.5.1); problem where it does not care."""
    best, form = 0.0, "problem"
    for item in (accept or "*/*")[:2000].split(",")[:40]:
        kind, *parameters = (part.strip().lower() for part in item.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        if kind in OFFERED and best < weight <= 1.0:
            best, form = weight, OFFERED[kind]
    return form


def words(refused: Refused, show: str, denial: str, sealed: str, title: str, pages: str) -> Words:
    """What may be told of a refusal."""
    if show == "nothing":
        return Words(refused.status, phrase(refused.status), denial=denial, sealed=sealed)
    required = refused.required if show == "required" else ""
    page = pages.format(cause=refused.cause)
    return Words(refused.status, title, page, refused.cause, refused.reason, refused.says, required, denial, sealed)


def phrase(status: int) -> str:
    """A status in its own words."""
    return HTTPStatus(status).phrase


def write(told: Words, form: str, more: tuple[tuple[str, str], ...] = ()) -> Answer:
    """The answer in one of the three forms."""
    body = FORMS[form](told).encode("utf-8", "replace")
    headers = [("content-type", TYPES[form]), ("content-length", str(len(body))), ("cache-control", "no-store"), ("vary", "Accept"),
               ("x-content-type-options", "nosniff")]  # fmt: skip
    if form == "html":
        headers.append(
            ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
        )
    values = zip(NAMES, (told.cause, told.denial, told.sealed), strict=True)
    headers += [(name.lower(), value) for name, value in values if value]
    return Answer(told.status, (*headers, *((name, one_line(value)) for name, value in more)), body)


def one_line(value: str) -> str:
    """A value that a header can hold."""
    return "".join(letter if 32 <= ord(letter) < 127 else "?" for letter in value)


def _problem(told: Words) -> str:
    members = {
        "type": told.page or "about:blank", "title": told.title, "status": told.status, "detail": told.says, "cause": told.cause,
        "reason": told.reason, "required": told.required, "denial": told.denial, "sealed": told.sealed,
    }  # fmt: skip
    return json.dumps({name: value for name, value in members.items() if value != ""})


def _lines(told: Words) -> list[tuple[str, str]]:
    fields = (("Required", told.required), ("Reason", told.reason), ("Why403-Cause", told.cause), ("Why403-Denial", told.denial),
              ("Why403-Seal", told.sealed))  # fmt: skip
    return [(name, value) for name, value in fields if value]


def _text(told: Words) -> str:
    head = [f"{told.status} {phrase(told.status)}: {told.title}" if told.cause else f"{told.status} {told.title}"]
    if told.says:
        head.append(told.says)
    if told.page:
        head.append(told.page)
    return "\n".join([*head, "", *(f"{name}: {value}" for name, value in _lines(told)), ""])


def _html(told: Words) -> str:
    title = escape(told.title)
    said = f"<p>{escape(told.says)}</p>" if told.says else ""
    more = f'<p><a href="{escape(told.page)}">{escape(told.cause)}</a></p>' if told.page else ""
    rows = "".join(f"<li>{escape(name)}: {escape(value)}</li>" for name, value in _lines(told))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font:1rem/1.5 sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}ul{padding:0;list-style:none}"
        "li{overflow-wrap:anywhere}</style></head>"
        f"<body><h1>{told.status} {title}</h1>{said}{more}<ul>{rows}</ul></body></html>"
    )


FORMS = {"problem": _problem, "html": _html, "text": _text}
