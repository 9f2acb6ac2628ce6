"""Messages in the order in which they were pasted to exchanges, and what was between them to notes."""

from __future__ import annotations

from why403.model import Exchange, Note, Request, Response, split_url
from why403.model.patterns import Pattern

from ..model.frozen import NamedTuple
from .http_lines import command_of
from .http_scan import Loose, Message

_CONNECTED = Pattern(r"Connected to \S{1,300} (?:\(([0-9A-Fa-f.:]{3,45})\) )?port (\d{1,5})")
_FETCHED = Pattern(r"--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d--\s{1,4}(\S{1,4000})\s*$")
_URL = Pattern(r"https?://[^\s'\"`<>\\|]{1,4000}")
_ALONE = Pattern(r"\s{0,8}(?:URL:?\s|GET\s)?\s{0,4}(https?://[^\s'\"`<>\\]{1,4000})\s*$")
_METHOD = Pattern(r"(?:^|\s)(?:-X ?|--request[= ])['\"]?([A-Z]{3,20})\b")
_HEAD = Pattern(r"\s(?:-[a-zA-Z]{0,8}I[a-zA-Z]{0,8}|--head)(?:\s|$)")
_DATA = Pattern(r"\s(?:-[a-zA-Z]{0,8}[dFT]|--(?:data|form|json|upload)[a-z-]{0,20})\b")
_SECURE = ("SSL connection using", "ALPN", "TLS handshake", "TLSv1", "SSL certificate verify")
LOCAL = Pattern(r"(?:localhost|[\d.]+|\[[0-9a-fA-F:]+\]|[^.:]+)(?::\d+)?$|.*:(?!443$)\d+$")


class Read(NamedTuple):
    """What a paste gave."""

    exchanges: tuple[Exchange, ...]
    notes: tuple[Note, ...]
    form: str = ""  # the form of the command that was pasted above an answer
    remarks: tuple[str, ...] = ()


class _Scene:
    """What the lines between the messages told so far: the connection, the command, the URL."""

    def __init__(self) -> None:
        self.secure: bool | None = None
        self.remote: str | None = None
        self.command: str | None = None
        self.url: str | None = None
        self.open = False  # the command goes on in the next line
        self.form = ""
        self.remarks: tuple[str, ...] = ()
        self._asked: tuple[str, Request | None] = ("", None)

    def asked(self) -> Request | None:
        """The one request that the curl command before this place would send, or None."""
        command = (self.command or "")[:20_000]
        if command.startswith("curl") and self._asked[0] != command:
            from . import curl

            found = curl.find(command)
            case = found[0] if found is not None else None
            one = case is not None and len(case.exchanges) == 1
            self._asked = (command, case.exchanges[0].request if case is not None and one else None)
            if case is not None and one:
                self.form, self.remarks = self.form or case.form, (*self.remarks, *case.remarks)[:50]
        return self._asked[1] if command.startswith("curl") else None

    def hear(self, text: str) -> None:
        """Take in one loose line."""
        if self.open and self.command is not None and len(self.command) < 100_000:
            self.command += "\n" + text
            self.open = text.rstrip().endswith("\\")
            return
        if (command := command_of(text)) is not None:
            self.command, self.url, self.open = command, None, command.rstrip().endswith("\\")
        elif "Connected to" in text and (found := _CONNECTED.search(text)):
            self.remote = found.group(1)
            self.secure = {"443": True, "80": False}.get(found.group(2))
        elif any(word in text for word in _SECURE):
            self.secure = True
        elif found := _FETCHED.match(text) or _ALONE.match(text):
            self.url = found.group(1)


def pair(found: list[Message | Loose]) -> Read:
    """Requests with the answers that follow them; loose lines as notes."""
    exchanges: list[Exchange] = []
    notes: list[Note] = []
    lines: list[Loose] = []
    scene = _Scene()
    waiting: Request | None = None
    facts: tuple[tuple[str, str], ...] = ()
    interim: Response | None = None
    for piece in found:
        if isinstance(piece, Loose):
            scene.hear(piece.text)
            if lines and piece.line - lines[-1].line > 1:
                _note(notes, lines)
            lines.append(piece)
            continue
        if piece.start.request:
            if waiting is not None:
                exchanges.append(Exchange(waiting, interim, len(exchanges), facts=facts))
            waiting, interim = _request(piece, scene), None
            facts = _facts(piece, scene)
            continue
        answer = _response(piece)
        if answer.status is not None and 100 <= answer.status < 200 and answer.status != 101:
            interim = answer
            continue
        if waiting is None:
            waiting, facts = _supposed(scene, exchanges), _facts(piece, scene)
        exchanges.append(Exchange(waiting, answer, len(exchanges), facts=facts))
        waiting, interim, facts = None, None, ()
    if waiting is not None or interim is not None:
        exchanges.append(Exchange(waiting, interim, len(exchanges), facts=facts))
    _note(notes, lines)
    return Read(_turned(exchanges), tuple(notes), scene.form, scene.remarks)


def _note(notes: list[Note], lines: list[Loose]) -> None:
    while lines and not lines[0].text.strip():
        lines.pop(0)
    while lines and not lines[-1].text.strip():
        lines.pop()
    if lines:
        notes.append(Note("\n".join(line.text for line in lines), line=lines[0].line))
    lines.clear()


def _turned(exchanges: list[Exchange]) -> tuple[Exchange, ...]:
    """An answer pasted above its request is still the answer to it."""
    if len(exchanges) == 2:
        first, second = exchanges
        if first.request is None and second.response is None and first.fact("type") is None:
            return (Exchange(second.request, first.response, 0, facts=first.facts or second.facts),)
    return tuple(exchanges)


def _request(message: Message, scene: _Scene) -> Request:
    start = message.start
    url = _absolute(message, scene)
    body = message.body
    options: tuple[tuple[str, str], ...] = ()
    meant = scene.asked() if start.method != "CONNECT" else None
    if meant is not None and meant.method == start.method and meant.url == url:  # curl -v does not show what it sends
        body = meant.body if body is None else body
        options = meant.options
    return Request(start.method, url, message.fields, body, start.version, options)


def _response(message: Message) -> Response:
    start = message.start
    return Response(
        status=start.status, reason=start.reason, headers=message.fields, body=message.body, version=start.version
    )


def _facts(message: Message, scene: _Scene) -> tuple[tuple[str, str], ...]:
    facts: list[tuple[str, str]] = []
    start = message.start
    tunnel = not start.request and start.status == 200 and "established" in (start.reason or "").lower()
    if start.method == "CONNECT" or tunnel:
        facts.append(("type", "connect"))
    if start.method == "OPTIONS" and message.fields is not None and message.fields.has("access-control-request-method"):
        facts.append(("preflight", ""))
    if scene.remote:
        facts.append(("remote", scene.remote))
    if scene.command and not tunnel and start.method != "CONNECT":
        facts.append(("command", scene.command))
    return tuple(facts)


def _absolute(message: Message, scene: _Scene) -> str | None:
    """The URL where the host is known, else the target as it stands."""
    target = message.start.target
    if target is None or not target.startswith("/"):
        return target
    host = message.fields.first("host") if message.fields is not None else None
    if not host or any(char in host for char in "/?#@\\ "):
        return scene.url if scene.url and _path(scene.url) == target else target
    for known in (scene.url, *_urls(scene.command or "")[:4]):
        if known and known.lower().partition("://")[2].startswith(host.lower()):
            return f"{known.partition('://')[0].lower()}://{host}{target}"
    secure = scene.secure
    if secure is None and (message.start.version or "") in ("HTTP/2", "HTTP/3"):
        secure = True
    if secure is None and message.fields is not None:
        for name in ("origin", "referer"):
            said = message.fields.first(name) or ""
            if said.partition("://")[2].partition("/")[0].lower() == host.lower():
                secure = said.startswith("https:")
    if secure is None and host.endswith((":80", ":443")):
        secure = host.endswith(":443")
    if secure is None:  # nothing tells: names are served over TLS today, machines nearby are not
        secure = not LOCAL.match(host)
    return f"{'https' if secure else 'http'}://{host}{target}"


def _urls(command: str) -> list[str]:
    return [found.group() for found in _URL.finditer(command[:20_000])]


def _path(url: str) -> str:
    parts = split_url(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _supposed(scene: _Scene, exchanges: list[Exchange]) -> Request | None:
    """The request of an answer that stands alone, as far as a command or a URL before it tells."""
    if exchanges and (last := exchanges[-1]).status in (301, 302, 303, 307, 308) and last.url:
        where = last.answered("location")
        if where and (scene.command or scene.url):
            from urllib.parse import urljoin

            try:
                method = None if last.status in (301, 302, 303) and last.method not in ("GET", "HEAD") else last.method
                return Request(method=method, url=urljoin(last.url, where))
            except ValueError:
                return None
    if scene.url is not None:
        return Request(url=scene.url)
    if (meant := scene.asked()) is not None:
        return meant
    if scene.command is None:
        return None
    command = scene.command[:20_000]
    urls = _urls(command)
    if len(urls) != 1 or not command.startswith(("curl", "wget")):
        return None
    named = _METHOD.search(command)
    method = "HEAD" if _HEAD.search(command) and command.startswith("curl") else "GET"
    return Request(method=named.group(1) if named else None if _DATA.search(command) else method, url=urls[0])
