"""An authority made for the tests, a server's certificate and a client's."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Certificates(NamedTuple):
    """Where they lie."""

    authority: Path
    mine: Path
    mine_key: Path
    client: Path
    client_key: Path

    def server(self, *, asks: bool = False, protocols: tuple[str, ...] = ()) -> ssl.SSLContext:
        """A server's settings; `asks` for a client's certificate without insisting on it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.mine, self.mine_key)
        if asks:
            context.verify_mode = ssl.CERT_OPTIONAL
            context.load_verify_locations(self.authority)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context


def _name(word: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, word)])


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made once."""
    folder = tmp_path_factory.mktemp("certificates")
    root = ec.generate_private_key(ec.SECP256R1())
    made: dict[str, tuple[Path, Path]] = {}
    for word in ("authority", "mine", "client"):
        own = root if word == "authority" else ec.generate_private_key(ec.SECP256R1())
        begin = datetime.now(UTC) - timedelta(days=1)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(word))
            .issuer_name(_name("authority"))
            .public_key(own.public_key())
        )
        builder = (
            builder.serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + timedelta(days=9))
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=word == "authority", path_length=None), critical=True)
        names = [x509.DNSName("shop.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        certificate, key = folder / f"{word}.pem", folder / f"{word}.key"
        certificate.write_bytes(builder.sign(root, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        key.write_bytes(
            own.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        made[word] = (certificate, key)
    return Certificates(made["authority"][0], *made["mine"], *made["client"])
