"""The table of shapes: sound in itself, each shape known from tokens of its own pattern, all secret ones masked in any text."""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from why403.model import Case
from why403.tokens import make_table, shape_table
from why403.tokens.identify import identify
from why403.tokens.readable import BASE62, READERS
from why403.tokens.shapes import Shape, find, known, shapes
from why403.writers.mask import masker

from .made import NOW

ALL = {shape.id: shape for shape in shapes()}
TOML = Path(make_table.__file__).with_name("shapes.toml")


def of(shape: Shape) -> st.SearchStrategy[str]:
    """Tokens of a shape, ASCII."""
    return st.from_regex(re.compile(shape.pattern, re.ASCII), fullmatch=True, alphabet=st.characters(codec="ascii"))


def test_the_compiled_table_is_fresh() -> None:
    assert Path(shape_table.__file__).read_text() == make_table.table(), "run python -m why403.tokens.make_table"


def test_there_are_at_least_ninety_shapes_of_many_issuers() -> None:
    assert len(ALL) >= 170
    assert len({shape.issuer for shape in ALL.values()}) >= 80


def test_every_shape_says_whose_it_is_what_for_and_where_that_is_documented() -> None:
    for shape in ALL.values():
        assert all((shape.issuer, shape.what, shape.use)), shape.id
        assert re.fullmatch(r"https://[\w.-]+/\S*", shape.see), shape.id
        assert shape.goes or shape.reads or not shape.secret or shape.id == "stripe-webhook", shape.id
        assert shape.reads in ("", *READERS), shape.id


def test_every_pattern_is_linear_and_holds_its_cue() -> None:
    """No repeat within a repeat, no unbounded one, no backreference; the cue is part of every token."""
    for shape in ALL.values():
        assert not re.search(r"[+*}]\)?[+*{]|\\\d", shape.pattern.replace("]{", "{")), shape.id
        assert not re.search(r"(?<!\[)[*+](?![^\[]*\])", re.sub(r"\[[^\]]*\]", "x", shape.pattern)), shape.id


def test_the_toml_is_read_as_it_is_written() -> None:
    assert set(tomllib.loads(TOML.read_text())) == set(ALL)


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_token_of_a_shape_is_known_by_it(name: str, data: st.DataObject) -> None:
    shape = ALL[name]
    token = data.draw(of(shape))
    assert shape.cue in token
    found = known(token)
    assert name in [other.id for other in found]
    first = found[0]
    assert len(first.cue) >= len(shape.cue)
    read = identify(token, NOW)
    assert read.kind in ("opaque", "jwt")
    assert token not in str(read._replace(text="", inner=()))


@pytest.mark.parametrize("name", [name for name, shape in ALL.items() if shape.secret])
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_secret_shape_is_masked_in_any_text(name: str, data: st.DataObject) -> None:
    """`explain` masks what this table knows; a token without any digit is a word to it."""
    token = data.draw(of(ALL[name]).filter(lambda token: any(char.isdigit() for char in token[4:])))
    assert token not in masker(Case())(f"the key {token} was refused")


def test_what_is_made_to_be_public_stays() -> None:
    key = "pk_test_" + "1a" * 12
    assert key in masker(Case())(f"the key {key} was refused")


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_text_is_searched(text: str) -> None:
    for begin, end, shape in find(text):
        assert 0 <= begin < end <= len(text)
        assert re.match(shape.pattern, text[begin:end])


def test_a_megabyte_is_searched_in_bounded_time() -> None:
    import time

    for text in ("sk-" * 350_000, "A1" * 500_000, "xoxb-1" * 170_000, "1.AAAA" * 170_000, "dapi0" * 200_000):
        begin = time.perf_counter()
        find(text)
        assert time.perf_counter() - begin < 60, text[:8]


def crc(body: str) -> str:
    """The checksum of GitHub's tokens, computed the other way round."""
    number, letters = binascii.crc32(body.encode()), ""
    for power in range(5, -1, -1):
        digit, number = divmod(number, 62**power)
        letters += BASE62[digit]
    return letters


def says(text: str, name: str) -> str:
    return next((fact.value for fact in identify(text, NOW).facts if fact.name == name), "")


def test_githubs_checksum_tells_a_whole_token_from_a_mistyped_one() -> None:
    body = "1aB" * 10
    token = f"ghp_{body}{crc(body)}"
    assert says(token, "checksum") == "fits"
    wrong = token[:10] + ("x" if token[10] != "x" else "y") + token[11:]
    assert "checksum" in [fault.name for fault in identify(wrong, NOW).faults]
    assert "opaque-length" in [fault.name for fault in identify(token[:-4], NOW).faults]


@given(st.integers(0, 10**12 - 1), st.integers(0, 2**39 - 1))
@settings(max_examples=50)
def test_an_aws_key_id_holds_its_account(account: int, rest: int) -> None:
    """The other way round: the account's number put into the bits from which it is read."""
    raw = ((1 << 47) | (account << 7)).to_bytes(6, "big") + rest.to_bytes(5, "big")[1:]
    body = base64.b32encode(raw).decode()
    assert says("AKIA" + body, "account") == f"{account:012d}"


def test_the_documentations_own_key_id_names_no_account() -> None:
    assert says("AKIAIOSFODNN7EXAMPLE", "account") == ""


def test_what_is_encoded_in_other_tokens() -> None:
    def b64(text: str) -> str:
        return base64.b64encode(text.encode()).decode().rstrip("=")

    user = b64('{"u":"ann","a":"' + "c" * 25 + '"}')
    assert says(f"pk.{user}.{'x1' * 11}", "account") == "ann"
    assert says("123456789:AA" + "x" * 33, "bot") == "123456789"
    bot = b64("175928847299117063") + ".x1y2z3." + "a1" * 14
    assert says(bot, "bot") == "175928847299117063"
    assert says("xoxb-123456789012-210987654321-" + "a1" * 12, "workspace") == "123456789012"
    cloud = b64('{"o":"652992","n":"stack","k":"' + "k" * 20 + '","m":{"r":"prod-eu-west-0"}}')
    assert says(f"glc_{cloud}", "region") == "prod-eu-west-0"
    sentry = b64('{"iat":1795168800.5,"url":"https://sentry.io","region_url":"https://de.sentry.io","org":"shop"}')
    assert says(f"sntrys_{sentry}_{'x1' * 20}", "organization") == "shop"


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ("Bearer " + "lin_api_" + "x1" * 20, "without the word Bearer"),
        ("Bearer " + "ATATT3x" + "x1" * 30, "Authorization: Basic"),
        ("Bearer " + "glpat-" + "x1" * 10, "PRIVATE-TOKEN"),
    ],
)
def test_a_token_in_anothers_place_is_told_its_own(sent: str, place: str) -> None:
    fault = next(fault for fault in identify(sent, NOW).faults if fault.name == "wrong-place")
    assert place in fault.says or "bare" in fault.says
