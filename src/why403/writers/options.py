"""How a request is to be sent, beside what is in it: which of curl's ways another client can say."""

from __future__ import annotations

from ..model import Request
from .framing import PARTIAL

__all__ = ["BROWSERS", "credentials", "left", "proxy_of", "whole_file"]

# what a browser decides by them is in the fields of the request already, or is the browser's own
BROWSERS = frozenset(
    {"mode", "credentials", "redirect", "cache", "referrerPolicy", "integrity", "keepalive", "priority", "duplex"}
)
# what changes nothing about a request over another client
_QUIET = frozenset(
    {
        PARTIAL[0],
        "no-alpn",
        "no-npn",
        "no-sessionid",
        "junk-session-cookies",
        "http0.9",
        "post301",
        "post302",
        "post303",
    }
)

# what makes a body of files
_FILED = frozenset(
    {"data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json", "form", "form-string", "upload-file"}
)
_READS = ("requests", "httpx", "HTTPie", "axios", "Node.js", "PowerShell")  # clients to which a file can be given


def whole_file(request: Request) -> str:
    """The file that is the whole body, as it is; "" where there is none, or where more than that is asked for."""
    files = [(name, value) for name, value in request.options if name in _FILED]
    if request.body is not None or len(files) != 1:
        return ""
    name, value = files[0]
    path = value.removeprefix("@") if name in ("data-binary", "json") and value.startswith("@") else ""
    path = value if name == "upload-file" else path
    return "" if path in ("-", ".") else path


def proxy_of(value: str) -> str:
    """A proxy as a URL; "" for none at all."""
    return value if "://" in value or not value else f"http://{value}"


def credentials(request: Request, schemes: tuple[str, ...]) -> tuple[str, str, str] | None:
    """Scheme, user and password, where they are to be sent after a challenge by one of these schemes."""
    options = dict(request.options)
    if "user" not in options or "aws-sigv4" in options:
        return None
    scheme = options.get("auth", "basic")
    scheme = "digest" if scheme == "any" else scheme
    user, _, password = options["user"].partition(":")
    return (scheme, user, password) if scheme in schemes else None


def left(request: Request, said: frozenset[str], client: str) -> list[str]:
    """What of the options is not said, by name."""
    found: list[str] = []
    login = credentials(request, ("digest", "basic"))
    if request.version == "HTTP/1.0" and client not in ("the message", "a HAR"):
        found.append(f"{client} does not speak HTTP/1.0")
    for name, value in request.options:
        if name in ("auth", "user") and name in said and login is None:
            found.append(f"{client} is not told of --{name if name == 'user' else value}")
        elif name == "without":
            found.append(f"{client} sends {value}, which the command takes out")
        elif name in _FILED and whole_file(request) and client in _READS:
            continue
        elif name in _FILED:
            found.append(f"the body is not known: {client} is not told of --{name} {value[:100]}")
        elif name not in said and name not in BROWSERS and name not in _QUIET:
            found.append(f"{client} is not told of --{name}")
    return found
