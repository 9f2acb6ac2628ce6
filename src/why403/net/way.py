"""How a request is sent: what the call says, else what the request's own command says, else what the environment says."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping

from ..model import BadCall, Request
from ..model.frozen import NamedTuple

SECONDS = 30.0  # that one exchange may take, from the connection to the last byte


class Way(NamedTuple):
    """How requests are sent."""

    resolve: tuple[tuple[str, str], ...] = ()  # host or host:port, address: as curl's --resolve
    ca: str = ""  # a file of certificates to trust in place of the system's
    cert: str = ""  # the client's certificate, with its key in the same file or beside it
    key: str = ""
    insecure: bool = False
    proxy: str = ""  # "" for what the environment says, "none" for none
    http2: bool = True
    seconds: float = SECONDS

    def of(self, request: Request) -> Way:
        """The way of one request: what its own command says (curl's options) where the call says nothing."""
        said = dict(request.options)
        pairs = tuple(pair for name, value in request.options if name == "resolve" and (pair := resolved(value)))
        cert = said.get("cert", "")
        if not os.path.exists(cert):
            cert = cert.rpartition(":")[0] or cert  # curl takes FILE:PASSWORD
        return self._replace(
            resolve=self.resolve or pairs,
            ca=self.ca or said.get("cacert", ""),
            cert=self.cert or cert,
            key=self.key if self.cert else said.get("key", ""),
            insecure=self.insecure or "insecure" in said,
            proxy=self.proxy or said.get("proxy", ""),
            http2=self.http2
            and not {"http1.1", "http1.0"} & set(said)
            and request.version not in ("HTTP/1.0", "HTTP/1.1"),
        )


def resolved(word: str) -> tuple[str, str] | None:
    """HOST:PORT:ADDRESS or HOST:ADDRESS as (host or host:port, address); None where it is neither."""
    word = word.lstrip("+")
    if word.endswith("]") and "[" in word:
        host, _, address = word.rpartition("[")
        return (host.rstrip(":"), address.rstrip("]")) if host.rstrip(":") else None
    head, colon, tail = word.partition(":")
    port, again, rest = tail.partition(":")
    if not colon or not head or not tail:
        return None
    if again and port.isdigit():
        return f"{head}:{port}", rest.partition(",")[0]
    return head, tail


def context_of(way: Way) -> ssl.SSLContext:
    """The TLS settings. Raises BadCall for a certificate that cannot be used."""
    try:
        context = ssl.create_default_context(cafile=way.ca or None)
        if way.cert:
            context.load_cert_chain(way.cert, way.key or None)
    except (OSError, ssl.SSLError) as fault:
        raise BadCall(f"the certificate cannot be used: {fault}", way.cert or way.ca, "Give PEM files") from None
    if way.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def proxy_of(way: Way, scheme: str, host: str, environment: Mapping[str, str]) -> str:
    """The proxy that the call or the environment names for this host, "" for none (as curl reads the environment)."""
    if way.proxy or way.resolve:
        return "" if way.proxy in ("", "none") else way.proxy
    left = _set(environment, "no_proxy")
    names = [name.strip().lstrip(".").lower() for name in left.split(",") if name.strip()]
    if "*" in names or host in ("localhost", "127.0.0.1", "::1"):
        return ""
    if any(host == name or host.endswith(f".{name}") for name in names):
        return ""
    return _set(environment, f"{scheme}_proxy") or _set(environment, "all_proxy")


def _set(environment: Mapping[str, str], name: str) -> str:
    # HTTP_PROXY in capitals is what a web server sets from a request's Proxy field: not read (CVE-2016-5385)
    return environment.get(name, "") or ("" if name == "http_proxy" else environment.get(name.upper(), ""))
