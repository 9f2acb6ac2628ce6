"""The catalogue of causes: its rooms, their prose, and every case in it."""

from __future__ import annotations

import re

import pytest

from why403.causes import catalogue
from why403.causes.about import HEADINGS, Case, page, text
from why403.engine.explain import explain
from why403.engine.refused import refused, subjects
from why403.engine.weigh import weigh
from why403.evidence import Scene
from why403.model import Fix, Report
from why403.products import listen, tables
from why403.readers.choose import read_bytes

REGISTER = tables().register
PAGES = {cause: page(cause) for cause in REGISTER}
CASES = [
    pytest.param(cause, case, id=f"{cause}: {case.name}") for cause, about in PAGES.items() for case in about.cases
]
# what never stands in a fix: each opens a door to everybody
FORBIDDEN = re.compile(
    r"csrf_exempt|SecRuleEngine\s+Off|chmod\s+(?:-R\s+)?0?777|setenforce\s+0|Allow-Origin:?\s+\*|[\"']\*[\"']|verify=False|--insecure\b"
)


def report(case: Case) -> Report:
    return explain(read_bytes(case.input.encode(), "case"))


def said(case: Case) -> str:
    """The whole verdict in one line, as the tables write it."""
    found = report(case).refusals
    if not found:
        return "nothing"
    first = found[0].findings[0]
    by = f" by {first.product}" if first.product else ""
    sure = "" if first.cause == "unknown" else f"{first.confidence} "
    return f"{sure}{first.cause} in {first.layer}{by}"


def cause_of(expect: str) -> str:
    words = expect.split()
    return words[1] if words[0] in ("proven", "likely", "possible") else words[0]


def fixes(case: Case, cause_id: str) -> list[Fix]:
    """What the room of a cause offers for one of its cases."""
    room = next(cause for cause in catalogue() if cause.id == cause_id)
    read = read_bytes(case.input.encode(), "case")
    found: list[Fix] = []
    for exchange, notes, around in subjects(read):
        scene = Scene(read, exchange, notes, around, listen(exchange, notes), None)
        if refused(scene):
            for finding in weigh(scene).findings[:1]:
                if finding.cause == cause_id:
                    found += room.mend(scene, finding)
    return found


def test_rooms_are_exactly_the_register() -> None:
    """Every cause of the register has a room, in its order, and no room is without an entry; `unknown` needs none."""
    assert [cause.id for cause in catalogue()] == [cause for cause in REGISTER if cause != "unknown"]


@pytest.mark.parametrize("cause", REGISTER)
def test_page_keeps_the_form(cause: str) -> None:
    """A page has a lead and all headings in order, each with text, and a link behind what it says of products."""
    about = PAGES[cause]
    assert about.lead
    assert "\n\n" not in about.lead, "the lead is one paragraph"
    assert tuple(heading for heading, _ in about.sections) == HEADINGS
    assert all(prose for _, prose in about.sections)
    assert any("https://" in prose for _, prose in about.sections)
    assert REGISTER[cause].title in text(cause)


@pytest.mark.parametrize("cause", REGISTER)
def test_look_alikes_are_causes(cause: str) -> None:
    """What a page writes in code quotes as a cause beside itself is a cause of the register."""
    look_alikes = dict(PAGES[cause].sections)["Look-alikes"]
    named = re.findall(r"^- `([a-z0-9-]+)`", look_alikes, re.MULTILINE)
    assert named, "no neighbour is named"
    assert set(named) <= set(REGISTER)
    assert cause not in named


@pytest.mark.parametrize("cause", REGISTER)
def test_cause_can_be_said_and_withheld(cause: str) -> None:
    """Two cases in which it speaks at least, and two look-alikes in which it does not."""
    verdicts = [cause_of(case.expect) for case in PAGES[cause].cases]
    assert sum(verdict == cause for verdict in verdicts) >= 2
    assert sum(verdict != cause for verdict in verdicts) >= 2


@pytest.mark.parametrize(("cause", "case"), CASES)
def test_case(cause: str, case: Case) -> None:
    """The whole verdict on a case is the one that the page writes down."""
    assert said(case) == case.expect


@pytest.mark.parametrize(
    ("cause", "case"),
    [case for case in CASES if cause_of(case.values[1].expect) == case.values[0] != "unknown"],  # type: ignore[union-attr]
)
def test_room_mends_its_own_cases(cause: str, case: Case) -> None:
    """A room offers a correction wherever its cause is found, and none that opens a door to everybody."""
    found = fixes(case, cause)
    assert found
    for fix in found:
        assert not FORBIDDEN.search(f"{fix.summary}\n{fix.snippet}")
        assert fix.safety in ("safe", "loosens", "blanks")
        assert fix.opens or fix.safety != "loosens"


@pytest.mark.parametrize("cause", REGISTER)
def test_prose_advises_nothing_that_opens_everything(cause: str) -> None:
    """What a page tells the operator to do opens no door to everybody."""
    advice = dict(PAGES[cause].sections)["What the operator can do"]
    assert not FORBIDDEN.search(advice)


def test_a_denial_in_permissive_mode_rules_mac_denied_out() -> None:
    """A record with permissive=1 was logged and let through: it speaks against SELinux, whatever denied it."""
    room = next(cause for cause in catalogue() if cause.id == "mac-denied")
    record = 'avc:  denied  {{ read }} for  pid=31 comm="httpd" name="index.html" tclass=file permissive={}'
    for mode, ruled_out in ((1, True), (0, False)):
        read = read_bytes(f"403 Forbidden\n{record.format(mode)}\n".encode(), "case")
        exchange, notes, around = next(iter(subjects(read)))
        scene = Scene(read, exchange, notes, around, listen(exchange, notes), None)
        assert bool(list(room.against(scene))) is ruled_out


@pytest.mark.parametrize(
    ("cause", "text", "snippet"),
    [
        (
            "role-missing",
            'pods is forbidden: User "system:serviceaccount:shop:deployer" cannot list resource "pods" in API group "" '
            'in the namespace "shop"',
            "kubectl create role list-pods --verb=list --resource=pods --namespace=shop\n"
            "kubectl create rolebinding list-pods --role=list-pods --serviceaccount=shop:deployer --namespace=shop",
        ),
        (
            "policy-denied",
            "An error occurred (AccessDenied) when calling the GetObject operation: "
            "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: s3:GetObject "
            "on resource: arn:aws:s3:::shop/report.pdf "
            "because no identity-based policy allows the s3:GetObject action",
            '{\n  "Effect": "Allow",\n  "Action": "s3:GetObject",\n  "Resource": "arn:aws:s3:::shop/report.pdf"\n}',
        ),
        (
            "host-refused",
            "DisallowedHost: Invalid HTTP_HOST header: 'www.shop.example'.",
            'ALLOWED_HOSTS = ["www.shop.example"]',
        ),
        (
            "file-permission",
            '2026/11/20 10:00:00 [error] 3#3: *7 open() "/home/alice/index.html" failed (13: Permission denied), '
            'client: 192.0.2.7, server: shop.example, request: "GET / HTTP/1.1"',
            "namei -l /home/alice/index.html",
        ),
    ],
)
def test_a_correction_names_what_the_message_names(cause: str, text: str, snippet: str) -> None:
    """A room fills its correction with the values that the refusal itself gives."""
    assert any(snippet in fix.snippet for fix in fixes(Case("", "", "text", text), cause))


def test_a_hostile_path_is_not_put_into_a_command() -> None:
    """A path with letters that a shell would act on is left blank."""
    text = '[error] 3#3: *7 open() "/srv/$(id)/x;y" failed (13: Permission denied), client: 192.0.2.7, server: nginx'
    assert all("$(id)" not in fix.snippet for fix in fixes(Case("", "", "text", text), "file-permission"))


@pytest.mark.parametrize(("_", "case"), CASES)
def test_a_sleeping_room_has_nothing_to_say(_: str, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cues that wake a room miss none of its cases: with every room awake the findings are the same."""
    found = [refusal.findings for refusal in report(case).refusals]
    monkeypatch.setattr("why403.engine.weigh.awake", lambda _: catalogue())
    assert [refusal.findings for refusal in report(case).refusals] == found
