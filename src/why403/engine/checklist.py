"""The seven questions that everybody asks of a 403, answered from the evidence or honestly left open."""

from __future__ import annotations

from ..evidence import Scene, challenges, credentials, csrf, jwt_of, none_sent
from ..model import Check, Evidence, Finding

QUESTIONS = (
    "Is the caller authenticated?",
    "Does the caller have the role or permission?",
    "Is a CSRF token needed, and present?",
    "Is the caller's address allowed?",
    "Does the token have the scopes?",
    "Can the server read the files?",
    "Is the feature switched on for this user?",
)
NO = {
    "credentials-missing": 0, "credentials-malformed": 0, "token-expired": 0, "token-invalid": 0, "token-wrong-audience": 0,
    "clock-skew": 0, "signature-mismatch": 0, "login-step-missing": 0, "role-missing": 1, "not-owner": 1, "policy-denied": 1,
    "csrf-token-missing": 2, "csrf-token-invalid": 2, "csrf-cookie-missing": 2, "csrf-origin-mismatch": 2,
    "ip-not-allowed": 3, "ip-blocked": 3, "geo-blocked": 3, "scope-missing": 4, "file-permission": 5, "mac-denied": 5,
    "symlink-refused": 5, "feature-disabled": 6, "account-blocked": 6,
}  # fmt: skip
BEYOND_LOGIN = (
    "role-missing",
    "not-owner",
    "scope-missing",
    "policy-denied",
    "csrf-token-missing",
    "csrf-token-invalid",
)


def checklist(scene: Scene, findings: tuple[Finding, ...]) -> tuple[Check, ...]:
    """One answer a question: yes, no, unknown or not-applicable, with its evidence."""
    first = findings[0]
    answers: list[tuple[str, tuple[Evidence, ...]]] = [("unknown", ())] * len(QUESTIONS)
    if none_sent(scene):
        answers[0] = ("no", (Evidence("request.headers", "", "No credential is among them"),))
    elif first.cause in ("scope-missing", "role-missing", "not-owner") and first.confidence == "proven":
        answers[0] = ("yes", first.evidence[:1])
    if scene.exchange.method in ("GET", "HEAD", "OPTIONS") and first.cause not in csrf.GROUP:
        answers[2] = (
            "not-applicable",
            (Evidence("request.method", scene.exchange.method, "CSRF checks guard methods that change state"),),
        )
    elif (
        any(credential.kind == "bearer" for credential in credentials(scene))
        and not scene.exchange.asked("cookie")
        and not csrf.complaint(scene)
    ):
        answers[2] = (
            "not-applicable",
            (
                Evidence(
                    "request.headers.authorization", "Bearer", "A bearer token and no cookie: nothing to forge with"
                ),
            ),
        )
    elif (piece := csrf.token(scene)) and not piece.spoiled and first.cause not in csrf.GROUP:
        answers[2] = ("yes", (Evidence(piece.where, piece.name, "A token was sent"),))
    found = jwt_of(scene)
    wanted = next((challenge.get("scope") for challenge in challenges(scene) if challenge.get("scope")), "")
    if found and wanted and set(wanted.split()) <= set(found[1].scopes):
        answers[4] = ("yes", (Evidence(f"{found[0]}.scope", " ".join(found[1].scopes), "The token has them"),))
    elif (
        not any(credential.kind in ("bearer", "key") for credential in credentials(scene))
        and not wanted
        and none_sent(scene)
    ):
        answers[4] = ("not-applicable", (Evidence("request.headers", "", "No token was sent"),))
    if first.layer in ("edge", "proxy", "gateway") and first.confidence == "proven":
        says = f"The request was refused before it came to files ({first.layer})"
        answers[5] = (
            "not-applicable",
            (Evidence(first.evidence[0].where, first.evidence[0].quote, says),) if first.evidence else (),
        )
    if (number := NO.get(first.cause)) is not None and first.confidence != "possible":
        answers[number] = ("no", first.evidence[:1])
    return tuple(Check(question, *answer) for question, answer in zip(QUESTIONS, answers, strict=True))
