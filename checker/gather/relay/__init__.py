"""Stands between a portal and ORCID and records: as a base URL, or as ORCID itself for software with fixed hosts.

One loopback port does it all. Who speaks HTTP or TLS to it as to any server uses it as a base URL. Who names it as a
proxy (`HTTPS_PROXY`) has connections to ORCID's hosts opened by it, with a certificate of its own throw-away authority,
and all others passed through untouched.
"""

from .relay import Relay
from .upstream import Upstream

__all__ = ["Relay", "Upstream"]
