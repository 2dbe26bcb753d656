"""Judge a content by the description of its kind, and say in plain sentences what is wrong.

Two validators do it: `jsonschema-rs` answers quickly whether anything is wrong, and only then `jsonschema`, the
reference, is asked what. Tests hold the two to the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from checker.orcid.payloads.description import Schema, schema_of
from checker.orcid.payloads.lexical import ADDRESS, FORMATS, USUAL_ADDRESS
from checker.orcid.payloads.model import Answer, At, Clause, Content, Fault, Form
from checker.orcid.payloads.schema_clauses import (
    BAD_CLIENT,
    BAD_DATE_PART,
    BAD_EMAIL,
    BAD_FORM,
    BAD_GROUP,
    BAD_ID,
    BAD_NUMBER,
    BAD_TIME,
    DAY_ALONE,
    EMPTY_TEXT,
    ONE_OF_TWO,
    REQUIRED,
    TOO_FEW,
    TOO_LONG,
    TOO_MANY,
    UNKNOWN_PART,
    URL_NOT_A_URI,
    VALUE_NOT_ALLOWED,
    WRONG_TYPE,
)
from checker.orcid.payloads.words import choice, listed, named, quoted, sort_of

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

ANSWERS: Final = {Form.XML: Answer(400, 9012), Form.JSON: Answer(400, 9047)}
"""What ORCID answers to what its schema refuses."""

MOST: Final = 500
"""Faults of a payload that are told: more help nobody, and a hostile payload could have a million."""


def faults_of(kind: str, content: Content, form: Form) -> list[Fault]:
    """Return what the schema refuses in a content, in the order of its parts; empty: nothing.

    One clause of it, of web addresses, is a rule: ORCID's validator refuses what others take.

    Raises KeyError when there is no such kind.
    """
    if is_valid(kind, content):
        return []
    errors = islice(_reference(kind).iter_errors(content), MOST)
    faults = [fault for error in errors for fault in _faults(error, form, kind)]
    return sorted(faults, key=lambda fault: order_of(fault.at, kind))


def is_valid(kind: str, content: Content) -> bool:
    """Return whether the schema refuses nothing in a content, by the quick validator where it can be asked."""
    try:
        return _fast(kind)(content)
    except UnicodeEncodeError:  # Half of a surrogate pair: it takes none.
        return is_valid_by_reference(kind, content)


def is_valid_by_reference(kind: str, content: Content) -> bool:
    """Return whether the schema refuses nothing in a content, by the reference validator."""
    return next(iter(_reference(kind).iter_errors(content)), None) is None


@cache
def _fast(kind: str) -> Callable[[Content], bool]:
    checks: Any = FORMATS
    return jsonschema_rs.Draft202012Validator(_quick(schema_of(kind)), formats=checks, validate_formats=True).is_valid


def _quick(node: Any) -> Any:
    """Return a schema that says the same, and asks Python only about addresses that are not as nearly all are."""
    if isinstance(node, list):
        return [_quick(one) for one in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _quick(value) for key, value in node.items()}
    if copy.get("format") == ADDRESS:
        del copy["format"]
        copy["anyOf"] = [{"pattern": f"^{USUAL_ADDRESS}$"}, {"format": ADDRESS}]
    return copy


@cache
def _reference(kind: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator, FormatChecker

    checker = FormatChecker(formats=())
    for name, holds in FORMATS.items():
        checker.checks(name)(holds)
    return Draft202012Validator(schema_of(kind), format_checker=checker)


# Sentences -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Breach:
    """What the reference validator found."""

    at: At
    value: Any
    due: Any
    """What the keyword of the schema says."""
    schema: Schema
    text: str
    """What the validator says."""
    kind: str


def _faults(error: ValidationError, form: Form, kind: str) -> Iterator[Fault]:
    tell = _TELL.get(str(error.validator), _other)
    at, schema = tuple(error.absolute_path), _within(error)
    breach = _Breach(at, error.instance, error.validator_value, schema, error.message, kind)
    told = _unknown(breach) if error.validator == "additionalProperties" else [tell(breach)]
    for clause, place, message, found, allowed in told:
        yield Fault(clause, place, message, found=found, allowed=allowed, answer=ANSWERS[form])


def _within(error: ValidationError) -> Schema:
    return error.schema if isinstance(error.schema, dict) else {}


_Told = tuple[Clause, At, str, str | None, str | None]


def _required(it: _Breach) -> _Told:
    instance = it.value if isinstance(it.value, dict) else {}
    missing = next((name for name in it.due if name not in instance and f"'{name}'" in it.text), "")
    where = named(it.at) if it.at else f"the {it.kind}"
    said = _description(it.schema.get("properties", {}).get(missing, {}), it.kind)
    return REQUIRED, (*it.at, missing), f"{missing} is missing: {where} cannot be without it.", "nothing", said


def _unknown(it: _Breach) -> Iterator[_Told]:
    known = list(it.schema.get("properties", {}))
    where = named(it.at) if it.at else f"the {it.kind}"
    for odd in islice((key for key in it.value if key not in known), MOST):
        yield UNKNOWN_PART, (*it.at, odd), f"There is no part {quoted(odd)} in {where}.", odd, choice(odd, known)


def _type(it: _Breach) -> _Told:
    due = it.due
    value = it.value
    if due == "integer":
        clause = BAD_TIME if it.at[-1:] == ("value",) else BAD_NUMBER
        said = str(it.schema.get("description", "a whole number"))
        return clause, it.at, f"{named(it.at)} is {sort_of(value)}, which is not {said}.", _found(value), said
    said = {"object": "an object with parts", "array": "a list", "string": "text"}.get(str(due), str(due))
    return WRONG_TYPE, it.at, f"{named(it.at)} is {sort_of(value)} where {said} is due.", sort_of(value), said


def _too_long(it: _Breach) -> _Told:
    length, limit = len(it.value), it.due
    message = f"{named(it.at)} has {length:,} characters; at most {limit:,} are allowed."
    return TOO_LONG, it.at, message, f"{length} characters", f"at most {limit} characters"


_FILLED: Final = r"[^ \t\n\r]"


def _pattern(it: _Breach) -> _Told:
    value = it.value
    said = str(it.schema.get("description", "another form"))
    if it.due == _FILLED:
        emptiness = "empty" if not value else "white space only"
        return EMPTY_TEXT, it.at, f"{named(it.at)} is {emptiness}; it has to say something.", _found(value), said
    name = next((step for step in reversed(it.at) if isinstance(step, str) and step != "value"), "")
    clause = {
        "year": BAD_DATE_PART,
        "month": BAD_DATE_PART,
        "day": BAD_DATE_PART,
        "contributor-email": BAD_EMAIL,
        "group-id": BAD_GROUP,
        "review-group-id": BAD_GROUP,
    }.get(name, BAD_FORM)
    return clause, it.at, f"{named(it.at)} is {quoted(value)}, which is not {said}.", value, said


def _format(it: _Breach) -> _Told:
    if it.due == ADDRESS:
        said = "a web address such as https://example.org/a-page"
        return URL_NOT_A_URI, it.at, f"{named(it.at)} is {quoted(it.value)}, which is no address.", it.value, said
    clause = BAD_CLIENT if str(it.due).startswith("client") else BAD_ID
    said = {
        "orcid-uri": "https://orcid.org/ and an iD, such as https://orcid.org/0000-0002-1825-0097",
        "orcid-path": "an iD of four groups, such as 0000-0002-1825-0097",
        "client-uri": "https://orcid.org/client/ and a client id, such as https://orcid.org/client/APP-0123456789ABCDEF",
        "client-path": "APP- and 16 letters or digits",
    }.get(str(it.due), str(it.schema.get("description", it.due)))
    return (
        clause,
        it.at,
        f"{named(it.at)} is {quoted(it.value)}, which is not {said}.",
        it.value,
        said,
    )


def _enum(it: _Breach) -> _Told:
    values = [str(value) for value in it.due]
    value = it.value
    shown = quoted(value) if isinstance(value, str) else sort_of(value)
    allowed = choice(value, values) if isinstance(value, str) else listed(values)
    return VALUE_NOT_ALLOWED, it.at, f"{named(it.at)} is {shown}; allowed is {listed(values)}.", _found(value), allowed


def _const(it: _Breach) -> _Told:
    return (
        VALUE_NOT_ALLOWED,
        it.at,
        f"{named(it.at)} is {sort_of(it.value)}; only true is allowed.",
        None,
        "true",
    )


def _too_few(it: _Breach) -> _Told:
    least = it.due
    return (
        TOO_FEW,
        it.at,
        f"{named(it.at)}: there are {len(it.value)}; at least {least} is due.",
        None,
        f"at least {least}",
    )


def _too_many(it: _Breach) -> _Told:
    most, there = it.due, len(it.value)
    return (
        TOO_MANY,
        it.at,
        f"{named(it.at)}: there are {there}; at most {most} are allowed.",
        str(there),
        f"at most {most}",
    )


def _day_alone(it: _Breach) -> _Told:
    where = named(it.at)
    return DAY_ALONE, (*it.at, "month"), f"{where} has a day and no month.", "a day without month", "the month too"


def _any_of(it: _Breach) -> _Told:
    names = [name for choice in it.due for name in choice.get("required", ())]
    said = " or ".join(names)
    return (
        REQUIRED,
        (*it.at, names[0] if names else ""),
        f"{named(it.at)} has neither {' nor '.join(names)}.",
        "nothing",
        said,
    )


def _not_both(it: _Breach) -> _Told:
    first, second = it.due.get("required", ("one part", "another"))[:2]
    message = f"{named(it.at)} has both {first} and {second}; one of them is allowed."
    return ONE_OF_TWO, (*it.at, second), message, f"{first} and {second}", f"{first} or {second}"


def _one_key(it: _Breach) -> _Told:
    keys = ", ".join(it.value) or "nothing"
    return WRONG_TYPE, it.at, f"{named(it.at)} has {keys} in it; one part is due.", keys, "one part: work"


def _out_of_range(it: _Breach) -> _Told:
    said = str(it.schema.get("description", it.due))
    return BAD_NUMBER, it.at, f"{named(it.at)} is too large for {said}.", _found(it.value), said


def _other(it: _Breach) -> _Told:
    said = str(it.schema.get("description", ""))
    return (
        BAD_FORM,
        it.at,
        f"{named(it.at)} is {sort_of(it.value)}, which the schema does not allow.",
        None,
        said or None,
    )


_TELL: Final[dict[str, Callable[[_Breach], _Told]]] = {
    "required": _required,
    "type": _type,
    "maxLength": _too_long,
    "pattern": _pattern,
    "format": _format,
    "enum": _enum,
    "const": _const,
    "minItems": _too_few,
    "maxItems": _too_many,
    "dependentRequired": _day_alone,
    "anyOf": _any_of,
    "not": _not_both,
    "minProperties": _one_key,
    "maxProperties": _one_key,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
}


def _found(value: Any) -> str:
    return value if isinstance(value, str) else sort_of(value)


def _description(part: Schema, kind: str) -> str | None:
    schema: Schema = schema_of(kind)
    while "$ref" in part:
        part = schema["$defs"][part["$ref"].removeprefix("#/$defs/")]
    value = part.get("description") or part.get("properties", {}).get("value", {}).get("description")
    return str(value) if value else None


# Order -----------------------------------------------------------------------------------------------------------

_LAST: Final = 1000


def order_of(at: At, kind: str) -> tuple[int, ...]:
    """Return what sorts the parts of a kind as its description does, which is the order of the elements in XML."""
    schema: Schema = schema_of(kind)
    part: Schema = schema
    order: list[int] = []
    for step in at:
        while "$ref" in part:
            part = schema["$defs"][part["$ref"].removeprefix("#/$defs/")]
        if isinstance(step, int):
            order.append(step)
            part = part.get("items", {})
        else:
            properties = part.get("properties", {})
            order.append(list(properties).index(step) if step in properties else _LAST)
            part = properties.get(step, {})
    return tuple(order)
