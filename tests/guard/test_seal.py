"""The seal: opened by its key alone, refused when altered, moved or expired, and telling nothing to anybody else."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.guard.play import KEY, NOW
from why403.model import BadCall, Case, Exchange, Headers, Note, Response, UnreadableInput
from why403.seal import Explanation, denial_id, named, new_key, opened, ring, seal, unseal

KEYS = ring(KEY)
TOLD = Explanation(
    "role-missing", "", 403, "Role('admin')", "shop/app.py:41", "role admin", "roles editor", "ada (bearer)", "POST", "/orders",
    "192.0.2.7", NOW, "Scope('write'): scope-missing",
)  # fmt: skip
DENIAL = "mzxw6ytboi2gk3tu"
WORDS = st.text(st.characters(codec="utf-8"), max_size=80)
EXPLANATIONS = st.builds(
    Explanation, st.sampled_from(("role-missing", "csrf-token-invalid")), WORDS, st.integers(400, 499), WORDS, WORDS, WORDS, WORDS,
    WORDS, WORDS,
    WORDS, WORDS, st.integers(0, 2**33), WORDS,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(EXPLANATIONS)
def test_what_is_sealed_is_opened(told: Explanation) -> None:
    """Everything comes back, cut where a header could not bear it; and a seal always fits into a header."""
    denial = denial_id()
    sealed = seal(told, denial, KEYS)
    held = unseal(sealed, KEYS, told.at, denial)
    assert len(sealed) < 2400
    assert (held.cause, held.status, held.at) == (told.cause, told.status, told.at)
    for mine, theirs in zip(held, told, strict=True):
        assert mine == theirs or (isinstance(mine, str) and mine.endswith("…") and str(theirs).startswith(mine[:-1]))


def test_whole() -> None:
    assert unseal(seal(TOLD, DENIAL, KEYS), KEYS, NOW, DENIAL) == TOLD


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_bit_can_be_altered(data: st.DataObject) -> None:
    """Whichever bit is turned round, of the version, the key's name, the denial, the nonce or the rest: it is refused."""
    sealed = seal(TOLD, DENIAL, KEYS)
    raw = bytearray(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)))
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    altered = base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
    with pytest.raises(UnreadableInput):
        unseal(altered, KEYS, NOW)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2000), st.sampled_from("AZaz09-_ ="))
def test_no_letter_can_be_altered(at: int, letter: str) -> None:
    """The same of letters: the last one's spare bits included."""
    sealed = seal(TOLD, DENIAL, KEYS)
    at %= len(sealed)
    altered = sealed[:at] + letter + sealed[at + 1 :]
    if altered != sealed and altered.strip() != sealed:
        with pytest.raises(UnreadableInput):
            unseal(altered, KEYS, NOW)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=3000) | st.from_regex(r"[A-Za-z0-9_-]{40,900}", fullmatch=True))
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(UnreadableInput):
        unseal(text, KEYS, NOW)


def test_cut_off() -> None:
    """However much of it is lost."""
    sealed = seal(TOLD, DENIAL, KEYS)
    for length in range(len(sealed)):
        with pytest.raises(UnreadableInput):
            unseal(sealed[:length], KEYS, NOW)


def test_moved_to_another_denial() -> None:
    """A seal belongs to its denial: beside another's id it is refused, and with another's id put into it, too."""
    other = denial_id()
    sealed = seal(TOLD, DENIAL, KEYS)
    with pytest.raises(UnreadableInput, match=f"belongs to the denial {DENIAL}, not to {other}"):
        unseal(sealed, KEYS, NOW, other)
    raw, foreign = (
        bytearray(base64.urlsafe_b64decode(one + "=" * (-len(one) % 4))) for one in (sealed, seal(TOLD, other, KEYS))
    )
    raw[5:15] = foreign[5:15]
    moved = base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
    assert named(moved) == other
    with pytest.raises(UnreadableInput, match="altered"):
        unseal(moved, KEYS, NOW, other)


def test_expiry() -> None:
    sealed = seal(TOLD, DENIAL, KEYS, keep=60)
    assert unseal(sealed, KEYS, NOW + 60).cause == "role-missing"
    with pytest.raises(UnreadableInput, match="has expired"):
        unseal(sealed, KEYS, NOW + 61)


def test_rotation() -> None:
    """A new key seals; the old one still opens what it sealed, until it is taken out; another's opens nothing."""
    old, new = new_key(), new_key()
    before, after = seal(TOLD, DENIAL, ring(old)), seal(TOLD, DENIAL, ring(f"{new}, {old}"))
    both = ring([new, old])
    assert unseal(before, both, NOW) == unseal(after, both, NOW) == TOLD
    assert unseal(after, ring(new), NOW) == TOLD
    for sealed, keys in ((before, ring(new)), (after, ring(old)), (after, ring(new_key()))):
        with pytest.raises(UnreadableInput, match="which is not at hand"):
            unseal(sealed, keys, NOW)


@settings(max_examples=100, deadline=None)
@given(EXPLANATIONS)
def test_nothing_is_visible_without_the_key(told: Explanation) -> None:
    """No member stands in it, readable or in base64; two seals of the same share nothing but key, version and denial."""
    denial = denial_id()
    one, two = seal(told, denial, KEYS), seal(told, denial, KEYS)
    raw, again = (base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)) for sealed in (one, two))
    assert raw[:15] == again[:15]
    assert raw[15:27] != again[15:27]
    same = sum(mine == theirs for mine, theirs in zip(raw[27:], again[27:], strict=True))
    assert same < len(raw[27:]) * 0.1 + 8
    for value in told:
        word = str(value).encode("utf-8", "surrogatepass")
        if len(word) > 6:
            assert word not in raw
            assert base64.urlsafe_b64encode(word).rstrip(b"=") not in one.encode()


def test_its_length_tells_little() -> None:
    """What a caller can write into the path or a header changes the length in steps of 64 bytes, and is not compressed with the rest."""
    lengths = {len(seal(TOLD._replace(path="/orders" + "x" * size), DENIAL, KEYS)) for size in range(64)}
    assert len(lengths) <= 2
    same, random = (
        len(seal(TOLD._replace(path=path), DENIAL, KEYS)) for path in ("/roles/editor" * 4, "/qzjxkvwpyfgh" * 4)
    )
    assert same == random


@pytest.mark.parametrize("key", ["", "abc", "x" * 43, "A" * 43, "é" * 43, b"short", "0" * 64, None, []])
def test_what_is_no_key(key: object) -> None:
    """A key is 32 random bytes; the message never shows what was given."""
    with pytest.raises(BadCall) as fault:
        ring(key)  # type: ignore[arg-type]
    assert not key or str(key) not in str(fault.value)


def test_a_key_is_not_shown() -> None:
    key = ring(KEY)[0]
    assert KEY not in repr(key)
    assert key.secret.hex() not in repr(key)
    assert ring(key.secret) == ring(key.secret.hex()) == ring(KEY) == KEYS


def test_opened_where_it_stands() -> None:
    """In a header, in a body, in loose text; several in one input, each with its own answer."""
    sealed = seal(TOLD, DENIAL, KEYS)
    header = Exchange(None, Response(403, None, Headers((("Why403-Denial", DENIAL), ("Why403-Seal", sealed)))))
    body = Exchange(None, Response(403, None, None, json.dumps({"denial": DENIAL, "sealed": sealed}).encode()))
    found = opened(Case(exchanges=(header, body), notes=(Note(f"Why403-Seal: {sealed}"), Note("nothing"))), KEY, NOW)
    for exchange in found.exchanges:
        assert "cause=role-missing" in (exchange.answered("Why403-Seal#opened") or "")
    assert [note.text for note in found.notes[2:]] == [TOLD.line()]
    assert found.remarks == ()


def test_what_cannot_be_opened_is_remarked_upon() -> None:
    """A seal of another denial, or of another key, opens nothing, and the report says so."""
    moved = Exchange(
        None, Response(403, None, Headers((("Why403-Denial", denial_id()), ("Why403-Seal", seal(TOLD, DENIAL, KEYS)))))
    )
    case = Case(exchanges=(moved,))
    assert opened(case, KEY, NOW).exchanges == case.exchanges
    assert "belongs to the denial" in opened(case, KEY, NOW).remarks[0]
    assert "not at hand" in opened(Case(exchanges=(moved._replace(response=moved.response and moved.response._replace(
        headers=Headers((("Why403-Seal", seal(TOLD, DENIAL, KEYS)),)))),)), new_key(), NOW).remarks[0]  # fmt: skip
    assert "no seal was opened" in opened(case, "no key", NOW).remarks[0]
    assert opened(Case(notes=(Note("text"),)), "no key", NOW) == Case(notes=(Note("text"),))


@settings(max_examples=100, deadline=None)
@given(EXPLANATIONS)
def test_its_line_is_one_line(told: Explanation) -> None:
    """Whatever a request put into it, a log line stays one line, without anything that moves a terminal's cursor."""
    line = told.line(DENIAL)
    assert line.isprintable() or all(letter.isprintable() or ord(letter) > 0xA0 for letter in line)
    assert len(line.splitlines()) == 1
