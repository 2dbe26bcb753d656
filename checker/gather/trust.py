"""The list of authorities that a portal under test is told to trust."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

VARIABLES: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Names under which programs look for such a list: OpenSSL and httpx, requests, curl, Node.js."""


@contextmanager
def trust_bundle(ca_file: Path) -> Iterator[Path]:
    """Make a file of the public roots and the one of whoever stands in for ORCID, for as long as the block lasts.

    The variables that name it replace a program's roots rather than add to them, so the public ones must be in it.
    """
    import certifi

    with tempfile.TemporaryDirectory(prefix="orcid-review-trust-") as folder:
        path = Path(folder) / "roots.pem"
        path.write_text(Path(certifi.where()).read_text("utf-8") + "\n" + ca_file.read_text("utf-8"), "utf-8")
        yield path
