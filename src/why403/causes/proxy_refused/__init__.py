"""A proxy on the way out refused."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Evidence, Finding, Fix, Weight
from ..cause import Cause
from ..command import advice


def detect(scene: Scene) -> Iterator[Claim]:
    """A CONNECT that was refused (RFC 9110, section 9.3.6), a 407 (section 15.5.8) and a 511 (RFC 6585, section 6)."""
    connect = (scene.exchange.method or "").upper() == "CONNECT" or scene.exchange.fact("type") == "connect"
    if connect and (scene.status or 0) >= 400:
        quote = f"CONNECT {scene.exchange.url or ''} -> {scene.status}"
        says = "Only a proxy answers CONNECT: the request never reached the host it was meant for"
        weight = Weight.PROOF if scene.status != 407 else Weight.STRONG
        also = ("credentials-missing",) if scene.status == 407 else ()
        yield Claim(
            "proxy-refused",
            (Evidence("response.status", quote, says, weight),),
            weight,
            "proxy",
            _proxy(scene),
            also=also,
        )
    elif scene.status == 407:
        says = "407 is a proxy's status: it wants credentials of its own (RFC 9110, section 15.5.8)"
        yield Claim(
            "proxy-refused",
            (Evidence("response.status", "407", says),),
            Weight.STRONG,
            "proxy",
            _proxy(scene),
            also=("credentials-missing",),
        )
    elif scene.status == 511:
        says = "511 comes from the network on the way out, which wants a login first (RFC 6585, section 6)"
        yield Claim(
            "proxy-refused",
            (Evidence("response.status", "511", says),),
            Weight.STRONG,
            "proxy",
            _proxy(scene),
            also=("login-step-missing",),
        )


def _proxy(scene: Scene) -> str:
    """The proxy that is known to have spoken; never the host that the request was meant for."""
    hearing = scene.hearing
    for heard in (*hearing.says, *hearing.wrote):
        if heard.product.layer == "proxy" and heard.product.kind != "client":
            return heard.rule.as_product or heard.product.id
    return "forward-proxy"


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """Ask the proxy's operator, or do not send this through it."""
    host = scene.host or "<host>"
    yield advice(
        "operator", f"Allow {host} in the proxy's rules for this client", opens=f"requests from this client to {host}"
    )
    yield advice(
        "caller",
        "If this host should not be reached through the proxy, name it in NO_PROXY",
        language="shell",
        snippet=f'export NO_PROXY="$NO_PROXY,{host}"',
    )


CAUSE = Cause("proxy-refused", detect, mend=mend)
