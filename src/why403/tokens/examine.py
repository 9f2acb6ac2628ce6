"""What `why403 token` answers: every token of an input read, checked with the keys given, and held against what is required."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..model.frozen import NamedTuple
from .identify import identify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .against import Requirement, Shortfall
    from .carried import Carried
    from .keys import VerifyKey
    from .reading import Reading
    from .verify import Verdict


class Examined(NamedTuple):
    """One token: what it says, whether its signature is sound, and what it lacks."""

    reading: Reading
    verdict: Verdict | None = None  # None: no key was given
    shortfalls: tuple[Shortfall, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing speaks against it: no fault, no failed signature, no shortfall."""
        checked = self.verdict is None or self.verdict.outcome == "sound"
        return not self.reading.refused and checked and not self.shortfalls


class Examination(NamedTuple):
    """All tokens of one input."""

    name: str
    tokens: tuple[Examined, ...]
    now: datetime | None = None

    @property
    def sound(self) -> bool:
        """Whether every one of them is, and one of them at least could be read."""
        readable = any(token.reading.kind != "unknown" for token in self.tokens)
        return readable and all(token.sound for token in self.tokens)


def examine(
    name: str,
    carried: Iterable[tuple[Carried, datetime | None]],
    now: datetime | None,
    keys: tuple[VerifyKey, ...] = (),
    requirements: tuple[Requirement, ...] = (),
) -> Examination:
    """Read and judge tokens; each with the time at which it was sent, where the input says so."""
    found: list[Examined] = []
    seen: set[tuple[str, str]] = set()
    for item, at in carried:
        if (key := (item.scheme, item.value)) in seen:
            continue
        seen.add(key)
        reading = identify(item.value, at or now, scheme=item.scheme, where=item.where, cookie=item.cookie)
        found.append(judge(reading._replace(at=at), at or now, keys, requirements))
    return Examination(name, tuple(found), now)


def judge(
    reading: Reading, now: datetime | None, keys: tuple[VerifyKey, ...], requirements: tuple[Requirement, ...]
) -> Examined:
    """One token that was read."""
    verdict = None
    if keys and reading.kind in ("jwt", "jwe"):
        from .verify import verify

        verdict = verify(reading.text, keys)
    lacks: tuple[Shortfall, ...] = ()
    if requirements:
        from .against import shortfalls

        lacks = shortfalls(reading, requirements, now)
    return Examined(reading, verdict, lacks)
