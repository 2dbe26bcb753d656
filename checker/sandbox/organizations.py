"""A small table of organizations that the registry knows, for whoever wants an unknown one refused.

Facts alone: identifiers as ORCID writes them. Off by default: the real table has more than a hundred thousand, and a
good portal must not be refused for an organization that is merely not here.
"""

from __future__ import annotations

from typing import Final

_ROR: Final = """
    05dxps055 05gq02987 042nb2s44 00f54p054 03vek6s52 013meh722 052gg0110 02jx3x895 041kmwe10 01an7q238
    05a28rw58 02s376052 01hcx6992 038t36y30 05591te55 02kkvpp62 02crff812 04dkp9463 02e2c7k09 057zh3y96
    02kpeqv85 05bnh6r87 01tgyzw49 05rrcem69 01ggx4157 01bj3aw27 043mz5j54 04fa4r544 021nxhr62 027ka1x80
"""
_FUNDREF: Final = """
    100000001 100000002 100000003 100000015 100000865 100010269 501100000038 501100000266 501100000269 501100000780
    501100000781 501100000923 501100001659 501100001665 501100001711 501100003246
"""
_GRID: Final = """
    grid.20861.3d grid.116068.8 grid.38142.3c grid.168010.e grid.5335.0 grid.4991.5 grid.5801.c grid.9132.9
    grid.455335.1
"""
_RINGGOLD: Final = "385488 2167 1812 6429 2152 6396 1438"
_LEI: Final = "HWUPKR0MPOU8FGXBT394 7LTWFZYICNSX8D621K86 INR2EJN1ERAN0W5ZP974"


def _known() -> frozenset[tuple[str, str]]:
    found = {("ROR", f"https://ror.org/{name}") for name in _ROR.split()}
    found |= {("FUNDREF", f"http://dx.doi.org/10.13039/{name}") for name in _FUNDREF.split()}
    found |= {("GRID", name) for name in _GRID.split()}
    found |= {("RINGGOLD", name) for name in _RINGGOLD.split()}
    return frozenset(found | {("LEI", name) for name in _LEI.split()})


KNOWN: Final = _known()
"""(disambiguation source, identifier)."""
