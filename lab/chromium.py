"""Opens a page in a real headless Chromium and keeps what it sent and got as a HAR, by the rules of DevTools' own export.

The browser is spoken to in its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/tot/Network/).
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import time
import urllib.request
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from websockets.sync.client import ClientConnection, connect

from lab.keeper import kept

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--remote-debugging-port=0", "--remote-allow-origins=*",
]  # fmt: skip
QUIET, LONGEST = 1.0, 60.0  # seconds: without an event after which a page is done, and for a page that is never quiet


class Browser:
    """A headless Chromium with one page; its profile, and all else that it writes, is in the folder given.

    Raises TimeoutError where it does not start or answer, and WebSocketException where it goes away.
    """

    def __init__(self, folder: Path) -> None:
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if program is None:
            raise FileNotFoundError("chromium is not installed (python -m lab install)")
        self._profile = folder / "chromium"
        self._command = [program, *FLAGS, f"--user-data-dir={self._profile}", "about:blank"]
        self._env = {**os.environ, "TMPDIR": str(folder)}
        self._open = ExitStack()
        self._socket: ClientConnection | None = None
        self._number = 0
        self._events: list[dict[str, Any]] = []

    def __enter__(self) -> Browser:
        try:
            return self._begin()
        except BaseException:
            self._open.close()
            raise

    def _begin(self) -> Browser:
        self._open.callback(shutil.rmtree, self._profile, ignore_errors=True)
        process = self._open.enter_context(kept(self._command, DEVNULL, env=self._env))
        port_file = self._profile / "DevToolsActivePort"
        end = time.monotonic() + 30
        while not port_file.exists() or not port_file.read_text().strip():
            if time.monotonic() > end or process.poll() is not None:
                raise TimeoutError("Chromium does not start")
            time.sleep(0.05)
        port = int(port_file.read_text().split()[0])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
            pages = [target for target in json.load(answer) if target["type"] == "page"]
        self._socket = self._open.enter_context(connect(pages[0]["webSocketDebuggerUrl"], max_size=None))
        self.call("Network.enable")
        self.call("Page.enable")
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command; events that come meanwhile are kept."""
        assert self._socket is not None
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv(timeout=30))
            if message.get("id") == self._number:
                return dict(message.get("result", {}))
            self._events.append(message)

    def har(self, url: str) -> dict[str, Any]:
        """Open a page, let it settle, and return everything it sent as a HAR 1.2."""
        assert self._socket is not None
        self._events.clear()
        self.call("Page.navigate", url=url)
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            try:
                self._events.append(json.loads(self._socket.recv(timeout=QUIET)))
            except TimeoutError:
                break
        version = self.call("Browser.getVersion")["product"]
        found = (self._entry(events) for events in self._by_request().values())
        entries = [entry for entry in found if entry and not entry["request"]["url"].endswith("/favicon.ico")]
        creator = {"name": "WebInspector", "version": "537.36", "comment": version}
        return {"log": {"version": "1.2", "creator": creator, "pages": [], "entries": _in_order(entries)}}

    def _by_request(self) -> dict[str, dict[str, dict[str, Any]]]:
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for event in list(self._events):
            parameters = event.get("params", {})
            if event.get("method", "").startswith("Network.") and "requestId" in parameters:
                found.setdefault(parameters["requestId"], {})[event["method"].removeprefix("Network.")] = parameters
        return found

    def _entry(self, events: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
        sent = events.get("requestWillBeSent")
        if sent is None:
            return None
        request, answer = sent["request"], events.get("responseReceived", {}).get("response", {})
        raw_sent = events.get("requestWillBeSentExtraInfo", {}).get("headers") or request["headers"]
        extra = events.get("responseReceivedExtraInfo", {})
        raw_got = extra.get("headers") or answer.get("headers", {})
        failed = events.get("loadingFailed", {})
        preflight = sent["initiator"]["type"] == "preflight"
        status = answer.get("status", 0) or (extra.get("statusCode", 0) if preflight else 0)
        entry: dict[str, Any] = {
            "_initiator": {"type": sent["initiator"]["type"]},
            "_resourceType": "preflight" if preflight else sent.get("type", "Other").lower(),
            "cache": {},
            "request": {
                "method": request["method"],
                "url": request["url"],
                "httpVersion": "http/1.1",
                "headers": _fields(raw_sent),
                "queryString": [],
                "cookies": [],
                "headersSize": -1,
                "bodySize": len(request.get("postData", "")),
            },
            "response": {
                "status": status,
                "statusText": answer.get("statusText", ""),
                "httpVersion": "http/1.1" if status else "",
                "headers": _fields(raw_got) if status else [],
                "cookies": [],
                "content": self._content(sent["requestId"], answer, bool(status)),
                "redirectURL": "",
                "headersSize": -1,
                "bodySize": -1,
                "_error": failed.get("errorText") or None,
            },
            "serverIPAddress": answer.get("remoteIPAddress", ""),
            "startedDateTime": datetime.fromtimestamp(sent["wallTime"], UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "time": 1,
            "timings": {"blocked": 0, "dns": -1, "ssl": -1, "connect": -1, "send": 0, "wait": 1, "receive": 0},
        }
        if "postData" in request:
            mime = next((value for name, value in raw_sent.items() if name.lower() == "content-type"), "")
            entry["request"]["postData"] = {"mimeType": mime, "text": request["postData"]}
        return entry

    def _content(self, request_id: str, answer: dict[str, Any], answered: bool) -> dict[str, Any]:
        content: dict[str, Any] = {"size": 0, "mimeType": answer.get("mimeType", "x-unknown")}
        if not answered:
            return content
        body = self.call("Network.getResponseBody", requestId=request_id)
        if "body" in body:
            text = (
                base64.b64decode(body["body"]).decode("utf-8", "replace") if body.get("base64Encoded") else body["body"]
            )
            content |= {"size": len(text), "text": text}
        return content


def _in_order(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As they were sent, each preflight after the request that it was for: the two begin in the same millisecond."""
    begun = {
        entry["request"]["url"]: entry["startedDateTime"] for entry in entries if entry["_resourceType"] != "preflight"
    }
    return sorted(
        entries,
        key=lambda entry: (
            begun.get(entry["request"]["url"], entry["startedDateTime"]),
            entry["_resourceType"] == "preflight",
        ),
    )


def _fields(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": line} for name, value in headers.items() for line in value.split("\n")]
