"""What to ask, collect or send next, and which causes it tells apart."""

from __future__ import annotations

import re

from ..evidence import Scene, headers_shown, none_sent
from ..evidence.twin import twins
from ..model import Finding, Next

SERVER_LOG = {
    "nginx": "tail -n 50 /var/log/nginx/error.log",
    "apache": "tail -n 50 /var/log/apache2/error.log  # or /var/log/httpd/error_log",
    "iis": "the sub-status in the W3C log (sc-substatus), or the failed request trace",
    "lighttpd": "tail -n 50 /var/log/lighttpd/error.log",
    "caddy": "journalctl -u caddy -n 50",
}


def steps(
    scene: Scene, findings: tuple[Finding, ...], left: tuple[str, ...], ask: str, reference: str
) -> tuple[Next, ...]:
    """The steps that would settle it, the surest first; none where the first finding is proven."""
    first = findings[0]
    if first.confidence == "proven" and first.cause != "unknown":
        return ()
    found: list[Next] = []
    if first.cause != "unknown":
        left = tuple(dict.fromkeys((first.cause, *(finding.cause for finding in findings[1:]), *left)))
    found += _twin(scene)
    if ask:
        found.append(Next(ask, "", left))
    url = scene.exchange.url or ""
    absolute = url if "://" in url else ""
    if first.product in SERVER_LOG and scene.case.kind != "log":
        command = SERVER_LOG[first.product]
        found.append(
            Next(
                "Read the server's own log at the time of the refusal: it names the rule or the file",
                command,
                left or ("deny-rule", "file-permission", "directory-index"),
            )
        )
    if first.layer == "edge" and reference:
        found.append(
            Next(
                f"Ask the site's operator which rule refused: their log finds it by {reference}",
                "",
                left or ("waf-rule", "ip-blocked", "bot-challenge"),
            )
        )
    if scene.exchange.response is None or (not scene.exchange.response.body and not scene.hearing.says):
        command = f"why403 curl -i '{absolute}'" if absolute else "why403 curl -i <URL>"
        found.append(
            Next("Show the whole answer, headers and body: most refusals say there who speaks and why", command, left)
        )
    elif not headers_shown(scene) and scene.exchange.status:
        command = f"curl -v '{absolute}'" if absolute else "curl -v <URL>"
        found.append(
            Next(
                "Show the request's headers too: whether a credential, a cookie and a token were sent",
                command,
                left or ("credentials-missing", "token-invalid", "role-missing"),
            )
        )
    if scene.status in (401, 403) and first.cause == "unknown" and not none_sent(scene):
        found.append(
            Next(
                "Try the same call as a user who surely may: if it passes, the permission is what is missing",
                "",
                ("role-missing", "scope-missing", "ip-not-allowed", "waf-rule"),
            )
        )
    return tuple(found[:4])


def _word(name: str) -> str:
    """A file's name as a shell takes it."""
    return name if re.fullmatch(r"[\w./+:@%-]+", name) else "'" + name.replace("'", "'\\''") + "'"


def _twin(scene: Scene) -> list[Next]:
    """What differs from the closest request that was let through: the shortest list of what to try."""
    closest = twins(scene)[:1]
    rows = [row for row in closest[0].rows if not row.faint][:3] if closest else []
    if not rows:
        return []
    other, mine = closest[0].exchange.index, scene.exchange.index
    told = "; ".join(row.title for row in rows)
    command = (
        f"why403 diff {_word(scene.case.name)} --working {other} --failing {mine}" if scene.case.kind == "har" else ""
    )
    says = f"The same URL was let through (exchange[{other}]); what differs here: {told}"
    return [Next(says, command, tuple(dict.fromkeys(row.causes[0] for row in rows)))]


def remarks(scene: Scene, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Where the status is not the one that RFC 9110 would give, and what the neighbours mean."""
    first, status, said = findings[0], scene.status, []
    identity = first.cause in ("credentials-missing", "credentials-malformed", "token-expired", "token-invalid")
    if status == 403 and identity:
        said.append("The server answers 403 where RFC 9110 means 401: the caller is not known yet (section 15.5.2)")
    if status == 401 and first.cause in (
        "role-missing",
        "scope-missing",
        "not-owner",
        "policy-denied",
        "ip-not-allowed",
        "csrf-token-missing",
        "csrf-token-invalid",
    ):
        said.append("The server answers 401 where RFC 9110 means 403: logging in again will not help (section 15.5.4)")
    if (
        status == 401
        and scene.exchange.response
        and scene.exchange.response.headers is not None
        and not scene.exchange.answered("www-authenticate")
    ):
        said.append("A 401 without WWW-Authenticate: RFC 9110 wants a challenge that names the scheme (section 11.6.1)")
    if status == 404:
        said.append("404 may stand in for 403: servers may hide that something exists (RFC 9110, section 15.5.4)")
    if status and 500 <= status < 600:
        said.append(
            f"{status} is a server's fault, not a refusal by itself (RFC 9110, section 15.6); the words decide here"
        )
    return tuple(said)
