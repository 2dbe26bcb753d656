"""Two throw-away certificate authorities: one that a portal is told to trust, one that nobody should."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path

import trustme

_NAMES = ("localhost", "127.0.0.1", "::1")


class Certificates:
    """Server contexts for the trusted and the untrusted certificate, made anew for every start.

    Args:
        folder: where the trusted authority's file is written to.
        also: host names that the certificates are for, beside those of loopback.
    """

    def __init__(self, folder: Path, also: Sequence[str] = ()) -> None:
        trusted = trustme.CA(organization_name="orcid-review embedded sandbox")
        untrusted = trustme.CA(organization_name="orcid-review, not to be trusted")
        self.ca_file = folder / "ca.pem"
        trusted.cert_pem.write_to_path(str(self.ca_file))
        self.trusted = _context(trusted, also)
        self.untrusted = _context(untrusted, also)


def _context(ca: trustme.CA, also: Sequence[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*_NAMES, *also).configure_cert(context)
    context.set_alpn_protocols(["http/1.1"])
    # A resumed session shows no certificate: every connection must make the whole handshake.
    context.num_tickets = 0
    context.options |= ssl.OP_NO_TICKET
    return context
