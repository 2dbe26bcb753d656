"""Whether the portal keeps all that ORCID answers: name, refresh token, scopes and end beside iD and token."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from checker.api import (
    Authorization,
    Evidence,
    Outcome,
    Ruling,
    StoreLook,
    failed,
    needs_person,
    not_applicable,
    passed,
    rule,
)

from ._answer import Told, each_person, expiry, is_hidden, is_nothing, scope_set, told, unshown
from ._run import asked_scopes, has_column

_GUIDE = "LYRASIS, ORCID Member API custom integration guide (2022), component 2"
_FAQ = "ORCID, FAQ: what to store"
_OVERFLOW = datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)
"""The last second that a 32-bit count of seconds can name."""


@rule(
    "store-name",
    area="Store",
    clause="Component 2",
    title="The name that ORCID gave is stored",
    title_failed="The name that ORCID gave is not stored",
    remedy="Save the name of the token response with the iD. It may be absent: allow for none.",
    sources=[_GUIDE, "ORCID, minimum requirements for member integrations"],
    decider="auto+ev",
    implies=["store-full-response"],
)
def store_name(connected_store: StoreLook, evidence: Evidence) -> Ruling:
    """With the name the portal can greet the person and show whose iD it is, without asking ORCID each time."""
    rows = told(connected_store, evidence)
    return rows if isinstance(rows, Ruling) else each_person(rows, lambda rows: _name(rows, connected_store))


def _name(rows: list[Told], connected_store: StoreLook) -> Ruling:
    if all(one.body is not None and not one.says("name") for one in rows):
        return not_applicable("ORCID gave no name: the person keeps it private.")
    if ruling := unshown(connected_store, "name", "names"):
        return ruling
    named = [one for one in rows if not is_nothing(one.row.name)]
    if same := next((one for one in named if one.body is None or _same(one.row.name, one.says("name"))), None):
        return passed(f"The store holds the name {same.row.name}.", at=[same.spot()])
    expected = next((one.says("name") for one in rows if one.says("name")), "")
    if not named and not expected:
        return needs_person("No name is stored. Did ORCID give one?", at=[rows[0].spot()])
    if not named:
        return failed(
            "The store's row holds no name, and ORCID gave one.", expected=expected, observed="empty",
            at=[one.spot() for one in rows],
        )  # fmt: skip
    return needs_person(
        "The stored name is another than the one that ORCID gave. Is it the portal's own name of the person, and is"
        " that meant so?",
        expected=expected, observed=", ".join(one.row.name for one in named), at=[one.spot() for one in named],
    )  # fmt: skip


def _same(one: str, other: str) -> bool:
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


@rule(
    "store-refresh-token",
    area="Store",
    clause="Component 2",
    title="The refresh token is stored",
    title_failed="The refresh token is not stored",
    remedy="Save the refresh token with the access token: with it a lost or narrower token can be had again.",
    sources=[_GUIDE, _FAQ],
    decider="auto+ev",
    implies=["store-full-response"],
)
def store_refresh_token(connected_store: StoreLook, evidence: Evidence) -> Ruling:
    """Without it, a token that must be replaced can only be had by asking the person once more."""
    rows = told(connected_store, evidence)
    return (
        rows
        if isinstance(rows, Ruling)
        else each_person(rows, lambda rows: _refresh_token(rows, connected_store, evidence))
    )


def _refresh_token(rows: list[Told], connected_store: StoreLook, evidence: Evidence) -> Ruling:
    if all(one.body is not None and not one.says("refresh_token") for one in rows):
        return not_applicable("ORCID gave no refresh token.")
    if ruling := unshown(connected_store, "refresh_token", "refresh tokens"):
        return ruling
    kept = [one for one in rows if one.row.refresh_token.present]
    if not kept:
        return failed(
            "The store's row holds no refresh token.", expected="the refresh_token of the token response",
            observed="empty", at=[one.spot() for one in rows],
        )  # fmt: skip
    cell = kept[0].row.refresh_token
    kind = evidence.secrets.get(cell.tag, "refresh-token")
    if kind != "refresh-token":
        return failed(
            f"The column for the refresh token holds something else: {cell.tag}.",
            expected="the refresh_token of the token response", observed=cell.tag, at=[kept[0].spot()],
        )  # fmt: skip
    if cell.form == "hashed":
        return needs_person(
            "What is stored as the refresh token looks like a hash, which nobody can use. Can the portal get the token"
            " back from it?",
            observed=f"{cell.form}, {cell.length} characters", at=[kept[0].spot()],
        )  # fmt: skip
    return passed("The store holds a refresh token.", observed=f"{cell.form}, {cell.length} characters",
                  at=[kept[0].spot()])  # fmt: skip


@rule(
    "store-scopes",
    area="Store",
    clause="Component 2",
    title="The scopes that were granted are stored",
    title_failed="The scopes that were granted are not stored",
    remedy="Save the scope of the token response, not the scope that was asked for.",
    sources=[_GUIDE, _FAQ],
    decider="auto+ev",
    implies=["store-full-response"],
)
def store_scopes(connected_store: StoreLook, authorizations: list[Authorization], evidence: Evidence) -> Ruling:
    """A portal that asks for more some day must know what each of its tokens may do."""
    rows = told(connected_store, evidence)
    if isinstance(rows, Ruling):
        return rows
    if ruling := unshown(connected_store, "scope", "scopes"):
        return ruling
    asked = asked_scopes(authorizations)
    return each_person(rows, lambda rows: _best(_scopes(one, asked) for one in rows))


def _scopes(one: Told, asked: set[str]) -> Ruling:
    cell = one.row.scope
    granted = scope_set(one.says("scope"))
    if is_nothing(cell):
        expected = one.says("scope") or "the scope of the token response"
        return failed("The store's row holds no scopes.", expected=expected, observed="empty", at=[one.spot()])
    stored = None if is_hidden(cell) else scope_set(cell)
    if stored is None:
        return needs_person(
            "The stored scopes cannot be read here. Does the portal keep what ORCID granted?",
            expected=one.says("scope"), observed=cell, at=[one.spot()],
        )  # fmt: skip
    if granted is None:
        if stored == asked:
            return passed("The stored scopes are those that the person was asked for.", observed=cell, at=[one.spot()])
        return needs_person("Are the stored scopes those that ORCID granted?", expected=" ".join(sorted(asked)),
                            observed=cell, at=[one.spot()])  # fmt: skip
    if stored == granted:
        return passed("The stored scopes are those that ORCID granted.", observed=cell, at=[one.spot()])
    why = "asked for, not those granted" if stored == asked else "not those that ORCID granted"
    return failed(f"The stored scopes are {why}.", expected=one.says("scope"), observed=cell, at=[one.spot()])


@rule(
    "store-expiry",
    area="Store",
    clause="FAQ: what to store",
    title="The token's end can be told from the store",
    title_failed="When the token ends cannot be told from the store",
    remedy="Add expires_in of the token response to the time it came, and save that point in time, in UTC and with more"
    " than 32 bits: tokens live for about twenty years.",
    sources=[_FAQ],
    decider="auto+ev",
    implies=["store-full-response"],
)
def store_expiry(connected_store: StoreLook, evidence: Evidence) -> Ruling:
    """A length of time says nothing without its beginning."""
    rows = told(connected_store, evidence)
    return (
        rows if isinstance(rows, Ruling) else each_person(rows, lambda rows: _expiry(rows, connected_store, evidence))
    )


def _expiry(rows: list[Told], connected_store: StoreLook, evidence: Evidence) -> Ruling:
    if ruling := unshown(connected_store, "expires", "the token's end"):
        return ruling
    told_of = [one for one in rows if not is_nothing(one.row.expires)] or rows[:1]
    return _best(_end(one, evidence) for one in told_of)


def _best(rulings: Iterable[Ruling]) -> Ruling:
    """Return the best of what the rows of one person say: one may be of another time."""
    order = (Outcome.PASSED, Outcome.FAILED, Outcome.NEEDS_PERSON)
    return min(rulings, key=lambda ruling: order.index(ruling.outcome))


def _end(one: Told, evidence: Evidence) -> Ruling:
    cell = one.row.expires
    if is_nothing(cell):
        return failed("The store's row says nothing of the token's end.",
                      expected="the time of the token response and its expires_in, added", observed="empty",
                      at=[one.spot()])  # fmt: skip
    read = None if is_hidden(cell) else expiry(cell)
    if read is None:
        return needs_person("The stored end of the token cannot be read here. Is it right?", observed=cell,
                            at=[one.spot()])  # fmt: skip
    life = _life(one)
    observed = cell
    if read.seconds is not None:
        granted = one.row.granted
        begun = None if is_nothing(granted) or is_hidden(granted) else expiry(granted)
        observed = f"{cell} seconds; granted {granted or '-'}"
        if begun is None or begun.at is None:
            return _length_only(one, observed)
        end = _after(begun.at, read.seconds)
    else:
        end = read.at
    begins = one.at or evidence.ended
    if end is None or life is None:
        if end and end > begins:
            return passed("The store says when the token ends.", observed=observed, at=[one.spot()])
        return needs_person("The stored end of the token is past. Is it right?", observed=observed, at=[one.spot()])
    if abs(end - (begins + life)) <= max(timedelta(days=3), life / 50):
        return passed("The store says when the token ends.", observed=observed, at=[one.spot()])
    expected = (begins + life).isoformat(timespec="minutes")
    if read.seconds is not None and abs(read.seconds - life.total_seconds()) < 1:
        return needs_person(
            "The store keeps for how long the token was given, and beside it a time that is not when. Is the time of"
            " the grant kept elsewhere?",
            expected=expected, observed=observed, at=[one.spot()],
        )  # fmt: skip
    cut = abs(end - _OVERFLOW) < timedelta(days=2)
    return failed(
        "The stored end of the token is the last that 32 bits can hold, not the token's."
        if cut
        else "The stored end of the token is not the one that ORCID gave.",
        expected=expected, observed=observed, at=[one.spot()],
    )  # fmt: skip


def _after(begun: datetime, seconds: float) -> datetime | None:
    try:
        return begun + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _life(one: Told) -> timedelta | None:
    seconds = one.says("expires_in")
    return timedelta(seconds=int(seconds)) if seconds.isdigit() and len(seconds) < 12 else None


def _length_only(one: Told, observed: str) -> Ruling:
    if not is_nothing(one.row.granted):
        return needs_person("The stored time of the grant cannot be read here. Is it right?", observed=observed,
                            at=[one.spot()])  # fmt: skip
    return failed(
        "The store keeps for how long the token was given, and not from when.",
        expected="a point in time, or the time of the grant beside it", observed=observed, at=[one.spot()],
    )  # fmt: skip


_PARTS = {
    "orcid": ("orcid", "iD"),
    "name": ("name", "name"),
    "access_token": ("access_token", "access token"),
    "refresh_token": ("refresh_token", "refresh token"),
    "scope": ("scope", "scopes"),
    "expires": ("expires_in", "end"),
}
"""Meaning of a column -> its key in the response, what to call it."""


@rule(
    "store-full-response",
    area="Store",
    clause="FAQ: mandatory items",
    title="The whole token response is stored",
    title_failed="Parts of the token response are not stored",
    remedy="Keep the whole token response: iD, name, access token, refresh token, scopes and end.",
    sources=["ORCID, FAQ: mandatory items"],
    decider="auto+ev",
)
def store_full_response(connected_store: StoreLook, evidence: Evidence) -> Ruling:
    """What was not kept can only be had by asking the person again. The token's type is the same for all."""
    rows = told(connected_store, evidence)
    return rows if isinstance(rows, Ruling) else each_person(rows, lambda rows: _full_response(rows, connected_store))


def _full_response(rows: list[Told], connected_store: StoreLook) -> Ruling:
    one = max(rows, key=lambda one: sum(_holds(one, meaning) for meaning in _PARTS))
    due = [m for m, (key, _) in _PARTS.items() if one.body is None or one.says(key)]
    lacking = [m for m in due if not _holds(one, m)]
    shown = [m for m in lacking if has_column(connected_store.connection_columns, m)]
    unsure = one.body is None and set(shown) <= {"name", "refresh_token"}
    if shown and not unsure:
        names = ", ".join(_PARTS[m][1] for m in shown)
        return failed(f"The store's row lacks what ORCID gave: {names}.",
                      expected=", ".join(_PARTS[m][1] for m in due), observed=f"empty: {names}",
                      at=[one.spot()])  # fmt: skip
    if lacking:
        names = ", ".join(_PARTS[m][1] for m in lacking)
        return needs_person(f"The store export does not show: {names}. Is all of the token response kept?",
                            observed=f"columns: {', '.join(connected_store.connection_columns)}",
                            at=[one.spot()])  # fmt: skip
    return passed("The store keeps the whole token response.", observed=", ".join(_PARTS[m][1] for m in due),
                  at=[one.spot()])  # fmt: skip


def _holds(one: Told, meaning: str) -> bool:
    if meaning in {"access_token", "refresh_token"}:
        return bool(getattr(one.row, meaning).present)
    return not is_nothing(getattr(one.row, meaning))
