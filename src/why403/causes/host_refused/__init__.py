"""The host name is not served."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...evidence.twin import only_differs
from ...model import Claim, Evidence, Finding, Fix, Pattern, Weight
from ..cause import Cause
from ..command import advice
from ..found import named, plain

# the host in the words of frameworks: "Invalid HTTP_HOST header: 'x'", "Blocked hosts: x", 'This host ("x") is not'
HOST = Pattern(r"(?:HTTP_HOST header: |Blocked hosts?: |This host \()[\"']?([A-Za-z0-9.-]{3,253})(?::\d{1,5})?")
# where each framework keeps the hosts that it serves, as its documentation writes it
LISTS = {
    "django": ("python", 'ALLOWED_HOSTS = ["{host}"]'),
    "rails": ("ruby", 'config.hosts << "{host}"'),
    "vite": ("javascript", 'export default {{ server: {{ allowedHosts: ["{host}"] }} }}'),
    "webpack-dev-server": ("javascript", 'module.exports = {{ devServer: {{ allowedHosts: ["{host}"] }} }}'),
}


def detect(scene: Scene) -> Iterator[Claim]:
    """421 (RFC 9110, section 15.5.20); a twin that differs in its Host alone and is let through."""
    if scene.status == 421:
        yield Claim(
            "host-refused",
            (Evidence("response.status", "421", "421 Misdirected Request: this server does not serve this host"),),
            Weight.STRONG,
        )
    elif scene.status in (400, 403, 404) and (twin := only_differs(scene, "host")):
        yield Claim(
            "host-refused", (twin.evidence("The same request with another Host is let through", "host"),), Weight.PROOF
        )


def mend(scene: Scene, finding: Finding) -> Iterator[Fix]:
    """Use the name that is served, or serve the name."""
    match = named(scene, HOST)
    host = plain(match.group(1)) if match else scene.host
    language, line = LISTS.get(finding.product, ("", ""))
    yield advice("caller", "Use the host name that the server is configured for, not its address or another name")
    yield advice(
        "operator",
        f"If {host or 'this name'} is yours, add exactly this name to the hosts allowed",
        language=language if host else "",
        snippet=line.format(host=host) if host else "",
        opens="requests under this name are then served",
    )


CAUSE = Cause("host-refused", detect, mend=mend)
