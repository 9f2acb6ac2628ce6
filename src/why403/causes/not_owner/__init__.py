"""The object belongs to someone else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ...evidence import Scene, jwt_of
from ...model import Claim, Evidence, Finding, Fix, Weight
from ...model.url import RECORD
from ..cause import Cause
from ..command import advice
from ..siblings import other_record, path_of

# a path's segment that is followed by whose record it is, and the claims that name the token's own
OWNERS = {
    "users": ("sub", "user_id", "uid", "userId"), "user": ("sub", "user_id", "uid", "userId"),
    "accounts": ("account_id", "accountId", "sub"), "customers": ("customer_id", "customerId", "sub"),
    "tenants": ("tenant_id", "tenantId", "tid"), "orgs": ("org_id", "orgId"), "organizations": ("org_id", "orgId"),
    "workspaces": ("workspace_id", "workspaceId"), "teams": ("team_id", "teamId"),
}  # fmt: skip


def owner_asked(scene: Scene) -> tuple[str, str, str, str] | None:
    """(place, claim, the token's own id, the id in the path) where path and token both name an owner."""
    found = jwt_of(scene)
    if found is None:
        return None
    parts = path_of(scene.exchange.url).split("/")
    for segment, theirs in pairwise(parts):
        for claim in OWNERS.get(segment.lower(), ()):
            mine = found[1].claims.get(claim)
            if isinstance(mine, str | int) and not isinstance(mine, bool) and RECORD.match(theirs):
                return f"{found[0]}.{claim}", claim, str(mine), theirs
    return None


def detect(scene: Scene) -> Iterator[Claim]:
    """Another record of the same kind that the same user gets; a path that names another owner than the token."""
    if scene.status not in (403, 404):
        return
    if record := other_record(scene):
        sibling, mine, theirs = record
        says = f"The same user gets {theirs}, and is refused {mine} of the same kind"
        weight = Weight.STRONG if scene.status == 403 else Weight.HINT
        yield Claim("not-owner", (sibling.evidence(says, weight),), weight, also=("resource-hidden",))
    elif (asked := owner_asked(scene)) and asked[2] != asked[3]:
        where, claim, mine, theirs = asked
        says = f"The token's {claim} is {mine}, the path asks for {theirs}"
        yield Claim("not-owner", (Evidence(where, mine, says, Weight.HINT),), Weight.HINT)


def against(scene: Scene) -> Iterator[Evidence]:
    """The path names the token's own owner."""
    if (asked := owner_asked(scene)) and asked[2] == asked[3]:
        yield Evidence(asked[0], asked[2], f"The token's {asked[1]} is the one in the path")


def mend(_: Scene, __: Finding) -> Iterator[Fix]:
    """What the refuser would approve of."""
    yield advice("operator", "If this user shall have it, share the object with them or add them to what owns it")
    yield advice("caller", "Check the id, the owner's name and the account that you are logged in with")


CAUSE = Cause("not-owner", detect, against, mend)
