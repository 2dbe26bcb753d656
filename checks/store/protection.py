"""How tokens are protected where they lie. What is seen of it is shown; what it means, a person has to say."""

from __future__ import annotations

from collections import Counter

from checker.api import Ruling, StoreLook, blocked, needs_person, rule

_FORMS = {
    "clear": "in clear",
    "base64": "in base64, which is no encryption",
    "encrypted": "as if encrypted",
    "hashed": "as if hashed",
    "opaque": "in a form that cannot be told",
    "masked": "masked",
}


@rule(
    "store-token-encrypted",
    area="Store",
    clause="Component 2",
    title="Tokens are encrypted where they are stored",
    title_failed="Tokens are not encrypted where they are stored",
    remedy="Encrypt tokens in the application, with a key that is kept elsewhere; at least encrypt disk and backups.",
    sources=["OWASP, cryptographic storage", "ORCID, membership terms: data security"],
    decider="mixed",
)
def store_token_encrypted(connected_store: StoreLook) -> Ruling:
    """Whoever gets hold of a backup or a copy of the database must not be able to write to people's records."""
    cells = [t for row in connected_store.connections for t in (row.access_token, row.refresh_token) if t.present]
    if not cells:
        return blocked("The store shows no token.", whose="member")
    forms = Counter(cell.form for cell in cells)
    observed = "; ".join(f"{count} {_FORMS.get(form, form)}" for form, count in forms.most_common())
    if forms["base64"]:
        question = "Tokens are stored in base64, which anybody can read. Is the disk encrypted, with its key elsewhere?"
    elif forms["clear"]:
        question = (
            "Tokens come out of the store in clear. Are they encrypted where they lie (by the database, on its disk, in"
            " its backups), with the key elsewhere?"
        )
    elif set(forms) <= {"encrypted"}:
        question = "Tokens look encrypted. Is the key kept elsewhere than the tokens and their backups?"
    else:
        question = "Are tokens encrypted where they lie, with the key elsewhere?"
    return needs_person(question, expected="encrypted tokens, their key elsewhere", observed=observed)


@rule(
    "store-access-limited",
    area="Store",
    clause="Required 4",
    title="Few people can read the stored tokens, and it is known who",
    title_failed="Who can read the stored tokens is not limited",
    remedy="Give the table of tokens to the portal's own account alone, name those who may look, and log that they do.",
    sources=["LYRASIS, ORCID Member API custom integration guide (2022), Required 4", "ORCID, membership terms"],
    decider="person",
)
def store_access_limited(connected_store: StoreLook) -> Ruling:
    """A token that an administrator can read is a permission that the administrator has."""
    return needs_person(
        "Who can read the table of tokens: is it the portal's own account and a few named people, each with an account"
        " of their own, and is it logged?",
        expected="named roles with least privilege, and a log of access",
        observed=f"columns of the store: {', '.join(connected_store.connection_columns) or 'none seen'}",
    )
