"""From Python: `why403.explain(x)`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from .model import Case, Exchange, Refusal, Report, UnreadableInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .engine.difference import Comparison
    from .engine.redaction import Redaction
    from .engine.signature import Judgement
    from .evidence.difference import Row
    from .render.address import Answers
    from .rules.addresses import Judgement as ListJudgement
    from .tokens.examine import Examination, Examined
    from .tokens.keys import VerifyKey
    from .writers.formats import Conversion


class Explanation:
    """A report that shows itself: `print()` as the terminal does, a notebook as HTML."""

    __slots__ = ("report",)

    def __init__(self, report: Report) -> None:
        self.report = report

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What was refused, the most telling first."""
        return self.report.refusals

    @property
    def cause(self) -> str | None:
        """The first finding's cause; None where nothing was refused."""
        return self.refusals[0].findings[0].cause if self.refusals else None

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, schema why403.report/1."""
        from .render.as_json import data

        return data(self.report)

    def __str__(self) -> str:
        """The report as plain text."""
        from .render.terminal import plain

        return plain(self.report)

    def __repr__(self) -> str:
        return f"<why403.Explanation: {self.cause or 'nothing was refused'}>"

    def _repr_html_(self) -> str:
        from .render.html import fragment

        return fragment(self.report)


def case_of(x: object) -> Case:
    """A Case of whatever is at hand. Raises UnreadableInput where it cannot be one, BadCall for a path that is not there."""
    if isinstance(x, Case):
        return x
    if isinstance(x, Exchange):
        return Case("exchange", "object", (x,))
    if isinstance(x, os.PathLike):
        from .readers.files import read_file

        return read_file(os.fspath(x))
    if isinstance(x, bytes | bytearray | memoryview):
        from .readers.choose import read_bytes

        return read_bytes(bytes(x))
    if isinstance(x, str):
        from .readers.choose import read_text
        from .readers.files import read_file

        return read_file(x) if "\n" not in x and len(x) < 4096 and os.path.isfile(x) else read_text(x, "text")
    from .readers.objects import from_object

    case = from_object(x)
    if case is None:
        kind = type(x).__name__
        raise UnreadableInput(
            f"nothing to explain in a {kind}", "explain", "Give a response, an exception, text or a path"
        )
    return case


def explain(x: object, *, now: datetime | None = None, show_secrets: bool = False) -> Explanation:
    """Explain a refusal.

    Args:
        x: A response or exception of requests, httpx, niquests, aiohttp or urllib3; an Exchange or Case; text, bytes or a path.
        now: The time by which expiry is judged where the input carries none; the clock's unless given.
        show_secrets: Whether tokens, cookies, keys and signatures are left unmasked.

    Returns:
        The report. `print()` shows it as the terminal does; a notebook shows it as HTML.

    Raises:
        UnreadableInput: The input cannot be read.
        BadCall: A path that cannot be opened.
    """
    from .engine.explain import explain as explain_case

    return Explanation(explain_case(case_of(x), now or datetime.now(UTC), show_secrets=show_secrets))


def convert(
    x: object, to: str = "curl", *, index: int | None = None, status: int | None = None, url: str | None = None
) -> Conversion:
    """Write the request of whatever is at hand in another form, secrets included, so that the same is sent.

    Args:
        x: What `explain` takes.
        to: curl, curl-cmd, powershell, fetch, fetch-node, axios, requests, httpx, httpie, http or har.
        index: The entry of a recording, counted from 0.
        status: The first request that got this status.
        url: The first request whose URL has this in it.

    Returns:
        The text, and the remarks: what the format cannot express, and what the input does not show.

    Raises:
        UnreadableInput: The input cannot be read, or holds no request.
        BadCall: A path that cannot be opened, no such format, or no request meets the choice.
    """
    from .writers.choose import choose
    from .writers.formats import convert as write

    case: Case | None = None
    if not (index is None and status is None and url is None):
        from .readers.picked import picked, picked_file

        path = os.fspath(x) if isinstance(x, str | os.PathLike) else ""
        if isinstance(path, str) and path and "\n" not in path and len(path) < 4096 and os.path.isfile(path):
            case = picked_file(path, index, status, url)
        elif isinstance(x, str):
            case = picked(x.encode("utf-8", "surrogateescape"), "text", index, status, url)
        elif isinstance(x, bytes | bytearray | memoryview):
            case = picked(bytes(x), "text", index, status, url)
    case = case or case_of(x)
    exchanges, said = choose(case, index, status, url)
    made = write(exchanges, to, case)
    return made._replace(remarks=(*said, *made.remarks))


class Contrast:
    """What differs between two requests; shows itself as the terminal does, a notebook as text."""

    __slots__ = ("comparison",)

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    @property
    def rows(self) -> tuple[Row, ...]:
        """The differences that can matter, the most telling first."""
        return self.comparison.rows

    @property
    def same(self) -> bool:
        """Whether nothing differs that requests are refused for."""
        return not self.rows

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain data, schema why403.diff/1."""
        from .render.difference import data

        return data(self.comparison)

    def __str__(self) -> str:
        """The comparison as plain text."""
        from .render.difference import lines
        from .render.terminal import text

        return text(lines(self.comparison, whole=True))

    def __repr__(self) -> str:
        return f"<why403.Contrast: {self.rows[0].title if self.rows else 'nothing differs that matters'}>"


def diff(
    working: object, failing: object = None, *, now: datetime | None = None, show_secrets: bool = False
) -> Contrast:
    """Compare a request that works with one that fails.

    Args:
        working: What `explain` takes.
        failing: The same; without it `working` holds both, and a refused request is compared with the closest that was let through.
        now: The time by which expiry is judged where an exchange carries none; the clock's unless given.
        show_secrets: Whether tokens, cookies, keys and signatures are left unmasked.

    Returns:
        The differences, and what was left out. `print()` shows it as the terminal does.

    Raises:
        UnreadableInput: An input cannot be read, or holds no request.
        BadCall: A path that cannot be opened, or it does not show which two requests are meant.
    """
    from .engine.difference import difference

    other = None if failing is None else case_of(failing)
    return Contrast(difference(case_of(working), other, now or datetime.now(UTC), show_secrets=show_secrets))


class Tokens:
    """What the tokens of an input say; shows itself as the terminal does."""

    __slots__ = ("examination",)

    def __init__(self, examination: Examination) -> None:
        self.examination = examination

    @property
    def tokens(self) -> tuple[Examined, ...]:
        """Each token, read and judged."""
        return self.examination.tokens

    @property
    def sound(self) -> bool:
        """Whether nothing speaks against any of them."""
        return self.examination.sound

    def to_dict(self, *, mask_claims: bool = False) -> dict[str, Any]:
        """The answer as plain data, schema why403.token/1."""
        from .render.token import data

        return data(self.examination, mask_claims=mask_claims)

    def __str__(self) -> str:
        """The answer as plain text."""
        from .render.terminal import text
        from .render.token import lines

        return text(lines(self.examination))

    def __repr__(self) -> str:
        return f"<why403.Tokens: {len(self.tokens)}, {'sound' if self.sound else 'not sound'}>"


def token(
    x: object,
    *,
    now: datetime | None = None,
    key: str | bytes | None = None,
    secret: str | bytes | None = None,
    against: Mapping[str, object] | Sequence[str] = (),
) -> Tokens:
    """Read tokens: what they say, whether they are in date, for whom, and whether they are sound.

    Args:
        x: A token, a header line, a token endpoint's answer; or whatever `explain` takes, for the tokens in it.
        now: The time to judge by; that of the input, else the clock's, unless given.
        key: A public key, certificate, JWK or JWKS (its text, PEM or JSON) to check the signature with.
        secret: The shared secret to check it with.
        against: What is required: {"aud": ..., "scope": [...], "claim": {...}}, or words as `aud=...`.

    Returns:
        The answer. `print()` shows it as the terminal does.

    Raises:
        UnreadableInput: The input or the key cannot be read.
        BadCall: Both key and secret, a requirement that is none, or joserfc is not installed.
    """
    from .model import BadCall
    from .tokens import against as requirements
    from .tokens import keys
    from .tokens.carried import of_case, of_text
    from .tokens.examine import examine

    if key is not None and secret is not None:
        raise BadCall("one key at a time", "token", "Give key or secret")
    known: tuple[VerifyKey, ...] = ()
    if key is not None:
        known = keys.from_file(key.encode() if isinstance(key, str) else key, "key")
    elif secret is not None:
        known = (keys.from_secret(secret.encode() if isinstance(secret, str) else secret),)
    if isinstance(against, str | bytes):
        raise BadCall("a list of requirements or a mapping is expected", "against", "against=['aud=...']")
    wanted = (
        requirements.from_data(dict(against), "against")
        if isinstance(against, Mapping)
        else tuple(requirements.parse(word) for word in against)
    )
    named = isinstance(x, str) and "\n" not in x and len(x) < 1024 and os.path.isfile(x)
    found = of_text(x) if isinstance(x, str) and x.strip() and not named else None
    carried = [(item, None) for item in found] if found is not None else of_case(case_of(x))
    if now is not None:
        carried = [(item, None) for item, _ in carried]
    return Tokens(examine("input", carried, now or datetime.now(UTC), known, wanted))


def redact(
    x: str | bytes | os.PathLike[str], *, personal: bool = False, hide_claims: bool = False, now: datetime | None = None
) -> Redaction:
    """Make a copy without secrets that still explains the same.

    Args:
        x: A path, or the text or bytes of a HAR, a curl command, a transcript, raw HTTP, a log, an error.
        personal: Whether e-mail and IP addresses, telephone numbers and names are removed, too.
        hide_claims: Whether of a JWT's claims only exp, nbf and iat are kept.
        now: The time by which expiry is judged where the input carries none; the clock's unless given.

    Returns:
        The copy (`.data`), how many values of which kind were removed (`.removed`), what the input and the copy explain
        (`.before`, `.after`), and whether that is the same (`.same`).

    Raises:
        UnreadableInput: The input cannot be read.
        BadCall: A path that cannot be opened.
        Why403Error: A removed value is left in the copy; the copy is withheld.
    """
    import secrets

    from .engine.redaction import redaction
    from .model import BadCall
    from .writers.redact import Wishes

    name = "text"
    if isinstance(x, os.PathLike) or (isinstance(x, str) and "\n" not in x and len(x) < 4096 and os.path.isfile(x)):
        name = os.path.basename(x)
        try:
            with open(x, "rb") as file:
                data = file.read()
        except OSError as fault:
            raise BadCall(
                fault.strerror or "cannot be read", os.fspath(x), "Check the name and its permissions"
            ) from None
    else:
        data = x.encode("utf-8", "surrogateescape") if isinstance(x, str) else bytes(x)
    return redaction(data, name, secrets.token_bytes(32), Wishes(personal, hide_claims), now or datetime.now(UTC))


class Signature:
    """A judged signature: `print()` shows it as the terminal does."""

    __slots__ = ("judgement",)

    def __init__(self, judgement: Judgement) -> None:
        self.judgement = judgement

    @property
    def sound(self) -> bool | None:
        """Whether it is right for the request as shown; None where that cannot be known without the key."""
        return self.judgement.sound

    @property
    def part(self) -> str | None:
        """The part that breaks it (method, path, query, header:NAME, payload, key, ...); None where none is named."""
        return self.judgement.faults[0].part if self.judgement.faults else None

    def to_dict(self) -> dict[str, Any]:
        """The judgement as plain data, schema why403.sign/1."""
        from .render.signature import data

        return data(self.judgement)

    def __str__(self) -> str:
        """The judgement as plain text."""
        from .render.signature import lines
        from .render.terminal import text

        return text(lines(self.judgement))

    def __repr__(self) -> str:
        return f"<why403.Signature: {'right' if self.sound else self.part or 'nothing wrong can be seen'}>"


def sign(
    x: object,
    *,
    credentials: tuple[str, str] | tuple[str, str, str] | None = None,
    recipe: str | None = None,
    secret: str | None = None,
    now: datetime | None = None,
    show_secrets: bool = False,
) -> Signature:
    """Say which part of a signed request breaks its signature: AWS Signature V4, or an HMAC scheme by recipe.

    Args:
        x: What `explain` takes.
        credentials: Access key id, secret and perhaps session token: then a signer's mistakes are found, too.
        recipe: The HMAC scheme (`why403 sign --recipes`); recognised by its header unless given.
        secret: The secret of the HMAC scheme.
        now: The time by which ages are judged where the input carries none.
        show_secrets: Whether tokens, keys and signatures are left unmasked; the key and the secret never are.

    Returns:
        The judgement.

    Raises:
        UnreadableInput: The input cannot be read, or shows no signed request.
        BadCall: A path that cannot be opened, or no such recipe.
    """
    from .engine.signature import judge
    from .rules.sigv4 import Credentials

    keys = Credentials(*credentials) if credentials else None
    return Signature(
        judge(case_of(x), lambda _: keys, recipe=recipe, secret=secret, now=now, strict=now, show_secrets=show_secrets)
    )


class Admission:
    """What lists say of an address; shows itself as the terminal does."""

    __slots__ = ("answers",)

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    @property
    def let_in(self) -> bool:
        """Whether no list refuses it."""
        return self.answers.verdict.let_in

    @property
    def judgements(self) -> tuple[ListJudgement, ...]:
        """What each list says, and which entry decides."""
        return self.answers.judgements

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data, schema why403.ip/1."""
        from .render.address import data

        return data(self.answers)

    def __str__(self) -> str:
        """The answer as plain text."""
        from .render.address import lines
        from .render.terminal import text

        return text(lines(self.answers))

    def __repr__(self) -> str:
        return f"<why403.Admission: {self.answers.verdict.why}>"


def ip(
    asked: str,
    lists: Iterable[str] = (),
    *,
    allow: Iterable[str] = (),
    block: Iterable[str] = (),
    trusted: Iterable[str] = (),
) -> Admission:
    """Judge an address by lists in files. Nothing is sent.

    Args:
        asked: An address, or a field of forwarded addresses ("X-Forwarded-For: a, b").
        lists: Files of any known form.
        allow: Files that are allowlists.
        block: Files that are blocklists.
        trusted: Networks of proxies whose field of forwarded addresses is believed.

    Returns:
        What each list says, and which entry decides. `print()` shows it as the terminal does.

    Raises:
        BadCall: No address, or a file that cannot be opened.
        UnreadableInput: A file that is no list of a known form.
    """
    from .render.address import Answers
    from .rules.addresses import judge, source, special, verdict
    from .rules.addresses.forwarded import client

    address, chain = client(asked, tuple(trusted))
    files = [(path, "") for path in lists] + [(path, "allow") for path in allow] + [(path, "block") for path in block]
    found = judge(address, [source(path, means) for path, means in files])
    return Admission(Answers(address, special(address), found, (), verdict(found), chain))
