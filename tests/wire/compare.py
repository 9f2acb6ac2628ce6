"""What came over the wire against what the source means: equal, but for what a remark names."""

from __future__ import annotations

from why403.writers.requests import sent_target

from .server import Sent

FRAMING = ("host", "connection", "content-length", "transfer-encoding")
FIRST = ("user-agent", "accept-encoding", "accept", "connection", "content-type")


def missing(remarks: tuple[str, ...]) -> bool:
    """Whether a remark says that the client will not send the request at all."""
    return any("refuses a body with" in remark or "for a method" in remark for remark in remarks)


def differences(want: Sent, got: Sent, remarks: tuple[str, ...]) -> list[str]:
    """The parts that differ without a remark that says so."""

    def said(phrase: str) -> bool:
        return any(phrase in remark for remark in remarks)

    if said("refuses a body with") or said("for a method"):
        return ["it came all the same"]
    want_fields, got_fields = list(want.fields), list(got.fields)
    found = []
    if want.method != got.method and not (said("in capitals") and want.method.upper() == got.method):
        found.append(f"method {got.method} for {want.method}")
    if want.target != got.target:
        named = (
            said(f"sends the target as {sent_target('http://a' + want.target)[:200]}")
            and sent_target("http://a" + want.target) == got.target
        )
        if not named and not said("writes the URL by the rules of browsers"):
            found.append(f"target {got.target[:200]} for {want.target[:200]}")
    if want.body != got.body:
        found.append(f"body {got.body[:100]!r} for {want.body[:100]!r}")
    if said("adds Content-Length: 0"):
        got_fields = [pair for pair in got_fields if (pair[0].lower(), pair[1]) != ("content-length", "0")]
    if said("adds the field Connection"):
        got_fields = [pair for pair in got_fields if pair[0].lower() != "connection"]
    if said("takes a backslash for an escape"):
        names = [remark.rpartition(" ")[2].lower() for remark in remarks if "backslash" in remark]
        want_fields = [pair for pair in want_fields if pair[0].lower() not in names]
        got_fields = [pair for pair in got_fields if pair[0].lower() not in names]
    if said("HTTPie strips the field"):
        want_fields = [(name, value.strip()) for name, value in want_fields]
    if said("Referer is sent only where"):
        want_fields = [pair for pair in want_fields if pair[0].lower() != "referer"]
        got_fields = [pair for pair in got_fields if pair[0].lower() != "referer"]
    if said("set by the client itself"):
        names = [remark.split("'")[1].lower() for remark in remarks if "set by the client itself" in remark]
        want_fields = [pair for pair in want_fields if pair[0].lower() not in names]
        got_fields = [pair for pair in got_fields if pair[0].lower() not in names]
    if said("adds fields of its own"):
        named_fields = {
            name.lower()
            for remark in remarks
            if "adds fields of its own" in remark
            for name in remark.rpartition(": ")[2].split(", ")
        }
        given = {name.lower() for name, _ in want_fields}
        got_fields = [pair for pair in got_fields if pair[0].lower() in given or pair[0].lower() not in named_fields]
    if said("axios puts cookies together"):
        want_fields = [
            *(pair for pair in want_fields if pair[0].lower() != "cookie"),
            ("Cookie", "; ".join(want.all("cookie"))),
        ]
        got_fields = [
            *(pair for pair in got_fields if pair[0].lower() != "cookie"),
            ("Cookie", "; ".join(got.all("cookie"))),
        ]
    if said("are put together"):
        want_fields = _together(want_fields)
        got_fields = _together(got_fields)
    if said("side by side"):
        want_fields, got_fields = _grouped(want_fields), _grouped(got_fields)
    if said("Connection and Content-Type first"):
        want_fields, got_fields = (
            _moved(want_fields, (*FIRST, "host", "content-length")),
            _moved(got_fields, (*FIRST, "host", "content-length")),
        )
    if said("place of Accept"):
        moved = ("accept", "content-type", *FRAMING)
        want_fields, got_fields = _moved(want_fields, moved), _moved(got_fields, moved)
    elif said("place of Host") or said("letters of Host"):
        want_fields, got_fields = _moved(want_fields, FRAMING), _moved(got_fields, FRAMING)
    if said("letters of User-Agent"):
        own = ("user-agent", "content-type", "cookie")
        want_fields, got_fields = _moved(want_fields, own), _moved(got_fields, own)
    if said("the order"):
        want_fields, got_fields = sorted(want_fields), sorted(got_fields)
    if want_fields != got_fields:
        found.append(f"fields {str(got_fields)[:900]}\n    for {str(want_fields)[:900]}")
    return found


def _together(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    found: dict[str, tuple[str, list[str]]] = {}
    for name, value in fields:
        found.setdefault(name.lower(), (name, []))[1].append(value)
    return [
        (name, ("; " if name.lower() == "cookie" else ", ").join(values).strip()) for name, values in found.values()
    ]


def _grouped(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    names = list(dict.fromkeys(name.lower() for name, _ in fields))
    return [(name, value) for name in names for other, value in fields if other.lower() == name]


def _moved(fields: list[tuple[str, str]], names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The fields with those whose place is free in the order of their names, at the front."""
    free = sorted((pair for pair in fields if pair[0].lower() in names), key=lambda pair: pair[0].lower())
    return [
        *((name.lower(), value) for name, value in free),
        *(pair for pair in fields if pair[0].lower() not in names),
    ]
