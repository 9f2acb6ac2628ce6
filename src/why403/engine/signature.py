"""A case's signed request, judged: by Signature V4's rules where it is signed so, else by the recipe of its HMAC scheme."""

from __future__ import annotations

from ..model import BadCall, UnreadableInput, Weight
from ..model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ..model import Case
    from ..rules.fault import Fault
    from ..rules.hmac import Verdict
    from ..rules.sigv4 import Credentials, Diagnosis

HINT = "Give the request as it was sent, with the header or query that holds its signature"


class Judgement(NamedTuple):
    """What was found by either kind of rules, and how to show it: `clean` masks secrets."""

    aws: Diagnosis | None
    scheme: Verdict | None
    clean: Callable[[str], str]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong, the most certain first."""
        found = self.aws or self.scheme
        return found.faults if found else ()

    @property
    def sound(self) -> bool | None:
        """Whether the signature is right for the request as shown; None where that cannot be known."""
        found = self.aws or self.scheme
        return found.sound if found else None

    @property
    def unknown(self) -> tuple[str, ...]:
        """What cannot be known from the input, in sentences."""
        found = self.aws or self.scheme
        return found.unknown if found else ()

    @property
    def broken(self) -> bool:
        """Whether a part is named that breaks the signature."""
        return any(fault.sure >= Weight.STRONG for fault in self.faults)


def judge(
    case: Case,
    keys: Callable[[str], Credentials | None],
    *,
    recipe: str | None = None,
    secret: str | None = None,
    now: datetime | None = None,
    strict: datetime | None = None,
    show_secrets: bool = False,
) -> Judgement:
    """Judge the signature of a case's signed request: of several the first that was refused.

    Args:
        case: What the input gave.
        keys: The AWS credentials of a key id, where they are at hand.
        recipe: The HMAC scheme; recognised by its header unless given.
        secret: The secret of the HMAC scheme.
        now: The time by which a presigned link is judged where the case has none.
        strict: The time by which every signature's age is judged where the case has none.
        show_secrets: Whether secrets of the case are left unmasked; the key and the secret never are.

    Raises:
        BadCall: There is no such recipe.
        UnreadableInput: No signed request is shown.
    """
    from ..rules.sigv4.around import around, texts
    from ..rules.sigv4.diagnose import of_texts

    signed = around(case) if recipe is None else None
    if signed is None:
        if recipe is None and (logged := of_texts(texts(case))):
            return Judgement(logged, None, cleaner(case, _tokens(logged, show_secrets), show_secrets=show_secrets))
        return _by_recipe(case, recipe, secret, strict, show_secrets=show_secrets)
    from ..rules.sigv4 import diagnose
    from ..rules.sigv4.presented import presented

    given = presented(signed.request)
    credentials = keys(given.key_id) if given else None
    at = signed.at or strict
    found = diagnose(signed.request, signed.texts, at, credentials, complete=signed.complete, now=now)
    if found is None:
        raise UnreadableInput("no signed request is shown", case.name, HINT)
    hidden = _tokens(found, show_secrets)
    if credentials:
        hidden += (credentials.secret, "" if show_secrets else credentials.token or "")
    return Judgement(found, None, cleaner(case, hidden, show_secrets=show_secrets))


def _tokens(found: Diagnosis, shown: bool) -> tuple[str, ...]:
    """The tokens and keys that stand in canonical requests, which need not be the case's own request."""
    from ..writers.mask import secret_header

    spelt = (one for one in (found.ours, found.theirs, found.own, found.signed) if one and not shown)
    return tuple(value for one in spelt for name, value in one.headers if secret_header(name))


def _by_recipe(
    case: Case, name: str | None, secret: str | None, at: datetime | None, *, show_secrets: bool
) -> Judgement:
    from ..rules import hmac
    from ..rules.sigv4.around import surroundings

    wanted = hmac.recipe(name) if name else None
    candidates = [exchange for exchange in case.exchanges if exchange.request]
    for exchange in sorted(candidates, key=lambda exchange: (exchange.status or 0) < 400):
        known = hmac.recognised(exchange.request) if exchange.request else ()
        chosen = wanted or (known[0] if known else None)
        if chosen is None or (wanted is not None and wanted not in known and len(candidates) > 1):
            continue
        seen = surroundings(case, exchange)
        answer = "\n".join(text for text, _, _ in seen.texts)
        found = hmac.verdict(seen.request, chosen, secret, seen.at or at, answer)
        if wanted is None and secret is not None and not found.sound:
            others = (hmac.verdict(seen.request, other, secret, seen.at or at, answer) for other in known[1:])
            found = next((other for other in others if other.sound), found)
        return Judgement(None, found, cleaner(case, (secret or "",), show_secrets=show_secrets))
    if wanted is not None:
        raise UnreadableInput(f"no request is shown that is signed as {wanted.name} does", case.name, HINT)
    if not candidates:
        raise UnreadableInput("no request is shown", case.name, HINT)
    known_ids = ", ".join(one.id for one in hmac.recipes())
    raise BadCall("no known signature is in this request", case.name, f"Name its scheme with --recipe: {known_ids}")


def cleaner(case: Case, hidden: tuple[str, ...], *, show_secrets: bool) -> Callable[[str], str]:
    """A function that masks the case's secrets unless `show_secrets`, and what is to be hidden always."""
    from ..writers.mask import masked, masker

    mask = (lambda text: text) if show_secrets else masker(case)
    kept = sorted({form for value in hidden for form in (value, value.strip()) if len(form) > 3}, key=len, reverse=True)

    def clean(text: str) -> str:
        for value in kept:
            if value in text:
                text = text.replace(value, masked(value))
        return mask(text)

    return clean
