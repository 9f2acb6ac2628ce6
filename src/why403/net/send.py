"""One request as it stands: fields in the order and case given, no redirect followed, time, size and decompression bounded."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from ..model import BadCall, Exchange, Headers, NetworkFailed, Request, Response
from ..model.frozen import NamedTuple
from .get import BODY, decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    import httpcore

SECONDS = 30.0  # that one exchange may take, from the connection to the last byte


class Way(NamedTuple):
    """How requests are sent."""

    resolve: tuple[tuple[str, str], ...] = ()  # host, address: as curl's --resolve
    ca: str = ""  # a file of certificates to trust in place of the system's
    cert: str = ""  # the client's certificate, with its key in the same file or beside it
    key: str = ""
    insecure: bool = False
    proxy: str = ""  # "" for what the environment says, "none" for none
    http2: bool = True
    seconds: float = SECONDS


class Sender:
    """Sends requests over one pool of connections. A context manager."""

    def __init__(self, way: Way = Way(), environment: Mapping[str, str] = os.environ) -> None:  # noqa: B008  # frozen
        """Prepare the pool. Raises BadCall for a certificate or proxy that cannot be used."""
        self.way = way
        self.environment = environment
        self.pools: dict[str, httpcore.ConnectionPool] = {}

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in self.pools.values():
            pool.close()

    def _context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.way.ca or None)
            if self.way.cert:
                context.load_cert_chain(self.way.cert, self.way.key or None)
        except (OSError, ssl.SSLError) as fault:
            raise BadCall(
                f"the certificate cannot be used: {fault}", self.way.cert or self.way.ca, "Give PEM files"
            ) from None
        if self.way.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _pool(self, scheme: str, host: str) -> httpcore.ConnectionPool:
        import httpcore

        proxy = self._proxy(scheme, host)
        if proxy not in self.pools:
            shared = {"ssl_context": self._context(), "http1": True, "http2": self.way.http2}
            if proxy:
                parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
                auth = (parts.username.encode(), (parts.password or "").encode()) if parts.username else None
                url = f"{parts.scheme}://{parts.hostname}:{parts.port or 8080}"
                self.pools[proxy] = httpcore.HTTPProxy(proxy_url=url, proxy_auth=auth, **shared)  # type: ignore[arg-type]
            else:
                self.pools[proxy] = httpcore.ConnectionPool(network_backend=_backend(dict(self.way.resolve)), **shared)  # type: ignore[arg-type]
        return self.pools[proxy]

    def _proxy(self, scheme: str, host: str) -> str:
        """The proxy that the call or the environment names for this host, "" for none (as curl reads the environment)."""
        if self.way.proxy or self.way.resolve:
            return "" if self.way.proxy in ("", "none") else self.way.proxy
        names = [name.strip().lstrip(".") for name in (self._set("no_proxy")).split(",") if name.strip()]
        if (
            "*" in names
            or any(host == name or host.endswith(f".{name}") for name in names)
            or host in ("localhost", "127.0.0.1", "::1")
        ):
            return ""
        return self._set(f"{scheme}_proxy") or self._set("all_proxy")

    def _set(self, name: str) -> str:
        # HTTP_PROXY in capitals is what a web server sets from a request's Proxy field: not read (CVE-2016-5385)
        return self.environment.get(name, "") or (
            "" if name == "http_proxy" else self.environment.get(name.upper(), "")
        )

    def send(self, request: Request) -> Exchange:
        """Send one request. Raises BadCall for what cannot be sent, NetworkFailed where no answer came."""
        import httpcore

        parts = urlsplit(request.url or "")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadCall("the request has no whole URL", request.url or "", "Give https://host/path")
        fields = _fields(request, parts.netloc.rpartition("@")[2])
        limits = dict.fromkeys(("connect", "read", "write", "pool"), self.way.seconds)
        at, begun = datetime.now(UTC), time.monotonic()
        facts: list[tuple[str, str]] = []
        try:
            with self._pool(parts.scheme, parts.hostname).stream(
                request.method or "GET",
                _url(request.url or ""),
                headers=fields,
                content=request.body or None,
                extensions={"timeout": limits},
            ) as answer:
                facts += _facts(answer.extensions.get("network_stream"))
                body = b""
                for chunk in answer.iter_stream():
                    body += chunk
                    if len(body) > BODY or time.monotonic() - begun > self.way.seconds:
                        facts.append(("cut", f"after {len(body)} bytes"))
                        break
                headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers)
                version = bytes(answer.extensions.get("http_version", b"")).decode("latin-1")
                reason = bytes(answer.extensions.get("reason_phrase", b"")).decode("latin-1")
                status = answer.status
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.TimeoutException,
            httpcore.ProxyError,
            OSError,
        ) as fault:
            raise NetworkFailed(
                str(fault) or type(fault).__name__, parts.hostname, "No answer came, so nobody refused"
            ) from None
        except (ValueError, UnicodeError, httpcore.UnsupportedProtocol) as fault:
            raise BadCall(
                f"it cannot be sent as it stands: {fault}", request.url or "", "Correct the request"
            ) from None
        sent = request._replace(
            headers=Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in fields),
            version=version or None,
        )
        response = Response(
            status, reason or None, headers, decoded(body[:BODY], headers.first("content-encoding")), version or None
        )
        return Exchange(sent, response, 0, at, facts=tuple(facts))


def _url(url: str) -> str:
    return url.partition("#")[0]


def _fields(request: Request, authority: str) -> list[tuple[bytes, bytes]]:
    """The fields in their order; Host first and a body's length last where the request lacks them."""
    headers = [(name, value) for name, value in request.headers or () if not name.startswith(":")]
    names = {name.lower() for name, _ in headers}
    if "host" not in names:
        headers.insert(0, ("Host", authority))
    if request.body and not names & {"content-length", "transfer-encoding"}:
        headers.append(("Content-Length", str(len(request.body))))
    return [(name.encode("latin-1", "replace"), value.encode("utf-8", "surrogateescape")) for name, value in headers]


def _facts(stream: object) -> list[tuple[str, str]]:
    """What the connection tells: the address, TLS version, ALPN, the certificate's names and end."""
    ask = getattr(stream, "get_extra_info", None)
    if ask is None:
        return []
    facts: list[tuple[str, str]] = []
    if address := ask("server_addr"):
        facts.append(("remote", str(address[0])))
    tls = ask("ssl_object")
    if tls is not None:
        facts += [("tls", str(tls.version())), ("alpn", tls.selected_alpn_protocol() or "none")]
        certificate = tls.getpeercert() or {}
        names = [name for kind, name in certificate.get("subjectAltName", ()) if kind == "DNS"]
        facts += [("certificate", f"{', '.join(names[:5])} until {certificate.get('notAfter')}")] if certificate else []
    return facts


def _backend(resolve: dict[str, str]) -> httpcore.NetworkBackend | None:
    """A backend that knows some hosts by other addresses; None where there are none."""
    if not resolve:
        return None
    import httpcore
    from httpcore._backends.sync import SyncBackend

    class Resolving(httpcore.NetworkBackend):
        def connect_tcp(self, host: str, port: int, *rest: object, **named: object) -> httpcore.NetworkStream:
            to = resolve.get(f"{host}:{port}", resolve.get(host, host))
            stream: httpcore.NetworkStream = SyncBackend().connect_tcp(to, port, *rest, **named)  # type: ignore[arg-type]
            return stream

    return Resolving()
