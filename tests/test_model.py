"""The model's own replacements for parts of the standard library, held against those parts."""

from __future__ import annotations

import copy
import pickle
from typing import NamedTuple as Standard
from urllib.parse import parse_qsl, unquote, unquote_to_bytes, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from why403.model import Request, query_pairs, split_url, unquoted, unquoted_bytes
from why403.model.frozen import NamedTuple


class Mine(NamedTuple):
    """One with defaults, a method and a property."""

    a: int
    b: str = "x"
    c: tuple[int, ...] = ()

    @property
    def twice(self) -> int:
        """Twice the first."""
        return self.a * 2


class Theirs(Standard):
    """The same, by the standard library."""

    a: int
    b: str = "x"
    c: tuple[int, ...] = ()


@given(st.lists(st.integers(), max_size=5), st.dictionaries(st.sampled_from("abcd"), st.integers(), max_size=4))
def test_a_frozen_class_takes_what_a_named_tuple_takes(values: list[int], named: dict[str, int]) -> None:
    try:
        theirs = Theirs(*values, **named)  # type: ignore[arg-type]
    except TypeError:
        with pytest.raises(TypeError):
            Mine(*values, **named)  # type: ignore[arg-type]
        return
    mine = Mine(*values, **named)  # type: ignore[arg-type]
    assert tuple(mine) == tuple(theirs)
    assert repr(mine) == repr(theirs).replace("Theirs", "Mine")
    assert mine._asdict() == theirs._asdict()
    assert mine._replace(b="y") == tuple(theirs._replace(b="y"))
    assert mine.twice == mine.a * 2
    assert pickle.loads(pickle.dumps(mine)) == copy.copy(mine) == mine
    assert isinstance(copy.deepcopy(mine), Mine)


def test_a_frozen_class_refuses_what_it_does_not_have() -> None:
    with pytest.raises(ValueError, match="'d'"):
        Mine(1)._replace(d=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="3 fields, not 2"):
        Mine._make([1, "y"])
    with pytest.raises(AttributeError):
        Request().method = "GET"  # type: ignore[misc]
    assert Mine._fields == Theirs._fields
    assert Mine._field_defaults == Theirs._field_defaults


@given(st.text(st.sampled_from("aZ0%+&=;/?#é\ud800 \x00fF2"), max_size=40))
def test_escapes_are_undone_as_urllib_undoes_them(text: str) -> None:
    if "\ud800" not in text:
        assert unquoted(text) == unquote(text)
    assert isinstance(unquoted(text), str)


@given(st.text(st.sampled_from("aZ0%+fF2 é"), max_size=40))
def test_escapes_are_undone_to_bytes_as_urllib_undoes_them(text: str) -> None:
    assert unquoted_bytes(text.encode()) == unquote_to_bytes(text)


@given(st.text(st.sampled_from("ab%+&=41é "), max_size=40))
def test_a_query_is_read_as_urllib_reads_it(text: str) -> None:
    assert query_pairs(text) == parse_qsl(text, keep_blank_values=True)


def test_a_query_of_too_many_fields_is_cut() -> None:
    assert len(query_pairs("a=1&" * 50_000)) == 10_000


@given(
    st.sampled_from(["", "http:", "HTTPS:", "x-a.b+c:", "1x:", ":"]),
    st.text(st.sampled_from("aB/?#:@[]0.é"), max_size=24),
)
def test_a_url_is_cut_where_urllib_cuts_it(scheme: str, rest: str) -> None:
    mine = split_url(scheme + rest)
    try:
        theirs = urlsplit(scheme + rest)
        name, port = theirs.hostname, theirs.port
    except ValueError:
        return  # split_url raises nothing; what it makes of these is nobody's concern
    assert (mine.scheme, mine.path, mine.query) == (theirs.scheme, theirs.path, theirs.query)
    if theirs.netloc.count(":") <= 1 and not set("[]@") & set(theirs.netloc):
        assert (mine.hostname, mine.port) == (name or "", port)


@given(st.text(max_size=200))
def test_any_text_is_a_url_or_a_path(text: str) -> None:
    split_url(text)
