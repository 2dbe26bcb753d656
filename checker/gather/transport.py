"""One TLS handshake with each of the portal's https addresses: what certificate stands there."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from ..evidence.model import TlsLook

PATIENCE: Final = 10.0
"""Seconds for one handshake."""


def look_at_tls(urls: Iterable[str]) -> list[TlsLook]:
    """Shake hands with every distinct https host and port among the addresses."""
    seen: dict[tuple[str, int], None] = {}
    for url in urls:
        parts = urlsplit(url)
        if parts.scheme == "https" and parts.hostname:
            seen.setdefault((parts.hostname, parts.port or 443))
    return [_look(host, port) for host, port in seen]


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _look(host: str, port: int) -> TlsLook:
    facts = {"host": host, "port": port, "loopback": is_loopback(host)}
    error = ""
    try:
        der, protocol = _shake(host, port, ssl.create_default_context())
    except ssl.SSLCertVerificationError as problem:
        error = problem.verify_message or str(problem)
        lax = ssl.create_default_context()
        lax.check_hostname = False
        lax.verify_mode = ssl.CERT_NONE
        try:
            der, protocol = _shake(host, port, lax)
        except OSError as second:
            return TlsLook(**facts, error=f"no handshake: {second}")
    except OSError as problem:
        return TlsLook(**facts, error=f"no handshake: {problem}")
    return TlsLook(**facts, error=error, protocol=protocol, **_certificate(der))


def _shake(host: str, port: int, context: ssl.SSLContext) -> tuple[bytes, str]:
    with (
        socket.create_connection((host, port), PATIENCE) as raw,
        context.wrap_socket(raw, server_hostname=host) as tls,
    ):
        return tls.getpeercert(binary_form=True) or b"", tls.version() or ""


def _certificate(der: bytes) -> dict[str, object]:
    certificate = x509.load_der_x509_certificate(der)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        alternatives = [str(name.value) for name in names]
    except x509.ExtensionNotFound:
        alternatives = []
    algorithm = certificate.signature_hash_algorithm
    return {
        "self_signed": certificate.issuer == certificate.subject,
        "subject": _name(certificate.subject),
        "issuer": _name(certificate.issuer),
        "names": alternatives,
        "not_before": certificate.not_valid_before_utc,
        "not_after": certificate.not_valid_after_utc,
        "key": _key(certificate),
        "signature": algorithm.name if algorithm else "",
    }


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()


def _key(certificate: x509.Certificate) -> str:
    match certificate.public_key():
        case rsa.RSAPublicKey() as key:
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey() as key:
            return f"EC {key.key_size}"
        case ed25519.Ed25519PublicKey():
            return "Ed25519 256"
        case other:
            return type(other).__name__
