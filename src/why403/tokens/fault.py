"""What is wrong with a token, by a name that stays the same."""

from __future__ import annotations

from ..model.frozen import NamedTuple

FAULT, HAZARD, NOTE = "fault", "hazard", "note"


class Fault(NamedTuple):
    """One thing that is wrong, or worth knowing."""

    name: str  # "exp-milliseconds"; a name never changes its meaning
    says: str
    where: str = ""  # the claim, header parameter or part: "exp", "header.alg", "signature"
    source: str = ""  # "RFC 7519, section 4.1.4"
    grade: str = FAULT  # fault: it is refused for this; hazard: it should be; note: worth knowing
