"""What a payload without a kind is: by the shape of its JSON, with its file's name where shapes are the same.

Also what people send that is no payload at all: records and lists as the API shows them, summaries, a payload inside
an object of its own name. XML tells its kind by its root.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from . import lists
from .kinds import KINDS, NAMESPACE
from .model import Clause, Fault, Layer

NOT_A_PAYLOAD: Final = Clause(
    "not-a-payload",
    Layer.SCHEMA,
    "Send one item, alone, to the address of its section.",
    "ORCID Member API 3.0: sections, lists, summaries and errors can be read only; each write sends one item or a bulk",
)

_AFFILIATIONS: Final = tuple(name for name, kind in KINDS.items() if kind.family == "affiliation")
_TEXTS: Final = ("other-name", "keyword")

# Names that one kind alone has at its top, or few kinds.
_SIGNS: Final[Mapping[str, tuple[str, ...]]] = {
    "bulk": ("bulk",),
    "journal-title": ("work",),
    "citation": ("work",),
    "publication-date": ("work",),
    "language-code": ("work",),
    "organization-defined-type": ("funding",),
    "amount": ("funding",),
    "contributors": ("work", "funding"),
    "short-description": ("work", "funding"),
    "title": ("work", "funding"),
    "type": ("work", "funding", "group-id"),
    "department-name": _AFFILIATIONS,
    "role-title": _AFFILIATIONS,
    "organization": ("funding", *_AFFILIATIONS),
    "start-date": ("funding", *_AFFILIATIONS),
    "end-date": ("funding", *_AFFILIATIONS),
    "external-ids": ("work", "funding", *_AFFILIATIONS),
    "reviewer-role": ("peer-review",),
    "review-identifiers": ("peer-review",),
    "review-url": ("peer-review",),
    "review-type": ("peer-review",),
    "review-completion-date": ("peer-review",),
    "review-group-id": ("peer-review",),
    "subject-external-identifier": ("peer-review",),
    "subject-container-name": ("peer-review",),
    "subject-type": ("peer-review",),
    "subject-name": ("peer-review",),
    "subject-url": ("peer-review",),
    "convening-organization": ("peer-review",),
    "proposal": ("research-resource",),
    "resource-item": ("research-resource",),
    "content": _TEXTS,
    "url-name": ("researcher-url",),
    "external-id-type": ("external-identifier",),
    "external-id-value": ("external-identifier",),
    "external-id-url": ("external-identifier",),
    "external-id-relationship": ("external-identifier",),
    "name": ("group-id",),
    "group-id": ("group-id",),
    "description": ("group-id",),
    "notification-type": ("notification",),
    "notification-subject": ("notification",),
    "notification-intro": ("notification",),
    "authorization-url": ("notification",),
    "items": ("notification",),
    "url": ("work", "funding", *_AFFILIATIONS, "researcher-url"),
    "country": ("work", "address"),
}
_PLAIN: Final = frozenset(
    {
        "country",
        "created-date",
        "display-index",
        "last-modified-date",
        "path",
        "put-code",
        "source",
        "url",
        "visibility",
    }
)
"""Names that say nothing of the kind beside others."""
_KNOWN: Final = _PLAIN.union(_SIGNS)
_ACTIVITIES: Final = frozenset({"work", "funding", "group-id"})
"""Kinds with a `type`, which then tells them apart."""
_NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "group-id": frozenset({"group-id"}),
    "notification": frozenset({"notification-type", "authorization-url", "notification-subject", "notification-intro"}),
}
"""Of which one must be there, because the other names are met in documents of all sorts."""

_READ_ONLY: Final[Mapping[str, tuple[str, str]]] = {
    "record": ("a whole record, as it is read", "one item of it"),
    "person": ("the personal data of a record, as they are read", "one item of it, for instance a keyword"),
    "personal-details": ("personal data that only their owner can change", "an other-name"),
    "activities-summary": ("all activities of a record, as they are read", "one item, for instance a work"),
    "activities": ("all activities of a record, as they are read", "one item, for instance a work"),
    "works": ("a list of works", "one work, or a bulk of up to 100"),
    "employments": ("a list of employments", "one employment"),
    "educations": ("a list of educations", "one education"),
    "qualifications": ("a list of qualifications", "one qualification"),
    "invited-positions": ("a list of invited positions", "one invited-position"),
    "distinctions": ("a list of distinctions", "one distinction"),
    "memberships": ("a list of memberships", "one membership"),
    "services": ("a list of services", "one service"),
    "fundings": ("a list of fundings", "one funding"),
    "peer-reviews": ("a list of peer reviews", "one peer-review"),
    "research-resources": ("a list of research resources", "one research-resource"),
    "other-names": ("a list of names", "one other-name"),
    "keywords": ("a list of keywords", "one keyword"),
    "addresses": ("a list of countries", "one address"),
    "researcher-urls": ("a list of websites", "one researcher-url"),
    "external-identifiers": ("a list of identifiers", "one external-identifier"),
    "group-id-records": ("a list of groups", "one group-id-record"),
    "notifications": ("a list of notifications", "one notification"),
    "affiliation-group": ("a list of affiliations, as it is read", "one affiliation"),
    "group": ("a list of activities, as it is read", "one of its items, read by its put-code"),
    "summaries": ("a list of summaries, as it is read", "one item, read by its put-code"),
    "emails": ("e-mail addresses, which only their owner can change", "nothing: they cannot be written"),
    "email": ("an e-mail address, which only its owner can change", "nothing: it cannot be written"),
    "biography": ("a biography, which only its owner can change", "nothing: it cannot be written"),
    "name": ("a name, which only its owner can change", "an other-name"),
    "credit-name": ("a name, which only its owner can change", "an other-name"),
    "record-summary": ("the summary of a record", "one item of it"),
    "client": ("what ORCID says of a client", "nothing: it cannot be written"),
    "history": ("the history of a record", "nothing: it cannot be written"),
    "preferences": ("the preferences of a record", "nothing: they cannot be written"),
    "error": ("an error that ORCID answered", "the payload that it answered to"),
    "search": ("the result of a search", "one item"),
    "expanded-search": ("the result of a search", "one item"),
    "custom-notification": ("a notification of another kind", "a permission notification"),
}
_SUMMARY: Final = "-summary"
_OWN_NAMES: Final = {kind.element: name for name, kind in KINDS.items()} | {name: name for name in KINDS}
_READ_KEYS: Final[Mapping[str, str]] = {
    "orcid-identifier": "record",
    "activities-summary": "activities-summary",
    "affiliation-group": "affiliation-group",
    "response-code": "error",
    "error-code": "error",
    "developer-message": "error",
    "expanded-result": "expanded-search",
    "num-found": "search",
}
"""Names in the JSON of things that are read, and what they are then."""


def kinds_of_json(value: object, name: str | None = None) -> tuple[str, ...]:
    """Return the kinds that a JSON payload can be, the likelier ones alone; none: its shape is that of no kind.

    Keywords and other names have the same shape, and so have the seven affiliations: only a name tells them apart.

    Args:
        value: What a JSON parser made of the payload.
        name: Name of its file, with folders; chooses among the kinds that the shape allows.
    """
    if not isinstance(value, dict):
        return ()
    return _by_name(_by_shape(value), name) if value else ()


def _by_shape(value: Mapping[str, Any]) -> tuple[str, ...]:
    if "bulk" in value:
        return ("bulk",)
    known = _KNOWN.intersection(value)
    if 2 * len(known) < len(value):
        return ()  # A document of another sort, in which a name or two are the same.
    best = _likeliest(known)
    if _ACTIVITIES.issuperset(best) and len(best) > 1:
        kind_of_item = value.get("type")
        word = kind_of_item.lower().replace("_", "-") if isinstance(kind_of_item, str) else ""
        return ("funding",) if word in lists.FUNDING_TYPES else ("work",)
    if "funding" in best and "employment" in best and "work" not in best:
        return _AFFILIATIONS  # A funding has a title and a type.
    needed = _NEEDED.get(best[0]) if len(best) == 1 else None
    return best if needed is None or needed.intersection(value) else ()


@lru_cache(maxsize=256)
def _likeliest(known: frozenset[str]) -> tuple[str, ...]:
    """Return the kinds that the known names at the top of a payload speak for most."""
    if known <= _PLAIN:
        return tuple(kind for key, kind in (("country", "address"), ("url", "researcher-url")) if key in known)[:1]
    score: Counter[str] = Counter()
    for key in known:
        kinds = _SIGNS.get(key, ())
        # A name that one kind alone has says more than one that many have.
        for kind in kinds:
            score[kind] += 4 if len(kinds) == 1 else 1
    most = max(score.values())
    return tuple(kind for kind in KINDS if score[kind] == most)


def _by_name(kinds: tuple[str, ...], name: str | None) -> tuple[str, ...]:
    """Return those of the kinds that the name of a file, else of a folder from the inmost on, speaks of."""
    if len(kinds) < 2 or not name:
        return kinds
    *folders, file = [part for part in re.split(r"[/\\!]", name) if part]  # `!` stands after an archive's name.
    chosen = tuple(kind for kind in kinds if _speaks_of(file, kind))
    for folder in reversed(folders):
        if chosen:
            break
        # Programs have folders named services.
        chosen = tuple(kind for kind in kinds if kind != "service" and _speaks_of(folder, kind, whole=True))
    return chosen or kinds


def _speaks_of(text: str, kind: str, whole: bool = False) -> bool:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", text)
    words = re.sub(r"[^a-z]+", "-", words.lower()).strip("-")
    if whole:
        return words in {kind, f"{kind}s"}
    return re.search(rf"(?:^|-){kind}s?(?:-|$)", words) is not None


def misfit_of_json(value: object) -> Fault | None:
    """Return why a JSON document is no payload, where it is one of those that are taken for one.

    None: :func:`kinds_of_json` finds a kind for it, or nothing is known of it at all.

    Args:
        value: What a JSON parser made of the document.
    """
    if isinstance(value, list):
        return _misfit("a list", "one item; works also as a bulk of up to 100, an object with the one name bulk", ())
    if not isinstance(value, dict) or not value or _by_shape(value):
        return None
    for key, what in _READ_KEYS.items():
        if key in value:
            return _misfit(*_READ_ONLY[what], (key,))
    for key, part in value.items():
        if not isinstance(key, str) or not isinstance(part, dict | list):
            continue
        if key.endswith(_SUMMARY) and key.removesuffix(_SUMMARY) in _OWN_NAMES:
            kind = key.removesuffix(_SUMMARY)
            return _misfit(f"the summary of one {kind} or more, as it is read", f"the whole {kind}", (key,))
        if key in _OWN_NAMES and key != "bulk":
            if isinstance(part, list):
                return _misfit(f"a list under the name {key}", f"one {key}", (key,))
            return _misfit(f"{_one(key)} inside an object", f"the {key} itself, without the name around it", (key,))
        if key in _READ_ONLY:
            return _misfit(*_READ_ONLY[key], (key,))
    return None


def misfit_of_xml(root: str) -> Fault | None:
    """Return why an XML document is no payload, where it is one of those that are taken for one.

    Args:
        root: Name of the root element in Clark notation.
    """
    namespace, _, local = root.rpartition("}")
    if not namespace.startswith("{" + NAMESPACE):
        return None
    if local.endswith(_SUMMARY) and local.removesuffix(_SUMMARY) in _OWN_NAMES:
        kind = local.removesuffix(_SUMMARY)
        return _misfit(f"the summary of one {kind}, as it is read", f"the whole {kind}", ())
    known = _READ_ONLY.get(local)
    return _misfit(*known, ()) if known else None


def _one(word: str) -> str:
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}"


def _misfit(what: str, instead: str, at: tuple[str | int, ...]) -> Fault:
    return Fault(NOT_A_PAYLOAD, at, f"This is {what}; no payload has this form.", what, instead)
