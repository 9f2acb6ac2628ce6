"""No invalid token is accepted: the examples of RFC 7515, 7520 and 8037 are sound, and nothing that is derived from them by a fault is."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from why403.model import BadCall, UnreadableInput
from why403.tokens.keys import VerifyKey, from_file, from_secret
from why403.tokens.verify import verify

from .made import CLAIMS, NOW, SECRET, b64, jwt, part

EXAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "rfc_examples.json").read_text())
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHORT_RSA = rsa.generate_private_key(public_exponent=65537, key_size=1024)
EC = ec.generate_private_key(ec.SECP256R1())
EC384 = ec.generate_private_key(ec.SECP384R1())
ED = ed25519.Ed25519PrivateKey.generate()
ALG_TWICE = b64(b'{"alg":"none","alg":"HS256"}')
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


def pem(key: Any) -> bytes:
    """The public half of a key."""
    made: bytes = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return made


def keys_of(key: Any) -> tuple[VerifyKey, ...]:
    """The public half, as --key reads it."""
    return from_file(pem(key), "key.pem")


def public_jwk(key: Any, **more: str) -> dict[str, Any]:
    """The public half as a JWK."""
    made = keys_of(key)[0].key.as_dict(private=False)
    return {name: value for name, value in made.items() if name != "kid"} | more


def signed(key: Any, header: dict[str, Any], claims: object = None) -> str:
    """A token signed as its header says (RS256, PS256, ES256, ES384, EdDSA)."""
    text = f"{part(header)}.{part(CLAIMS if claims is None else claims)}"
    return f"{text}.{b64(sign(key, header['alg'], text.encode()))}"


def sign(key: Any, algorithm: str, text: bytes) -> bytes:
    if algorithm == "RS256":
        made: bytes = key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    if algorithm == "PS256":
        made = key.sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    if algorithm == "EdDSA":
        made = key.sign(text)
    if algorithm in ("RS256", "PS256", "EdDSA"):
        return made
    size = {"ES256": 32, "ES384": 48}[algorithm]
    digest = hashes.SHA256() if size == 32 else hashes.SHA384()
    first, second = decode_dss_signature(key.sign(text, ec.ECDSA(digest)))
    return first.to_bytes(size, "big") + second.to_bytes(size, "big")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["source"]))
def test_the_examples_of_the_rfcs_are_sound(example: dict[str, Any]) -> None:
    assert verify(example["token"], from_file(json.dumps(example["key"]).encode(), "jwk")).outcome == "sound"


def damaged(token: str) -> Iterator[tuple[str, str]]:
    """A token with every fault that can be made without its key."""
    head, body, signature = token.split(".")
    swap = "B" if signature[0] == "A" else "A"
    yield "signature changed at its begin", f"{head}.{body}.{swap}{signature[1:]}"
    middle = len(signature) // 2
    yield (
        "signature changed in its middle",
        f"{head}.{body}.{signature[:middle]}{'B' if signature[middle] == 'A' else 'A'}{signature[middle + 1 :]}",
    )
    yield "signature missing", f"{head}.{body}."
    yield "signature and separator missing", f"{head}.{body}"
    yield "signature cut by a byte", f"{head}.{body}.{signature[:-2]}"
    yield "signature halved", f"{head}.{body}.{signature[: len(signature) // 8 * 4]}"
    yield "signature with bytes behind it", f"{head}.{body}.{signature}AAAA"
    yield "signature of zeros", f"{head}.{body}.{'A' * len(signature)}"
    yield "payload changed", f"{head}.{'f' if body[0] != 'f' else 'g'}{body[1:]}.{signature}"
    yield "payload missing", f"{head}..{signature}"
    yield "payload and separator missing", f"{head}.{signature}"
    yield "header missing", f".{body}.{signature}"
    yield "header and separator missing", f"{body}.{signature}"
    yield "nothing but separators", ".."
    yield "payload alone", f".{body}."
    yield "nothing", ""
    yield "an empty part more", f"{token}."
    yield "a part more", f"{token}.Zm9v"
    yield "two parts more", f"{token}.Zm9v.Zm9v"
    yield "parts in another order", f"{body}.{head}.{signature}"
    yield "padding", f"{head}.{body}.{signature}{'=' * (-len(signature) % 4) or '===='}"
    yield "a line break within", f"{head}.{body[:8]}\n{body[8:]}.{signature}"
    yield "a space behind", f"{token} "
    yield "a space before", f" {token}"
    yield "a letter that is not base64url", f"{head}.{body}!.{signature}"
    yield "a letter beyond ASCII", f"{head}.{body}.{signature}\u00e9"
    yield "a NUL behind", f"{token}\0"
    for name in ("none", "None", "NONE", "nOnE", ""):
        other = part({"alg": name})
        yield f"alg {name!r}, signature kept", f"{other}.{body}.{signature}"
        yield f"alg {name!r}, signature removed", f"{other}.{body}."
        yield f"alg {name!r}, two parts", f"{other}.{body}"
    for name in ("HS256", "RS256", "PS256", "ES256", "ES384", "EdDSA", "HS1", "RSA-OAEP", "dir"):
        yield f"alg {name}", f"{part({'alg': name, 'x': 'y'})}.{body}.{signature}"
    yield "alg missing", f"{part({'typ': 'JWT'})}.{body}.{signature}"
    yield "alg a list", f"{part({'alg': ['HS256']})}.{body}.{signature}"
    yield "alg twice", f"{ALG_TWICE}.{body}.{signature}"
    yield "header no JSON", f"{b64(b'hello')}.{body}.{signature}"
    yield "header a list", f"{part(['alg'])}.{body}.{signature}"
    yield "JSON serialization", json.dumps({"payload": body, "protected": head, "signature": signature})
    yield (
        "general JSON serialization",
        json.dumps({"payload": body, "signatures": [{"protected": head, "signature": signature}]}),
    )


DAMAGED = [
    pytest.param(example, text, id=f"{example['source']}: {name}")
    for example in EXAMPLES
    for name, text in damaged(example["token"])
]


@pytest.mark.parametrize(("example", "text"), DAMAGED)
def test_no_damaged_example_is_accepted(example: dict[str, Any], text: str) -> None:
    assert verify(text, from_file(json.dumps(example["key"]).encode(), "jwk")).outcome != "sound"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["source"]))
def test_no_key_of_another_example_fits(example: dict[str, Any]) -> None:
    mine = json.dumps(example["key"], sort_keys=True)
    for other in EXAMPLES:
        if json.dumps(other["key"], sort_keys=True) != mine:
            assert verify(example["token"], from_file(json.dumps(other["key"]).encode(), "jwk")).outcome != "sound"


@given(st.sampled_from(EXAMPLES), st.data())
@settings(max_examples=300, deadline=None)
def test_no_changed_letter_goes_unnoticed(example: dict[str, Any], data: st.DataObject) -> None:
    token = example["token"]
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCDwxyz0189-_.").filter(lambda letter: letter != token[at]))
    text = token[:at] + letter + token[at + 1 :]
    assert verify(text, from_file(json.dumps(example["key"]).encode(), "jwk")).outcome != "sound"


SOUND = [
    ("RS256", RSA, {"alg": "RS256"}),
    ("PS256", RSA, {"alg": "PS256"}),
    ("ES256", EC, {"alg": "ES256", "typ": "at+jwt"}),
    ("ES384", EC384, {"alg": "ES384"}),
    ("EdDSA", ED, {"alg": "EdDSA"}),
]


@pytest.mark.parametrize(("name", "key", "header"), SOUND, ids=[name for name, _, _ in SOUND])
def test_every_algorithm_is_checked(name: str, key: Any, header: dict[str, Any]) -> None:
    assert verify(signed(key, header), keys_of(key)).outcome == "sound"
    assert (
        verify(
            signed(key, header, {"changed": True}).rpartition(".")[0] + "." + signed(key, header).rpartition(".")[2],
            keys_of(key),
        ).outcome
        == "unsound"
    )


@pytest.mark.parametrize(
    "secret", [pem(RSA), pem(RSA).strip(), pem(EC), pem(ED)], ids=["RSA", "RSA stripped", "EC", "Ed25519"]
)
def test_a_public_key_is_no_shared_secret(secret: bytes) -> None:
    """The classic deception: HS256 with the public key's letters for a secret (RFC 8725, section 2.1)."""
    token = jwt(None, {"alg": "HS256"}, secret)
    key = from_file(secret, "key.pem")
    assert (verify(token, key).outcome, verify(token, key).source) == ("refused", "RFC 8725, section 3.1")
    with pytest.raises(BadCall, match="not a shared secret"):
        from_secret(secret)


def test_a_key_from_the_header_is_never_taken() -> None:
    jwk = public_jwk(OTHER_RSA)
    for header in (
        {"alg": "RS256", "jwk": jwk},
        {"alg": "RS256", "jwk": jwk, "kid": "mine"},
        {"alg": "RS256", "jku": "https://elsewhere.example/jwks.json"},
        {"alg": "RS256", "x5u": "https://elsewhere.example/cert.pem"},
    ):
        assert verify(signed(OTHER_RSA, header), keys_of(RSA)).outcome != "sound"
        assert (
            verify(signed(RSA, header), keys_of(RSA)).outcome == "sound"
        )  # it is no fault either: it is not looked at


@pytest.mark.parametrize(
    "extra",
    [
        {"crit": ["shop"], "shop": 1},
        {"crit": ["b64"], "b64": False},
        {"crit": []},
        {"crit": "exp"},
        {"crit": ["exp"], "exp": 1},
        {"b64": False},
    ],
    ids=str,
)
def test_what_must_be_understood_and_is_not_refuses(extra: dict[str, Any]) -> None:
    assert verify(signed(RSA, {"alg": "RS256", **extra}), keys_of(RSA)).outcome == "refused"


def test_ecdsa_signatures_have_one_form_only() -> None:
    text = signed(EC, {"alg": "ES256"}).rpartition(".")[0]
    plain = sign(EC, "ES256", text.encode())
    first, second = int.from_bytes(plain[:32], "big"), int.from_bytes(plain[32:], "big")
    der = EC.sign(text.encode(), ec.ECDSA(hashes.SHA256()))
    assert verify(f"{text}.{b64(plain)}", keys_of(EC)).outcome == "sound"
    wrong = {
        "DER": der,
        "zeros": bytes(64),
        "r of zero": bytes(32) + plain[32:],
        "s of zero": plain[:32] + bytes(32),
        "the order of the curve": ORDER.to_bytes(32, "big") * 2,
        "r beyond the order": ((first + ORDER) % 2**256).to_bytes(32, "big") + plain[32:],
        "swapped": plain[32:] + plain[:32],
        "a zero before each": b"\0" + plain[:32] + b"\0" + plain[32:],
        "a zero behind": plain + b"\0",
        "a byte short": plain[:-1],
        "ones": (1).to_bytes(32, "big") * 2,
        "s changed": plain[:32] + ((second + 1) % ORDER).to_bytes(32, "big"),
    }
    for name, raw in wrong.items():
        assert verify(f"{text}.{b64(raw)}", keys_of(EC)).outcome != "sound", name


def test_rsa_padding_is_checked_to_the_last_byte() -> None:
    """The blocks that careless verifiers take: short padding with rubbish behind the hash, another hash's name, no name."""
    text = signed(RSA, {"alg": "RS256"}).rpartition(".")[0]
    numbers = RSA.private_numbers()
    modulus, size = numbers.public_numbers.n, 256
    digest = hashlib.sha256(text.encode()).digest()
    name = bytes.fromhex("3031300d060960864801650304020105000420")
    sound = b"\0\1" + b"\xff" * (size - 3 - len(name) - 32) + b"\0" + name + digest

    def of(block: bytes) -> str:
        return f"{text}.{b64(pow(int.from_bytes(block, 'big'), numbers.d, modulus).to_bytes(size, 'big'))}"

    assert verify(of(sound), keys_of(RSA)).outcome == "sound"
    short = b"\0\1" + b"\xff" * 8 + b"\0" + name + digest
    wrong = {
        "rubbish behind the hash": short + b"\x55" * (size - len(short)),
        "no name of the hash": b"\0\1" + b"\xff" * (size - 3 - 32) + b"\0" + digest,
        "the name of SHA-1": sound.replace(
            name, bytes.fromhex("3031300d060960864801650304020105000420").replace(b"\x02\x01", b"\x02\x02")
        ),
        "block type 2": b"\0\2" + sound[2:],
        "block type 0": b"\0\0" + sound[2:],
        "padding of zeros": b"\0\1" + b"\0" * (size - 3 - len(name) - 32) + b"\0" + name + digest,
        "a byte of the padding": sound[:10] + b"\xfe" + sound[11:],
        "the hash changed": sound[:-1] + bytes([sound[-1] ^ 1]),
    }
    for label, block in wrong.items():
        assert verify(of(block), keys_of(RSA)).outcome != "sound", label


def test_short_keys_are_refused_though_the_signature_fits() -> None:
    found = verify(signed(SHORT_RSA, {"alg": "RS256"}), keys_of(SHORT_RSA))
    assert (found.outcome, found.source) == ("refused", "RFC 7518, section 3.3")
    assert "fits" in found.says
    found = verify(jwt(None, {"alg": "HS256"}, b"short"), (from_secret(b"short"),))
    assert (found.outcome, found.source) == ("refused", "RFC 7518, section 3.2")


def test_a_shared_secret_checks_hmac_only() -> None:
    key = (from_secret(SECRET),)
    assert verify(jwt(), key).outcome == "sound"
    assert verify(jwt(None, {"alg": "HS512"}, SECRET * 2), (from_secret(SECRET * 2),)).outcome == "sound"
    assert verify(jwt(None, None, SECRET + b"x"), key).outcome == "unsound"
    assert verify(signed(RSA, {"alg": "RS256"}), key).outcome == "refused"


def test_a_secret_that_was_to_be_decoded_is_named() -> None:
    import base64

    letters = base64.b64encode(SECRET)
    found = verify(jwt(), (from_secret(letters),))
    assert found.outcome == "unsound"
    assert "decoded from base64" in found.says


def jwks(*keys: dict[str, Any]) -> tuple[VerifyKey, ...]:
    return from_file(json.dumps({"keys": list(keys)}).encode(), "jwks.json")


def test_the_key_of_a_set_is_chosen_by_kid() -> None:
    known = jwks(public_jwk(OTHER_RSA, kid="old"), public_jwk(RSA, kid="new"))
    assert verify(signed(RSA, {"alg": "RS256", "kid": "new"}), known).key == "new"
    assert verify(signed(RSA, {"alg": "RS256", "kid": "old"}), known).outcome == "unsound"
    missing = verify(signed(RSA, {"alg": "RS256", "kid": "newest"}), known)
    assert missing.outcome == "refused"
    assert "old, new" in missing.says
    assert verify(signed(RSA, {"alg": "RS256"}), known).outcome == "sound"  # without a kid each that fits is tried
    single = jwks(public_jwk(RSA, kid="new"))
    assert verify(signed(RSA, {"alg": "RS256", "kid": "old"}), single).outcome == "refused"


def test_a_key_is_used_for_what_it_says_only() -> None:
    token = signed(RSA, {"alg": "RS256"})
    for more in ({"use": "enc"}, {"alg": "PS256"}, {"alg": "RSA-OAEP"}):
        assert verify(token, jwks(public_jwk(RSA, **more))).outcome == "refused", more
    only_encrypts = public_jwk(RSA) | {"key_ops": ["encrypt"]}
    assert verify(token, jwks(only_encrypts)).outcome == "refused"
    assert verify(token, jwks(public_jwk(RSA, use="sig", alg="RS256"))).outcome == "sound"


def test_a_curve_signs_with_its_own_algorithm_only() -> None:
    assert (
        verify(
            signed(EC384, {"alg": "ES384"}).replace(part({"alg": "ES384"}), part({"alg": "ES256"})), keys_of(EC384)
        ).outcome
        == "refused"
    )
    assert verify(signed(EC, {"alg": "ES256"}), keys_of(EC384)).outcome == "refused"


def test_an_encrypted_token_has_no_signature_to_check() -> None:
    sealed = f"{part({'alg': 'dir', 'enc': 'A128GCM'})}..{b64(b'i' * 12)}.{b64(b'c')}.{b64(b't' * 16)}"
    assert verify(sealed, keys_of(RSA)).outcome == "refused"


def test_a_private_key_and_a_certificate_serve_by_their_public_half() -> None:
    token = signed(RSA, {"alg": "RS256"})
    private = RSA.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    assert verify(token, from_file(private, "private.pem")).outcome == "sound"
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "login.shop.example")])
    begin = NOW.replace(tzinfo=None)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(RSA.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin.replace(year=begin.year + 1))
        .sign(RSA, hashes.SHA256())
    )
    assert verify(token, from_file(certificate.public_bytes(serialization.Encoding.PEM), "cert.pem")).outcome == "sound"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"{}",
        b"[]",
        b'{"keys": []}',
        b'{"keys": [3]}',
        b'{"kty": "RSA"}',
        b'{"kty": "XYZ", "n": "AQAB"}',
        b'{"kty":"oct","kty":"RSA"}',
        b"-----BEGIN PUBLIC KEY-----\nhello\n-----END PUBLIC KEY-----",
        b"-----BEGIN ",
        b'{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_file_that_holds_no_key_is_said_to(data: bytes) -> None:
    with pytest.raises(UnreadableInput):
        from_file(data, "key.json")


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_keys_or_a_word(data: bytes) -> None:
    try:
        found = from_file(data, "key")
    except UnreadableInput:
        return
    assert found


def test_hmac_is_what_the_standard_library_makes() -> None:
    """The builder of these tests agrees with RFC 7515's own example."""
    example = next(item for item in EXAMPLES if item["source"] == "RFC 7515, appendix A.1")
    secret = from_file(json.dumps(example["key"]).encode(), "jwk")[0].key.raw_value
    text, _, signature = example["token"].rpartition(".")
    assert b64(hmac.new(secret, text.encode(), hashlib.sha256).digest()) == signature
