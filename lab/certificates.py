"""Keys and certificates for a lab server and its callers, of an authority made on the spot: `certificates.py FOLDER`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NAMES = "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:shop.example,DNS:other.example"


def _openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def _new(folder: Path, name: str, *more: str) -> None:
    _openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-set_serial", "7",
        "-subj", f"/CN={name}", "-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem"), *more,
    )  # fmt: skip


def make(folder: Path) -> None:
    """An authority, its server and client certificates, and a client's certificate of nobody's authority."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = (
        "-CA",
        str(folder / "authority.pem"),
        "-CAkey",
        str(folder / "authority.key"),
        "-addext",
        "basicConstraints=CA:FALSE",
    )
    _new(folder, "authority")
    _new(folder, "server", *authority, "-addext", NAMES)
    _new(folder, "client", *authority)
    _new(folder, "stranger")
    (folder / "server-and-key.pem").write_bytes(
        (folder / "server.pem").read_bytes() + (folder / "server.key").read_bytes()
    )
    for path in folder.iterdir():  # servers that run as somebody else read them too: they live as long as the server
        os.chmod(path, 0o644)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
