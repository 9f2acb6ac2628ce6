"""A proof made ready to be shown: the mended command or the letter in it, its secrets masked."""

from __future__ import annotations

from datetime import UTC

from ..evidence.scene import Scene
from ..fixes.letter import letter
from ..model import Case, Headers, Request
from ..model.proof import Proof
from ..products import listen, tables
from ..writers.mask import masker, secret_header
from .masked import walked
from .reference import reference

FORMS = {
    "curl": "curl",
    "curl-cmd": "curl-cmd",
    "fetch": "fetch",
    "fetch-node": "fetch-node",
    "powershell": "powershell",
}


QUIET = frozenset(("host", "content-length", "accept-encoding", "connection"))


def shown(proof: Proof, case: Case, *, show_secrets: bool = False) -> Proof:
    """The proof with what the user takes away: the request that is let through as it was pasted, else the letter.

    Secrets that the case, the requests or their answers carry are masked in every string unless `show_secrets`.
    """
    form = FORMS.get(case.form, "curl")
    command = written(proof.mended, form) if proof.mended is not None else ""
    letter = "" if command else _letter(proof)
    proof = proof._replace(command=command, letter=letter)
    if show_secrets:
        return proof
    every = tuple(asked.exchange for asked in proof.asked)
    mended = () if proof.mended is None else (every[-1]._replace(request=proof.mended, response=None),)
    clean = masker(case._replace(exchanges=(*case.exchanges, *every, *mended)))
    masked: Proof = walked(proof, clean)
    return masked


def written(request: Request, form: str) -> str:
    """A request in one of the forms in which it may have been pasted."""
    from ..model import Exchange
    from ..writers.formats import convert

    return convert((Exchange(request),), form).text.rstrip("\n")


def _letter(proof: Proof) -> str:
    """The message to whoever must let it through, with what asking again showed."""
    if not proof.report.refusals or not proof.asked or proof.outcome in ("passes", "unstable"):
        return ""
    finding = proof.report.refusals[0].findings[0]
    text = next((fix.snippet for fix in reversed(finding.fixes) if fix.language == "text" and fix.snippet), "")
    first = proof.asked[0].exchange
    if not text:
        title = tables().register[finding.cause].title if finding.cause != "unknown" else "the answer does not say why"
        text = letter(
            title=title, method=first.method, url=first.url, status=first.status, at=first.at, product=finding.product,
            reference=reference(Scene(Case(), first, (), (), listen(first)), finding.product), quote="",
            wanted="Which rule refused it, and what would have to be different for it to be let through?",
        ).snippet  # fmt: skip
    rows = [
        f"- {f'{asked.exchange.at.astimezone(UTC):%H:%M:%S} UTC, ' if asked.exchange.at else ''}{asked.says}: "
        f"{asked.exchange.status or asked.exchange.error}"
        for asked in proof.asked
    ]
    bare = first.request._replace(headers=_telling(first.request.headers)) if first.request else Request()
    return "\n".join([text.rstrip(), "", "What I tried:", *rows, "", "To see it again:", written(bare, "curl")])


def _telling(headers: Headers | None) -> Headers:
    """The fields of a minimal reproduction: without what every client writes, and without credentials."""
    kept = (pair for pair in headers or () if pair[0].lower() not in QUIET and not secret_header(pair[0].lower()))
    return Headers(pair for pair in kept if pair[0].lower() not in ("cookie", "authorization"))
