"""Texts too large to be searched whole: what tells is found wherever it stands, and said to be a part."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from why403.engine.explain import explain
from why403.engine.refused import near
from why403.model import Note
from why403.readers import logs, telling
from why403.readers.choose import read_text

FILLER = "2026-11-20 10:00:00 INFO worker 12 served item 4711 in 12 ms\n"
NEEDLE = "Forbidden (CSRF cookie not set.): /items/"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 8000))
def test_a_line_in_the_middle_is_found_with_its_number(at: int) -> None:
    text = FILLER * at + NEEDLE + "\n" + FILLER * (8000 - at)
    case = read_text(text, "app.log")
    first = explain(case).refusals[0].findings[0]
    assert (first.cause, first.product, first.evidence[0].where) == ("csrf-cookie-missing", "django", f"text:{at + 1}")
    assert case.remarks


def test_a_line_of_megabytes_is_cut_to_what_tells() -> None:
    text = "word " * 500_000 + NEEDLE + " word" * 500_000
    case = read_text(text, "x")
    assert sum(len(note.text) for note in case.notes) < telling.KEPT
    assert explain(case).refusals[0].findings[0].cause == "csrf-cookie-missing"


def test_a_large_text_that_tells_nothing_is_no_refusal() -> None:
    assert explain(read_text(FILLER * 9000, "x")).refusals == ()


def test_lines_that_differ_in_numbers_are_one_refusal_with_a_count() -> None:
    line = (
        "2026/11/20 10:00:{:02} [error] 1#1: *{} access forbidden by rule, client: 192.0.2.{}, server: s.example, "
        'request: "GET /a HTTP/1.1", host: "s.example"'
    )
    text = "\n".join(line.format(number % 60, number, number % 250) for number in range(2000))
    report = explain(read_text(text, "error.log"))
    assert [(found.times, found.findings[0].cause, found.findings[0].product) for found in report.refusals] == [
        (2000, "deny-rule", "nginx")
    ]


def test_kinds_of_lines_are_bounded_and_the_rest_is_named() -> None:
    words = [a + b + c for a in "abcdefghij" for b in "klmnopqrst" for c in "uvwxyz"]
    line = (
        '2026/11/20 10:00:00 [error] 1#1: *1 access forbidden by rule, client: 192.0.2.1, request: "GET /{} HTTP/1.1"'
    )
    case = logs.read("\n".join(line.format(word) for word in words), "x")
    assert len(case.exchanges) == logs.MOST
    assert case.remarks


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_text_made_large_is_read(text: str) -> None:
    large = text + ("\n" + text) * (telling.LARGE // (len(text) + 1) + 1)
    if large.strip():
        explain(read_text(large, "x"))


def test_many_refusals_in_one_paste_are_read_up_to_a_bound_and_that_is_said() -> None:
    answers = "".join(
        f"GET /page/{number} HTTP/1.1\nHost: shop.example\n\nHTTP/1.1 403 Forbidden\nContent-Type: text/html\n\n"
        f"<title>No {number}</title>{'x' * 6000}\nsome words between {number}\n\n"
        for number in range(150)
    )
    report = explain(read_text(answers, "-"))
    assert 20 < sum(refusal.times for refusal in report.refusals) <= 50
    assert any("were explained" in remark for remark in report.remarks)


def test_loose_text_beside_several_refusals_is_read_near_each() -> None:
    notes = tuple(Note(letter * 3000, line=at * 10 + 1) for at, letter in enumerate("abcdefgh"))
    first, last = near(notes, 0.0), near(notes, 1.0)
    assert sum(len(note.text) for note in first) == sum(len(note.text) for note in last) == 8000
    assert first[0].text == "a" * 3000
    assert last[-1].text == "h" * 3000
    assert near(notes[:2], 0.5) == notes[:2]
