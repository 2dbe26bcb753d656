"""One row for each fact about ORCID's Member API 3.0 that the sandbox keeps, checked over HTTP.

The section is that of the facts on the API which the row rests on; a row whose section is not there fails.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from lxml import etree

from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Person, Sandbox
from checker.sandbox.model import DELEGATE_CLIENT

from .conftest import ORCID, OTHER
from .items import AFFILIATION, FUNDING, GROUP, ITEMS, NOTIFICATION, RESOURCE, REVIEW, WORK, changed, date, with_id

ITEM = "/work"
WRITE = ("/read-limited", "/activities/update", "/person/update")
SECOND = DELEGATE_CLIENT.id
JSON = "application/json"
XML = "application/vnd.orcid+xml"
NOWHERE = "0000-0002-1694-233X"


def person(orcid: str, **more: Any) -> Person:
    return Person(orcid, f"{orcid}@mailinator.com", "a-password", **more)


LOCKED = person("0000-0001-2345-6789", status="locked")
DEACTIVATED = person("0000-0001-5000-0007", status="deactivated")
DEPRECATED = person("0000-0001-5000-0015", status="deprecated", primary=ORCID)
UNCLAIMED = person("0000-0001-5000-0023", status="unclaimed")
PRIVATE = person("0000-0001-5000-0031", default_visibility="private", takes_notifications=False)
LIMITED = person("0000-0001-5000-004X", default_visibility="limited", biography="A life.", email_public=True)
PEOPLE = (DEFAULT_PERSON, OTHER, LOCKED, DEACTIVATED, DEPRECATED, UNCLAIMED, PRIVATE, LIMITED)

Answer = httpx.Response


@dataclass
class Portal:
    """A portal's server with tokens for whatever it does."""

    box: Sandbox
    http: httpx.Client

    def token(
        self, scopes: tuple[str, ...] = WRITE, orcid: str | None = ORCID, client: str = DEFAULT_CLIENT.id, on: str = ""
    ) -> str:
        state = self.box._state
        return self.box._in_loop(
            lambda: state.issue_token(client, orcid, scopes, assertion_origin=on, lasting=not on).access
        )

    def call(
        self, method: str, path: str, body: Any = None, *, orcid: str = ORCID, accept: str | None = JSON,
        media: str = JSON, token: str | None = None, **who: Any,
    ) -> Answer:  # fmt: skip
        token = token if token is not None else self.token(**({"orcid": orcid} | who))
        headers = ({"Authorization": f"Bearer {token}"} if token else {}) | ({"Accept": accept} if accept else {})
        content = body if isinstance(body, str | bytes | None) else json.dumps(body)
        if content is not None:
            headers["Content-Type"] = media
        full = path if path.startswith("/v") else f"/v3.0/{orcid}{path}"
        request = self.http.build_request(method, full, content=content, headers=headers)
        if accept is None:
            del request.headers["accept"]
        return self.http.send(request)

    def own(self, method: str, path: str, body: Any = None, scope: str = "/read-public", **more: Any) -> Answer:
        """Call with a client's own token; the path is under the version."""
        return self.call(method, f"/v3.0{path}", body, **({"scopes": (scope,), "orcid": None} | more))

    def add(self, kind: str, item: Any = None, **more: Any) -> int:
        answer = self.call("POST", PATHS[kind], ITEMS[kind] if item is None else item, **more)
        assert answer.status_code == 201, answer.text
        return int(answer.headers["location"].rpartition("/")[2])


PATHS = {kind: f"/{kind}" for kind in ITEMS} | {
    "other-name": "/other-names",
    "keyword": "/keywords",
    "researcher-url": "/researcher-urls",
    "external-identifier": "/external-identifiers",
}


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Sandbox(tls=False, people=PEOPLE) as box, httpx.Client(base_url=box.base) as http:
        yield Portal(box, http)
        assert box.faults == []


# What a row does. Each returns what the row expects.


def said(answer: Answer) -> tuple[int, int]:
    """Status and error code."""
    if not answer.content:
        return answer.status_code, 0
    if answer.headers.get("content-type", JSON).endswith("json"):
        return answer.status_code, answer.json().get("error-code", 0)
    return answer.status_code, int(etree.fromstring(answer.content).findtext("{*}error-code") or 0)


def post(kind: str, item: Any, **more: Any) -> Callable[[Portal], object]:
    return lambda p: said(p.call("POST", PATHS[kind], item, **more))


def get(path: str, **more: Any) -> Callable[[Portal], object]:
    return lambda p: said(p.call("GET", path, **more))


def put(
    kind: str, item: Any = None, *, number: Any = None, add: dict[str, Any] | None = None, **more: Any
) -> Callable[[Portal], object]:
    """Add an item, and change it; with the put-code that was given, unless another one is said."""

    def do(p: Portal) -> object:
        code = p.add(kind, **(add or {}))
        body = changed(ITEMS[kind] if item is None else item, put_code=code if number is None else number or None)
        return said(p.call("PUT", f"{PATHS[kind]}/{code}", body, **more))

    return do


def twice(kind: str, first: Any = None, second: Any = None, **more: Any) -> Callable[[Portal], object]:
    def do(p: Portal) -> object:
        p.add(kind, first)
        return said(p.call("POST", PATHS[kind], ITEMS[kind] if second is None else second, **more))

    return do


def of(path: str, *keys: str, **more: Any) -> Callable[[Portal], object]:
    """A part of a JSON document."""

    def do(p: Portal) -> object:
        found = p.call("GET", path, **more).json()
        for key in keys:
            found = found[key]
        return found

    return do


def item(kind: str, *keys: str, sent: Any = None, **more: Any) -> Callable[[Portal], object]:
    """A part of an item that was added, as JSON."""

    def do(p: Portal) -> object:
        code = p.add(kind, sent)
        return of(f"{PATHS[kind]}/{code}", *keys, **more)(p)

    return do


def head(path: str, name: str, **more: Any) -> Callable[[Portal], object]:
    return lambda p: p.call("GET", path, **more).headers.get(name)


def bulk(*works: Any, media: str = JSON) -> Callable[[Portal], Answer]:
    return lambda p: p.call("POST", "/works", {"bulk": [{"work": work} for work in works]}, media=media)


def parts(answer: Answer) -> list[object]:
    return [e["error"]["error-code"] if "error" in e else "work" for e in answer.json()["bulk"]]


def group(p: Portal, body: Any = None, method: str = "POST", path: str = "", **more: Any) -> Answer:
    return p.own(method, f"/group-id-record{path}", body, "/group-id-record/update", **more)


def made(p: Portal, **more: Any) -> str:
    return "/" + group(p, GROUP, **more).headers["location"].rpartition("/")[2]


def notify(
    p: Portal, method: str = "POST", body: Any = None, path: str = "", orcid: str = ORCID, **more: Any
) -> Answer:
    return p.own(method, f"/{orcid}/notification-permission{path}", body, "/premium-notification", **more)


def sent(p: Portal) -> str:
    return "/" + notify(p, body=NOTIFICATION).headers["location"].rpartition("/")[2]


def hook(p: Portal, method: str, uri: str = "http://127.0.0.1:9/hook", orcid: str = ORCID, **more: Any) -> Answer:
    token = p.token(("/webhook",), None, **more)
    path = f"/{orcid}/webhook/{quote(uri, safe='')}"
    return p.http.request(method, path, headers={"Authorization": f"Bearer {token}"})


def bare(p: Portal, accept: str = XML, **headers: str) -> Answer:
    return p.http.get(f"/v3.0/{ORCID}/record", headers={"Accept": accept} | headers)


def strict(p: Portal, identifier: str) -> object:
    p.box.strict_organizations = True
    organization = changed(AFFILIATION["organization"])
    organization["disambiguated-organization"]["disambiguated-organization-identifier"] = identifier
    return said(p.call("POST", "/membership", changed(AFFILIATION, organization=organization)))


def by_another(p: Portal, kind: str, change: Any = None, method: str = "PUT") -> object:
    code = p.add(kind)
    body = changed(ITEMS[kind], put_code=code, **(change or {})) if method == "PUT" else None
    return said(p.call(method, f"{PATHS[kind]}/{code}", body, client=SECOND))


def seen(p: Portal, orcid: str, **who: Any) -> object:
    """What another client reads of an item with the person's default visibility, and how many a list has."""
    code = p.add("work", orcid=orcid)
    who = {"orcid": orcid, "client": SECOND} | who
    read = said(p.call("GET", f"{ITEM}/{code}", **who))
    return read, len(p.call("GET", "/works", **who).json()["group"])


def after_days(p: Portal, days: float, do: Callable[[Portal], object]) -> object:
    p.box.clock_offset = timedelta(days=days).total_seconds()
    return do(p)


def on_behalf(p: Portal) -> dict[str, Any]:
    token = p.token(on=SECOND)
    answer = p.call("POST", "/work", WORK, token=token)
    return p.call("GET", answer.headers["location"].partition(ORCID)[2]).json()["source"]


def counts(p: Portal) -> object:
    """Writing with and without an origin counts as two sources."""
    code = p.add("work")
    return said(p.call("DELETE", f"{ITEM}/{code}", token=p.token(on=SECOND)))


def withdrawn(p: Portal, method: str) -> int:
    code, token = p.add("work"), p.token()
    p.box.revoke_tokens(ORCID, DEFAULT_CLIENT.id)
    return p.call(method, f"{ITEM}/{code}", token=token).status_code


ORGANIZATION = AFFILIATION["organization"]
NO_ID = changed(ORGANIZATION, disambiguated_organization=None)
REVIEWED = changed(REVIEW, review_group_id="orcid-generated:nothing")


@dataclass(frozen=True)
class Fact:
    section: int
    said: str
    do: Callable[[Portal], object]
    expected: object


FACTS = [
    # Media types
    *(Fact(1, f"{media} is given", head("/record", "content-type", accept=media), media)
      for media in ("application/vnd.orcid+xml", "application/orcid+xml", "application/xml",
                    "application/vnd.orcid+json", "application/orcid+json", "application/json")),
    Fact(1, "no Accept: XML", head("/record", "content-type", accept=None), XML),
    Fact(1, "no Accept: the type of the body",
         lambda p: p.call("POST", "/works", {"bulk": []}, accept=None).headers["content-type"], JSON),
    Fact(1, "application/json is compact", lambda p: "\n" in p.call("GET", "/record").text, False),
    Fact(1, "the orcid types are pretty",
         lambda p: "\n" in p.call("GET", "/record", accept="application/orcid+json").text, True),
    Fact(1, "unsupported Accept: 406 without a type",
         lambda p: [(a.status_code, a.headers.get("content-type")) for a in [p.call("GET", "/record", accept="a/b")]],
         [(406, None)]),
    Fact(1, "unsupported Content-Type", post("work", "a=b", media="text/plain"), (415, 9001)),
    # Endpoints
    *(Fact(2, f"{kind}: added, read, changed, removed",
           lambda p, kind=kind: [
               (code := p.add(kind)) > 0, said(p.call("GET", f"{PATHS[kind]}/{code}"))[0],
               said(p.call("PUT", f"{PATHS[kind]}/{code}", changed(ITEMS[kind], put_code=code)))[0],
               said(p.call("DELETE", f"{PATHS[kind]}/{code}"))[0], said(p.call("GET", f"{PATHS[kind]}/{code}"))[0]],
           [True, 200, 200, 204, 404]) for kind in ITEMS),
    Fact(2, "a summary has less",
         lambda p: sorted(set(WORK) - set(of(f"{ITEM}/summary/{p.add('work')}")(p))),
         ["citation", "contributors", "country", "language-code", "short-description"]),
    Fact(2, "person items have no summary", get("/keywords/summary/1"), (404, 9001)),
    *(Fact(2, f"GET {path}", get(path), (200, 0))
      for path in ("", "/record", "/person", "/personal-details", "/email", "/activities")),
    Fact(2, "biography", of("/biography", "content", orcid=LIMITED.orcid), "A life."),
    Fact(2, "the name cannot be written", lambda p: said(p.call("PUT", "/personal-details", {})), (405, 9001)),
    Fact(2, "works can be created alone with the old scope",
         post("work", WORK, scopes=("/orcid-works/create",)), (201, 0)),
    Fact(2, "and then not changed", put("work", scopes=("/orcid-works/create",)), (403, 9038)),
    Fact(2, "person items need /person/update", post("keyword", ITEMS["keyword"], scopes=("/activities/update",)),
         (403, 9038)),
    Fact(2, "an external identifier is removed with another scope",
         lambda p: said(p.call("DELETE", f"/external-identifiers/{p.add('external-identifier')}",
                               scopes=("/orcid-bio/external-identifiers/create",))), (403, 9038)),
    Fact(2, "research resources take the scope of affiliations",
         post("research-resource", RESOURCE, scopes=("/affiliations/create",)), (201, 0)),
    Fact(2, "client", lambda p: p.own("GET", f"/client/{DEFAULT_CLIENT.id}").json()["name"], DEFAULT_CLIENT.name),
    Fact(2, "search", lambda p: p.own("GET", "/search?q=family-name:Carberry").json()["num-found"], 1),
    Fact(2, "expanded search",
         lambda p: p.own("GET", "/expanded-search?q=carberry").json()["expanded-result"][0]["orcid-id"], ORCID),
    Fact(2, "search as a table",
         lambda p: p.own("GET", "/csv-search?q=carberry&fl=orcid,family-name", accept="*/*").text.split("\n")[:2],
         ["orcid,family-name", f"{ORCID},Carberry"]),
    Fact(2, "own items are read whatever the visibility",
         lambda p: said(p.call("GET", f"{ITEM}/{p.add('work', orcid=PRIVATE.orcid)}", orcid=PRIVATE.orcid)), (200, 0)),
    # Successful answers
    Fact(3, "POST: 201, empty, the place of the item", lambda p: [
        (a.status_code, a.content, re.sub(r"\d+$", "N", a.headers["location"]) == f"{p.box.base}/v3.0/{ORCID}{ITEM}/N")
        for a in [p.call("POST", "/work", WORK)]], [(201, b"", True)]),
    Fact(3, "person items: the place has the plural path",
         lambda p: f"/{ORCID}/keywords/" in p.call("POST", "/keywords", ITEMS["keyword"]).headers["location"], True),
    Fact(3, "groups: the place has no iD",
         lambda p: "/v3.0/group-id-record/" in group(p, GROUP).headers["location"], True),
    Fact(3, "PUT: the item as stored", lambda p: [c := p.add("work"), p.call(
        "PUT", f"{ITEM}/{c}", changed(WORK, put_code=c, type="book")).json()["type"]][1], "book"),
    Fact(3, "an unchanged PUT does not move the date", lambda p: [
        c := p.add("work"), p.call("PUT", f"{ITEM}/{c}", changed(WORK, put_code=c)).json()["last-modified-date"]
        == p.call("GET", f"{ITEM}/{c}").json()["created-date"]][1], True),
    Fact(3, "notification removed: 200 with it",
         lambda p: [(a.status_code, a.json()["archived-date"] is not None)
                    for a in [notify(p, "DELETE", path=sent(p))]], [(200, True)]),
    Fact(3, "webhook: 201, then 204", lambda p: [hook(p, "PUT").status_code, hook(p, "PUT").status_code], [201, 204]),
    Fact(3, "webhook removed: 204", lambda p: [hook(p, "PUT"), hook(p, "DELETE").status_code][1], 204),
    # Order of checks
    Fact(4, "no token: 403 as JSON", lambda p: [(a.status_code, a.json()["error"]) for a in [bare(p)]],
         [(403, "forbidden")]),
    Fact(4, "unknown token: 401 as JSON, no WWW-Authenticate",
         lambda p: [(a.status_code, a.json(), "www-authenticate" in a.headers)
                    for a in [bare(p, Authorization="Bearer x")]],
         [(401, {"error": "invalid_token", "error_description": "Invalid access token: x"}, False)]),
    Fact(4, "expired token", lambda p: [t := p.token(), after_days(
        p, 36_000, lambda p: p.call("GET", "/record", token=t).status_code)][1], 401),
    Fact(4, "another record's token", lambda p: said(p.call("GET", "/record", orcid=OTHER.orcid, token=p.token())),
         (401, 9017)),
    Fact(4, "record of the token before the body",
         lambda p: said(p.call("POST", "/work", "{", orcid=OTHER.orcid, token=p.token())), (401, 9017)),
    Fact(4, "malformed JSON", post("work", "{"), (400, 9001)),
    Fact(4, "JSON that does not fit", post("work", changed(WORK, colour="red")), (400, 9047)),
    Fact(4, "XML that does not fit", post("work", "<a/>", media=XML), (400, 9012)),
    Fact(4, "unknown iD, no checksum test", get("/record", orcid="0000-0000-0000-0000"), (404, 9016)),
    Fact(4, "body before the record", lambda p: said(p.call("POST", "/work", "{", orcid=NOWHERE)), (400, 9001)),
    Fact(4, "deprecated: GET is sent on", lambda p: [
        (*said(a), a.headers["location"] == f"{p.box.base}/v3.0/{ORCID}/record")
        for a in [p.call("GET", "/record", orcid=DEPRECATED.orcid)]], [(301, 9007, True)]),
    Fact(4, "deprecated: writing", post("work", WORK, orcid=DEPRECATED.orcid), (409, 9007)),
    Fact(4, "unclaimed and young", get("/record", orcid=UNCLAIMED.orcid), (409, 9036)),
    Fact(4, "unclaimed and old", lambda p: after_days(p, 11, get("/record", orcid=UNCLAIMED.orcid)), (200, 0)),
    Fact(4, "locked", post("work", WORK, orcid=LOCKED.orcid), (409, 9018)),
    Fact(4, "deactivated", get("/record", orcid=DEACTIVATED.orcid), (409, 9044)),
    Fact(4, "record before scope", post("work", WORK, orcid=LOCKED.orcid, scopes=("/authenticate",)), (409, 9018)),
    Fact(4, "scope: 403", post("work", WORK, scopes=("/read-limited",)), (403, 9038)),
    Fact(4, "scope before put-code", put("work", number=5, scopes=("/read-limited",)), (403, 9038)),
    Fact(4, "scope before rules", post("work", changed(WORK, external_ids=None), scopes=("/read-limited",)),
         (403, 9038)),
    Fact(4, "put-code before rules", put("work", changed(WORK, external_ids=None), number=5), (400, 9019)),
    Fact(4, "rules before the source",
         lambda p: by_another(p, "work", {"external_ids": None}), (400, 9023)),
    Fact(4, "of affiliations the source before the rules",
         lambda p: by_another(p, "employment", {"organization": NO_ID}), (403, 9010)),
    Fact(4, "a client's own token fails at the scope", lambda p: said(p.own(
        "POST", f"/{ORCID}/work", WORK)), (403, 9038)),
    Fact(4, "a token as a parameter",
         lambda p: p.http.get(f"/v3.0/{ORCID}/record", params={"access_token": p.token()}).status_code, 200),
    Fact(4, "a withdrawn token removes", lambda p: withdrawn(p, "DELETE"), 204),
    Fact(4, "a withdrawn token reads nothing", lambda p: withdrawn(p, "GET"), 401),
    Fact(4, "a token on behalf of another member is not for API 2",
         lambda p: said(p.call("GET", f"/v2.1/{ORCID}/record", token=p.token(on=SECOND))), (403, 9052)),
    # Put-codes
    Fact(5, "POST with a put-code", post("work", changed(WORK, put_code=5)), (400, 9024)),
    Fact(5, "person items too", post("keyword", {"content": "x", "put-code": 5}), (400, 9024)),
    Fact(5, "PUT without one in the body", put("work", number=0), (400, 9019)),
    Fact(5, "PUT with another one", put("work", number=5), (400, 9019)),
    Fact(5, "not a number", get(f"{ITEM}/abc"), (400, 9034)),
    Fact(5, "unknown", lambda p: said(p.call("PUT", f"{ITEM}/5", changed(WORK, put_code=5))), (404, 9016)),
    Fact(5, "of another record", lambda p: said(p.call("GET", f"{ITEM}/{p.add('work', orcid=OTHER.orcid)}")),
         (404, 9016)),
    Fact(5, "DELETE by another client", lambda p: by_another(p, "work", method="DELETE"), (403, 9010)),
    Fact(5, "unchanged work by another client", lambda p: by_another(p, "work"), (403, 9014)),
    # Fields
    Fact(6, "a sent source is passed over",
         item("work", "source", "source-client-id", "path",
              sent=changed(WORK, source={"source-client-id": {"path": "APP-XXXXXXXXXXXXXXXX"}})), DEFAULT_CLIENT.id),
    Fact(6, "title at most 1000", post("work", changed(WORK, title={"title": {"value": "x" * 1001}})), (400, 9047)),
    Fact(6, "a work needs a title", post("work", changed(WORK, title=None)), (400, 9047)),
    Fact(6, "a day needs a month", post("work", changed(WORK, publication_date=date("2020", day="02"))), (400, 9047)),
    Fact(6, "a funding needs an organization", post("funding", changed(FUNDING, organization=None)), (400, 9047)),
    # Value lists
    Fact(7, "an alias of a work type", item("work", "type", sent=changed(WORK, type="dataset")), "data-set"),
    Fact(7, "unknown work type", post("work", changed(WORK, type="novel")), (400, 9047)),
    Fact(7, "unknown relationship", post("work", with_id(WORK, "10.5555/a", "cousin-of")), (400, 9047)),
    Fact(7, "identifier types are case-sensitive", post("work", with_id(WORK, "10.5555/a", kind="DOI")), (400, 9023)),
    # Rules
    Fact(8, "a work needs an identifier", post("work", changed(WORK, external_ids=None)), (400, 9023)),
    Fact(8, "a work needs one that is self", post("work", with_id(WORK, "10.5555/a", "part-of")), (400, 9023)),
    Fact(8, "31 February", post("work", changed(WORK, publication_date=date("2020", "02", "31"))), (400, 9049)),
    Fact(8, "funding needs no self", post("funding", with_id(FUNDING, "G", "part-of", "grant_number")), (201, 0)),
    Fact(8, "amount that is no number",
         post("funding", changed(FUNDING, amount={"value": "a lot", "currency-code": "EUR"})), (400, 9054)),
    Fact(8, "the schema first: amount without currency",
         post("funding", changed(FUNDING, amount={"value": "1"})), (400, 9047)),
    Fact(8, "employment without organization", post("employment", changed(AFFILIATION, organization=None)),
         (400, 9046)),
    Fact(8, "employment without its identifier", post("employment", changed(AFFILIATION, organization=NO_ID)),
         (400, 9045)),
    Fact(8, "membership: another identifier will do", post("membership", changed(AFFILIATION, organization=NO_ID)),
         (201, 0)),
    Fact(8, "membership without any", post("membership", changed(
        AFFILIATION, organization=NO_ID, external_ids=None)), (400, 9062)),
    Fact(8, "employment without city", post("employment", changed(
        AFFILIATION, organization=changed(ORGANIZATION, address={"country": "GB"}))), (400, 9060)),
    Fact(8, "start after end", post("service", changed(AFFILIATION, start_date=date("2022"))), (400, 9055)),
    Fact(8, "end without start", post("service", changed(AFFILIATION, start_date=None)), (201, 0)),
    Fact(8, "funding: end without start", post("funding", changed(FUNDING, start_date=None)), (400, 9050)),
    Fact(8, "unknown review group", post("peer-review", REVIEWED), (400, 9020)),
    Fact(8, "known review group", lambda p: [group(p, changed(GROUP, group_id="orcid-generated:nothing")),
                                             post("peer-review", REVIEWED)(p)][1], (201, 0)),
    Fact(8, "issn: groups are made on the fly", lambda p: [
        p.add("peer-review"), group(p, method="GET").json()["group-id-record"][0]["group-id"]][1], "issn:0378-5955"),
    Fact(8, "bad ISSN", post("peer-review", changed(REVIEW, review_group_id="issn:0378-5954")), (400, 9053)),
    Fact(8, "organization's identifier in the table", lambda p: strict(p, "https://ror.org/05dxps055"), (201, 0)),
    Fact(8, "organization's identifier not in the table", lambda p: strict(p, "https://ror.org/00jmfr291"),
         (400, 9045)),
    Fact(8, "a person's identifier must be self", post("external-identifier", changed(
        ITEMS["external-identifier"], external_id_relationship="part-of")), (400, 9020)),
    # Duplicates
    Fact(9, "work", twice("work"), (409, 9021)),
    Fact(9, "work: the normal form counts", twice("work", second=with_id(WORK, "https://doi.org/10.5555/DEMO")),
         (409, 9021)),
    Fact(9, "work: another client may have it", twice("work", client=SECOND), (201, 0)),
    Fact(9, "work: part-of is no duplicate",
         twice("work", second=changed(WORK, external_ids={"external-id": [
             *with_id(WORK, "10.5555/new")["external-ids"]["external-id"],
             *with_id(WORK, "0378-5955", "part-of", "issn")["external-ids"]["external-id"]]})), (201, 0)),
    Fact(9, "funding: the raw value counts",
         twice("funding", second=with_id(FUNDING, "g-1", kind="grant_number")), (201, 0)),
    Fact(9, "affiliations of another kind do not count",
         lambda p: [p.add("employment"), post("education", AFFILIATION)(p)][1], (201, 0)),
    Fact(9, "affiliation", twice("employment"), (409, 9021)),
    Fact(9, "peer review", twice("peer-review"), (409, 9021)),
    Fact(9, "research resource", twice("research-resource"), (409, 9021)),
    Fact(9, "PUT against another one of one's own", lambda p: [
        p.add("work"), c := p.add("work", with_id(WORK, "10.5555/b")),
        said(p.call("PUT", f"{ITEM}/{c}", changed(WORK, put_code=c)))][2], (409, 9021)),
    Fact(9, "PUT not against itself", put("work", changed(WORK, type="book")), (200, 0)),
    Fact(9, "keyword", twice("keyword"), (409, 9030)),
    Fact(9, "other name", twice("other-name"), (409, 9030)),
    Fact(9, "researcher URL", twice("researcher-url"), (409, 9030)),
    Fact(9, "external identifier", twice("external-identifier"), (409, 9030)),
    Fact(9, "address: never", twice("address"), (201, 0)),
    Fact(9, "group, any source", lambda p: [made(p), said(group(p, GROUP, client=SECOND))][1], (409, 9025)),
    Fact(9, "the text names the put-code", lambda p: [c := p.add("work"), str(c) in p.call(
        "POST", "/work", WORK).json()["developer-message"]][1], True),
    Fact(9, "after it was removed it is new", lambda p: [
        p.call("DELETE", f"{ITEM}/{p.add('work')}"), post("work", WORK)(p)][1], (201, 0)),
    # Visibility
    Fact(10, "POST: the person's default", item("work", "visibility", sent=changed(WORK, visibility="private")),
         "public"),
    Fact(10, "POST, unclaimed: as sent", lambda p: after_days(p, 11, lambda p: of(
        f"{ITEM}/{p.add('work', changed(WORK, visibility='limited'), orcid=UNCLAIMED.orcid)}", "visibility",
        orcid=UNCLAIMED.orcid)(p)), "limited"),
    Fact(10, "POST, unclaimed, none sent: private", lambda p: after_days(p, 11, lambda p: of(
        f"{ITEM}/{p.add('work', orcid=UNCLAIMED.orcid)}", "visibility", orcid=UNCLAIMED.orcid)(p)), "private"),
    Fact(10, "PUT with the stored one", put("work", changed(WORK, visibility="public")), (200, 0)),
    Fact(10, "PUT with another one", put("work", changed(WORK, visibility="limited")), (403, 9035)),
    Fact(10, "private is for the source alone", lambda p: seen(p, PRIVATE.orcid), ((403, 9013), 0)),
    Fact(10, "limited with read-limited", lambda p: seen(p, LIMITED.orcid), ((200, 0), 1)),
    Fact(10, "limited without", lambda p: seen(p, LIMITED.orcid, scopes=("/authenticate",)), ((403, 9038), 0)),
    # Bulk
    Fact(11, "200, in order, errors among them", lambda p: [(a.status_code, parts(a)) for a in [bulk(
        WORK, changed(WORK, external_ids=None), with_id(WORK, "10.5555/b"))(p)]], [(200, ["work", 9023, "work"])]),
    Fact(11, "one bad work does not hinder the others", lambda p: [
        bulk(WORK, changed(WORK, put_code=5))(p), len(p.call("GET", "/works").json()["group"])][1], 1),
    Fact(11, "no Location", lambda p: "location" in bulk(WORK)(p).headers, False),
    Fact(11, "a put-code", lambda p: parts(bulk(changed(WORK, put_code=5))(p)), [9024]),
    Fact(11, "twins in one request", lambda p: parts(bulk(WORK, WORK)(p)), ["work", 9021]),
    Fact(11, "more than 100", lambda p: said(bulk(*[WORK] * 101)(p)), (400, 9006)),
    Fact(11, "not held against the schema", lambda p: parts(bulk(changed(
        WORK, title={"title": {"value": "x" * 1001}}))(p)), ["work"]),
    Fact(11, "sent to one work", lambda p: said(p.call(
        "POST", "/work", '<b:bulk xmlns:b="http://www.orcid.org/ns/bulk"/>', media=XML)), (400, 9006)),
    Fact(11, "read several, an unknown one among them",
         lambda p: parts(p.call("GET", f"/works/{p.add('work')},5")), ["work", 9034]),
    Fact(11, "read more than 100", get("/works/" + ",".join("1" * 101)), (400, 9042)),
    Fact(11, "read what is no number", get("/works/1,x"), (400, 9006)),
    # Errors
    Fact(12, "the five keys", lambda p: list(p.call("GET", f"{ITEM}/1").json()),
         ["response-code", "developer-message", "user-message", "error-code", "more-info"]),
    Fact(12, "more-info", lambda p: p.call("GET", f"{ITEM}/1").json()["more-info"],
         "https://members.orcid.org/api/resources/troubleshooting"),
    Fact(12, "the same in XML", lambda p: [(r.tag, [c.tag.rpartition("}")[2] for c in r]) for r in [etree.fromstring(
        p.call("GET", f"{ITEM}/1", accept=XML).content)]],
        [("{http://www.orcid.org/ns/error}error",
          ["response-code", "developer-message", "user-message", "error-code", "more-info"])]),
    Fact(12, "unknown path", get("/nonsense"), (404, 9001)),
    Fact(12, "wrong method", lambda p: said(p.call("DELETE", "/work")), (405, 9001)),
    Fact(12, "unknown client", lambda p: said(p.own("GET", "/client/APP-XXXXXXXXXXXXXXXX")), (404, 9027)),
    Fact(12, "no biography", get("/biography"), (404, 9041)),
    Fact(12, "search starts too far on", lambda p: said(p.own("GET", "/search?q=a&start=10001")), (400, 9043)),
    # JSON
    Fact(13, "display-index of an activity is text",
         lambda p: [p.add("work"), of("/works", "group")(p)[0]["work-summary"][0]["display-index"]][1],
         "0"),
    Fact(13, "display-index of a person item is a number", item("keyword", "display-index"), 0),
    Fact(13, "a title is wrapped", item("work", "title", "title"), {"value": "A title"}),
    Fact(13, "parts of a date are texts", item("work", "publication-date"),
         {"year": {"value": "2020"}, "month": {"value": "02"}, "day": {"value": "03"}}),
    Fact(13, "missing parts of a date are null", item("employment", "end-date"),
         {"year": {"value": "2021"}, "month": None, "day": None}),
    Fact(13, "time stamps are numbers", lambda p: type(item("work", "created-date", "value")(p)), int),
    Fact(13, "absent values are null", item("work", "citation", sent=changed(WORK, citation=None)), None),
    Fact(13, "empty lists are lists", of("/works", "group"), []),
    Fact(13, "resource items at the top",
         lambda p: type(item("research-resource", "resource-item")(p)), list),
    Fact(13, "one object where a list is due", post("work", changed(
        WORK, external_ids={"external-id": WORK["external-ids"]["external-id"][0]})), (201, 0)),
    Fact(13, "a bare text where a wrapped one is due", post("work", changed(WORK, url="https://example.org/")),
         (201, 0)),
    Fact(13, "empty body", post("work", ""), (400, 9047)),
    Fact(13, "normal form", lambda p: item("work", "external-ids", "external-id")(p)[0]["external-id-normalized"],
         {"value": "10.5555/demo", "transient": True}),
    Fact(13, "no normal form of a funding",
         lambda p: item("funding", "external-ids", "external-id")(p)[0]["external-id-normalized"], None),
    Fact(13, "what has no normal form", lambda p: item(
        "work", "external-ids", "external-id", sent=with_id(WORK, "nothing"))(p)[0]
        ["external-id-normalized-error"]["error-code"], "8001"),
    Fact(13, "source has six keys", lambda p: sorted(item("work", "source")(p)),
         ["assertion-origin-client-id", "assertion-origin-name", "assertion-origin-orcid", "source-client-id",
          "source-name", "source-orcid"]),
    Fact(13, "a group has no source", lambda p: {"source", "created-date"} & set(group(
        p, method="GET", path=made(p)).json()), set()),
    Fact(13, "keys of works", lambda p: [p.add("work"), [
        sorted(w := p.call("GET", "/works").json()), sorted(w["group"][0])]][1],
         [["group", "last-modified-date", "path"], ["external-ids", "last-modified-date", "work-summary"]]),
    Fact(13, "affiliations name each summary", lambda p: [p.add("service"), list(of(
        "/services", "affiliation-group")(p)[0]["summaries"][0])][1], ["service-summary"]),
    Fact(13, "person nests emails", lambda p: p.call("GET", "/person", orcid=LIMITED.orcid).json()["emails"]
         == p.call("GET", "/email", orcid=LIMITED.orcid).json(), True),
    Fact(13, "an e-mail address has no put-code and no path", lambda p: [
        (e["put-code"], e["path"], e["email"]) for e in of("/email", "email", orcid=LIMITED.orcid)(p)],
        [(None, None, LIMITED.login)]),
    # Source and path
    Fact(14, "written by a client", lambda p: [(s["source-client-id"]["path"], s["source-name"], s["source-orcid"])
                                               for s in [item("work", "source")(p)]],
         [(DEFAULT_CLIENT.id, {"value": DEFAULT_CLIENT.name}, None)]),
    Fact(14, "the client's address", lambda p: item("work", "source", "source-client-id", "uri")(p)
         == f"{p.box.base}/client/{DEFAULT_CLIENT.id}", True),
    Fact(14, "written on behalf of another member", lambda p: [
        (s["source-client-id"]["path"], s["assertion-origin-client-id"]["path"]) for s in [on_behalf(p)]],
        [(DEFAULT_CLIENT.id, SECOND)]),
    Fact(14, "with and without an origin a client counts as two", counts, (403, 9010)),
    Fact(14, "path of an activity", lambda p: re.sub(r"\d+$", "N", str(item("work", "path")(p))), f"/{ORCID}{ITEM}/N"),
    Fact(14, "path of a person item", lambda p: re.sub(r"\d+$", "N", str(item("keyword", "path")(p))),
         f"/{ORCID}/keywords/N"),
    # Limits and versions
    Fact(15, "no version: reading is sent on", lambda p: p.http.get(
        f"/{ORCID}/record", headers={"Authorization": f"Bearer {p.token()}"}).headers["location"],
        f"/v3.0/{ORCID}/record"),
    Fact(15, "no version: writing", lambda p: said(p.http.post(f"/{ORCID}/work", headers={"Accept": JSON})),
         (400, 9012)),
    Fact(15, "an unknown version is sent on to the nearest", lambda p: [
        (a.status_code, a.headers["location"]) for a in [p.http.get(f"/v3.1/{ORCID}/record")]],
        [(308, f"/v3.0/{ORCID}/record")]),
    # Groups, notifications, webhooks
    Fact(16, "a new issn: group is refused", lambda p: said(group(p, changed(GROUP, group_id="issn:0378-5955"))),
         (409, 9025)),
    Fact(16, "and is there", lambda p: [group(p, changed(GROUP, group_id="issn:0378-5955")), group(
        p, method="GET", path="?group-id=issn:0378-5955").json()["group-id"]][1], "issn:0378-5955"),
    Fact(16, "another prefix", lambda p: said(group(p, GROUP)), (201, 0)),
    Fact(16, "group changed", lambda p: [g := made(p), group(p, changed(
        GROUP, put_code=int(g[1:]), name="New"), "PUT", g).json()["name"]][1], "New"),
    Fact(16, "group changed by another client", lambda p: [g := made(p), said(group(p, changed(
        GROUP, put_code=int(g[1:]), name="New"), "PUT", g, client=SECOND))][1], (403, 9010)),
    Fact(16, "group unknown", lambda p: said(group(p, changed(GROUP, put_code=5), "PUT", "/5")), (400, 9026)),
    Fact(16, "group removed", lambda p: said(group(p, method="DELETE", path=made(p))), (204, 0)),
    Fact(16, "group in use", lambda p: [
        g := made(p), p.add("peer-review", changed(REVIEW, review_group_id=GROUP["group-id"])),
        said(group(p, method="DELETE", path=g))][2], (409, 9040)),
    Fact(16, "groups need their scope", lambda p: said(p.own("GET", "/group-id-record")), (403, 9038)),
    Fact(16, "notification sent", lambda p: said(notify(p, body=NOTIFICATION)), (201, 0)),
    Fact(16, "notification read by who sent it",
         lambda p: notify(p, "GET", path=sent(p)).json()["notification-subject"], "Connect"),
    Fact(16, "notifications listed", lambda p: [sent(p), len(notify(p, "GET").json()["notification"])][1], 1),
    Fact(16, "notification with a put-code", lambda p: said(notify(p, body=changed(NOTIFICATION, put_code=1))),
         (400, 9006)),
    Fact(16, "the person takes none", lambda p: said(notify(p, body=NOTIFICATION, orcid=PRIVATE.orcid)), (409, 9032)),
    Fact(16, "notification with a bad URI", lambda p: said(notify(p, body=changed(
        NOTIFICATION, authorization_url={"uri": "http://a b"}))), (400, 9020)),
    Fact(16, "notification of another client", lambda p: said(notify(p, "GET", path=sent(p), client=SECOND)),
         (403, 9004)),
    Fact(16, "notification unknown", lambda p: said(notify(p, "GET", path="/5")), (404, 9029)),
    Fact(16, "webhook that is no URI", lambda p: said(hook(p, "PUT", "nonsense")), (400, 9012)),
    Fact(16, "webhook of another client", lambda p: [hook(p, "PUT"), said(hook(p, "DELETE", client=SECOND))][1],
         (403, 9014)),
    Fact(16, "webhook unknown", lambda p: said(hook(p, "DELETE")), (404, 9028)),
    Fact(16, "webhook for nobody", lambda p: said(hook(p, "PUT", orcid=NOWHERE)), (404, 9011)),
    # Traps
    Fact(17, "bulk without a scope is refused whole", lambda p: said(p.call(
        "POST", "/works", {"bulk": [{"work": WORK}]}, scopes=("/read-limited",))), (403, 9038)),
    Fact(17, "the default form is XML also for one item",
         lambda p: p.call("GET", f"{ITEM}/{p.add('work')}", accept=None).headers["content-type"], XML),
]  # fmt: skip


def test_there_are_enough_facts_and_none_twice() -> None:
    assert len(FACTS) >= 90
    assert len({(fact.section, fact.said) for fact in FACTS}) == len(FACTS)


def test_the_sections_are_those_of_the_facts() -> None:
    shared = Path(os.environ.get("ORCID_REVIEW_SHARED", Path(__file__).parents[3] / "shared"))
    facts = shared / "facts" / "orcid-api-3.0.md"
    if not facts.is_file():
        pytest.skip(f"there is no {facts.name}: set ORCID_REVIEW_SHARED to the shared folder")
    sections = {int(number) for number in re.findall(r"^## (\d+)\.", facts.read_text("utf-8"), re.MULTILINE)}
    assert {fact.section for fact in FACTS} <= sections


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.section}: {fact.said}")
def test_fact(portal: Portal, fact: Fact) -> None:
    assert fact.do(portal) == fact.expected


def test_a_record_has_room_for_ten_thousand_works(portal: Portal) -> None:
    """Section 9 of the facts: the next one is refused, alone or in a bulk."""
    state = portal.box._state

    def fill() -> None:
        for number in range(10_000):
            state.add(ORCID, "work", SECOND, with_id(WORK, f"10.5555/{number}"))

    portal.box._in_loop(fill)
    assert said(portal.call("POST", "/work", WORK)) == (409, 9048)
    assert said(bulk(WORK)(portal)) == (409, 9048)
