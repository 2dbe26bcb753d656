"""What a recording of the wire tells of the browser's way to ORCID."""

from __future__ import annotations

from ..evidence.model import Authorization, Evidence

_AUTHORIZE = frozenset({"/oauth/authorize", "/oauth2/authorize"})


def authorizations(evidence: Evidence) -> list[Authorization]:
    """Return the authorization addresses in a recording, each once; none where a review used the portal."""
    if not evidence.run.recording:
        return []
    urls = dict.fromkeys(
        f"{e.scheme}://{e.request_headers.get('host', '')}{e.path}?{e.query}"
        for e in evidence.wire or []
        if e.method == "GET" and e.path.rstrip("/") in _AUTHORIZE and "client_id=" in e.query
    )
    # How the browser came there cannot be told.
    return [Authorization(url=url, how="link") for url in urls]
