"""A request as a curl command: for bash (form "curl") or for Windows' cmd.exe (form "curl-cmd").

What curl sends for it is the request, field for field and byte for byte: `curl_fields` says how the fields come out in
their order, and `unsaid` names what does not.
"""

from __future__ import annotations

import re

from ..model import Request
from . import curl_fields
from .address import authority, dotted, whole
from .curl_fields import Asked, sayable
from .framing import fields, has_body, lost
from .shells import hidden, printf, quoted, quoted_cmd, restored

__all__ = ["unsaid", "write"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .shells import Quote

_ARGUMENT = 100_000  # bytes: an argument of a program has a limit, the input of one has none
_VERSION = re.compile(r"(?:http/|h)?([123](?:\.[01])?)", re.IGNORECASE)
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


def write(request: Request, *, form: str = "curl", live: tuple[str, ...] = ()) -> str:
    """The command, on several lines where it is long; what `live` names stays a variable of the shell."""
    cmd = form == "curl-cmd"
    request, names = hidden(request, live)
    quote: Quote = quoted_cmd if cmd else quoted
    words, _ = _words(request)
    parts = [quote(whole(request))]
    parts += [f"{name} {quote(value)}" if value is not None else name for name, value in words]
    body, redirect = _body(request, quote, cmd=cmd)
    parts += body
    parts += [f"{name} {quote(value)}" if value else name for name, value in _options(request)]
    parts += redirect
    command = "curl " + (" ^\n  " if cmd else " \\\n  ").join(parts) if len(parts) > 2 else "curl " + " ".join(parts)
    return restored(command, names)


def unsaid(request: Request, *, form: str = "curl") -> tuple[str, ...]:
    """What the command cannot express of the request, and what it does otherwise."""
    said: list[str] = []
    if request.url is None:
        said.append("the URL is not known")
    elif "://" not in request.url and not request.url.startswith(("$", "%")):
        said.append("scheme and host of the URL are not known")
    elif not request.url.isascii():
        said.append("curl percent-encodes what is not ASCII in a URL's path")
    said += [
        f"the field {name[:60]!r} cannot be sent by curl" for name, value in request.headers or () if _odd(name, value)
    ]
    said += _words(request)[1]
    if lost(request):
        said.append("the body is not known")
    elif has_body(request) and request.method == "HEAD":
        said.append("curl waits for a body in the answer to a HEAD that has one")
    if form == "curl-cmd" and request.body is not None and not _textual(request.body):
        said.append("the body is not text: save it as body.bin")
    for name, _ in request.options:
        if name not in _LONG and name not in _SHORT and name not in ("auth", "compressed", "follow-trusted"):
            said.append(f"{name} is no option of curl")
    return tuple(said)


def _odd(name: str, value: str) -> bool:
    return not name.startswith(":") and not sayable(name, value)


def _textual(body: bytes) -> bool:
    try:
        return not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\r]", body.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _words(request: Request) -> tuple[list[tuple[str, str | None]], tuple[str, ...]]:
    """The words before the body: method, version, fields; and what of the fields comes otherwise."""
    found: list[tuple[str, str | None]] = []
    url = whole(request)
    if any(mark in url for mark in "[]{}\\"):
        found.append(("-g", None))
    if dotted(url):
        found.append(("--path-as-is", None))
    method, data = request.method, has_body(request)
    if method == "HEAD" and not data:
        found.append(("-I", None))
    elif method and method != ("POST" if data else "GET"):
        found.append(("-X", method))
    if version := _version(request.version, url):
        found.append((version, None))
    if request.headers is None:
        return found, ()
    words, said = curl_fields.fields(_asked(request, url))
    return [*found, *words], said


def _asked(request: Request, url: str) -> Asked:
    options = dict(request.options)
    headers = fields(request)
    if "proxy-user" in options:
        headers = headers.without("proxy-authorization")
    length = len(request.body or b"") if has_body(request) else None
    return Asked(headers, authority(url), length, "compressed" in options, "proxy" in options)


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


def _body(request: Request, quote: Quote, *, cmd: bool) -> tuple[list[str], list[str]]:
    """The words of the body, and what is to stand at the command's end."""
    if not has_body(request):
        return [], []
    body = request.body or b""
    if cmd:
        if not _textual(body):
            return ["--data-binary @body.bin"], []
        return ["--data-raw " + quote(body.decode("utf-8"))], []
    if b"\0" in body or len(body) > _ARGUMENT:
        return ["--data-binary @-"], [f"< <(printf {printf(body)})"]
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
