"""The addresses of ORCID's API: version, iD, section and put-code read from a path.

Source: ORCID API tutorials; `https://api.orcid.org/v3.0/{iD}/{section}[/{put-code}]`. OAuth addresses and webhooks
(`/{iD}/webhook/{callback}`) carry no version by design.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from . import ids

CURRENT: Final = "3.0"
"""The API version to call."""

_VERSION: Final = re.compile(r"v(\d+(?:\.\d+)?(?:_\w+)?)", re.IGNORECASE)


@dataclass(frozen=True)
class ApiPath:
    """The parts of one API address; a part that is not there is empty."""

    version: str
    """Without the `v`, e.g. `3.0` or `2.0_rc1`."""
    orcid: str
    """The bare iD; empty for search, groups and clients."""
    section: str
    """e.g. `work`, `works`, `employment`, `record`, `webhook`, `search`."""
    put_code: str
    """Last number of an item's address."""


def parse(address: str) -> ApiPath:
    """Read an API path or a full address; what is not an API path gives mostly empty parts.

    >>> parse("/v3.0/0000-0002-1825-0097/funding/12")
    ApiPath(version='3.0', orcid='0000-0002-1825-0097', section='funding', put_code='12')
    """
    parts = [part for part in urlsplit(address).path.split("/") if part]
    version = orcid = ""
    if parts and (match := _VERSION.fullmatch(parts[0])):
        version = match.group(1)
        del parts[0]
    if parts and ids.is_well_formed(parts[0].upper()):
        orcid = parts.pop(0).upper()
    section = parts[0] if parts else ""
    put_code = parts[-1] if len(parts) > 1 and parts[-1].isascii() and parts[-1].isdigit() else ""
    return ApiPath(version, orcid, section, put_code)
