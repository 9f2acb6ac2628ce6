"""Did anybody refuse at all? A 200 from a site behind a CDN is no refusal; a 200 that carries a challenge is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..evidence import Scene
from ..model import Case, Exchange, Note, Pattern, Weight
from .carried import carries

REFUSALS = {401, 402, 403, 407, 419, 421, 426, 428, 429, 451, 495, 496, 497, 511}
MAY_BE = {
    400,
    404,
    405,
    406,
    409,
    412,
    418,
    422,
    423,
    431,
    440,
    444,
    460,
    463,
    498,
    499,
    500,
    501,
    502,
    503,
    520,
    530,
    999,
}
USUAL = (
    "forbidden",
    "denied",
    "unauthorized",
    "not allowed",
    "permission",
    "blocked",
    "csrf",
    "access",
    "error",
    "failed",
)
# the same, and what is rarer: a pattern is compiled only where none of those is there
WORDS = Pattern(
    r"forbidden|denied|unauthori[sz]ed|not (?:authori[sz]ed|allowed|permitted|accessible)|permission|refused|reject|"
    r"block(?:ed|ing (?:our|my|me|us|all|the|any|requests?|access|traffic))|"
    r"csrf|xsrf|cors|expired|insufficient|invalid (?:token|key|api|credential|host)|access|banned|captcha|rate limit|"
    r"\b40[1-7]\b|\b429\b|\b451\b|credential|authenticat|authoriz|disallowed|subscri|entitle|upgrade|licen[sc]e|quota|"
    r"suspended|disabled|api.?key|project.?id|log ?in|sign ?in|verif|country|exception|\berror|fatal|failed|fail:",
)


NEAR = 8_000  # letters of loose text that are read with each of several refusals
LOOSE = ("text", "json")  # kinds in which a status is a number that stands somewhere, rather than the answer's own


def subjects(case: Case) -> Iterator[tuple[Exchange, tuple[Note, ...], tuple[Exchange, ...]]]:
    """Each exchange that may have been refused, with the notes that go with it and the exchanges around it."""
    if case.kind == "log":
        own = {note.line: note for note in case.notes}
        for exchange in case.exchanges:
            if note := own.get((exchange.index or 0) + 1):
                yield exchange, (note,), ()
        return
    refusals = [
        exchange for exchange in case.exchanges if may_be_refused(exchange) and not _answered_later(exchange, case)
    ]
    if case.notes and len(refusals) <= 1:
        subject = refusals[0] if refusals else (case.exchanges[-1] if case.exchanges else Exchange())
        yield subject, case.notes, tuple(other for other in case.exchanges if other is not subject)
        return
    for at, subject in enumerate(refusals):
        notes = near(case.notes, (at + 0.5) / len(refusals)) if len(refusals) > 1 else case.notes
        yield subject, notes, tuple(other for other in case.exchanges if other is not subject)


def near(notes: tuple[Note, ...], place: float) -> tuple[Note, ...]:
    """Of much loose text beside several refusals, what stands around one: `place` says how far on in the input it is, 0 to 1."""
    whole = sum(len(note.text) for note in notes)
    if whole <= NEAR:
        return notes
    begin = max(0, min(int(whole * place) - NEAR // 2, whole - NEAR))
    found: list[Note] = []
    at = 0
    for note in notes:
        start, end = max(begin - at, 0), min(begin + NEAR - at, len(note.text))
        if start < end:
            found.append(note._replace(text=note.text[start:end], line=note.line + note.text.count("\n", 0, start)))
        at += len(note.text)
    return tuple(found)


def _answered_later(exchange: Exchange, case: Case) -> bool:
    """A 401 that asked for Digest or the like, and was answered: the same request passed the next time (RFC 7616, section 3.3)."""
    if exchange.status not in (401, 407) or (exchange.answered("www-authenticate") or "").lower()[:5] not in (
        "diges",
        "ntlm",
        "negot",
    ):
        return False
    return any(
        (other.index or 0) > (exchange.index or 0) and other.url == exchange.url and 200 <= (other.status or 0) < 400
        for other in case.exchanges
    )


def may_be_refused(exchange: Exchange) -> bool:
    """Whether an exchange is worth a closer look: a refusing status, no answer, or one that the tables must judge."""
    if exchange.fact("context") is not None:
        return False  # the reader looked at it already, and kept it for what it tells of others
    status = exchange.status
    if status is None:
        return exchange.error is not None or (exchange.response is not None)
    return status in REFUSALS or status in MAY_BE or status == 0 or (200 <= status < 400 and _small_page(exchange))


def _small_page(exchange: Exchange) -> bool:
    body = exchange.response.body if exchange.response else None
    return body is not None and len(body) < 400_000


def refused(scene: Scene) -> bool:
    """Whether somebody said no here."""
    status = scene.status
    if status in REFUSALS:
        return True
    # a message from a product's own table, or a strong one from wording that many share
    strong = [
        heard
        for heard in scene.hearing.says
        if heard.rule.strength >= Weight.STRONG
        and (heard.product.kind != "wording" or not _succeeded(status) or scene.case.kind in LOOSE)
    ]
    if _succeeded(status) and not (strong and scene.case.kind in LOOSE):
        if scene.exchange.answered("cf-mitigated") == "challenge":
            return True
        proofs = [heard for heard in strong if heard.rule.strength == Weight.PROOF and heard.product.kind != "wording"]
        return bool(proofs) and (scene.case.kind in LOOSE or carries(scene, proofs))
    if strong:
        return True
    if status in (0, None) and scene.exchange.error:
        return _speaks_of_refusal(scene) or _preflighted(scene)
    if status is None:
        return bool(scene.notes or scene.exchange.response) and _speaks_of_refusal(scene)
    return (
        status in (405, 444, 999)
        or bool(scene.hearing.says)
        or (status in MAY_BE and bool(re.search(r"forbidden|denied|csrf|xsrf|unauthori[sz]ed", scene.text)))
    )


def _speaks_of_refusal(scene: Scene) -> bool:
    return any(word in scene.text for word in USUAL) or bool(WORDS.search(scene.text))


def _preflighted(scene: Scene) -> bool:
    """The browser gave up on a request for which it had asked permission: what it was told decides."""
    return any((other.method or "").upper() == "OPTIONS" and other.url == scene.exchange.url for other in scene.around)


def _succeeded(status: int | None) -> bool:
    return status is not None and 200 <= status < 400
