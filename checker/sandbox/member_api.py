"""The Member API v3.0 over HTTP: reading a record, and adding, changing and removing items.

The order in which a request is checked decides which error wins; it is ORCID's (facts on the API, section 4:
documented and observed): token, record of the token, form, body, record, scope, put-code, rules, duplicates, source.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from . import item_rules, old_api
from .api_errors import ApiError
from .documents import ACTIVITIES, EMAILS, ITEM_TYPES, PERSON, PERSONAL_DETAILS, RECORD, ItemType
from .model import Person
from .record import Registry, Sees
from .shape import (
    Group,
    Malformed,
    Tree,
    Unfit,
    parse_json,
    parse_xml,
    read_json,
    read_xml,
    to_json,
    to_xml,
    whole_number,
)
from .state import Item, State, Token

VERSION: Final = "v3.0"
OLD_VERSIONS: Final = ("v1.2", "v2.0", "v2.1")

_XML: Final = ("application/vnd.orcid+xml", "application/orcid+xml", "application/xml")
_JSON: Final = ("application/vnd.orcid+json", "application/orcid+json", "application/json")
_SECTIONS: Final = {kind.section: kind for kind in ITEM_TYPES.values()}
_READ: Final = frozenset({"", "record", "person", "personal-details", "email", "activities"})


@dataclass(frozen=True)
class _Call:
    """One request that came with a live token."""

    request: Request
    token: Token
    orcid: str
    body: bytes
    media: str
    """Media type of the answer."""


def access_token(request: Request) -> str:
    """Return the access token that a request carries, from its header or (as ORCID takes too) its query."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    return request.query_params.get("access_token", "")


class MemberApi:
    """Answers everything under `/v…/`."""

    def __init__(self, state: State, registry: Registry) -> None:
        self._state = state
        self._registry = registry

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
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
            if media is None:
                raise ApiError(406, 9001, f"no answer can be given as {request.headers.get('accept', '')}")
            version, _, path = request.url.path.strip("/").partition("/")
            orcid, *rest = path.split("/")
            if token.orcid and token.orcid != orcid:
                raise ApiError(401, 9017, f"the token is for {token.orcid}, the request for {orcid}")
            call = _Call(request, token, orcid, await request.body(), media)
            return self._route(call, rest) if version == VERSION else self._old(call, version, rest)
        except ApiError as error:
            return _error(error, media)

    async def without_version(self, request: Request) -> Response:
        """Answer a call that names no version: reading is sent on to the current one, writing is refused."""
        if not request.path_params["path"]:
            return RedirectResponse(request.url.path.rstrip("/"))  # the record's page, with a slash too many
        if request.method == "GET":
            return RedirectResponse(f"/{VERSION}{request.url.path}", 302)
        return _error(ApiError(400, 9012, "the address names no version of the API"), _media(request))

    def _route(self, call: _Call, rest: list[str]) -> Response:
        method, kind = call.request.method, ITEM_TYPES.get(rest[0] if rest else "")
        match rest:
            case [] | [_] if "".join(rest) in _READ or "".join(rest) in _SECTIONS:
                _allow(method, "GET")
                return self._read(call, "".join(rest))
            case [_] if kind:
                _allow(method, "POST")
                return self._post(call, kind)
            case [_, "summary", put_code] if kind:
                _allow(method, "GET")
                return self._get(call, kind, _number(put_code), kind.summary)
            case [_, put_code] if kind:
                _allow(method, "GET", "PUT", "DELETE")
                number = _number(put_code)
                match method:
                    case "PUT":
                        return self._put(call, kind, number)
                    case "DELETE":
                        return self._delete(call, kind, number)
                    case _:
                        return self._get(call, kind, number, kind.shape)
            case _:
                raise ApiError(404, 9001, f"the sandbox has no {call.request.url.path}")

    # Reading

    def _read(self, call: _Call, what: str) -> Response:
        person = self._person(call)
        _need(call.token, "/read-public")
        limited = call.token.allows("/person/read-limited")
        registry, sees = self._registry, self._sees(call.token)
        match what:
            case "" | "record":
                return _document(call, RECORD, registry.record(person, sees, limited=limited))
            case "person":
                return _document(call, PERSON, registry.person(person, limited=limited))
            case "personal-details":
                return _document(call, PERSONAL_DETAILS, registry.personal_details(person, limited=limited))
            case "email":
                return _document(call, EMAILS, registry.emails(person))
            case "activities":
                return _document(call, ACTIVITIES, registry.activities(person, sees))
            case section:
                kind = _SECTIONS[section]
                return _document(call, kind.list_shape, registry.listing(person, kind, sees))

    def _get(self, call: _Call, kind: ItemType, put_code: int, shape: Group) -> Response:
        person = self._person(call)
        item = self._item(call, kind, put_code)
        if not self._sees(call.token)(item):
            if item.visibility == "private":
                raise ApiError(403, 9013, f"{kind.name} {put_code} is private")
            _need(call.token, f"/{kind.scope_family}/read-limited")
        return _document(call, shape, self._registry.item(person, item))

    def _sees(self, token: Token) -> Sees:
        def sees(item: Item) -> bool:
            if item.client_id == token.client_id:
                return True
            if item.visibility == "limited":
                return token.allows(f"/{ITEM_TYPES[item.type].scope_family}/read-limited")
            return item.visibility == "public" and token.allows("/read-public")

        return sees

    # Writing

    def _post(self, call: _Call, kind: ItemType) -> Response:
        content = self._body(call, kind)
        person = self._person(call)
        _need(call.token, f"/{kind.scope_family}/create", f"/{kind.scope_family}/update")
        if "put-code" in content:
            raise ApiError(400, 9024, f"the body has put-code {content['put-code']}")
        content = _own(kind, content)
        self._check(call, kind, content, others=self._state.items(person.orcid, kind.name))
        item = self._state.add(person.orcid, kind.name, call.token.client_id, content)
        location = f"{self._registry.base}/{VERSION}/{person.orcid}/{kind.name}/{item.put_code}"
        return Response(status_code=201, headers={"Location": location})

    def _put(self, call: _Call, kind: ItemType, put_code: int) -> Response:
        content = self._body(call, kind)
        person = self._person(call)
        _need(call.token, f"/{kind.scope_family}/update")
        sent = content.get("put-code")
        if sent != put_code:
            shown = "null" if sent is None else sent
            raise ApiError(400, 9019, f"the address says {put_code}, the body {shown}")
        item = self._item(call, kind, put_code)
        visibility, content = content.get("visibility"), _own(kind, content)
        if kind.affiliation:  # Observed: of affiliations ORCID looks at the source first.
            _own_source(call.token, item)
        others = [other for other in self._state.items(person.orcid, kind.name) if other is not item]
        if visibility not in {None, item.visibility}:
            raise ApiError(403, 9035, f"the item is {item.visibility}, the body says {visibility}")
        self._check(call, kind, content, others)
        _own_source(call.token, item)
        self._state.change(item, content)
        return _document(call, kind.shape, self._registry.item(person, item))

    def _delete(self, call: _Call, kind: ItemType, put_code: int) -> Response:
        person = self._person(call)
        _need(call.token, f"/{kind.scope_family}/update")
        item = self._item(call, kind, put_code)
        _own_source(call.token, item)
        self._state.remove(person.orcid, item)
        return Response(status_code=204)

    def _check(self, call: _Call, kind: ItemType, content: Tree, others: list[Item]) -> None:
        item_rules.check(kind, content, is_json=_sent_as(call.request) in _JSON)
        if twin := item_rules.duplicate(content, call.token.client_id, others):
            raise ApiError(409, 9021, f"the record has it already with put-code {twin.put_code}")

    def _body(self, call: _Call, kind: ItemType) -> Tree:
        sent_as = _sent_as(call.request)
        if sent_as not in _XML + _JSON:
            raise ApiError(415, 9001, f"a body of type {sent_as or 'unknown'} is not taken")
        is_json = sent_as in _JSON
        try:
            if is_json:
                if not call.body.strip():
                    raise Unfit("the body is empty")
                return read_json(kind.shape, parse_json(call.body))
            root = parse_xml(call.body)
            if root.tag.endswith("}bulk"):
                raise ApiError(400, 9006, "argument type mismatch: a bulk is not taken here")
            return read_xml(kind.shape, root)
        except Malformed as error:
            raise ApiError(400, 9001 if is_json else 9012, str(error)) from error
        except Unfit as error:
            raise ApiError(400, 9047 if is_json else 9012, str(error)) from error

    # Shared steps

    def _person(self, call: _Call) -> Person:
        person = self._state.people.get(call.orcid)
        if person is None:
            raise ApiError(404, 9016, f"there is no record {call.orcid}")
        return person

    def _item(self, call: _Call, kind: ItemType, put_code: int) -> Item:
        item = self._state.item(call.orcid, kind.name, put_code)
        if item is None:
            raise ApiError(404, 9016, f"there is no {kind.name} with put-code {put_code}")
        return item

    def _old(self, call: _Call, version: str, rest: list[str]) -> Response:
        person = self._person(call)
        _need(call.token, "/read-public")
        _allow(call.request.method, "GET")
        limited = call.token.allows("/person/read-limited")
        body = old_api.document(version, "/".join(rest), self._registry, person, limited=limited)
        if body is None:
            raise ApiError(404, 9001, f"of API {version} the sandbox serves the record alone")
        return JSONResponse(body)


def _allow(method: str, *allowed: str) -> None:
    if method not in allowed and not (method == "HEAD" and "GET" in allowed):
        raise ApiError(405, 9001, f"{method} is not served here; {', '.join(allowed)} is")


def _need(token: Token, *any_of: str) -> None:
    if not token.allows(*any_of):
        raise ApiError(403, 9038, f"the token has {' '.join(token.scopes)}; it needs {' or '.join(any_of)}")


def _own_source(token: Token, item: Item) -> None:
    if item.client_id != token.client_id:
        raise ApiError(403, 9010, f"{item.client_id} is the source, {token.client_id} asks")


def _number(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise ApiError(400, 9034, f"the put-code {text[:40]!r} is not a number")
    return number


def _own(kind: ItemType, content: Tree) -> Tree:
    """Leave out what the registry itself keeps of an item."""
    names = {field.name for field in kind.fields}
    return {name: value for name, value in content.items() if name in names}


def _sent_as(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _media(request: Request) -> str | None:
    """Choose the answer's type: what is accepted, else what was sent, else XML; None when nothing fits."""
    accepted = []
    for part in request.headers.get("accept", "").split(","):
        media, *parameters = (p.strip().lower() for p in part.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        if media:
            accepted.append((_float(quality), media))
    # A stable sort: of equals the first named wins.
    for _, media in sorted(accepted, key=lambda pair: -pair[0]):
        if media in _XML + _JSON:
            return media
        if media in {"*/*", "application/*"}:
            break
    else:
        if accepted:
            return None
    sent_as = _sent_as(request)
    return sent_as if sent_as in _XML + _JSON else _XML[0]


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _document(call: _Call, shape: Group, tree: Tree) -> Response:
    if call.media in _XML:
        return Response(to_xml(shape, tree), media_type=call.media)
    return _json(to_json(shape, tree), call.media)


def _json(body: Any, media: str, status: int = 200) -> Response:
    compact = media == "application/json"
    text = json.dumps(body, ensure_ascii=False, indent=None if compact else 2)
    return Response(text, status, media_type=media)


def _error(error: ApiError, media: str | None) -> Response:
    if media is None:
        return Response(error.as_xml(), error.status)
    if media in _XML:
        return Response(error.as_xml(), error.status, media_type=media)
    return _json(error.as_json(), media, error.status)


def _oauth_error(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)
