"""An access policy denies it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ...evidence import Scene
from ...model import Finding, Fix, Pattern
from ..cause import Cause
from ..command import advice
from ..found import named

# the words of AWS (troubleshoot_access-denied.html): who, what, on what, and which policy
DENIED = Pattern(
    r"User: (\S{1,300}) is not authorized to perform: ([\w-]{1,60}:[\w-]{1,120})(?: on resource: (\S{1,400}))?",
    re.IGNORECASE,
)
EXPLICIT = Pattern(r"with an explicit deny in an? ([\w -]{3,60}?policy)", re.IGNORECASE)


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """The one statement that is missing, from the values that the message names; the deny that is to be narrowed."""
    found, deny = named(scene, DENIED), named(scene, EXPLICIT)
    if deny:
        what = f"{found.group(2)} by {found.group(1)}" if found else "this action by this principal"
        yield advice(
            "operator",
            f"Narrow the deny in the {deny.group(1)} so that it spares {what}: no allow outweighs it",
        )
    elif found:
        who, action, resource = found.group(1), found.group(2), (found.group(3) or "").rstrip(".,;\"'")
        known = resource.startswith("arn:")
        statement = {"Effect": "Allow", "Action": action, "Resource": resource if known else "<ARN of the resource>"}
        yield advice(
            "operator",
            f"Add one statement to the policies of {who}",
            language="json",
            snippet=json.dumps(statement, indent=2),
            opens=f"{who} may then do {action} on {resource if known else 'the resource that you name'}",
        )
    yield advice(
        "operator",
        "Add to the policy named one statement that allows this action on this resource for this principal; "
        "where an explicit deny is named, narrow the deny",
    )


CAUSE = Cause("policy-denied", mend=mend)
