"""The shapes of ORCID's API 3.0 documents: items, their summaries, the lists of a record, the record itself.

Documented (facts on the API, sections 6 and 13) and observed (official samples). A further affiliation type costs
one line in :data:`ITEM_TYPES`; another kind of item one more shape.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

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
    read_only=True,
)

_META: Final = (_CREATED, _MODIFIED, SOURCE)
_META_ATTRIBUTES: Final = ("put-code", "visibility", "path", "display-index")


def _date(name: str) -> Group:
    return Group(name, (Text("year", wrap=True, required=True), Text("month", wrap=True), Text("day", wrap=True)))


EXTERNAL_IDS: Final = Group(
    "external-ids",
    (
        Repeat(
            Group(
                "external-id",
                (
                    Text("external-id-type", required=True, filled=True),
                    Text("external-id-value", required=True, filled=True),
                    Text("external-id-normalized", wrap=True, attributes=("transient",), read_only=True),
                    Group(
                        "external-id-normalized-error",
                        (Text("error-code"), Text("error-message"), Text("transient", flag=True)),
                        read_only=True,
                    ),
                    Text("external-id-url", wrap=True),
                    Text("external-id-relationship"),
                ),
            )
        ),
    ),
)

ORGANIZATION: Final = Group(
    "organization",
    (
        Text("name", required=True, limit=4000, filled=True),
        Group(
            "address",
            (
                Text("city", limit=4000, filled=True),
                Text("region", limit=4000, filled=True),
                Text("country", limit=2, filled=True),
            ),
            required=True,
        ),
        Group(
            "disambiguated-organization",
            (
                Text("disambiguated-organization-identifier", required=True, limit=500, filled=True),
                Text("disambiguation-source", required=True, limit=500, filled=True),
            ),
        ),
    ),
)

_WORK_FIELDS: Final[tuple[Field, ...]] = (
    Group(
        "title",
        (
            Text("title", wrap=True, required=True, limit=1000, filled=True),
            Text("subtitle", wrap=True),
            Text("translated-title", wrap=True, attributes=("language-code",)),
        ),
        ns="work",
        required=True,
    ),
    Text("journal-title", "work", wrap=True, limit=1000, filled=True),
    Text("short-description", "work", limit=5000),
    Group(
        "citation",
        (Text("citation-type", "work", required=True), Text("citation-value", "work", required=True)),
        ns="work",
    ),
    Text("type", "work", required=True),
    _date("publication-date"),
    EXTERNAL_IDS,
    Text("url", wrap=True),
    Group(
        "contributors",
        (
            Repeat(
                Group(
                    "contributor",
                    (
                        _uri_of("contributor-orcid"),
                        Text("credit-name", "work", wrap=True, limit=150),
                        Text("contributor-email", "work", wrap=True, limit=350),
                        Group(
                            "contributor-attributes",
                            (Text("contributor-sequence", "work"), Text("contributor-role", "work")),
                            ns="work",
                        ),
                    ),
                    ns="work",
                )
            ),
        ),
        ns="work",
    ),
    Text("language-code"),
    Text("country", wrap=True),
)

_AFFILIATION_FIELDS: Final[tuple[Field, ...]] = (
    Text("department-name", limit=4000, filled=True),
    Text("role-title", limit=4000, filled=True),
    _date("start-date"),
    _date("end-date"),
    ORGANIZATION,
    Text("url", wrap=True),
    EXTERNAL_IDS,
)


@dataclass(frozen=True)
class ItemType:
    """A kind of item: where it lives, what it looks like, which scopes it takes."""

    name: str
    """Path of one item, root element, namespace."""
    section: str
    """Path of the list."""
    fields: tuple[Field, ...]
    summary_fields: tuple[str, ...]
    scope_family: str
    affiliation: bool = False
    city_and_country: bool = False
    """A city and a country are demanded."""

    @property
    def shape(self) -> Group:
        """One item in full."""
        return Group(self.name, (*_META, *self.fields), ns=self.name, attributes=_META_ATTRIBUTES)

    @property
    def summary(self) -> Group:
        """One item in a list."""
        by_name = {field.name: field for field in self.fields}
        fields = (*_META, *(by_name[name] for name in self.summary_fields))
        return Group(f"{self.name}-summary", fields, ns=self.name, attributes=_META_ATTRIBUTES)

    @property
    def list_shape(self) -> Group:
        """The list of a record's items of this type, grouped by shared identifiers."""
        group = Group(
            "affiliation-group" if self.affiliation else "group",
            (_MODIFIED, EXTERNAL_IDS, Repeat(self.summary, wrapper="summaries" if self.affiliation else "")),
            ns="activities",
        )
        return Group(self.section, (_MODIFIED, Repeat(group)), ns="activities", attributes=("path",))


_AFFILIATION_SUMMARY: Final = tuple(field.name for field in _AFFILIATION_FIELDS)


def _affiliation(name: str, section: str, *, city_and_country: bool = False) -> ItemType:
    return ItemType(name, section, _AFFILIATION_FIELDS, _AFFILIATION_SUMMARY, "affiliations", True, city_and_country)


ITEM_TYPES: Final = {
    kind.name: kind
    for kind in (
        _affiliation("distinction", "distinctions"),
        _affiliation("education", "educations", city_and_country=True),
        _affiliation("employment", "employments", city_and_country=True),
        _affiliation("invited-position", "invited-positions"),
        _affiliation("membership", "memberships"),
        _affiliation("qualification", "qualifications"),
        _affiliation("service", "services"),
        ItemType(
            "work",
            "works",
            _WORK_FIELDS,
            ("title", "external-ids", "url", "type", "publication-date", "journal-title"),
            "orcid-works",
        ),
    )
}


def _empty_list(name: str, ns: str = "activities", of: str = "group") -> Group:
    return Group(name, (_MODIFIED, Repeat(Group(of, (), ns=ns))), ns=ns, attributes=("path",))


def _activities() -> Group:
    lists = {kind.section: kind.list_shape for kind in ITEM_TYPES.values()}
    # Not written or read here yet: always empty.
    lists |= {name: _empty_list(name) for name in ("fundings", "peer-reviews", "research-resources")}
    return Group(
        "activities-summary",
        (_MODIFIED, *(lists[name] for name in sorted(lists))),
        ns="activities",
        attributes=("path",),
    )


ACTIVITIES: Final = _activities()

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
    ns="person",
    attributes=("visibility", "path"),
)
_OTHER_NAMES: Final = _empty_list("other-names", "other-name", "other-name")
_BIOGRAPHY: Final = Group("biography", (Text("content", "personal-details"),), ns="person")
EMAILS: Final = _empty_list("emails", "email", "email")

PERSON: Final = Group(
    "person",
    (
        _MODIFIED,
        _NAME,
        _OTHER_NAMES,
        _BIOGRAPHY,
        _empty_list("researcher-urls", "researcher-url", "researcher-url"),
        EMAILS,
        _empty_list("addresses", "address", "address"),
        _empty_list("keywords", "keyword", "keyword"),
        _empty_list("external-identifiers", "external-identifier", "external-identifier"),
    ),
    ns="person",
    attributes=("path",),
)

PERSONAL_DETAILS: Final = Group(
    "personal-details",
    (
        _MODIFIED,
        replace(_NAME, ns="personal-details"),
        _OTHER_NAMES,
        replace(_BIOGRAPHY, ns="personal-details"),
    ),
    ns="personal-details",
    attributes=("path",),
)

RECORD: Final = Group(
    "record",
    (
        _uri_of("orcid-identifier"),
        Group("preferences", (Text("locale", "preferences"),), ns="preferences"),
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
            ns="history",
        ),
        PERSON,
        ACTIVITIES,
    ),
    ns="record",
    attributes=("path",),
)
