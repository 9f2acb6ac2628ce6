"""A request as a curl command: for bash (form "curl") or for Windows' cmd.exe (form "curl-cmd").

curl adds fields of its own: those that the request lacks are taken out again, those that it has with curl's own value
are left to curl. So what curl sends is the request, field for field; only Host, and curl's own User-Agent and Accept,
stand at the front, its Content-Length and form Content-Type at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..model import Headers, Request

__all__ = ["unsaid", "write"]

AGENT = "curl/8"  # stands for curl's own, whatever its release
FORM = "application/x-www-form-urlencoded"
_ENCODINGS = "deflate, gzip, br, zstd"
_EXPECT_ABOVE = 1024 * 1024
_ARGUMENT = 100_000  # bytes: an argument of a program has a limit, the input of one has none
_BARE = re.compile(r"[A-Za-z0-9_./:=,@%+-]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\udc80-\udcff]")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_PORTS = {"http": "80", "https": "443"}
_VERSION = re.compile(r"(?:http/|h)?([123](?:\.[01])?)", re.IGNORECASE)
_DOTS = re.compile(r"/\.{1,2}(?:[/?]|$)")
_SHORT = {
    "proxy": "-x",
    "proxy-user": "-U",
    "insecure": "-k",
    "follow": "-L",
    "proxy-tunnel": "-p",
    "cookie-file": "-b",
    "user": "-u",
}
_NAMES = """
abstract-unix-socket aws-sigv4 ca-native cacert capath cert cert-type ciphers connect-to crlfile curves
delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-insecure doh-url ech engine
expect100-timeout haproxy-clientip haproxy-protocol http0.9 interface ipv4 ipv6 junk-session-cookies key
key-type local-port max-redirs netrc netrc-file netrc-optional no-alpn no-npn no-sessionid noproxy pass
pinnedpubkey post301 post302 post303 preproxy proto proto-redir proxy-anyauth proxy-basic proxy-ca-native
proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-digest proxy-header
proxy-http2 proxy-insecure proxy-key proxy-key-type proxy-negotiate proxy-ntlm proxy-pass proxy-pinnedpubkey
proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser request-target
resolve service-name sigalgs socks5-basic socks5-gssapi socks5-gssapi-nec socks5-gssapi-service
ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-revoke-best-effort sslv2 sslv3 tls-earlydata tls-max
tls13-ciphers tlsauthtype tlspassword tlsuser tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 unix-socket
"""
_LONG = frozenset(_NAMES.split())


def write(request: Request, *, form: str = "curl") -> str:
    """The command, on several lines where it is long."""
    cmd = form == "curl-cmd"
    quote: Callable[[str], str] = quoted_cmd if cmd else quoted
    parts = [quote(_url(request))]
    parts += [f"{name} {quote(value)}" if value is not None else name for name, value in _words(request)]
    body, redirect = _body(request, quote, cmd=cmd)
    parts += body
    parts += [f"{name} {quote(value)}" if value else name for name, value in _options(request)]
    parts += redirect
    return "curl " + (" ^\n  " if cmd else " \\\n  ").join(parts) if len(parts) > 2 else "curl " + " ".join(parts)


def unsaid(request: Request, *, form: str = "curl") -> tuple[str, ...]:
    """What the command cannot express of the request."""
    said: list[str] = []
    if request.url is None:
        said.append("the URL is not known")
    elif "://" not in request.url:
        said.append("scheme and host of the URL are not known")
    for name, value in request.headers or ():
        if not name.startswith(":") and not _sayable(name, value):
            said.append(f"the field {name[:60]!r} cannot be sent by curl")
    if _lost(request):
        said.append("the body is not known")
    if form == "curl-cmd" and request.body is not None and not _textual(request.body):
        said.append("the body is not text: save it as body.bin")
    for name, _ in request.options:
        if name not in _LONG and name not in _SHORT and name not in ("auth", "compressed", "follow-trusted"):
            said.append(f"{name} is no option of curl")
    return tuple(said)


def _textual(body: bytes) -> bool:
    try:
        return not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\r]", body.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _sayable(name: str, value: str) -> bool:
    return bool(_TOKEN.fullmatch(name)) and not any(mark in value for mark in "\r\n\0")


def _lost(request: Request) -> bool:
    length = request.headers.first("content-length") if request.headers is not None else None
    return request.body is None and length not in (None, "0")


def _url(request: Request) -> str:
    url = (request.url or "https://<host>/").partition("#")[0]
    if url.startswith("/"):
        host = request.headers.first("host") if request.headers is not None else None
        url = f"https://{host or '<host>'}{url}"
    scheme, sign, rest = url.partition("://")
    if sign and request.headers is not None and "@" in re.split("[/?]", rest, maxsplit=1)[0]:
        url = f"{scheme}://{rest.partition('@')[2]}"
    return re.sub(r"[\x00-\x20\x7f]", lambda match: f"%{ord(match[0]):02X}", url)


def _authority(url: str) -> str:
    scheme, _, rest = url.partition("://")
    host = re.split("[/?]", rest, maxsplit=1)[0].rpartition("@")[2]
    return host.removesuffix(":" + _PORTS.get(scheme.lower(), "-"))


def _words(request: Request) -> list[tuple[str, str | None]]:
    """The words before the body: method, version, fields."""
    found: list[tuple[str, str | None]] = []
    url = _url(request)
    if any(mark in url for mark in "[]{}\\"):
        found.append(("-g", None))
    if _DOTS.search(url.partition("?")[0]):
        found.append(("--path-as-is", None))
    method, data = request.method, _has_body(request)
    if method == "HEAD" and not data:
        found.append(("-I", None))
    elif method and method != ("POST" if data else "GET"):
        found.append(("-X", method))
    if version := _version(request.version, url):
        found.append((version, None))
    return found + [("-H", text) for text in _fields(request, url)]


def _has_body(request: Request) -> bool:
    return bool(request.body) or (request.body == b"" and request.method in ("POST", "PUT", "PATCH"))


def _version(version: str | None, url: str) -> str:
    match = _VERSION.fullmatch(version or "")
    number = match[1].removesuffix(".0") if match else ""
    secure = not url.lower().startswith("http://")
    return {
        "1": "--http1.0",
        "1.1": "--http1.1" if secure else "",
        "2": "--http2" if secure else "--http2-prior-knowledge",
        "3": "--http3",
    }.get(number, "")


def _fields(request: Request, url: str) -> list[str]:
    """The values of -H."""
    if request.headers is None:
        return []
    headers = Headers(pair for pair in request.headers if _sayable(*pair))
    options = dict(request.options)
    left = {"host": _authority(url), "user-agent": AGENT, "accept": "*/*"}
    if "proxy" in options:
        left["proxy-connection"] = "Keep-Alive"
    if "compressed" in options:
        left["accept-encoding"] = _ENCODINGS
    data = _has_body(request)
    if data:
        left |= {"content-type": FORM, "content-length": str(len(request.body or b""))}
    left = {name: value for name, value in left.items() if headers.all(name) == (value,)}
    found = []
    for name, value in headers:
        low = name.lower()
        if low in left or (low == "proxy-authorization" and "proxy-user" in options):
            continue
        if low == "content-length" and request.body is None and value != "0":
            continue
        if low == "content-length" and not data and value == "0" and request.body == b"":
            continue
        text = value.strip(" \t")
        found.append(f"{name}: {text}" if text else f"{name};")
    missing = ["User-Agent", "Accept"] + ["Content-Type"] * data
    missing += ["Expect"] * (len(request.body or b"") > _EXPECT_ABOVE)
    return found + [f"{name}:" for name in missing if not headers.has(name)]


def _body(request: Request, quote: Callable[[str], str], *, cmd: bool) -> tuple[list[str], list[str]]:
    """The words of the body, and what is to stand at the command's end."""
    if not _has_body(request):
        return [], []
    body = request.body or b""
    if cmd:
        if not _textual(body):
            return ["--data-binary @body.bin"], []
        return ["--data-raw " + quote(body.decode("utf-8"))], []
    if b"\0" in body or len(body) > _ARGUMENT:
        return ["--data-binary @-"], [f"< <(printf {_printf(body)})"]
    return ["--data-raw " + quote(body.decode("utf-8", "surrogateescape"))], []


def _options(request: Request) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    shown = request.headers
    compressed = any(name == "compressed" for name, _ in request.options)
    if shown.has("accept-encoding") if shown is not None else compressed:
        found.append(("--compressed", ""))
    for name, value in request.options:
        if name == "auth":
            schemes = ["anyauth"] if value == "any" else value.split(",")
            found += [(f"--{scheme}", "") for scheme in schemes if re.fullmatch("[a-z-]{1,20}", scheme)]
        elif name == "follow-trusted":
            found.append(("--location-trusted", ""))
        elif name in _SHORT or name in _LONG:
            found.append((_SHORT.get(name, f"--{name}"), value))
    return found


def quoted(text: str) -> str:
    """A word for bash, and for other POSIX shells unless control characters or bytes outside of UTF-8 are in it."""
    if _BARE.fullmatch(text):
        return text
    if not _CONTROL.search(text):
        return "'" + text.replace("'", "'\\''") + "'"
    return "$'" + re.sub(r"[\x00-\x1f\x7f-\x9f\udc80-\udcff!'\\]", _ansi, text) + "'"


def _ansi(match: re.Match[str]) -> str:
    char = match[0]
    simple = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "'": "\\'", "\\": "\\\\"}.get(char)
    if simple:
        return simple
    return "".join(f"\\x{one:02x}" for one in char.encode("utf-8", "surrogateescape"))


def _printf(body: bytes) -> str:
    """The format for printf that writes these bytes."""
    text = body.decode("utf-8", "surrogateescape")
    return "'" + re.sub(r"[\x00-\x1f\x7f-\x9f\udc80-\udcff%'\\]", _octal, text) + "'"


def _octal(match: re.Match[str]) -> str:
    char = match[0]
    simple = {"\n": "\\n", "%": "%%", "\\": "\\\\"}.get(char)
    return simple or "".join(f"\\{one:03o}" for one in char.encode("utf-8", "surrogateescape"))


def quoted_cmd(text: str) -> str:
    """A word for cmd.exe and the C runtime behind it.

    Every special letter stands under a caret, so that no quote is ever open for cmd.exe; backslashes are doubled before a
    quote only, which is where the C runtime takes them for escapes.
    """
    if _BARE.fullmatch(text) and "%" not in text:
        return text
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', text)
    escaped = re.sub(r"(\\+)$", r"\1\1", escaped)
    escaped = re.sub(r"[^A-Za-z0-9\s_\-:=+~'/.',?;*`]", lambda match: "^" + match[0], escaped)
    escaped = re.sub(r"\^%(?=[A-Za-z0-9_])", "^%^", escaped)
    return '^"' + escaped.replace("\r\n", "\n").replace("\n", "^\n\n") + '^"'
