"""What the portal keeps of a connection: the iD and the token."""

from __future__ import annotations

from checker.api import (
    Authorization,
    Connection,
    Evidence,
    Exchange,
    Ruling,
    Spot,
    StoreLook,
    blocked,
    failed,
    needs_person,
    passed,
    rule,
)

from ._run import asked_scopes, bare_id, expected_ids, has_column, issued, kept_in_use, rows_of

_GUIDE = "LYRASIS, ORCID Member API custom integration guide (2022), Required 4"
_NO_TOKEN_ANSWER = "ORCID never gave the portal a token for a person in this run."


@rule(
    "store-id",
    area="Store",
    clause="Required 4",
    title="The store holds the iD that ORCID gave",
    title_failed="The iD that ORCID gave is not in the store",
    remedy="Save the orcid value of the token response together with your own id of the person.",
    sources=[_GUIDE, "ORCID, minimum requirements for member integrations", "ORCID, FAQ: mandatory items"],
    decider="auto+ev",
    implies=["store-id-equals-token", "store-full-response"],
)
def store_id(connected_store: StoreLook, evidence: Evidence) -> Ruling:
    """Without the iD in the store, the person was asked for nothing."""
    expected = expected_ids(evidence)
    if not expected:
        return blocked(_NO_TOKEN_ANSWER, whose="member")
    if not has_column(connected_store.connection_columns, "orcid"):
        return blocked(
            "The store export shows no column for the iD.",
            whose="member",
            todo="Select it as orcid under [store] connections.",
        )
    rows = rows_of(connected_store, expected)
    if rows and (absent := _before_look(connected_store, evidence) - {bare_id(row.orcid) for row in rows}):
        return needs_person(
            f"The store holds {rows[0].orcid}, and no row for {_either(absent)}, to whom ORCID gave a token too. Did"
            " the portal refuse that connection, or end it?",
            expected=f"a row for each of {', '.join(sorted(expected))}",
            observed=", ".join(row.orcid for row in rows),
            at=[_spot(row) for row in rows],
        )
    if rows:
        return passed(
            f"The store holds {rows[0].orcid}, the iD of the token response.",
            observed=f"{len(rows)} of {len(connected_store.connections) + connected_store.more_connections} rows",
            at=[_spot(rows[0])],
        )
    cells = [row.orcid for row in [*connected_store.connections, *connected_store.odd_connections] if row.orcid]
    count = len(connected_store.connections) + connected_store.more_connections
    if unreadable := [cell for cell in cells if not bare_id(cell)]:
        return needs_person(
            f"The store's iD column is masked or encoded. Does a row of it stand for {_either(expected)}?",
            expected=_either(expected),
            observed=", ".join(dict.fromkeys(unreadable)),
        )
    return failed(
        f"After connecting, no row of the store holds {_either(expected)}.",
        expected=f"a row with {_either(expected)}, as in the token response",
        observed=f"{count} rows; iDs: {', '.join(dict.fromkeys(cells)) or 'none'}",
    )


def _before_look(look: StoreLook, evidence: Evidence) -> set[str]:
    """Return the iDs that ORCID told the portal on the journeys up to a look at the store."""
    names = [journey.name for journey in evidence.journeys]
    past = names[: names.index(look.when) + 1] if look.when in names else names
    return {token.orcid for token in issued(evidence.wire or []) if token.journey in past}


@rule(
    "store-access-token",
    area="Store",
    clause="Required 4",
    title="The store holds the person's access token",
    title_failed="The access token is not stored",
    remedy="Keep the access token with the iD; without it you can neither read nor write later, nor show that the iD"
    " was authenticated. A hash of it cannot be used.",
    sources=[_GUIDE, "ORCID, minimum requirements for member integrations", "ORCID, FAQ: what to store"],
    decider="auto+ev",
    implies=["store-full-response"],
)
def store_access_token(connected_store: StoreLook, authorizations: list[Authorization], evidence: Evidence) -> Ruling:
    """The token is the person's permission; it lives for about twenty years and cannot be had again without them."""
    expected = expected_ids(evidence)
    tokens = issued(evidence.wire or [])
    given = {token.tag for token in tokens}
    if held := next((r for r in connected_store.connections if r.access_token.tag in given), None):
        if left := _without_token(connected_store, evidence):
            return _no_token(left, authorizations)
        return passed("The store holds an access token that ORCID gave in this run.", at=[_spot(held)])
    if used := next(iter(kept_in_use(evidence.wire or [], tokens)), None):
        return passed(
            f"The portal used the token again on the journey «{used.journey}», so it keeps it.",
            observed=f"{used.method} {used.path}",
            at=[Spot(exchange=used.number, snippet=f"{used.method} {used.path} -> {used.status}")],
        )
    if not expected:
        return blocked(_NO_TOKEN_ANSWER, whose="member")
    if not has_column(connected_store.connection_columns, "access_token"):
        return needs_person(
            "The store export shows no column for access tokens. Is each connected person's token stored elsewhere?",
            observed=f"columns: {', '.join(connected_store.connection_columns)}",
        )
    rows = rows_of(connected_store, expected)
    if not rows:
        return blocked(f"The store has no row for {_either(expected)}.", whose="member")
    cells = [row.access_token for row in rows if row.access_token.present]
    if not cells:
        return _no_token(rows, authorizations)
    if wrong := next((c for c in cells if evidence.secrets.get(c.tag, "access-token") != "access-token"), None):
        return failed(
            f"The column for the access token holds something else: {wrong.tag}.",
            expected="the access_token of the token response",
            observed=wrong.tag,
            at=[_spot(row) for row in rows],
        )
    shown = ", ".join(dict.fromkeys(f"{c.form}, {c.length} characters" for c in cells))
    if evidence.wire is None and any(c.form == "clear" for c in cells):
        return passed(
            f"The store holds a token for {_either(expected)}.", observed=shown, at=[_spot(row) for row in rows]
        )
    return needs_person(
        "Something is stored as the access token, and it cannot be told whether it is the one that ORCID gave. Can the"
        " portal get the token back from it, and use it? (A hash does not do.)",
        expected="the token itself, encrypted or not",
        observed=shown,
        at=[_spot(row) for row in rows],
    )


def _without_token(look: StoreLook, evidence: Evidence) -> list[Connection]:
    """Return the rows of the first person who connected and of whom no row has a token."""
    if any(e.kind == "revoke" and e.status == 200 for e in evidence.wire or []) and look.when == "reconnect":
        return []  # somebody disconnected, and need not have come back
    for orcid in sorted(_before_look(look, evidence)):
        rows = rows_of(look, {orcid})
        if rows and not any(row.access_token.present for row in rows):
            return rows
    return []


def _no_token(rows: list[Connection], authorizations: list[Authorization]) -> Ruling:
    asked = asked_scopes(authorizations)
    if asked and asked <= {"/authenticate", "openid"}:
        return needs_person(
            "The portal asks for nothing but the iD and stores no token. Has ORCID agreed that it need not?",
            expected="the access token stored, also where it only proves the iD",
            observed=f"scopes {', '.join(sorted(asked))}; no token in the row",
            at=[_spot(row) for row in rows],
        )
    return failed(
        f"The store's row for {rows[0].orcid} holds no access token.",
        expected="the access_token of the token response",
        observed="empty",
        at=[_spot(row) for row in rows],
    )


@rule(
    "store-id-equals-token",
    area="Store",
    clause="Required 4",
    title="Each stored iD is the one its token was given for",
    title_failed="A stored token belongs to another iD",
    remedy="Save iD and token in one transaction, both from the same token response.",
    sources=["LYRASIS, ORCID Member API custom integration guide (2022), Required 1 and 4"],
    decider="auto+ev",
)
def store_id_equals_token(connected_store: StoreLook, wire: list[Exchange]) -> Ruling:
    """A token beside another person's iD writes to the wrong record, or proves an identity that was never shown."""
    tokens = issued(wire)
    if not tokens:
        return blocked(_NO_TOKEN_ANSWER, whose="member")
    owner = {token.tag: token.orcid for token in tokens}
    pairs = [(row, owner[row.access_token.tag]) for row in connected_store.connections if row.access_token.tag in owner]
    pairs = [(row, orcid) for row, orcid in pairs if bare_id(row.orcid)]
    if wrong := [(row, orcid) for row, orcid in pairs if bare_id(row.orcid) != orcid]:
        row, orcid = wrong[0]
        return failed(
            f"The store keeps a token of {orcid} beside {row.orcid}.",
            expected=f"{orcid} beside that token",
            observed="; ".join(f"{row.orcid}: token of {orcid}" for row, orcid in wrong),
            at=[_spot(row) for row, _ in wrong],
        )
    if pairs:
        return passed(
            "Each stored token of this run stands beside the iD it was given for.",
            observed="; ".join(row.orcid for row, _ in pairs),
            at=[_spot(row) for row, _ in pairs],
        )
    stored = rows_of(connected_store, set(owner.values()))
    for call in kept_in_use(wire, tokens):
        if call.orcid == owner[call.token] and any(bare_id(row.orcid) == call.orcid for row in stored):
            return passed(
                f"With what it stored, the portal called the record of {call.orcid} again, and ORCID answered.",
                observed=f"{call.method} {call.path} -> {call.status}",
                at=[Spot(exchange=call.number, snippet=f"{call.method} {call.path} -> {call.status}")],
            )
    if any(row.access_token.present for row in stored):
        return needs_person(
            "The stored token cannot be read here. Does a call with it reach the record of the iD beside it?",
            observed=", ".join(dict.fromkeys(row.access_token.form for row in stored)),
            at=[_spot(row) for row in stored],
        )
    return blocked("The store shows no token of this run beside an iD.", whose="member")


@rule(
    "store-no-password",
    area="Store",
    clause="Required 4",
    title="No ORCID password or session is stored",
    title_failed="The store has a place for ORCID passwords",
    remedy="Delete what was collected, drop the column, and never ask for an ORCID password: people sign in at ORCID.",
    sources=["LYRASIS, ORCID Member API custom integration guide (2022), Required 1", "RFC 6749, section 1"],
    decider="auto+ev",
)
def store_no_password(connected_store: StoreLook) -> Ruling:
    """OAuth exists so that nobody but ORCID ever sees the password."""
    columns = [*connected_store.connection_columns, *connected_store.item_columns]
    suspicious = [name for name in columns if is_credential(name)]
    if named := [name for name in suspicious if "orcid" in name.lower()]:
        return failed(
            f"The store has a column {named[0]!r}.",
            expected="no ORCID password, no ORCID cookie",
            observed=", ".join(named),
        )
    question = "Is there no place in the portal that keeps an ORCID password or a cookie of ORCID?"
    if suspicious:
        question = (
            f"The store has a column {suspicious[0]!r}. Is it the portal's own, and is no ORCID password or cookie of"
            " ORCID kept anywhere?"
        )
    return needs_person(
        question, expected="no ORCID password, no ORCID cookie", observed=f"columns looked at: {', '.join(columns)}"
    )


def is_credential(column: str) -> bool:
    """Say whether a column's name speaks of a password or a session cookie."""
    words = ("password", "passwd", "passwort", "passphrase", "pwd", "kennwort", "cookie", "contrasena", "motdepasse")
    flat = column.lower().replace("_", "").replace("-", "").replace("ñ", "n")
    return "consent" not in flat and any(word in flat for word in words)


def _either(orcids: set[str]) -> str:
    return " or ".join(sorted(orcids))


def _spot(row: Connection) -> Spot:
    token = row.access_token.tag or row.access_token.form
    return Spot(snippet=f"orcid={row.orcid} access_token={token}", note="row of the store")
