"""The record is read with the run's own rights, what the review caused is listed, and taken back if asked to."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest

from checker.evidence.model import Written
from checker.evidence.vault import Vault
from checker.gather import wire
from checker.gather.browser import browser
from checker.gather.journeys import Expedition
from checker.gather.own_grant import own_grant
from checker.gather.record import OrcidReader, Place, items_of
from checker.gather.record_keeper import RecordKeeper
from checker.gather.write_journal import Undo, journal
from checker.orcid import hosts
from checker.plan import load
from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Person, Sandbox
from tests.matrix.portals import PORTALS
from tests.portals.running import Researcher
from tests.rules_connect.scenes import ITEM, add, at, change, employment, on_record, remove, seen

ORCID = DEFAULT_PERSON.orcid
CALLBACK = "https://127.0.0.1:9/callback"
CLIENT = {"client_id": DEFAULT_CLIENT.id, "client_secret": DEFAULT_CLIENT.secret}
ROR = """<common:disambiguated-organization><common:disambiguated-organization-identifier>https://ror.org/05dxps055
</common:disambiguated-organization-identifier><common:disambiguation-source>ROR</common:disambiguation-source>
</common:disambiguated-organization>""".replace("\n", "")
XML = "application/vnd.orcid+xml"


def job(role: str = "Curator", code: str = "") -> str:
    return employment(role, code).replace("</common:organization>", f"{ROR}</common:organization>")


class Portal:
    """A portal's server, with a person's consent."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self.http = httpx.Client(base_url=box.base, verify=False)
        researcher = Researcher(box)
        query = (
            f"client_id={DEFAULT_CLIENT.id}&response_type=code&scope=/activities/update&redirect_uri={quote(CALLBACK)}"
        )
        back = researcher.answer(f"{box.base}/oauth/authorize?{query}", allow=True)
        researcher.close()
        code = parse_qs(urlsplit(back).query)["code"][0]
        form = CLIENT | {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        self.token = self.http.post("/oauth/token", data=form, headers={"accept": "application/json"}).json()[
            "access_token"
        ]

    def call(self, method: str, path: str, body: str = "") -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}", "content-type": XML}
        return self.http.request(
            method, f"/v3.0/{ORCID}/{path}", headers=headers, content=body or None
        ).raise_for_status()

    def add(self, role: str = "Curator") -> str:
        return self.call("POST", "employment", job(role)).headers["location"].rpartition("/")[2]

    def revoke(self) -> None:
        self.http.post("/oauth/revoke", data=CLIENT | {"token": self.token}).raise_for_status()


@pytest.fixture
def people() -> tuple[Person, ...]:
    return (DEFAULT_PERSON,)


@pytest.fixture
def box(people):
    with Sandbox(people=people) as orcid:
        yield orcid


@pytest.fixture
def recording(box):
    heard = wire.Recording(Vault(), lambda: "write")
    box.on_exchange = heard.take
    return heard


@pytest.fixture
def portal(box, recording):
    made = Portal(box)
    yield made
    made.http.close()


def keeper(box, recording, *, undo: bool = True) -> RecordKeeper:
    place = Place(box.base, box.base, box.ca_file, near=True)
    return RecordKeeper(place, DEFAULT_CLIENT.id, DEFAULT_CLIENT.secret, Vault(), recording, ORCID, undo=undo)


def nobody(_: str, __: OrcidReader) -> str:
    return ""


def taken_back(kept: RecordKeeper, recording, fresh=nobody) -> list[tuple[str, str, str]]:
    kept.take_back(recording.exchanges(), fresh)
    return [(line.action, line.state, line.note) for line in kept.written(None)]


def jobs(kept: RecordKeeper) -> list[str]:
    kept.look("end")
    assert kept.looks[-1].block is None
    return [item.title for item in kept.looks[-1].items]


# Reading


def test_a_look_names_what_is_there_and_leaves_no_trace_on_the_wire(box, portal, recording):
    code = portal.add()
    kept = keeper(box, recording)
    before = len(recording.exchanges())
    kept.look("write")
    item = kept.looks[0].items[0]
    assert (item.section, item.put_code, item.source, item.start) == ("employment", code, DEFAULT_CLIENT.id, "2019")
    assert item.title == "Curator, Example University"
    assert len(recording.exchanges()) == before
    kept.look("deny")
    assert len(kept.looks) == 1, "only at some moments"


@pytest.mark.parametrize("people", [(replace(DEFAULT_PERSON, default_visibility="private"),)])
def test_what_the_client_wrote_is_seen_whatever_its_visibility(box, portal, recording):
    portal.add()
    kept = keeper(box, recording)
    kept.look("write")
    assert [item.visibility for item in kept.looks[0].items] == ["private"]


def test_an_orcid_that_cannot_be_read_is_a_block(box, recording):
    wrong = RecordKeeper(
        Place(box.base, box.base, box.ca_file, near=True),
        DEFAULT_CLIENT.id,
        "wrong",
        Vault(),
        recording,
        ORCID,
        undo=False,
    )
    wrong.look("start")
    assert wrong.looks[0].block
    assert wrong.looks[0].block.code == "record-unreadable"
    gone = RecordKeeper(
        Place("http://127.0.0.1:1", "http://127.0.0.1:1", near=True), "APP-1", "x", Vault(), None, ORCID, undo=False
    )
    gone.look("start")
    assert gone.looks[0].block
    assert gone.looks[0].block.code == "orcid-unreachable"


def test_the_people_who_connect_are_known_from_the_wire(box, portal, recording):
    kept = RecordKeeper(
        Place(box.base, box.base, box.ca_file, near=True), DEFAULT_CLIENT.id, DEFAULT_CLIENT.secret, Vault(), recording,
        "", undo=False,
    )  # fmt: skip
    portal.add()
    kept.look("write")
    assert [look.orcid for look in kept.looks] == [ORCID]


def test_every_kind_of_item_has_a_name_of_its_own():
    source = {"source-client-id": {"path": "APP-1"}, "assertion-origin-client-id": {"path": "APP-2"}}
    document = {
        "works": {"group": [{"work-summary": [{
            "put-code": 5, "path": f"/{ORCID}{ITEM}/5", "source": source, "title": {"title": {"value": "On pots"}},
            "external-ids": {"external-id": [
                {"external-id-type": "doi", "external-id-value": "10.5555/1", "external-id-relationship": "self"},
                {"external-id-type": "issn", "external-id-value": "1", "external-id-relationship": "part-of"},
            ]},
            "created-date": {"value": 1_700_000_000_000},
        }]}]},
        "keywords": {"keyword": [{"put-code": 6, "path": f"/{ORCID}/keywords/6", "content": "pots", "source": None}]},
        "emails": {"email": [{"put-code": None, "path": None, "email": "a@example.org"}]},
    }  # fmt: skip
    work, keyword = items_of(document)
    assert (work.title, work.identifiers, work.source, work.origin) == ("On pots", ["doi 10.5555/1"], "APP-1", "APP-2")
    assert work.created
    assert (keyword.section, keyword.title, keyword.source) == ("keywords", "pots", "")


# The journal


def test_the_journal_lists_what_orcid_took():
    lines = journal([add(), change(), remove(), add(40, code="", status=409)], [], DEFAULT_CLIENT.id)
    assert [(line.action, line.put_code, line.state) for line in lines] == [
        ("added", "1001", "gone"), ("changed", "1001", "gone"), ("removed", "1001", "gone"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"bulk": [{"work": {"put-code": 7}}, {"error": {"error-code": 9021}}, {"work": {"put-code": 8}}]}),
        '<b:bulk xmlns:b="b" xmlns:w="w"><w:work put-code="7"/><b:error/><w:work put-code="8"/></b:bulk>',
    ],
)
def test_works_sent_in_bulk_are_listed_one_by_one(body):
    call = add(path=f"/v3.0/{ORCID}/works", status=200, response_headers={}, response_body=body)
    lines = journal([call], [], DEFAULT_CLIENT.id)
    assert [(line.section, line.put_code) for line in lines] == [("work", "7"), ("work", "8")]


def test_webhooks_are_listed_by_their_address():
    path = f"/{ORCID}/webhook/https%3A%2F%2Fportal.example.edu%2Fchanged"
    calls = [change(1, path=path, status=201), change(2, path=path, status=204), remove(3, path=path)]
    lines = journal(calls, [], DEFAULT_CLIENT.id)
    assert [(line.action, line.put_code) for line in lines] == [
        ("added", "https://portal.example.edu/changed"), ("removed", "https://portal.example.edu/changed"),
    ]  # fmt: skip


def test_what_only_the_record_shows_is_listed_too():
    looks = [seen("start", 0), seen("write", 16, on_record(), on_record("9", source="APP-VENDOR")), seen("end", 60)]
    lines = journal([], looks, DEFAULT_CLIENT.id)
    assert [(line.action, line.put_code, line.exchange) for line in lines] == [
        ("added", "1001", None), ("removed", "1001", None),
    ]  # fmt: skip
    assert journal([add(), remove()], looks, DEFAULT_CLIENT.id)[0].exchange == 10, "nothing is listed twice"


# Taking back


def test_what_was_added_is_removed_and_what_was_removed_is_left_alone(box, portal, recording):
    kept = keeper(box, recording)
    kept.look("start")
    code = portal.add()
    portal.call("PUT", f"employment/{code}", job("Senior curator", code))
    portal.call("DELETE", f"employment/{portal.add('Guide')}")
    assert taken_back(kept, recording) == [
        ("added", "undone", ""), ("changed", "undone", ""), ("added", "gone", ""), ("removed", "gone", ""),
    ]  # fmt: skip
    assert jobs(kept) == []


def test_the_last_thing_is_taken_back_first(box, portal, recording):
    kept = keeper(box, recording)
    kept.look("start")
    codes = [portal.add(role) for role in ("Curator", "Guide", "Guard")]
    taken_back(kept, recording)
    removed = [e.path.rpartition("/")[2] for e in box.wire if e.method == "DELETE"]
    assert removed == codes[::-1]


def test_what_was_there_before_is_put_back(box, portal, recording):
    changed, removed = portal.add("Curator"), portal.add("Guide")
    box.on_exchange = None
    heard = wire.Recording(Vault(), lambda: "write")
    for entry in recording.entries:
        if entry.kind == "token":
            heard.take(entry)
    box.on_exchange = heard.take
    kept = keeper(box, heard)
    kept.look("start")
    portal.call("PUT", f"employment/{changed}", job("Senior curator", changed))
    portal.call("DELETE", f"employment/{removed}")
    states = taken_back(kept, heard)
    assert [state for _, state, _ in states] == ["undone", "undone"]
    assert "new put-code" in states[1][2]
    assert sorted(jobs(kept)) == ["Curator, Example University", "Guide, Example University"]


def test_nothing_is_taken_back_unasked(box, portal, recording):
    kept = keeper(box, recording, undo=False)
    portal.add()
    kept.take_back(recording.exchanges(), nobody)
    assert [line.state for line in kept.written(recording.exchanges())] == ["kept"]
    assert len(jobs(kept)) == 1


def test_without_any_permission_the_journal_says_so(box, portal, recording):
    kept = keeper(box, recording)
    portal.add()
    portal.revoke()
    ((action, state, note),) = taken_back(kept, recording)
    assert (action, state) == ("added", "left")
    assert "permission has ended" in note


def test_an_item_that_is_gone_already_is_gone(box, portal, recording):
    kept = keeper(box, recording)
    code = portal.add()
    box.on_exchange = None
    portal.call("DELETE", f"employment/{code}")
    assert taken_back(kept, recording) == [("added", "gone", "")]


def test_an_unknown_earlier_state_is_left(box, recording):
    place = Place(box.base, box.base, box.ca_file, near=True)
    undo = Undo(OrcidReader(place, *CLIENT.values(), lambda *_: None), lambda _: ["token"])
    line = Written(at=at(0), action="changed", orcid=ORCID, section="employment", put_code="7")
    assert [(x.state, x.note) for x in undo.take_back([line])] == [("left", "what it held before is not known")]


@pytest.mark.browser
def test_a_permission_of_the_run_s_own_is_asked_for_once_all_others_are_ended(box, portal, recording):
    kept = keeper(box, recording)
    portal.add()
    portal.revoke()
    heard = len(recording.exchanges())
    plan = load(PORTALS / "library" / "review.toml", {})
    plan = plan.model_copy(update={"orcid": plan.orcid.model_copy(update={"redirect_uris": [CALLBACK]})})
    with browser() as started:
        expedition = Expedition(plan, started, hosts.embedded(box.base), Vault(), box, ORCID)
        states = taken_back(kept, recording, lambda _, reader: own_grant(expedition, reader, recording))
    assert states == [("added", "undone", "")]
    assert jobs(kept) == []
    assert len(recording.exchanges()) == heard
