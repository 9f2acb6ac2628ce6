"""Hostile input to the examples under their real servers: a refusal or a right answer, in time, and never a fault of the server's."""

from __future__ import annotations

import socket
import time

import pytest

import why403
from tests.guard_doors.shops import Shop, finding

FORM = ("Content-Type: application/x-www-form-urlencoded", "Cookie: csrf=1")
PARTS = ("Content-Type: multipart/form-data; boundary={}", "Cookie: csrf=1")
JSON = ("Content-Type: application/json", "Cookie: csrf=1")


def _asked(line: str, *fields: str, body: str = "") -> str:
    length = (f"Content-Length: {len(body)}",) if body else ()
    return "\r\n".join((f"{line} HTTP/1.1", "Host: localhost", *fields, *length, "", body))


# what is sent; statuses that are right, the server's own refusals of what no application should see among them
SENT = {
    "HTTP/1.0 without Host": ("GET /prices HTTP/1.0\r\n\r\n", {400}),
    "two Hosts": (_asked("GET /prices", "Host: evil.example"), {400, 421}),
    "two Authorizations": (_asked("GET /orders", "Authorization: Bearer a.b.c", "Authorization: Bearer d.e.f"), {400, 401}),
    "a malformed Authorization": (_asked("GET /orders", 'Authorization: \t Bearer\t"'), {401}),
    "an Authorization that is no UTF-8": (_asked("GET /orders", "Authorization: Bearer \xff\xfe.\xff.\xff"), {400, 401}),
    "a long Authorization": (_asked("GET /orders", f"Authorization: Bearer {'x' * 30_000}"), {400, 401, 431}),
    "a thousand cookies": (_asked("POST /orders", f"Cookie: {'; '.join(['csrf=1'] * 1000)}"), {400, 403}),
    "ten thousand cookies": (_asked("POST /orders", f"Cookie: {'; '.join(['csrf=1'] * 10_000)}"), {400, 403, 431}),
    "a header of a megabyte": (_asked("GET /orders", f"X-Long: {'x' * (1 << 20)}"), {400, 431}),
    "a forged chain": (_asked("GET /ops/health", f"X-Forwarded-For: {'10.0.0.1, ' * 700}10.0.0.1"), {403}),
    "a path that is no UTF-8": (_asked("GET /orders/%ff%fe"), {401, 404}),
    "another spelling of a path": (_asked("GET /x/..//admin/./stock"), {401, 404}),
    "a form that is no UTF-8": (_asked("POST /orders", *FORM, body="csrf_token=\xff%f\xfe"), {403}),
    "multipart without an end": (_asked("POST /orders", PARTS[0].format("b"), PARTS[1], body="--b\r\nCont"), {403}),
    "multipart without a boundary": (_asked("POST /orders", PARTS[0].format(""), PARTS[1], body="--\r\n"), {403}),
    "JSON without a bottom": (_asked("POST /orders", *JSON, body="[" * 50_000), {403}),
    "an Origin with a user": (_asked("POST /orders", "Origin: https://shop.localhost@evil.example"), {403}),
    "a method of its own": (_asked("CSRF /orders", "Cookie: csrf=1"), {403, 405}),
}  # fmt: skip


@pytest.mark.parametrize("name", SENT)
def test_a_hostile_request_is_refused(shop: Shop, name: str) -> None:
    """And explained, where the guard and not the server has answered."""
    text, right = SENT[name]
    answer = _exchanged(shop, text.encode("latin-1"))
    status = int(answer.split(b" ", 2)[1])
    assert status in right, answer[:600]
    if b"why403-cause" in answer.lower():
        assert finding(why403.explain(answer.decode("utf-8", "replace")))[1] == "proven"


def test_a_body_that_never_ends_is_answered(shop: Shop) -> None:
    """As soon as its beginning holds no token; Django under ASGI reads bodies whole before any middleware, and so may wait."""
    if shop.name == "django-asgi":
        return
    head = _asked("POST /orders", *FORM, "Transfer-Encoding: chunked").encode()
    chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    answer = _exchanged(shop, head + chunk * 40)
    assert answer.startswith(b"HTTP/1.1 403 "), answer[:300]
    assert b"csrf-token-missing" in answer


def _exchanged(shop: Shop, sent: bytes) -> bytes:
    """What came back within ten seconds."""
    answer = b""
    with socket.create_connection(("127.0.0.1", shop.port), timeout=10) as line:
        end = time.monotonic() + 10
        try:
            line.sendall(sent)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered before it had read all
        while time.monotonic() < end and not _whole(answer):
            try:
                data = line.recv(65_536)
            except ConnectionResetError:
                break
            if not data:
                break
            answer += data
    return answer


def _whole(answer: bytes) -> bool:
    head, found, body = answer.partition(b"\r\n\r\n")
    length = next(
        (line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), None
    )
    return bool(found) and length is not None and len(body) >= int(length)
