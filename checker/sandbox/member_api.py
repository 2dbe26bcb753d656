"""The Member API v3.0 over HTTP: reading a record, and adding, changing and removing items.

The order in which a request is checked decides which error wins; it is ORCID's (facts on the API, section 4:
documented and observed): token, address and form, record of the token, body, record, scope, put-code, rules,
duplicates, source. What a payload may be is not said here but in :mod:`checker.orcid.payloads`.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from ..orcid import ids
from ..orcid.payloads import Record, Stored
from ..orcid.payloads.model import Method
from . import documents, negotiation, old_api, submissions
from .api_errors import ApiError
from .documents import SECTIONS, Section
from .groups import PAGE_SIZE, Groups
from .model import Person, Visibility
from .notifications import SCOPE as NOTIFICATION_SCOPE
from .notifications import Notifications
from .organizations import KNOWN
from .record import Registry, Sees
from .rendered import Named, Refused, Rendered, Summary
from .search import Search
from .shape import Group, Tree, to_json, to_xml, write_tree
from .state import Item, State, Token, source
from .submissions import XML_TYPES, Submission
from .webhooks import Webhooks

VERSION: Final = "v3.0"
OLD_VERSIONS: Final = ("v1.2", "v2.0", "v2.1")

UNCLAIMED: Final = timedelta(days=10)
"""For so long an unclaimed record is closed to all."""

MOST_CODES: Final = 100
"""Put-codes in one address."""

_KEPT: Final = 32
"""Documents that are kept ready."""

_LARGEST: Final = 2**63 - 1
_BY_PATH: Final = {section.path: section for section in SECTIONS.values()}
_BY_LIST: Final = {section.path if section.is_person else section.listed: section for section in SECTIONS.values()}
_WHOLE: Final = frozenset({"", "record", "person", "personal-details", "biography", "email", "activities"})
_ACTIVITIES: Final = frozenset(section.path for section in SECTIONS.values() if not section.is_person)
_AFFILIATIONS: Final = tuple(kind for kind, section in SECTIONS.items() if section.is_affiliation)
_OF_VERSION_2: Final = lru_cache(maxsize=64)(old_api.shape)


@dataclass(frozen=True)
class _Call:
    """One request that came with a live token."""

    request: Request
    token: Token
    version: str
    body: bytes
    media: str
    """Media type of the answer."""

    @property
    def method(self) -> str:
        """`GET` for `HEAD` too."""
        return "GET" if self.request.method == "HEAD" else self.request.method

    @property
    def old(self) -> bool:
        """Whether API 2 is asked."""
        return self.version != VERSION

    @property
    def sent_as(self) -> str:
        """Media type of the body."""
        return negotiation.plain(self.request.headers.get("content-type", ""))

    @property
    def source(self) -> str:
        """Who writes."""
        return source(self.token.client_id, self.token.assertion_origin)


def access_token(request: Request) -> str:
    """Return the access token that a request carries, from its header or (as ORCID takes too) its query."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    return request.query_params.get("access_token", "")


class MemberApi:
    """Answers everything under `/v…/`, and the webhooks under `/{iD}/webhook/`."""

    def __init__(self, state: State, registry: Registry, webhooks: Webhooks) -> None:
        self._state = state
        self._registry = registry
        self._webhooks = webhooks
        self._groups = Groups(state, registry)
        self._notifications = Notifications(state, registry)
        self._search = Search(state, registry)
        self._ready: OrderedDict[Any, tuple[int, bytes]] = OrderedDict()
        address = re.escape(registry.base).replace("/", r"\\?/")  # JSON may write a slash with a backslash before it
        self._own_uri = re.compile(rf'(uri>\s*|"uri"\s*:\s*"){address}(?=\\?/)'.encode())

    # The request

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        version, _, path = request.url.path.strip("/").partition("/")
        if path in {"status", "apiStatus"} and version == VERSION and request.method in {"GET", "HEAD"}:
            return _status(path)
        return await self._with_token(request, lambda call: self._route(call, path.split("/")), version)

    async def without_version(self, request: Request) -> Response:
        """Answer a call that names no version: reading is sent on to the current one, writing is refused."""
        path = request.path_params["path"]
        if not path:
            return RedirectResponse(request.url.path.rstrip("/"))  # the record's page, with a slash too many
        if path.startswith("webhook/"):
            orcid, uri = request.path_params["orcid"], path.removeprefix("webhook/")
            return await self._with_token(request, lambda call: self._webhook(call, orcid, uri), VERSION)
        if request.method in {"GET", "HEAD"}:
            return RedirectResponse(f"/{VERSION}{request.url.path}", 302)
        return _error(ApiError(400, 9012, "the address names no version of the API"), _media(request))

    async def _with_token(self, request: Request, do: Callable[[_Call], Response], version: str) -> Response:
        value = access_token(request)
        if not value:
            return _oauth_error(403, "forbidden", "Forbidden: this request carries no access token")
        token = self._state.token(value)
        # A permission that the person withdrew still lets the client clean up after itself.
        if token is None or not (
            token.live or (token.revoked_by_person and not token.revoked and request.method == "DELETE")
        ):
            return _oauth_error(401, "invalid_token", f"Invalid access token: {value}")
        media = _media(request)
        try:
            return do(_Call(request, token, version, await request.body(), media or ""))
        except ApiError as error:
            return _error(error, media)

    async def unknown_version(self, request: Request) -> Response:
        """Send a call for a version that there is not on to the nearest."""
        version, _, path = request.url.path.strip("/").partition("/")
        nearest = {"v1": "v1.2", "v2": "v2.1"}.get(version.partition(".")[0], VERSION)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{nearest}/{path}{query}", 308)

    def _route(self, call: _Call, parts: list[str]) -> Response:
        if call.old and call.token.assertion_origin:
            raise ApiError(403, 9052, f"a token on behalf of another member is not taken by {call.version}")
        match parts:
            case ["search" | "expanded-search" | "csv-search" as what]:
                return self._find(call, what)
            case ["client", client_id]:
                return self._client(call, client_id)
            case ["group-id-record"]:
                return self._all_groups(call)
            case ["group-id-record", put_code]:
                return self._one_group(call, put_code)
            case [orcid, *rest] if ids.is_well_formed(orcid):
                return self._of_record(call, orcid, rest)
            case _:
                raise _nowhere(call)

    def _of_record(self, call: _Call, orcid: str, rest: list[str]) -> Response:
        if call.version == "v1.2":
            return self._profile(call, orcid, rest)
        section = _BY_PATH.get(rest[0]) if rest else None
        match rest:
            case [] | [_] if "".join(rest) in _WHOLE:
                _allow(call, "GET")
                return self._whole(call, orcid, "".join(rest))
            case ["works"] if call.method == "POST":
                _allow(call, "GET", "POST", body=True)
                return self._bulk(call, orcid)
            case ["works", codes]:
                _allow(call, "GET")
                return self._several(call, orcid, codes)
            case ["notification-permission"]:
                return self._notify(call, orcid)
            case ["notification-permission", number]:
                return self._notified(call, orcid, number)
            case [listed] if listed in _BY_LIST and (call.method == "GET" or section is None):
                _allow(call, *(("GET", "POST") if section or listed == "works" else ("GET",)))
                return self._whole(call, orcid, listed)
            case [_] if section:
                _allow(call, *(("GET", "POST") if section.is_person else ("POST",)), body=True)
                return self._post(call, orcid, section)
            case [kind, "summary", put_code] if section and kind in _ACTIVITIES:
                _allow(call, "GET")
                return self._get(call, orcid, section, put_code, summary=True)
            case [_, put_code] if section:
                _allow(call, "GET", "PUT", "DELETE", body=call.method == "PUT")
                do = {"PUT": self._put, "DELETE": self._delete}.get(call.method, self._get)
                return do(call, orcid, section, put_code)
            case _:
                raise _nowhere(call)

    # Reading

    def _whole(self, call: _Call, orcid: str, what: str) -> Response:
        person = self._person(call, orcid)
        _need(call.token, "/read-public")
        key = (orcid, what, call.media, call.old, call.token.scopes, call.source)
        version = self._state.version(orcid)
        ready = self._ready.get(key)
        if ready is None or ready[0] != version:
            shape, tree = self._document(call, person, what)
            if call.old:
                shape, tree = _OF_VERSION_2(shape), old_api.tree(shape.name, tree)
            ready = self._ready[key] = (version, _written(call.media, shape, tree))
            if len(self._ready) > _KEPT:
                self._ready.popitem(last=False)
        return Response(ready[1], media_type=call.media)

    def _document(self, call: _Call, person: Person, what: str) -> tuple[Group, Tree]:
        limited = call.token.allows("/orcid-bio/read-limited")
        registry, sees = self._registry, self._sees(call)
        match what:
            case "" | "record":
                return documents.RECORD, registry.record(person, sees, limited=limited)
            case "person":
                return documents.PERSON, registry.person(person, sees, limited=limited)
            case "personal-details":
                return documents.PERSONAL_DETAILS, registry.personal_details(person, sees, limited=limited)
            case "biography":
                biography = registry.biography(person)
                if biography is None:
                    raise ApiError(404, 9041, f"{person.orcid} has no biography")
                return documents.BIOGRAPHY, biography
            case "email":
                return documents.EMAILS, registry.emails(person)
            case "activities":
                return documents.ACTIVITIES, registry.activities(person, sees)
            case listed:
                section = _BY_LIST[listed]
                return section.shape, registry.listing(person, section, sees)

    def _get(self, call: _Call, orcid: str, section: Section, put_code: str, summary: bool = False) -> Response:
        self._check_record(call, orcid)
        number = _number(put_code)
        self._person(call, orcid, checked=True)
        item = self._item(orcid, section, number, any_affiliation=False)
        self._may_see(call, section, item)
        registry = self._registry
        return _one(call, registry.summary(orcid, item) if summary else registry.item(orcid, item))

    def _several(self, call: _Call, orcid: str, codes: str) -> Response:
        self._check_record(call, orcid)
        self._person(call, orcid, checked=True)
        texts = codes.split(",")
        if len(texts) > MOST_CODES:
            raise ApiError(400, 9042, f"{len(texts)} put-codes; at most {MOST_CODES} are allowed")
        numbers = [_whole_number(text.strip()) for text in texts]
        if None in numbers:
            raise ApiError(400, 9006, f"{texts[numbers.index(None)][:40]!r} is not a number")
        parts: list[Any] = []
        missing: list[Any] = []
        for number in numbers:
            item = self._state.item(orcid, "work", number or 0)
            if item is None:
                missing.append(Refused(ApiError(400, 9034, f"'{number}' is not a valid put code")))
                continue
            try:
                self._may_see(call, SECTIONS["work"], item)
                parts.append(Named("work", self._registry.item(orcid, item)))
            except ApiError as error:
                parts.append(Refused(error))
        return _document(call, documents.BULK, {"bulk": [*parts, *missing]})

    def _sees(self, call: _Call) -> Sees:
        token, mine = call.token, call.source
        public = token.allows("/read-public")
        limited = {kind: token.allows(section.read_scope) for kind, section in SECTIONS.items()}

        def sees(item: Item) -> bool:
            if item.visibility == "public" and public:
                return True
            return item.source == mine or (item.visibility == "limited" and limited[item.type])

        return sees

    def _may_see(self, call: _Call, section: Section, item: Item) -> None:
        if not self._sees(call)(item):
            _need(call.token, section.read_scope)
            if item.visibility == "private":
                raise ApiError(403, 9013, f"{item.type} {item.put_code} is private")

    # Writing

    def _post(self, call: _Call, orcid: str, section: Section) -> Response:
        self._check_record(call, orcid)
        sent = self._read(call, section.kind)
        person = self._person(call, orcid, checked=True)
        _need(call.token, *section.post_scopes)
        sent.judge(Method.POST, None, self._known(call, orcid, sent, None))
        item = self._add(call, person, section.kind, sent)
        location = f"{self._registry.base}/{call.version}/{orcid}/{section.path}/{item.put_code}"
        return Response(status_code=201, headers={"Location": location})

    def _add(self, call: _Call, person: Person, kind: str, sent: Submission) -> Item:
        if kind == "peer-review" and str(sent.content.get("review-group-id", "")).startswith("issn:"):
            self._groups.of_issn(sent.content["review-group-id"])
        token = call.token
        visibility = _visibility(sent) if person.status == "unclaimed" else None
        return self._state.add(person.orcid, kind, token.client_id, sent.own, token.assertion_origin, visibility)

    def _put(self, call: _Call, orcid: str, section: Section, put_code: str) -> Response:
        self._check_record(call, orcid)
        sent = self._read(call, section.kind)
        number = _number(put_code)
        self._person(call, orcid, checked=True)
        _need(call.token, *section.put_scopes)
        item = self._find_item(orcid, section, number)
        sent.judge(Method.PUT, number, self._known(call, orcid, sent, item))
        if item is None:
            raise ApiError(404, 9016, f"there is no {section.kind} with put-code {number}")
        if item.type != section.kind:
            self._state.move(orcid, item, section.kind)
        self._state.change(orcid, item, sent.own)
        return _one(call, self._registry.item(orcid, item))

    def _delete(self, call: _Call, orcid: str, section: Section, put_code: str) -> Response:
        self._check_record(call, orcid)
        number = _number(put_code)
        self._person(call, orcid, checked=True)
        _need(call.token, section.delete_scope)
        item = self._item(orcid, section, number)
        if item.source != call.source:
            raise ApiError(403, 9010, f"{item.source} is the source, {call.source} asks")
        self._state.remove(orcid, item)
        return Response(status_code=204)

    def _bulk(self, call: _Call, orcid: str) -> Response:
        self._check_record(call, orcid)
        sent = self._read(call, "bulk")
        person = self._person(call, orcid, checked=True)
        _need(call.token, *SECTIONS["work"].post_scopes)
        elements = sent.content.get("bulk", [])
        works = [element["work"] for element in elements if "work" in element]
        stored = {one.put_code: one for work in works for one in self._stored(orcid, "work", work)}
        refused = sent.judge_bulk(self._record(call, orcid, list(stored.values())))
        parts: list[Any] = []
        for position, element in enumerate(elements):
            if position in refused:
                parts.append(Refused(refused[position]))
            elif "work" not in element:
                told = element.get("error", {})
                code = told.get("error-code", 9006)
                parts.append(Refused(ApiError(400, code if isinstance(code, int) else 9006, "an error was sent")))
            else:
                item = self._add(call, person, "work", Submission("work", element["work"], sent.form))
                parts.append(Named("work", self._registry.item(orcid, item)))
        return _document(call, documents.BULK, {"bulk": parts})

    def _read(self, call: _Call, kind: str) -> Submission:
        # ORCID's schema knows ORCID's own hosts; here the sandbox's address stands for them.
        body = self._own_uri.sub(rb"\1https://sandbox.orcid.org", call.body)
        return (submissions.read_old if call.old else submissions.read)(kind, body, call.sent_as)

    def _known(self, call: _Call, orcid: str, sent: Submission, changed: Item | None) -> Record:
        stored = [one for one in self._stored(orcid, sent.kind, sent.content) if one.put_code != sent.put_code]
        if changed:
            stored.append(changed.stored())
        return self._record(call, orcid, stored)

    def _stored(self, orcid: str, kind: str, content: Tree) -> Iterator[Stored]:
        return (item.stored() for item in self._state.like(orcid, kind, content))

    def _record(self, call: _Call, orcid: str, stored: list[Stored]) -> Record:
        return Record(
            stored=stored,
            source=call.source,
            works=self._state.number(orcid, "work"),
            organizations=KNOWN if self._state.strict_organizations else None,
            groups=self._groups.names(),
        )

    # Groups, notifications, webhooks, search, clients

    def _all_groups(self, call: _Call) -> Response:
        _allow(call, "GET", "POST", body=call.method == "POST")
        if call.method == "POST":
            sent = self._read(call, "group-id")
            _need(call.token, "/group-id-record/update")
            group = self._groups.post(sent, call.token.client_id)
            location = f"{self._registry.base}/{VERSION}/group-id-record/{group.put_code}"
            return Response(status_code=201, headers={"Location": location})
        _need(call.token, "/group-id-record/read")
        query = call.request.query_params
        for name in ("name", "group-id"):
            if name in query:
                found = self._groups.find(name, query[name])
                return _one(call, self._registry.group(found) if found else Rendered("group-id", {}))
        sizes = [_whole_number(query.get(n, str(d))) for n, d in (("page", 1), ("page-size", PAGE_SIZE))]
        if not all(sizes):
            raise ApiError(400, 9006, "page and page-size must be whole numbers from 1 on")
        return _document(call, self._groups.shape, self._groups.listing(sizes[0] or 1, sizes[1] or PAGE_SIZE))

    def _one_group(self, call: _Call, put_code: str) -> Response:
        _allow(call, "GET", "PUT", "DELETE", body=call.method == "PUT")
        if call.method == "PUT":
            sent = self._read(call, "group-id")
            number = _number(put_code)
            _need(call.token, "/group-id-record/update")
            return _one(call, self._registry.group(self._groups.put(sent, number, call.token.client_id)))
        number = _number(put_code)
        if call.method == "DELETE":
            _need(call.token, "/group-id-record/update")
            self._groups.delete(number, call.token.client_id)
            return Response(status_code=204)
        _need(call.token, "/group-id-record/read")
        return _one(call, self._registry.group(self._groups.get(number)))

    def _notify(self, call: _Call, orcid: str) -> Response:
        _allow(call, "GET", "POST", body=call.method == "POST")
        self._check_record(call, orcid)
        if call.method == "GET":
            self._person(call, orcid, checked=True)
            _need(call.token, NOTIFICATION_SCOPE)
            listing = self._notifications.listing(orcid, call.token.client_id)
            return _document(call, self._notifications.shape, listing)
        sent = self._read(call, "notification")
        person = self._person(call, orcid, checked=True)
        _need(call.token, NOTIFICATION_SCOPE)
        made = self._notifications.post(person, sent, call.token.client_id)
        location = f"{self._registry.base}{call.request.url.path.rstrip('/')}/{made.put_code}"
        return Response(status_code=201, headers={"Location": location})

    def _notified(self, call: _Call, orcid: str, text: str) -> Response:
        _allow(call, "GET", "DELETE")
        self._check_record(call, orcid)
        number = _whole_number(text)
        if number is None:
            raise _nowhere(call)
        self._person(call, orcid, checked=True)
        _need(call.token, NOTIFICATION_SCOPE)
        do = self._notifications.archive if call.method == "DELETE" else self._notifications.get
        written = self._registry.notification(do(orcid, number, call.token.client_id))
        assert isinstance(written, Rendered)
        return _one(call, written)

    def _webhook(self, call: _Call, orcid: str, uri: str) -> Response:
        if call.method not in {"PUT", "DELETE"}:
            raise ApiError(405, 9001, f"{call.method} is not served here; PUT, DELETE is")
        self._check_record(call, orcid)
        _need(call.token, "/webhook")
        if orcid not in self._state.people:
            raise ApiError(404, 9011, f"there is no record {orcid}")
        if call.method == "DELETE":
            self._webhooks.delete(orcid, uri, call.token.client_id)
            return Response(status_code=204)
        if not self._webhooks.put(orcid, uri, call.token.client_id):
            return Response(status_code=204)
        raw = call.request.scope.get("raw_path", b"").decode("ascii", "replace")
        return Response(status_code=201, headers={"Location": f"{self._registry.base}{raw}"})

    def _find(self, call: _Call, what: str) -> Response:
        if call.method != "GET":
            raise ApiError(405, 9001, f"{call.method} is not served here; GET is")
        query = dict(call.request.query_params)
        if what == "csv-search":
            return Response(self._search.table(query), media_type="text/csv")
        _allow(call, "GET")
        if what == "expanded-search":
            return _document(call, documents.EXPANDED_SEARCH, self._search.expanded(query))
        _need(call.token, "/read-public")
        return _document(call, documents.SEARCH, self._search.ids(query))

    def _client(self, call: _Call, client_id: str) -> Response:
        _allow(call, "GET")
        _need(call.token, "/read-public")
        client = self._state.clients.get(client_id)
        if client is None:
            raise ApiError(404, 9027, f"there is no client {client_id[:40]}")
        return _document(call, documents.CLIENT, {"name": client.name, "description": client.description})

    def _profile(self, call: _Call, orcid: str, rest: list[str]) -> Response:
        if rest not in (["orcid-profile"], ["orcid-bio"]):
            raise ApiError(404, 9001, "of API 1.2 the sandbox serves the profile alone")
        if call.method != "GET":
            raise ApiError(405, 9001, f"{call.method} is not served here; GET is")
        person = self._person(call, orcid)
        _need(call.token, "/read-public")
        limited = call.token.allows("/orcid-bio/read-limited")
        return JSONResponse(old_api.profile(self._registry, person, limited=limited))

    # Shared steps

    def _check_record(self, call: _Call, orcid: str) -> None:
        if call.token.orcid and call.token.orcid != orcid:
            raise ApiError(401, 9017, f"the token is for {call.token.orcid}, the request for {orcid}")

    def _person(self, call: _Call, orcid: str, *, checked: bool = False) -> Person:
        """Return whose record it is, if it can be read and written at all."""
        if not checked:
            self._check_record(call, orcid)
        person = self._state.people.get(orcid)
        if person is None:
            raise ApiError(404, 9016, f"there is no record {orcid}")
        match person.status:
            case "deprecated":
                text = f"{orcid} was merged into {self._registry.base}/{person.primary}"
                if call.method != "GET":
                    raise ApiError(409, 9007, text)
                location = call.request.url.path.replace(orcid, person.primary, 1)
                raise ApiError(301, 9007, text, {"Location": f"{self._registry.base}{location}"})
            case "unclaimed" if self._state.now() - self._state.claimed < UNCLAIMED:
                raise ApiError(409, 9036, f"nobody has claimed {orcid} yet")
            case "locked":
                raise ApiError(409, 9018, f"{orcid} is locked")
            case "deactivated":
                raise ApiError(409, 9044, f"{orcid} was deactivated")
        return person

    def _find_item(self, orcid: str, section: Section, put_code: int, *, any_affiliation: bool = True) -> Item | None:
        found = self._state.item(orcid, section.kind, put_code)
        if found or not (section.is_affiliation and any_affiliation):
            return found
        # The seven affiliations are one table.
        others = (self._state.item(orcid, kind, put_code) for kind in _AFFILIATIONS)
        return next((item for item in others if item), None)

    def _item(self, orcid: str, section: Section, put_code: int, *, any_affiliation: bool = True) -> Item:
        item = self._find_item(orcid, section, put_code, any_affiliation=any_affiliation)
        if item is None:
            raise ApiError(404, 9016, f"there is no {section.kind} with put-code {put_code}")
        return item


def _visibility(sent: Submission) -> Visibility:
    match sent.visibility:
        case "public" | "limited" as chosen:
            return chosen
        case _:
            return "private"


def _nowhere(call: _Call) -> ApiError:
    return ApiError(404, 9001, f"the sandbox has no {call.request.url.path}")


def _allow(call: _Call, *allowed: str, body: bool = False) -> None:
    """Check the method, the form of the body and that of the answer, in this order."""
    if call.method not in allowed:
        raise ApiError(405, 9001, f"{call.method} is not served here; {', '.join(allowed)} is")
    if body and call.sent_as not in negotiation.TAKEN:
        raise ApiError(415, 9001, f"a body of type {call.sent_as or 'unknown'} is not taken")
    if not call.media:
        raise ApiError(406, 9001, f"no answer can be given as {call.request.headers.get('accept', '')}")


def _need(token: Token, *any_of: str) -> None:
    if not token.allows(*any_of):
        raise ApiError(403, 9038, f"the token has {' '.join(token.scopes)}; it needs {' or '.join(any_of)}")


def _whole_number(text: str) -> int | None:
    """Return the number that digits stand for; None when they are none, or larger than ORCID's can be."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST))):
        return None
    return number if (number := int(text)) <= _LARGEST else None


def _number(text: str) -> int:
    number = _whole_number(text)
    if number is None:
        raise ApiError(400, 9034, f"the put-code {text[:40]!r} is not a number")
    return number


def _media(request: Request) -> str | None:
    headers = request.headers
    return negotiation.answer_type(headers.get("accept", ""), headers.get("content-type", ""))


def _written(media: str, shape: Group, tree: Tree) -> bytes:
    return to_xml(shape, tree) if media in XML_TYPES else to_json(shape, tree, pretty=media != "application/json")


def _document(call: _Call, shape: Group, tree: Tree) -> Response:
    return Response(_written(call.media, shape, tree), media_type=call.media)


def _one(call: _Call, item: Rendered | Summary) -> Response:
    if call.media in XML_TYPES:
        return Response(item.document, media_type=call.media)
    text = item.json(pretty=call.media != "application/json")
    return Response(text.encode("utf-8", "replace"), media_type=call.media)


def _error(error: ApiError, media: str | None) -> Response:
    if media is None or media in XML_TYPES:
        return Response(error.as_xml(), error.status, error.headers, media_type=media)
    text = write_tree(error.as_json(), pretty=media != "application/json")
    return Response(text.encode("utf-8", "replace"), error.status, error.headers, media_type=media)


def _oauth_error(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)


def _status(path: str) -> Response:
    parts = ("tomcatUp", "dbConnectionOk", "readOnlyDbConnectionOk", "overallOk")
    return JSONResponse(dict.fromkeys(parts if path == "apiStatus" else parts[:1], True))
