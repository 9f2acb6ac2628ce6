"""The user's role lacks the permission."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Scene
from ...model import Claim, Finding, Fix, Pattern, Weight
from ..cause import Cause
from ..command import advice
from ..found import named, plain
from ..siblings import other_credential, who

# the words of Kubernetes' API server: who, verb, resource, group, and the namespace unless it is the cluster
KUBERNETES = Pattern(
    r"User \"([^\"]{1,200})\" cannot (\w{1,30}) resource \"([\w./-]{1,100})\" in API group \"([\w.-]{0,100})\""
    r"(?: in the namespace \"([\w.-]{1,100})\")?"
)


def detect(scene: Scene) -> Iterator[Claim]:
    """A twin with another user's credential that is let through, where this one's is known (403, not 401)."""
    if scene.status == 403 and who(scene.exchange) and (twin := other_credential(scene)) and who(twin.exchange):
        proof = twin.evidence(
            "The same request with another credential is let through: who asks decides", twin.differs[0], Weight.STRONG
        )
        yield Claim("role-missing", (proof,), Weight.STRONG, also=("scope-missing", "not-owner", "account-blocked"))


def grant(scene: Scene) -> Fix | None:
    """The role and binding that Kubernetes' message asks for, as two commands."""
    found = named(scene, KUBERNETES)
    if found is None or not plain(found.group(1)):
        return None
    user, verb, resource, group, namespace = found.groups()
    parts = user.split(":")
    account = f"{parts[2]}:{parts[3]}" if parts[:2] == ["system", "serviceaccount"] and len(parts) == 4 else ""
    subject = f"--serviceaccount={account}" if account else f"--user={user}"
    kind, place = ("role", f" --namespace={namespace}") if namespace else ("clusterrole", "")
    name = f"{verb}-{resource.replace('/', '-')}"
    what = f"{resource}.{group}" if group else resource
    snippet = (
        f"kubectl create {kind} {name} --verb={verb} --resource={what}{place}\n"
        f"kubectl create {kind}binding {name} --{kind}={name} {subject}{place}"
    )
    where = f"in the namespace {namespace}" if namespace else "in the whole cluster"
    return advice(
        "operator",
        f"Grant {user} this one verb on this one resource",
        language="shell",
        snippet=snippet,
        opens=f"{user} may then {verb} {what} {where}",
    )


def mend(scene: Scene, _: Finding) -> Iterator[Fix]:
    """The narrowest role."""
    if fix := grant(scene):
        yield fix
    yield advice(
        "operator",
        "Give this user (or service account) the narrowest role that holds the permission named, on this resource only",
    )
    yield advice("caller", "Ask for that role, or use the account that has it")


CAUSE = Cause("role-missing", detect, mend=mend)
