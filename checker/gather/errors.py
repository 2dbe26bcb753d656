"""What can go wrong while gathering: a closed catalogue, each with who acts next.

A part that cannot be gathered becomes a :class:`~checker.evidence.model.Block` in the evidence and the run goes on;
only what makes every journey impossible is raised to the caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..evidence.model import Block
from ..review.model import Whose

if TYPE_CHECKING:
    from ..evidence.model import Evidence

CODES: Final[dict[str, tuple[Whose, str]]] = {
    "portal-not-started": ("member", "start the portal by hand with the same command and look at what it says"),
    "portal-not-ready": ("member", "check [portal.serve] ready, or raise [portal.serve] timeout"),
    "portal-unreachable": ("member", "check that the portal runs and that [portal] url is right"),
    "portal-error": ("member", "look at the portal's log for this address"),
    "portal-hangs": ("member", "find out why the portal does not answer, or raise [run] timeout"),
    "portal-redirects-forever": ("member", "look at the chain of redirects; often a cookie or a proxy setting"),
    "no-way-to-orcid": ("member", "name the control in [steps] connect, and how to sign in in [steps] sign_in"),
    "step-failed": ("operator", "correct the step in the plan"),
    "orcid-elsewhere": ("member", "build ORCID's address from one setting, and set it to the ORCID of this review"),
    "relay-refused": (
        "operator",
        "it reads none of SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and NODE_EXTRA_CA_CERTS: hand it the file"
        " for which {orcid_ca} stands in [portal.serve], in the way it takes one",
    ),
    "relay-not-used": (
        "operator",
        "have the portal use the proxy that HTTPS_PROXY names, and see that NO_PROXY names no host of ORCID",
    ),
    "orcid-refused": ("member", "register the redirect URI and scopes for this client, and check the client id"),
    "orcid-unreachable": ("operator", "check the network and whether ORCID is up, then run again"),
    "orcid-sign-in-failed": ("operator", "check [orcid] user; a captcha or a second factor needs --attended"),
    "orcid-page-unknown": ("operator", "run with --attended and do this step by hand"),
    "consent-skipped": ("operator", "remove the portal under Trusted organizations at ORCID, or use a fresh user"),
    "no-callback": ("member", "find out why the browser did not come back to the portal from ORCID"),
    "no-disconnect": ("member", "name the control in [steps] disconnect if there is one"),
    "not-connected": ("member", "mend connecting first"),
    "browser-missing": ("operator", "install Chromium, Chrome or Edge, or run: playwright install chromium"),
    "browser-crashed": ("operator", "run again; if it happens twice, try another browser"),
    "port-in-use": ("operator", "set [orcid] port to a free port, or 0 for any"),
    "store-unreadable": ("member", "check [store] in the plan"),
    "record-unreadable": ("operator", "check [orcid] client_id and client_secret, and that the client may read"),
    "payloads-unreadable": ("member", "check [payloads] files in the plan"),
    "only-recorded": (
        "operator",
        "run a review, which uses the portal: orcid-review run; or record the portal while it does what is missing",
    ),
    "not-in-plan": ("operator", "add it to the plan"),
    "interrupted": ("operator", "run again"),
}
"""Code -> whose turn it is, and what to do."""


class GatherError(Exception):
    """Something that keeps the run from going on, or a part of it from being gathered.

    Attributes:
        code: one of :data:`CODES`.
        message: what was seen.
        whose, todo: whose turn it is and what to do.
        exit_code: what a command that ends with it exits with.
        evidence: what had been seen until then, when the run as a whole had to end.
    """

    def __init__(
        self, code: str, message: str, *, whose: Whose | None = None, todo: str = "", exit_code: int = 4
    ) -> None:
        super().__init__(message)
        default_whose, default_todo = CODES[code]
        self.code = code
        self.message = message
        self.whose: Whose = whose or default_whose
        self.todo = todo or default_todo
        self.exit_code = exit_code
        self.evidence: Evidence | None = None

    def block(self) -> Block:
        """Return it as a part of the evidence."""
        return Block(code=self.code, message=self.message, whose=self.whose, todo=self.todo)
