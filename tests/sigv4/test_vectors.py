"""AWS's published test suite: canonical request, string to sign and Authorization of every vector."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from why403.model import Headers, Request
from why403.rules.sigv4 import Credentials, Scope, canonical, diagnose, presented, signature

SUITE = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
SCOPE = Scope("20150830", "us-east-1", "service")


def request(vector: dict[str, Any]) -> Request:
    """A vector's request, signed as the suite signs it."""
    fields = [*map(tuple, vector["headers"]), ("Authorization", vector["authorization"])]
    return Request(vector["method"], vector["target"], Headers(fields), vector["body"].encode(), "HTTP/1.1")


@pytest.mark.parametrize("vector", SUITE["vectors"], ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, Any]) -> None:
    found = presented(request(vector))
    assert found is not None
    assert found.scope == SCOPE
    spelt = canonical(request(vector), found.scope.service, found.signed)
    to_sign = found.to_sign(spelt.hash)
    assert spelt.text.split("\n") == vector["canonical"]
    assert to_sign.text.split("\n") == vector["to_sign"]
    value = signature(SUITE["secret"], found.scope, to_sign.text)
    names = ";".join(found.signed)
    text = f"AWS4-HMAC-SHA256 Credential={SUITE['key_id']}/{SCOPE.text}, SignedHeaders={names}, Signature={value}"
    assert text == vector["authorization"]


@pytest.mark.parametrize("vector", SUITE["vectors"], ids=lambda vector: vector["name"])
def test_a_right_signature_is_called_right(vector: dict[str, Any]) -> None:
    found = diagnose(request(vector), (), None, Credentials(SUITE["key_id"], SUITE["secret"]))
    assert found is not None
    assert found.sound is True


@pytest.mark.parametrize("vector", SUITE["vectors"], ids=lambda vector: vector["name"])
def test_with_another_secret_it_is_not(vector: dict[str, Any]) -> None:
    found = diagnose(request(vector), (), None, Credentials(SUITE["key_id"], SUITE["secret"][::-1]))
    assert found is not None
    assert found.sound is False
    assert found.part == "key"


def test_the_suite_is_whole() -> None:
    assert len(SUITE["vectors"]) == 34


S3_SECRET = "/".join(("wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYEXAMPLEKEY"))
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
HOST = ("Host", "examplebucket.s3.amazonaws.com")
DATE = ("x-amz-date", "20130524T000000Z")
# https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, sigv4-query-string-auth.html, sigv4-streaming.html:
# method, target, headers beside Host and x-amz-date, payload, signature
S3_EXAMPLES: dict[str, tuple[str, str, list[tuple[str, str]], str, str]] = {
    "GET object": (
        "GET", "/test.txt", [("Range", "bytes=0-9")], EMPTY,
        "f0e8bdb87c964420e857bd35b5d6ed31" + "0bd44f0170aba48dd91039c6036bdb41",
    ),
    "PUT object": (
        "PUT", "/test%24file.text",
        [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "98ad721746da40c64f1a55b78f14c238" + "d841ea1380cd77a1b5971af0ece108bd",
    ),
    "GET bucket lifecycle": (
        "GET", "/?lifecycle", [], EMPTY, "fea454ca298b7da1c68078a5d1bdbfbb" + "e0d65c699e0f91ac7a200a0136783543",
    ),
    "list objects": (
        "GET", "/?max-keys=2&prefix=J", [], EMPTY, "34b48302e7b5fa45bde8084f4b7868a8" + "6f0a534bc59db6670ed5711ef69dc6f7",
    ),
    "PUT object in chunks": (
        "PUT", "/examplebucket/chunkObject.txt",
        [
            ("Host", "s3.amazonaws.com"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"), ("Content-Encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "66560"), ("Content-Length", "66824"),
        ],
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "4f232c4386841ef735655705268965c4" + "4a0e4690baa4adea153f7db9fa80a0a9",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", S3_EXAMPLES)
def test_s3s_own_examples(name: str) -> None:
    method, target, more, payload, value = S3_EXAMPLES[name]
    fields = [*([] if ("Host", "s3.amazonaws.com") in more else [HOST]), DATE, ("x-amz-content-sha256", payload), *more]
    names = ";".join(sorted(field.lower() for field, _ in fields))
    credential = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256 Credential={credential},SignedHeaders={names},Signature={value}"
    asked = Request(method, target, Headers([*fields, ("Authorization", text)]), None, "HTTP/1.1")
    found = diagnose(asked, (), None, Credentials("AKIAIOSFODNN7EXAMPLE", S3_SECRET))
    assert found is not None
    assert found.sound is True


def test_s3s_own_presigned_link() -> None:
    link = (
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
        "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835" + "f995330da4c265957d157751f604d404"
    )
    found = diagnose(Request("GET", link), (), None, Credentials("AKIAIOSFODNN7EXAMPLE", S3_SECRET))
    assert found is not None
    assert (found.sound, found.faults) == (True, ())
