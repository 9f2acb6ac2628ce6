"""The rows of csrf.toml as requests: what a browser, a script or a proxy would send. Guard, Django and Go get the same."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HOST, OWN, OTHER, FIELD = "shop.example", "owncookieowncookieowncoo", "othercookieothercookieot", "csrf_token"
TRUSTED = ("https://admin.example", "https://*.trusted.example")
DEFAULTS: dict[str, Any] = {
    "method": "POST", "scheme": "https", "host": HOST, "token": "good", "place": "header", "cookie": "own", "origin": "https://shop.example",
    "referer": "", "site": "", "auth": "", "type": "", "proxy": "", "forwarded": "", "kind": "http",
}  # fmt: skip
BOUNDARY = "----table"


def table() -> dict[str, Any]:
    return tomllib.loads((HERE / "csrf.toml").read_text(encoding="utf-8"))


def rows() -> list[dict[str, Any]]:
    return [{**DEFAULTS, **row} for row in table()["situation"]]


def seen_scheme(row: dict[str, Any]) -> str:
    """The scheme behind the trusted proxy of the row."""
    return "https" if row["proxy"] == "trusted" and "Proto: https" in row["forwarded"] else str(row["scheme"])


def headers(
    row: dict[str, Any], cookie_name: str, cookies: dict[str, str], token: str, header: str
) -> list[tuple[str, str]]:
    """What is sent, but the body. `cookies` has the value of each kind of cookie."""
    sent = [("Host", row["host"])] if row["host"] != "absent" else []
    if row["cookie"] in cookies:
        sent.append(("Cookie", f"a=b; {cookie_name}={cookies[row['cookie']]}"))
    elif row["cookie"] == "twice":
        sent.append(("Cookie", f"{cookie_name}={cookies['own']}; {cookie_name}={cookies['own']}"))
    elif row["cookie"] == "among ten thousand":
        sent.append(
            ("Cookie", "; ".join(f"c{number}=v" for number in range(10_000)) + f"; {cookie_name}={cookies['own']}")
        )
    elif row["cookie"] == "empty":
        sent.append(("Cookie", f"{cookie_name}="))
    elif row["cookie"] == "others only":
        sent.append(("Cookie", "theme=dark"))
    for name, key in (
        ("Origin", "origin"),
        ("Referer", "referer"),
        ("Sec-Fetch-Site", "site"),
        ("Authorization", "auth"),
    ):
        if row[key]:
            sent += [(name, value) for value in row[key].split(" and ")]
    if row["forwarded"]:
        sent += [tuple(line.split(": ", 1)) for line in row["forwarded"].split(" and ")]
    if row["place"] == "header" and row["token"] != "none":
        sent += [(header, value) for value in token.split(" and ")]
    if kind := content_type(row):
        sent.append(("Content-Type", kind))
    return sent


def content_type(row: dict[str, Any]) -> str:
    """As the row says it, else as its body has it."""
    known = {
        "form": "application/x-www-form-urlencoded", "numbered form": "application/x-www-form-urlencoded",
        "late form": "application/x-www-form-urlencoded",
        "multipart": f"multipart/form-data; boundary={BOUNDARY}", "file": f"multipart/form-data; boundary={BOUNDARY}",
        "cut multipart": f"multipart/form-data; boundary={BOUNDARY}", "json": "application/json", "broken json": "application/json",
        "action": "text/plain;charset=UTF-8", "xml": "application/xml",
    }  # fmt: skip
    return str(row["type"] or known.get(row["place"], ""))


def body(row: dict[str, Any], token: str, field: str = FIELD) -> bytes:
    """The body in which the token is."""
    place = row["place"]
    if place in ("header", "query") or row["token"] == "none":
        return b""
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"'
    made = {
        "form": f"a=1&{field}={token}", "numbered form": f"1_a=1&1_{field}={token}", "late form": f"a={'x' * 70_000}&{field}={token}",
        "multipart": f"{part}\r\n\r\n{token}\r\n--{BOUNDARY}--\r\n", "cut multipart": f"{part}\r\n\r\n{token}",
        "file": f'{part}; filename="f"\r\n\r\n{token}\r\n--{BOUNDARY}--\r\n', "json": f'{{"a": 1, "{field}": "{token}"}}',
        "broken json": f'{{"a": 1, "{field}": "{token}"', "action": f'[{{"{field}": "{token}"}}, 2]', "xml": f"<{field}>{token}</{field}>",
    }  # fmt: skip
    return str(made[place]).encode()
