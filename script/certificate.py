"""The self-signed certificate of `script/server --https`, so that phones on the office network can be tried.

Browsers give a page the camera, the position and a service worker over https or on localhost only.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import socket
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAYS = 397  # the longest validity that phones accept
RENEW_DAYS = 30


def network_addresses() -> list[str]:
    """This machine's IPv4 addresses that others can reach, the one of the default route first."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address; connecting UDP sends nothing
            found.append(probe.getsockname()[0])
        except OSError:
            found.clear()  # no route: the list below may still know an address
    listing = subprocess.run(["hostname", "-I"], capture_output=True, text=True)
    found += [word for word in listing.stdout.split() if ":" not in word]
    return [address for address in dict.fromkeys(found) if not ipaddress.ip_address(address).is_loopback]


def ensure_certificate(folder: Path, addresses: list[str]) -> tuple[Path, Path]:
    """Give certificate and key files (PEM) for localhost and `addresses`, made anew when they no longer fit."""
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    if certificate_file.exists() and key_file.exists() and still_fits(certificate_file, addresses):
        return certificate_file, key_file
    folder.mkdir(mode=0o700, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SoNha")])
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=DAYS - 1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    write(certificate_file, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
    no_password = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password)
    write(key_file, pem, mode=0o600)
    return certificate_file, key_file


def still_fits(certificate_file: Path, addresses: list[str]) -> bool:
    """Whether the certificate names every address and lasts a while."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    except ValueError:
        return False
    remaining = certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    known = {str(address) for address in named.get_values_for_type(x509.IPAddress)}
    return remaining.days >= RENEW_DAYS and set(addresses) <= known


def write(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file that has its final mode from its first byte on."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    unfinished.replace(path)
