"""A proof made ready to be shown: the mended command or the letter in it, its secrets masked."""

from __future__ import annotations

from ..model import Case, Request
from ..model.proof import Proof
from ..writers.mask import masker
from .masked import walked

FORMS = {
    "curl": "curl",
    "curl-cmd": "curl-cmd",
    "fetch": "fetch",
    "fetch-node": "fetch-node",
    "powershell": "powershell",
}


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
    if not proof.report.refusals:
        return ""
    fixes = proof.report.refusals[0].findings[0].fixes
    text = next((fix.snippet for fix in reversed(fixes) if fix.language == "text" and fix.snippet), "")
    if not text or not proof.asked:
        return text
    rows = [f"- {asked.says}: {asked.exchange.status or asked.exchange.error}" for asked in proof.asked]
    return "\n".join([text.rstrip(), "", "What I tried:", *rows])
