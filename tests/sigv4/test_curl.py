"""curl --aws-sigv4 signs: what it sends is found right, or the mistake that this release of curl makes is named."""

from __future__ import annotations

import socket
import subprocess
import threading

import pytest

import why403

from .world import KEY, SECRET

PATHS = {
    "a plain path": "/prod/pets",
    "a query in order": "/prod/pets?a=1&b=2",
    "a query out of order": "/prod/pets?b=2&a=1",
    "a body": "/prod/pets",
}


def asked(words: list[str], path: str) -> str:
    """What curl sends, as it goes over the wire."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        got: list[bytes] = []

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(10)
                data = b""
                while b"\r\n\r\n" not in data or (words and not data.endswith(b"}")):
                    data += connection.recv(65536)
                got.append(data)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}{path}"
        command = [
            "curl",
            "-sS",
            url,
            "--aws-sigv4",
            "aws:amz:eu-west-1:execute-api",
            "--noproxy",
            "*",
            "-K",
            "-",
            *words,
        ]
        subprocess.run(
            command, input=f'user = "{KEY}:{SECRET}"\n'.encode(), check=True, timeout=30, capture_output=True
        )
        thread.join(30)
    return got[0].decode()


@pytest.mark.parametrize("name", PATHS)
def test_what_curl_signs(name: str) -> None:
    words = ["-H", "Content-Type: application/json", "-d", '{"a": 1}'] if name == "a body" else []
    found = why403.sign(asked(words, PATHS[name]), credentials=(KEY, SECRET))
    if name == "a query out of order":
        assert found.sound or (found.part == "query" and found.judgement.faults[0].shown_by == "key"), str(found)
    else:
        assert found.sound is True, str(found)
