"""Whether what is stored is protected: a machine can show that it is not, never that it is."""

from __future__ import annotations

from checker.api import Evidence, Journey, Ruling, failed, needs_person, rule

from ..security._browser_side import TOKENS, by_design, exposures, tags_of


@rule(
    "store-secure",
    area="Store",
    clause="Required 4",
    title="iDs and tokens are stored securely",
    title_failed="Stored tokens can be got at from outside",
    remedy="Keep tokens in a protected database, encrypted, readable by the portal's own account alone, and say who"
    " else can read them, backups included.",
    sources=[
        "LYRASIS, ORCID Member API custom integration guide (2022), Required 4",
        "ORCID, membership terms: data security",
    ],
    decider="mixed",
)
def store_secure(journeys: list[Journey], evidence: Evidence) -> Ruling:
    """A token opens the record for about twenty years; its protection can be seen from the inside only."""
    tags = tags_of(evidence, TOKENS)
    if found := [e for e in exposures(evidence, tags) if e.tag not in by_design(journeys, tags)]:
        return failed(
            f"A token of this run was found {found[0].where}: outside of the store's protection.",
            expected="tokens that never leave the portal's server",
            observed="; ".join(f"{e.tag} {e.where}" for e in found),
            at=[e.spot for e in found],
        )
    forms = {
        row.access_token.form
        for look in evidence.store.looks
        for row in look.connections
        if row.access_token.present
    }  # fmt: skip
    return needs_person(
        "Are iDs and tokens kept in a protected database: tokens encrypted or the database closed to all but the"
        " portal's account, with few named readers, protected backups, and keys kept elsewhere?",
        expected="a named person's word for encryption, access, network, backups and keys",
        observed=f"tokens in the store export: {', '.join(sorted(forms)) or 'none seen'}; none found in the browser",
    )
