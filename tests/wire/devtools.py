"""Requests that Chromium sends, as it records them, and what the copy commands of its DevTools make of them.

The generators are DevTools' own: the npm package chrome-devtools-frontend ships the front end's source
(front_end/panels/network/NetworkLogView.ts), of which the methods are run by Node.js.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from lab.chromium import Browser

from .play import CACHE
from .server import Sent, Server

PLACE = "package/front_end/panels/network"
FILES = ("NetworkLogView.ts", "FetchHeaderCommenting.ts")

# what the page does; every call is one request
CALLS = r"""
fetch('/r0/plain')
fetch("/r1/a?q='x'&r=%22&s=%PATH%&t=a|b")
fetch('/r2/a?x[]=1&y={z}&w=\\ok')
fetch("/r3/it's!here$HOME`id`^")
fetch('/r4/json', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{"it\'s": "a \\"b\\" \\\\ ! %PATH% $x `y`"}'})
fetch('/r5/form', {method: 'POST', body: new URLSearchParams({a: 'b c', 'd&': 'é=%', e: ''})})
fetch('/r6/text', {method: 'POST', body: 'line\nline\r\n\ttab and é€😀'})
fetch('/r7/put', {method: 'PUT', headers: {'X-CSRFToken': 'abc', 'X-Requested-With': 'XMLHttpRequest'}, body: 'a=b'})
fetch('/r8/delete', {method: 'DELETE'})
fetch('/r9/patch', {method: 'PATCH', headers: {'Content-Type': 'application/merge-patch+json', 'If-Match': 'W/"1"'}, body: '{"a":null}'})
fetch('/r10/h', {headers: {'X-Quotes': 'it\'s "both"', 'X-Dollar': '$HOME ${x} $(id) `id`', 'X-Percent': '%PATH% 9% %%', 'X-Bang': 'a!!'}})
fetch('/r11/h', {headers: {'X-Shell': '^a & b | c < d > e ( f ) ; g', 'X-Back': '\\a\\ \\" c:\\d\\', 'X-Empty': '', 'X-Semi': 'a;'}})
fetch('/r12/auth', {headers: {'Authorization': 'Bearer ' + ['example', 'token'].join('-')}})
fetch('/r13/cookies', {credentials: 'include'})
fetch('/r14/none', {credentials: 'omit'})
fetch('/r15/b', {method: 'POST', body: '@file'})
fetch('/r16/b', {method: 'POST', headers: {'Content-Type': 'text/plain'}, body: '!a !! $1 %1 ^^ && || "" \'\' \\\\ \\'})
fetch('/r17/b', {method: 'POST', body: '\x01\x1b[31m\x7f'})
fetch('/r18/b', {method: 'POST', body: '-d -X --next'})
fetch('/r19/propfind', {method: 'PROPFIND', headers: {'Depth': '1', 'Content-Type': 'text/xml'}, body: '<?xml version="1.0"?><a>&amp;</a>'})
fetch('/r20/accept', {headers: {'Accept': 'application/json, text/plain;q=0.5', 'Accept-Language': 'de'}})
fetch('/r21/empty', {method: 'POST'})
fetch('/r22/emptystring', {method: 'POST', body: ''})
fetch('/r23/a/b;c=d/e~f/%2e%2E/%C3%A9?x=%F0%9F%98%80&y=+&z')
fetch('/r24/graphql', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{"query": "q($a: ID!) {\\n  b }", "a": "1"}'})
fetch('/r25/long?' + 'q'.repeat(3000))
fetch('/r26/multi', {method: 'POST', body: (f => { f.append('a', 'b'); f.append('f', new Blob(['x']), 'n"a'); return f })(new FormData())})
fetch('/r27/nc', {cache: 'no-store', mode: 'same-origin', referrerPolicy: 'no-referrer'})
""".strip().split("\n")  # fmt: skip

PAGE = """<!doctype html><title>page</title><script>(async () => {
document.cookie = 's=example; path=/'; document.cookie = 'q="a b"; path=/';
%s})()</script>"""


def recorded(server: Server) -> list[dict[str, Any]]:
    """The requests of a HAR that Chromium's events give, one for each call, in order."""
    body = (PAGE % "".join(f"await ({call}).catch(() => 0)\n" for call in CALLS)).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    server.pages["/page"] = head.encode() + body
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, Browser(Path(folder)) as browser:
        entries = browser.har(f"http://{server.host}/page")["log"]["entries"]
    return [entry for entry in entries if "/r" in entry["request"]["url"]]


def sources() -> tuple[Path, Path] | None:
    """DevTools' two files and the folder of sucrase, fetched once; None where npm or no registry is at hand."""
    npm, folder, tools = shutil.which("npm"), CACHE / "devtools", CACHE / "sucrase"
    if npm is not None and not (folder / FILES[0]).exists():
        folder.mkdir(parents=True, exist_ok=True)
        words = [npm, "pack", "chrome-devtools-frontend", "--silent", "--pack-destination", str(folder)]
        subprocess.run(words, capture_output=True, timeout=180, check=False)
        for packed in folder.glob("*.tgz"):
            with tarfile.open(packed) as archive:
                for name in FILES:
                    found = archive.extractfile(f"{PLACE}/{name}")
                    assert found is not None
                    (folder / name).write_bytes(found.read())
            packed.unlink()
    if npm is not None and not (tools / "node_modules" / "sucrase").exists():
        tools.mkdir(parents=True, exist_ok=True)
        words = [npm, "install", "sucrase", "--prefix", str(tools), "--silent"]
        subprocess.run(words, capture_output=True, timeout=120, check=False)
    there = (folder / FILES[0]).exists() and (tools / "node_modules" / "sucrase").exists()
    return (folder, tools / "node_modules") if there else None


def copied(entries: list[dict[str, Any]], where: tuple[Path, Path]) -> list[dict[str, str]]:
    """What DevTools copies of each request, by form."""
    requests = [
        {
            "url": asked["url"],
            "method": asked["method"],
            "headers": asked["headers"],
            "body": asked.get("postData", {}).get("text"),
            "cookies": cookies(asked["headers"]),
        }
        for asked in (entry["request"] for entry in entries)
    ]
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "requests.json"
        given.write_text(json.dumps(requests), "utf-8")
        script = str(Path(__file__).parent / "devtools.mjs")
        words = ["node", script, str(where[0]), str(where[1]), str(given), f"{folder}/made.mjs"]
        done = subprocess.run(words, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr.decode()
        made: list[dict[str, str]] = json.loads(done.stdout)
        return made


def cookies(headers: list[dict[str, str]]) -> list[dict[str, str]]:
    """The cookies that a request carried, as DevTools lists them."""
    pairs = [
        one.strip().partition("=")
        for field in headers
        if field["name"].lower() == "cookie"
        for one in field["value"].split(";")
    ]
    return [{"name": name, "value": value, "domain": "127.0.0.1"} for name, _, value in pairs]


def of_entry(entry: dict[str, Any]) -> Sent:
    """A recorded request, as the recording shows it."""
    asked = entry["request"]
    fields = tuple((field["name"], field["value"]) for field in asked["headers"])
    target = "/" + asked["url"].partition("://")[2].partition("/")[2]
    return Sent(asked["method"], target, fields, asked.get("postData", {}).get("text", "").encode())
