"""A server that records what a client sends, byte for byte: the oracle of the tests of readers and writers."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import tempfile
import threading
from types import TracebackType
from typing import NamedTuple, Self

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
CHALLENGE = (
    b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\n'
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


class Wire(NamedTuple):
    """One request as it came over the wire."""

    method: str
    target: str
    version: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Recorder:
    """Listens on a free port of the loopback address. Paths that begin with /digest are challenged once."""

    def __init__(self) -> None:
        self.seen: list[Wire] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(b"STOP")
        self.thread.join(5)
        self.listener.close()

    @property
    def host(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    def run(self, command: str, program: str = "bash") -> list[Wire]:
        """Run a script with a program; give back the requests that it led to, without those that open a tunnel."""
        self.seen = []
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
        with tempfile.NamedTemporaryFile(suffix=".js" if program == "node" else ".sh") as script:
            script.write(command.encode("utf-8", "surrogateescape") + b"\n")
            script.flush()
            whole = [program, script.name]
            subprocess.run(whole, input=b"", env=environment, capture_output=True, timeout=60, check=False, cwd="/")
        return [one for one in self.seen if one.method != "CONNECT"]

    def _serve(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            with connection:
                connection.settimeout(5)
                try:
                    if not self._talk(connection):
                        return
                except OSError:
                    continue

    def _talk(self, connection: socket.socket) -> bool:
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                more = connection.recv(65536)
                data += more
                if data == b"STOP":
                    return False
                if not more:
                    return True
            head, _, rest = data.partition(b"\r\n\r\n")
            if head.startswith(b"PROXY "):
                head = head.partition(b"\r\n")[2]
            if head.startswith(b"CONNECT "):
                self.seen.append(_wire(head, b""))
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                data = rest
                continue
            if re.search(rb"(?im)^expect: *100-continue", head):
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.seen.append(_wire(head, body_of(connection, head, rest)))
            challenged = b" /digest" in head and b"\nAuthorization: " not in head
            connection.sendall(CHALLENGE if challenged else OK)
            return True


def body_of(connection: socket.socket, head: bytes, rest: bytes) -> bytes:
    """The body of a request whose head was read, of its length or in chunks; `rest` came with the head."""
    if re.search(rb"(?im)^transfer-encoding: *chunked", head):
        while not rest.endswith(b"0\r\n\r\n"):
            rest += connection.recv(65536)
        return _unchunked(rest)
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    wanted = int(length[1]) if length else 0
    while len(rest) < wanted:
        more = connection.recv(65536)
        if not more:
            break
        rest += more
    return rest


def _unchunked(data: bytes) -> bytes:
    whole = b""
    while True:
        size, _, data = data.partition(b"\r\n")
        count = int(size, 16)
        if not count:
            return whole
        whole, data = whole + data[:count], data[count + 2 :]


def _wire(head: bytes, body: bytes) -> Wire:
    first, *lines = re.split("\r?\n", head.decode("utf-8", "surrogateescape"))
    method, _, rest = first.partition(" ")
    target, _, version = rest.rpartition(" ")
    headers = tuple((name, value.strip(" \t")) for name, _, value in (line.partition(":") for line in lines))
    return Wire(method, target, version, headers, body)
