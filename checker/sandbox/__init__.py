"""The embedded ORCID sandbox: pages, OAuth, OpenID Connect and the Member API v3.0 in one process on one port.

It records every request it gets: the wire. What it copies from ORCID, and what is our choice, is in README.md
beside this file. Imports of ours: :mod:`checker.orcid` alone.
"""

from .model import (
    DEFAULT_CLIENT,
    DEFAULT_CLIENTS,
    DEFAULT_PERSON,
    DELEGATE_CLIENT,
    Client,
    ErrorForm,
    FailedHandshake,
    Fault,
    Person,
    PortInUse,
    SandboxError,
    WireEntry,
)
from .sandbox import Sandbox

__all__ = [
    "DEFAULT_CLIENT", "DEFAULT_CLIENTS", "DEFAULT_PERSON", "DELEGATE_CLIENT", "Client", "ErrorForm", "FailedHandshake",
    "Fault", "Person", "PortInUse", "Sandbox", "SandboxError", "WireEntry",
]  # fmt: skip
