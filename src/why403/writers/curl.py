"""A request as a curl command: for bash (form "curl") or for Windows' cmd.exe (form "curl-cmd").

What curl sends for it is the request, field for field and byte for byte: `curl_fields` says how the fields come out in
their order, and `unsaid` names what does not.
"""

from __future__ import annotations

import re

from ..model import Headers, Pattern, Request
from . import curl_fields
from .address import authority, dotted, whole
from .curl_fields import EXPECT_ABOVE, Asked, sayable
from .framing import PARTIAL, complete, fields, has_body, lost
from .options import BROWSERS
from .shells import hidden, printf, quoted, quoted_cmd, restored

__all__ = ["unsaid", "write"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .shells import Quote

_ARGUMENT = 100_000  # bytes: an argument of a program has a limit, the input of one has none
_VERSION = Pattern(r"(?:http/|h)?([123](?:\.[01])?)", re.IGNORECASE)
_SHORT = {
    "proxy": "-x",
    "proxy-user": "-U",
    "insecure": "-k",
    "follow": "-L",
    "proxy-tunnel": "-p",
    "cookie-file": "-b",
    "user": "-u",
}
_VALUES = """
abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-to cookie-file crlfile curves
delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url ech engine etag-compare expect100-timeout
haproxy-clientip hsts httpsig-algo httpsig-headers httpsig-key httpsig-keyid
interface ip-tos ipfs-gateway key key-type local-port login-options max-redirs netrc-file noproxy pass
pinnedpubkey preproxy proto proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers
proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name
proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user request-target resolve
service-name sigalgs socks5-gssapi-service ssl-sessions tls-max tls13-ciphers tlsauthtype tlspassword tlsuser
unix-socket user vlan-priority
"""
_FLAGS = """
ca-native disallow-username-in-url doh-insecure follow haproxy-protocol http0.9 insecure ipv4 ipv6 junk-session-cookies
mptcp netrc netrc-optional no-alpn no-npn no-sessionid post301 post302 post303 proxy-anyauth proxy-basic
proxy-ca-native proxy-digest proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast
proxy-ssl-auto-client-cert proxy-tlsv1 proxy-tunnel socks5-basic socks5-gssapi socks5-gssapi-nec ssl ssl-allow-beast
ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 sslv3 suppress-connect-headers
tls-earlydata tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3
"""
_WITH_VALUE = frozenset(_VALUES.split())
_LONG = _WITH_VALUE | frozenset(_FLAGS.split())
_FILES = {"data": "-d", "form": "-F", "upload-file": "-T"}
_FILED = frozenset({*_FILES, "data-ascii", "data-binary", "data-raw", "data-urlencode", "json", "form-string"})
_OTHERS = frozenset({"auth", "compressed", "follow-trusted", "without", PARTIAL[0], *_FILED})
FORM_DATA = "multipart/form-data"
_BOUNDARY = Pattern(r"(.*); boundary=-{24}why403\d{10}")  # as the reader of curl writes what curl draws by lot


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
    parts += [f"{name} {quote(value)}" if value is not None else name for name, value in _options(request)]
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
    if lost(request) and not _kind(request):
        said.append("the body is not known")
    elif has_body(request) and request.method == "HEAD":
        said.append("curl waits for a body in the answer to a HEAD that has one")
    if form == "curl-cmd" and request.body is not None and not _textual(request.body):
        said.append("the body is not text: save it as body.bin")
    for name, _ in request.options:
        if name not in _LONG and name not in _OTHERS and name not in BROWSERS:
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
    method, kind = request.method, _kind(request)
    if method == "HEAD" and not kind:
        found.append(("-I", None))
    elif method and method != {"": "GET", "upload": "PUT"}.get(kind, "POST"):
        found.append(("-X", method))
    if version := _version(request.version, url):
        found.append((version, None))
    found += [("-H", f"{value}:") for name, value in request.options if name == "without"]
    if request.headers is None:
        return found, ()
    words, said = curl_fields.fields(_asked(request, url, kind))
    return [*found, *words], said


def _kind(request: Request) -> str:
    """How the body goes: data, form or upload; "" where there is none."""
    names = {name for name, _ in request.options}
    if request.body is None and names & _FILED:
        return "upload" if "upload-file" in names else "form" if names & {"form", "form-string"} else "data"
    return "data" if has_body(request) else ""


def _asked(request: Request, url: str, kind: str) -> Asked:
    options = dict(request.options)
    headers = fields(request)
    proxied = "proxy" in options and url.startswith("http://")
    if proxied:
        twice = [("Proxy-Authorization", headers.first("proxy-authorization") or "")] if _knows_proxy(options) else []
        for pair in (tuple(word.split(": ", 1)) for name, word in request.options if name == "proxy-header"):
            twice.append((pair[0], pair[-1]))
        for pair in twice:
            headers = _less(headers, pair)
    if kind == "form" and (drawn := _BOUNDARY.fullmatch(headers.first("content-type") or "")):
        headers = headers.without("content-type") if drawn[1] == FORM_DATA else headers.put("Content-Type", drawn[1])
    length = len(request.body or b"") if has_body(request) else None
    expects = url.startswith("http://") and (kind == "upload" or (length or 0) > EXPECT_ABOVE)
    return Asked(headers, authority(url), length, kind, "compressed" in options, proxied, expects, complete(request))


def _knows_proxy(options: dict[str, str]) -> bool:
    """Whether curl is told whom to be to the proxy."""
    return "proxy-user" in options or "@" in options.get("proxy", "")


def _less(headers: Headers, gone: tuple[str, str]) -> Headers:
    """The fields without the first that is this one: curl adds it itself."""
    at = next((at for at, pair in enumerate(headers) if pair == gone), len(headers))
    return Headers((*headers[:at], *headers[at + 1 :]))


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
    if request.body is None:
        return [
            f"{_FILES.get(name, '--' + name)} {quote(value)}" for name, value in request.options if name in _FILED
        ], []
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


def _options(request: Request) -> list[tuple[str, str | None]]:
    """The words that say how it is to be sent."""
    found: list[tuple[str, str | None]] = []
    shown = request.headers
    compressed = any(name == "compressed" for name, _ in request.options)
    if shown.has("accept-encoding") if shown is not None else compressed:
        found.append(("--compressed", None))
    for name, value in request.options:
        if name == "auth":
            schemes = ["anyauth"] if value == "any" else value.split(",")
            found += [(f"--{scheme}", None) for scheme in schemes if re.fullmatch("[a-z-]{1,20}", scheme)]
        elif name == "follow-trusted":
            found.append(("--location-trusted", None))
        elif name in _LONG:
            found.append((_SHORT.get(name, f"--{name}"), value if name in _WITH_VALUE else None))
    return found
