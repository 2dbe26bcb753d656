"""Whether what stands in the store is an iD, and a put-code, at all."""

from __future__ import annotations

from collections.abc import Sequence

from checker.api import (
    Authorization,
    Connection,
    Evidence,
    Item,
    Ruling,
    Spot,
    StoreLook,
    blocked,
    failed,
    needs_person,
    not_applicable,
    passed,
    rule,
)
from checker.orcid.cells import IdCell, PutCodeCell, read_id, read_put_code

from ._run import has_column, may_write, no_store, writes

_ID_FAULTS = {
    "number": "a number, which loses leading zeros and cannot hold an X",
    "scientific": "a rounded number",
    "untidy": "an iD among other characters",
    "checksum": "its check character is wrong",
    "malformed": "no iD",
}
_SPREADSHEET = frozenset({"number", "scientific"})
"""What a spreadsheet makes of iDs: in an export it says nothing of the store."""

_CODE_FAULTS = {
    "zero": "0 is no put-code",
    "negative": "negative",
    "decimal": "a number with decimals",
    "scientific": "a rounded number",
    "grouped": "a number with thousands marks",
    "path": "a path, not the number at its end",
    "id": "an iD, not the item's put-code",
    "too-large": "too large for a put-code",
    "text": "not a number",
}
_EXPORTED = frozenset({"decimal", "scientific", "grouped"})
"""What programs make of numbers when they export them."""

_NO = frozenset({"0", "false", "no", "n", "f"})


@rule(
    "store-id-valid",
    area="Store",
    clause="Required 4",
    title="Every stored iD is a valid iD",
    title_failed="The store holds iDs that are none",
    remedy="Store iDs as text, with hyphens or as https URI, and take them from ORCID's answer alone. Correct or delete"
    " what is none.",
    sources=[
        "ORCID, structure of the identifier",
        "LYRASIS, ORCID Member API custom integration guide (2022), Required 4",
    ],
    decider="auto+ev",
)
def store_id_valid(connected_store: StoreLook) -> Ruling:
    """An iD that came from ORCID is right; one that is not was typed, cut or converted."""
    if not has_column(connected_store.connection_columns, "orcid"):
        return blocked("The store export shows no column for the iD.", whose="member",
                       todo="Select it as orcid under [store] connections.")  # fmt: skip
    rows = [*connected_store.connections, *connected_store.odd_connections]
    read = [(row, cell) for row in rows if (cell := read_id(row.orcid)).form != "empty"]
    if not read:
        return blocked("The store shows no iD.", whose="member")
    wrong = [(row, cell) for row, cell in read if cell.form in _ID_FAULTS]
    certain = [(row, c) for row, c in wrong
               if not (connected_store.from_files and c.form in _SPREADSHEET) and not _imported(row)]  # fmt: skip
    if certain:
        return failed(f"The store holds {certain[0][0].orcid!r} as an iD: {_ID_FAULTS[certain[0][1].form]}.",
                      expected="0000-0000-0000-000X with a right check character, or its https URI",
                      observed=_listed_ids(certain), at=_spots([row for row, _ in certain]))  # fmt: skip
    if wrong:
        imported = [row for row, _ in wrong if _imported(row)]
        question = (
            "Some iDs of people who never signed in at ORCID are none. Will they be removed or corrected?"
            if imported
            else "Some iDs in the export are numbers. Did a spreadsheet do that, and does the store hold them whole?"
        )
        return needs_person(question, observed=_listed_ids(wrong), at=_spots([row for row, _ in wrong]))
    hidden = [(row, cell) for row, cell in read if not cell.valid]
    if hidden:
        return needs_person("Some iDs are masked or encoded. Are they valid iDs?", observed=_listed_ids(hidden))
    count = len(read) + connected_store.more_connections
    return passed(f"Every iD in {count} rows of the store is valid.", observed=read[0][0].orcid)


def _imported(row: Connection) -> bool:
    """Say whether a row is marked as not authenticated, and nothing speaks against that."""
    return row.authenticated.strip().lower() in _NO and not row.access_token.present


def _listed_ids(found: Sequence[tuple[Connection, IdCell]]) -> str:
    listed = dict.fromkeys(f"{row.orcid} ({_ID_FAULTS.get(cell.form, cell.form)})" for row, cell in found)
    return "; ".join(list(listed)[:10]) + (f"; and {len(listed) - 10} more" if len(listed) > 10 else "")


def _spots(rows: Sequence[Connection]) -> list[Spot]:
    return [Spot(snippet=f"orcid={row.orcid}", note="row of the store") for row in rows[:5]]


@rule(
    "putcode-valid",
    area="Store",
    clause="Required 6",
    title="Every stored put-code is one",
    title_failed="The store holds put-codes that are none",
    remedy="Take the number at the end of the Location header, and store it as a 64-bit integer or as text.",
    sources=["ORCID, works tutorial", "ORCID Member API 3.0: put-code is an integer"],
    decider="auto+ev",
    implies=["store-putcodes"],
)
def putcode_valid(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """A put-code that was cut, rounded or never there finds no item, or another one."""
    if ruling := no_store(evidence):
        return ruling
    looks = [look for look in evidence.store.looks if look.items is not None]
    rows = list(dict.fromkeys(row for look in looks for row in [*(look.items or []), *look.odd_items]))
    read = [(row, cell) for row in rows if (cell := read_put_code(row.put_code)).form != "empty"]
    if not read:
        if not writes(evidence.wire or []) and not may_write(evidence.run, trips):
            return not_applicable("The portal asks for no permission to change records, and changed none.")
        return blocked("The store shows no put-code.", whose="member",
                       todo="Name the query or file under [store] items: orcid, put_code, type, local_id.")  # fmt: skip
    from_files = any(look.from_files for look in looks)
    wrong = [(row, cell) for row, cell in read if cell.form in _CODE_FAULTS]
    if certain := [(row, cell) for row, cell in wrong if not (from_files and cell.form in _EXPORTED)]:
        row, cell = certain[0]
        return failed(f"The store holds {row.put_code!r} as a put-code: {_CODE_FAULTS[cell.form]}.",
                      expected="a positive whole number", observed=_listed_codes(certain),
                      at=[_spot(row) for row, _ in certain[:5]])  # fmt: skip
    if cut := _cut(read, evidence):
        begun = [row for row, _ in cut]
        return failed("The store holds only the beginning of a put-code.", expected=cut[0][1],
                      observed="; ".join(row.put_code for row in begun), at=[_spot(row) for row in begun])  # fmt: skip
    if wrong:
        return needs_person(
            "Some put-codes in the export are written as people write numbers. Are they whole numbers in the store?",
            observed=_listed_codes(wrong),
        )
    if several := [(row, cell) for row, cell in read if cell.form == "list"]:
        return needs_person("Some cells hold several put-codes. Can the portal tell which belongs to which item?",
                            observed=_listed_codes(several))  # fmt: skip
    count = len(read) + max((look.more_items for look in looks), default=0)
    return passed(f"Every put-code in {count} rows of the store is a positive whole number.",
                  observed=", ".join(row.put_code for row, _ in read[:5]))  # fmt: skip


def _cut(read: Sequence[tuple[Item, PutCodeCell]], evidence: Evidence) -> list[tuple[Item, str]]:
    """Return the rows that hold the beginning of a put-code that ORCID gave for the same person, and not all of it."""
    given = {code: w.orcid for w in writes(evidence.wire or []) if w.exchange.method == "POST" for code in w.put_codes}
    stored = {cell.code for _, cell in read}
    lost = [code for code in given if code not in stored]
    return [
        (row, code)
        for row, cell in read
        for code in lost
        if len(cell.code) >= 4 and code.startswith(cell.code) and read_id(row.orcid).orcid == given[code]
    ]


def _listed_codes(found: Sequence[tuple[Item, PutCodeCell]]) -> str:
    listed = dict.fromkeys(f"{row.put_code} ({_CODE_FAULTS.get(cell.form, cell.form)})" for row, cell in found)
    return "; ".join(list(listed)[:10])


def _spot(row: Item) -> Spot:
    snippet = f"put-code {row.put_code}: iD {row.orcid or '-'}, type {row.type or '-'}, local id {row.local_id or '-'}"
    return Spot(snippet=snippet, note="row of the store")
