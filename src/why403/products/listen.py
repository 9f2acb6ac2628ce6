"""What the products' tables recognise in a refusal: who wrote it, who passed it on, what its words mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ..model import Evidence, Exchange, Note, Pattern, Weight, split_url
from ..model.frozen import NamedTuple
from .compiled import Tables, load
from .needs import possible
from .table import Product, Rule
from .text import find_pair, fold, line_of, lower

BODY = 200_000  # bytes of a body that are searched: a refusal is said at the beginning
# reason phrases that repeat the status and say nothing of their own (RFC 9110, section 15)
STANDARD = {
    "bad request", "unauthorized", "payment required", "forbidden", "not found", "method not allowed", "not acceptable",
    "proxy authentication required", "request timeout", "conflict", "gone", "precondition failed", "misdirected request",
    "unprocessable content", "unprocessable entity", "upgrade required", "precondition required", "too many requests",
    "unavailable for legal reasons", "internal server error", "not implemented", "bad gateway", "service unavailable", "ok",
}  # fmt: skip


# header fields that name others without being written by them: only rules that ask for one read it
POLICIES = {
    f"response.headers.{name}"
    for name in (
        "content-security-policy",
        "content-security-policy-report-only",
        "report-to",
        "nel",
        "link",
        "reporting-endpoints",
    )
}
# what stands before a message that is spoken of rather than said
SPOKEN = Pattern(
    r"(?:no longer (?:see|get|say|show|return)s?|instead of|used to (?:get|see|say)|\bfix(?:ed|es)?:?|before the upgrade:?|"
    r"\b(?:feat|docs?|chore|test)(?:\([\w-]{1,20}\))?: )[^.\n]{0,30}$"
)
# a question whether it is so, and what stands after the words in it
ASKED = Pattern(
    r"(?:^|[.,:;!?\n(] {0,2}|\b(?:know|wonder|wondering|sure|check|see|tell|ask) )(?:is|are|was|were|does|do|did|could|can|might|may|"
    r"has|have|should|would|whether|if|how)\b[^.!?\n]{0,80}$"
)
ASKS = Pattern(r"[^.!?\n]{0,60}\?(?=[\s\"')]|$)")


# a code among words: INVALID_API_KEY, InvalidApiKey; not the name of a function in a stack trace
CODE = Pattern(
    r"(?<![\w/\\.-])(?:[A-Za-z][a-z0-9]{1,20}(?:[A-Z][a-z0-9]{1,20}){1,6}|[A-Za-z0-9]{2,20}(?:_[A-Za-z0-9]{1,20}){1,7})(?![\w/\\(-])"
)
# a code with hyphens, as the value of a field that holds one ("error": "token-expired")
KEBAB = Pattern(
    r"(?<![\w-])(?:err(?:or)?s?|(?:err(?:or)?[_ -]?)?(?:code|type|id)|reason|kind|slug|message|msg|detail|title|status)"
    r"\\?[\"']? ?[:=] ?\\?[\"']?(?:[a-z]{2,20}/)?[a-z]{1,20}(?:-[a-z]{1,20}){1,6}(?![\w./-])"
)
# the page that a crawler names in its User-Agent: it says who called
CONTACT = Pattern(r"\+https?://[^\s)\"]{1,200}")
# what a text names as an example of its kind did not refuse
EXAMPLE = Pattern(r"\bsuch as [^\n.;:()\"]{2,30}")
HUMP = Pattern(r"(?<=[a-z0-9])(?=[A-Z])")
SPELT = 20_000  # letters of a piece in which codes are read as the words they are made of
SEAM = "\x1f"  # stands where a space was put in, so that places can be counted back


class Piece(NamedTuple):
    """One stretch of the input that a product may have written."""

    where: str  # "response.body", "response.headers.server", "text"
    raw: str
    folded: str
    low: str
    kind: str  # body | header | note
    line: int = 1
    plain: str = ""  # where codes were spelt out: the text as it stood, folded
    seams: str = ""  # and the spelt text with a SEAM for every space put in


class Heard(NamedTuple):
    """One rule of one product's table that holds here."""

    product: Product
    rule: Rule
    evidence: Evidence
    length: int  # how many letters of the input the rule stands on: the longer, the more specific
    at: int  # where in its piece; -1 for a header
    groups: tuple[str, ...] = ()


class Hearing(NamedTuple):
    """Everything the tables have to say about one refusal."""

    says: tuple[Heard, ...]
    wrote: tuple[Heard, ...]
    passed: tuple[Heard, ...]
    hosts: tuple[Product, ...]  # whose host the URL names, the closest match first
    named: tuple[Product, ...]  # whose name stands in the loose text
    pieces: tuple[Piece, ...]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables, loaded once."""
    return load()


def decode(body: bytes, content_type: str | None = None) -> str:
    """A body as text: by its declared charset, its byte order mark, else UTF-8 with what is not replaced."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    if content_type and (found := re.search(r"charset=[\"']?([\w.:-]+)", content_type, re.IGNORECASE)):
        try:
            return body.decode(found.group(1), "replace")
        except LookupError:
            pass
    return body.decode("utf-8", "replace")


def _piece(where: str, raw: str, kind: str, line: int = 1) -> Piece:
    folded = fold(raw)
    return Piece(where, raw, folded, lower(folded), kind, line)


def pieces(exchange: Exchange | None, notes: Sequence[Note]) -> tuple[Piece, ...]:
    """What may have been written by somebody who refused: the answer's headers and body, and the loose text."""
    found: list[Piece] = []
    if exchange and exchange.response:
        answer = exchange.response
        for name, value in answer.headers or ():
            found.append(_piece(f"response.headers.{name.lower()}", value, "header"))
        if answer.reason and answer.reason.lower() not in STANDARD:
            found.append(_piece("response.reason", answer.reason, "header"))
        if answer.body:
            text = decode(answer.body[:BODY], exchange.answered("content-type"))
            found.append(_piece("response.body", text, "body"))
    if exchange and exchange.error:
        found.append(_piece("error", exchange.error, "note"))
    for note in notes:
        found.append(_piece(note.where, note.text, "note", note.line))
    return tuple(found)


def spelt(piece: Piece) -> Piece | None:
    """The same with its codes as the words they are made of ("TOKEN_EXPIRED" says what "token expired" says); None where it has none."""
    if piece.kind == "header" or len(piece.folded) > SPELT:
        return None
    seams = CODE.sub(lambda found: HUMP.sub(SEAM, found.group().replace("_", " ")), piece.folded)
    if "-" in seams:
        seams = KEBAB.sub(lambda found: found.group().replace("-", " "), seams)
    if seams == piece.folded:
        return None
    folded = seams.replace(SEAM, " ")
    return piece._replace(folded=folded, low=lower(folded), plain=piece.folded, seams=seams)


def _place(piece: Piece, quote: str) -> str:
    if piece.kind == "header":
        return piece.where
    return f"{piece.where}:{piece.line - 1 + line_of(piece.raw, quote)}"


def _word(code: str, text: str) -> int:
    """Where a code stands in a text as a whole word; -1 where it does not."""
    at = text.find(code)
    while at >= 0:
        end = at + len(code)
        if not (at and _of_word(text[at - 1])) and not (end < len(text) and _of_word(text[end])):
            return at
        at = text.find(code, at + 1)
    return -1


def _of_word(letter: str) -> bool:
    return letter == "_" or (letter.isascii() and letter.isalnum())


def _window(text: str, start: int, end: int) -> str:
    """The quotation: what matched, with the rest of its sentence where that is short; whole words only."""
    left = max(
        (
            text.rfind(mark, max(0, start - 80), start) + len(mark)
            for mark in (". ", "> ", ">", "{", ", ", "] ", '"')
            if text.rfind(mark, max(0, start - 80), start) >= 0
        ),
        default=-1,
    )
    if left < 0:
        left = 0 if start < 60 else text.find(" ", start - 60, start) + 1 or start
    right = min((at for mark in ("<", '"', "}", ". ") if (at := text.find(mark, end, end + 100)) >= 0), default=-1)
    if right < 0:
        right = len(text) if len(text) - end < 60 else max(end, text.rfind(" ", end, end + 60))
    return text[left:right].strip()


def _match(rule: Rule, piece: Piece) -> tuple[int, int, int, tuple[str, ...]] | None:
    """(letters matched, start, end, groups) where the rule's words stand in this piece."""
    length, start, end = 0, 0, 0
    for text in rule.texts:
        at = piece.low.find(text)
        stop = at + len(text)
        if at < 0:
            at, stop = find_pair(text, piece.low, alone=len(rule.texts) == 1)
        if at < 0:
            return None
        if not length:
            start, end = at, stop
        length += len(text)
    for code in rule.codes:
        at = _word(code, piece.folded)
        if at < 0:
            return None
        if not length:
            start, end = at, at + len(code)
        length += len(code)
    if any(text in piece.low for text in rule.lacks):
        return None
    groups: tuple[str, ...] = ()
    if rule.pattern:
        if not possible(rule.needs, piece.low):
            return None
        found = re.search(rule.pattern, piece.folded, re.IGNORECASE)
        if not found:
            return None
        groups = tuple(group or "" for group in found.groups())
        start, end = found.span()
        length = max(length, end - start)
    return length, start, end, groups


def _allowed(rule: Rule, exchange: Exchange | None) -> bool:
    status = exchange.status if exchange else None
    if rule.status and status is not None and status not in rule.status:
        return False
    url = exchange.url if exchange else None
    if rule.url and url and not rule.pattern and not possible(rule.needs, url.lower()):
        return False
    if rule.url and not (re.search(rule.url, url, re.IGNORECASE) if url else rule.url.startswith("^(?!")):
        return False  # where no URL is shown, only a rule that excludes some of them may hold
    if rule.request:
        headers = exchange.request.headers if exchange and exchange.request else None
        if headers is None:
            return False
        wanted = not rule.request.startswith("!")
        if headers.has(rule.request.lstrip("!")) is not wanted:
            return False
    return True


def _hear(rule: Rule, piece: Piece) -> Heard | None:
    hit = _match(rule, piece)
    if hit is None:
        return None
    product = tables().product(rule.product)
    length, start, end, groups = hit
    shown = piece.plain or piece.folded
    start, end = (at - piece.seams.count(SEAM, 0, at) for at in (start, end))
    quote = shown if piece.kind == "header" else _window(shown, start, end)
    evidence = Evidence(
        where=_place(piece, shown[start:end] or quote),
        quote=quote[:300],
        says=rule.means or f"{product.name} says so",
        weight=Weight(rule.strength) if rule.strength else Weight.HINT,
        source=rule.source,
    )
    if piece.kind == "header":
        length += len(piece.where)
    if piece.kind == "note" and rule.strength == Weight.PROOF and SPOKEN.search(piece.low[max(0, start - 70) : start]):
        rule = rule._replace(strength=int(Weight.STRONG))
        evidence = evidence._replace(weight=Weight.STRONG)
    if piece.kind == "note" and product.kind == "wording" and rule.strength == Weight.STRONG:
        # a user who asks whether it is so has not been told that it is
        if "? " in piece.low[start:end] or (
            ASKS.match(piece.low, end) and ASKED.search(piece.low[max(0, start - 100) : start])
        ):
            rule = rule._replace(strength=int(Weight.HINT))
            evidence = evidence._replace(weight=Weight.HINT)
    return Heard(product, rule, evidence, length, start if piece.kind != "header" else -1, groups)


def _candidates(rule: Rule, parts: Sequence[Piece]) -> Iterator[Piece]:
    for piece in parts:
        if rule.header:
            if piece.where == f"response.headers.{rule.header}":
                yield piece
        elif (rule.where == "any" and piece.where not in POLICIES) or rule.where == piece.kind:
            yield piece


def host_of(url: str | None) -> str:
    """The host that a URL names, lowered; "" where there is none."""
    if not url or "//" not in url:
        return ""
    return split_url(url).hostname.rstrip(".")


def listen(exchange: Exchange | None, notes: Sequence[Note] = ()) -> Hearing:
    """Search one refusal for everything that the tables know."""
    parts = pieces(exchange, notes)
    by_role: dict[str, list[Heard]] = {"says": [], "wrote": [], "passed": []}
    later: list[Rule] = []
    shared: list[Rule] = []
    everything = "\n".join(piece.low for piece in parts)
    present = {piece.where.removeprefix("response.headers.") for piece in parts if piece.kind == "header"}
    known_tables = tables()
    for number in known_tables.candidates(everything, present):
        rule = known_tables.rule(number)
        if rule.known or rule.product in known_tables.wording:
            (later if rule.known else shared).append(rule)
            continue
        _try(rule, parts, exchange, by_role)
    host = host_of(exchange.url if exchange else None)
    if exchange and not host:
        host = (exchange.asked("host") or "").partition(":")[0].lower()
    hosts = known_tables.by_host(host) if host else ()
    said = CONTACT.sub(" ", everything) if "+http" in everything else everything
    said = EXAMPLE.sub(" ", said) if "such as " in said else said
    named = known_tables.by_name(said + " " + lower(exchange.url or "") if exchange else said)
    known = {heard.product.id for role in ("says", "wrote") for heard in by_role[role]}
    known |= {product.id for product in (*hosts, *named)}
    for rule in later:
        if known_tables.ids[rule.product] in known:
            _try(rule, parts, exchange, by_role)
    # wording that many share has nothing to add where a product was heard in words of its own, nor a hint where more was said
    words = [piece for piece in map(spelt, parts) if piece] if not _told(by_role["says"]) else []
    spoken = (
        map(known_tables.rule, known_tables.candidates("\n".join(piece.low for piece in words), ())) if words else ()
    )
    both: list[tuple[Rule, Sequence[Piece]]] = [(rule, parts) for rule in shared]
    both += [(rule, words) for rule in spoken if rule.product in known_tables.wording and not rule.known]
    for hints in (False, True):
        if _told(by_role["says"]):
            break
        for rule, where in both:
            if (rule.strength < Weight.STRONG) is hints:
                _try(rule, where, exchange, by_role)
    return Hearing(tuple(by_role["says"]), tuple(by_role["wrote"]), tuple(by_role["passed"]), hosts, named, parts)


def _told(says: Sequence[Heard]) -> bool:
    """Whether a cause was named in so many words."""
    return any(heard.rule.strength >= Weight.STRONG and heard.rule.cause != "unknown" for heard in says)


def _try(rule: Rule, parts: Sequence[Piece], exchange: Exchange | None, into: dict[str, list[Heard]]) -> None:
    if not _allowed(rule, exchange):
        return
    if not (rule.texts or rule.codes or rule.header or rule.pattern):  # by the URL alone
        evidence = Evidence(
            "request.url", (exchange.url if exchange else "") or "", rule.means, Weight.HINT, rule.source
        )
        into[rule.role].append(Heard(tables().product(rule.product), rule, evidence, 1, -1))
        return
    for piece in _candidates(rule, parts):
        if heard := _hear(rule, piece):
            into[rule.role].append(heard)
            return
