"""The sections of a record, and the shapes of ORCID's API 3.0 documents that hold items: lists, person, the record.

Documented (facts on the API, sections 2 and 13) and observed (official samples). Items themselves are described in
:mod:`checker.orcid.payloads`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ..orcid.payloads.kinds import KINDS
from .shape import Field, Group, Repeat, Stamp, Text

_CREATED: Final = Stamp("created-date")
_MODIFIED: Final = Stamp("last-modified-date")


def _uri_of(name: str) -> Group:
    return Group(name, (Text("uri"), Text("path"), Text("host")))


SOURCE: Final = Group(
    "source",
    (
        _uri_of("source-orcid"),
        _uri_of("source-client-id"),
        Text("source-name", wrap=True),
        _uri_of("assertion-origin-orcid"),
        _uri_of("assertion-origin-client-id"),
        Text("assertion-origin-name", wrap=True),
    ),
)

EXTERNAL_IDS: Final = Group(
    "external-ids",
    (
        Repeat(
            Group(
                "external-id",
                (
                    Text("external-id-type"),
                    Text("external-id-value"),
                    Text("external-id-normalized", wrap=True, attributes=("transient",)),
                    Group(
                        "external-id-normalized-error",
                        (Text("error-code"), Text("error-message")),
                        attributes=("transient",),
                    ),
                    Text("external-id-url", wrap=True),
                    Text("external-id-relationship"),
                ),
            )
        ),
    ),
)
"""The identifiers of a group of items."""

META: Final = ("created-date", "last-modified-date", "source")
"""First elements of every item."""

META_ATTRIBUTES: Final = ("put-code", "visibility", "path", "display-index")


@dataclass(frozen=True)
class Section:
    """Where items of one kind are on a record, who may touch them, and what of them is shown in lists."""

    kind: str
    """A name of :data:`checker.orcid.payloads.KINDS`."""
    listed: str
    """Path of the list, and name of its element."""
    family: str
    """Of the scopes, as in `/{family}/update`."""
    summary: tuple[str, ...] = ()
    """Parts of an item in a list, in the order of XML; empty: all."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Parts that a list has another name for."""

    @property
    def path(self) -> str:
        """Path of one item."""
        return KINDS[self.kind].path

    @property
    def is_affiliation(self) -> bool:
        """Whether it is one of the seven."""
        return KINDS[self.kind].family == "affiliation"

    @property
    def is_person(self) -> bool:
        """Whether it is about the person, not about what they do."""
        return KINDS[self.kind].family == "person"

    @property
    def post_scopes(self) -> tuple[str, ...]:
        """Scopes of which one is needed to add an item."""
        return (f"/{self.family}/create", *self.put_scopes)

    @property
    def put_scopes(self) -> tuple[str, ...]:
        """Scopes of which one is needed to change an item."""
        if self.kind == "external-identifier":
            return ("/orcid-bio/external-identifiers/create",)
        return (f"/{self.family}/update",)

    @property
    def delete_scope(self) -> str:
        """Scope that is needed to remove an item."""
        return f"/{self.family}/update"

    @property
    def read_scope(self) -> str:
        """Scope that is needed to read what is limited."""
        return f"/{self.family}/read-limited"

    @property
    def shape(self) -> Group:
        """The list."""
        namespace = KINDS[self.kind].namespace
        if self.is_person:
            item = Repeat(Group(self.kind, (), namespace))
            return Group(self.listed, (_MODIFIED, item), namespace, ("path",))
        item = Repeat(Group(f"{self.kind}-summary", (), namespace), wrapper="summaries" if self.is_affiliation else "")
        group = Group(
            "affiliation-group" if self.is_affiliation else "group", (_MODIFIED, EXTERNAL_IDS, item), "activities"
        )
        if self.kind == "peer-review":
            group = replace(group, fields=(_MODIFIED, EXTERNAL_IDS, Repeat(replace(group, name="peer-review-group"))))
        return Group(self.listed, (_MODIFIED, Repeat(group)), "activities", ("path",))


def _affiliation(kind: str) -> Section:
    return Section(kind, f"{kind}s", "affiliations")


def _person(kind: str, listed: str = "") -> Section:
    return Section(kind, listed or f"{kind}s", "orcid-bio")


SECTIONS: Final = {
    section.kind: section
    for section in (
        _affiliation("distinction"),
        _affiliation("education"),
        _affiliation("employment"),
        Section(
            "funding",
            "fundings",
            "funding",
            ("title", "external-ids", "url", "type", "start-date", "end-date", "organization"),
        ),
        _affiliation("invited-position"),
        _affiliation("membership"),
        Section(
            "peer-review",
            "peer-reviews",
            "peer-review",
            (
                "reviewer-role", "review-identifiers", "review-url", "review-type", "review-completion-date",
                "review-group-id", "convening-organization",
            ),
            {"review-identifiers": "external-ids", "review-completion-date": "completion-date"},
        ),
        _affiliation("qualification"),
        Section("research-resource", "research-resources", "affiliations", ("proposal",)),
        _affiliation("service"),
        Section(
            "work",
            "works",
            "orcid-works",
            ("title", "external-ids", "url", "type", "publication-date", "journal-title"),
        ),
        _person("other-name"),
        _person("researcher-url"),
        _person("address", "addresses"),
        _person("keyword"),
        _person("external-identifier"),
    )
}  # fmt: skip
"""By kind, in the order of the record."""

ACTIVITIES: Final = Group(
    "activities-summary",
    (_MODIFIED, *(section.shape for section in SECTIONS.values() if not section.is_person)),
    "activities",
    ("path",),
)

_NAME: Final = Group(
    "name",
    (
        _CREATED,
        _MODIFIED,
        Text("given-names", "personal-details", wrap=True),
        Text("family-name", "personal-details", wrap=True),
        Text("credit-name", "personal-details", wrap=True),
        SOURCE,  # in JSON alone, and always null
    ),
    "person",
    ("visibility", "path"),
)
_BIOGRAPHY: Final = Group(
    "biography", (_CREATED, _MODIFIED, Text("content", "personal-details")), "person", ("visibility", "path")
)
BIOGRAPHY: Final = replace(_BIOGRAPHY, ns="personal-details")
EMAILS: Final = Group(
    "emails",
    (
        _MODIFIED,
        Repeat(
            Group(
                "email",
                (_CREATED, _MODIFIED, SOURCE, Text("email", "email")),
                "email",
                (*META_ATTRIBUTES[:3], "verified", "primary"),
            )
        ),
    ),
    "email",
    ("path",),
)


def _list(kind: str) -> Field:
    return SECTIONS[kind].shape


PERSON: Final = Group(
    "person",
    (
        _MODIFIED,
        _NAME,
        _list("other-name"),
        _BIOGRAPHY,
        _list("researcher-url"),
        EMAILS,
        _list("address"),
        _list("keyword"),
        _list("external-identifier"),
    ),
    "person",
    ("path",),
)

PERSONAL_DETAILS: Final = Group(
    "personal-details",
    (_MODIFIED, replace(_NAME, ns="personal-details"), _list("other-name"), BIOGRAPHY),
    "personal-details",
    ("path",),
)

RECORD: Final = Group(
    "record",
    (
        _uri_of("orcid-identifier"),
        Group("preferences", (Text("locale", "preferences"),), "preferences"),
        Group(
            "history",
            (
                Text("creation-method", "history"),
                Stamp("completion-date", "history"),
                Stamp("submission-date", "history"),
                _MODIFIED,
                Text("claimed", "history", flag=True),
                SOURCE,
                Stamp("deactivation-date", "history"),
                Text("verified-email", "history", flag=True),
                Text("verified-primary-email", "history", flag=True),
            ),
            "history",
        ),
        PERSON,
        ACTIVITIES,
    ),
    "record",
    ("path",),
)

CLIENT: Final = Group("client", (Text("name", "client"), Text("description", "client")), "client")

SEARCH: Final = Group(
    "search",
    (Repeat(Group("result", (_uri_of("orcid-identifier"),), "search")),),
    "search",
    ("num-found",),
)

EXPANDED_SEARCH: Final = Group(
    "expanded-search",
    (
        Repeat(
            Group(
                "expanded-result",
                (
                    *(Text(n, "expanded-search") for n in ("orcid-id", "given-names", "family-names", "credit-name")),
                    *(Repeat(Text(n, "expanded-search")) for n in ("other-name", "email", "institution-name")),
                ),
                "expanded-search",
            )
        ),
    ),
    "expanded-search",
    ("num-found",),
)

GROUPS: Final = Group(
    "group-id-records",
    (
        _MODIFIED,
        *(Text(name, "group-id", number=True) for name in ("total", "page", "page-size")),
        Repeat(Group("group-id-record", (), "group-id")),
    ),
    "group-id",
)

NOTIFICATIONS: Final = Group("notifications", (Repeat(Group("notification", (), "notification")),), "notification")

BULK: Final = Group("bulk", (Repeat(Group("bulk", (), "bulk")),), "bulk")
"""Works and errors in one list; each writes its own name."""
