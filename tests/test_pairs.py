"""A pair of JSON is found however the program that printed it writes pairs; a name that begins with a sign is found in a URL."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.products import tables
from why403.products.text import find_pair, fold, lower, pair_of

NOTATIONS = {
    "Python": "{{'{key}': '{value}', 'next': 1}}",
    "Ruby": '{{:{key}=>"{value}", :next=>1}}',
    "PHP": '[ "{key}" => "{value}" "next" => 1 ]',
    "JavaScript": "{{ {key}: '{value}', next: 1 }}",
    "YAML": "{key}: {value} next: 1",
    "a log's field": 'level=warn {key}="{value}" next=1',
    "JSON with spaces": '{{ "{key}" : "{value}" }}',
    "JSON in JSON": r"{{\"{key}\":\"{value}\"}}",
}


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_pair_in_another_notation(notation: str) -> None:
    text = lower(fold("Error: " + NOTATIONS[notation].format(key="code", value="expired_example")))
    start, end = find_pair('"code":"expired_example"', text)
    assert text[start:end].startswith("code")
    assert text[start:end].endswith("expired_example")


@pytest.mark.parametrize(
    "text",
    [
        "error_code: expired_example",  # the end of a longer key
        "code: 'expired_example_of_another_kind'",  # the beginning of a longer value
        "code expired_example",  # no pair
        "code: 'other', name: 'expired_example'",  # another key's value
        "",
    ],
)
def test_what_is_another_pair_or_none(text: str) -> None:
    assert find_pair('"code":"expired_example"', text) == (-1, -1)


def test_values_that_everybody_says_stay_json() -> None:
    assert pair_of('"error":"forbidden"') is None
    assert pair_of('"code":403') is None
    assert pair_of('"error":"forbidden"', alone=False) == ("error", "forbidden", True)


KEYS = st.from_regex(r"[a-z][a-z_]{1,11}", fullmatch=True)
VALUES = st.from_regex(r"[a-z][a-z_]{4,19}", fullmatch=True)


@settings(max_examples=200, deadline=None)
@given(KEYS, VALUES, st.text(max_size=40), st.text(max_size=40))
def test_a_pair_is_found_where_it_was_put(key: str, value: str, before: str, after: str) -> None:
    rule = lower(json.dumps({key: value}, separators=(",", ":"))[1:-1])
    text = lower(fold(f"{before} {{'{key}': '{value}'}} {after}"))
    start, end = find_pair(rule, text)
    if pair_of(rule) is None:
        assert (start, end) == (-1, -1)
    else:
        assert 0 <= start < end
        assert text[start:end].startswith(key)
        assert text[start:end].endswith(value)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_is_searched_without_a_fault(rule: str, text: str) -> None:
    start, end = find_pair(rule, text)
    assert -1 <= start <= end <= len(text)


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("https://login.example.com/admin/realms/shop/users", "keycloak"),
        ("mongodb+srv://me@cluster0.example1.mongodb.net/shop", "mongodb-atlas"),
        ("get s3://example-bucket/key", "aws-s3"),
    ],
)
def test_a_name_that_begins_or_ends_with_a_sign(text: str, product: str) -> None:
    assert product in {found.id for found in tables().by_name(text)}


def test_a_word_is_no_name_inside_a_longer_word() -> None:
    assert "keycloak" in {found.id for found in tables().by_name("our keycloak says")}
    assert "keycloak" not in {found.id for found in tables().by_name("our mykeycloaks say")}
