"""A refusal's whole explanation: what is sealed, what the decision log tells, and the line by which why403 knows it again."""

from __future__ import annotations

from ..model.frozen import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST = 160  # letters of one member: a seal must fit into a header field
KEYS = {
    "cause": "c", "reason": "e", "status": "s", "rule": "r", "where": "w", "required": "q", "seen": "n", "identity": "i",
    "method": "m", "path": "p", "address": "a", "at": "t", "beside": "b",
}  # fmt: skip


class Explanation(NamedTuple):
    """Who was refused what, by which rule, and why. Nothing in it is a secret as it came: the guard masks before."""

    cause: str  # an id of the register
    reason: str = ""  # the rule's own finer word: "other-session", "referer-missing"
    status: int = 403
    rule: str = ""  # as it was written: Role('admin')
    where: str = ""  # the file and line on which it was written
    required: str = ""
    seen: str = ""
    identity: str = ""  # who asked, as far as anybody is known
    method: str = ""
    path: str = ""
    address: str = ""  # the client's, as worked out behind the trusted proxies
    at: int = 0  # when, in seconds since 1970
    beside: str = ""  # what the other ways in lacked, where the rule had several

    def packed(self, longest: int = LONGEST) -> dict[str, Any]:
        """The members that say something, under short names and no longer than a header field bears."""
        held = self._asdict()
        return {short: _cut(held[name], longest) for name, short in KEYS.items() if held[name] not in ("", 0)}

    @classmethod
    def unpacked(cls, data: dict[str, Any]) -> Explanation:
        """What `packed` packed. Raises ValueError for what is none."""
        members: dict[str, Any] = {}
        for name, short in KEYS.items():
            value = data.get(short, 0 if name in ("status", "at") else "")
            if not isinstance(value, int if name in ("status", "at") else str):
                raise ValueError(name)
            members[name] = value
        if not members["cause"]:
            raise ValueError("cause")
        return cls(**members)

    def line(self, denial: str = "") -> str:
        """One line that tells all of it; of hostile values nothing but what one line can hold."""
        said = [f"denial={denial}"] if denial else []
        said += [f"status={self.status}", f"cause={self.cause}"]
        for name in ("reason", "rule", "where", "required", "seen", "beside", "identity", "address"):
            if value := str(getattr(self, name)):
                said.append(f"{name}={_quoted(value)}")
        return f"{self.asked('refused')}: {' '.join(said)}"

    def asked(self, outcome: str) -> str:
        """What was asked, and what came of it."""
        return f"why403.guard {outcome} {_word(self.method)} {_word(self.path)}"


def _cut(value: Any, longest: int = LONGEST) -> Any:
    return value if not isinstance(value, str) or len(value) <= longest else value[: longest - 1] + "…"


def _quoted(value: str) -> str:
    """A value as one word: bare where it is one, else as JSON writes it, without anything that moves a terminal's cursor."""
    value = _cut(value)
    if value.isascii() and all(letter.isalnum() or letter in "-_.:/@*" for letter in value):
        return value
    from json import dumps

    return dumps(value)


def _word(text: str) -> str:
    shown = "".join(letter if letter.isprintable() and letter != " " else "?" for letter in text[:200])
    return shown or "-"
