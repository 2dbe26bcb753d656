"""Display rules against pages made to fool them, both ways."""

from __future__ import annotations

from typing import Any

import pytest

from checker.evidence.model import Connection, Evidence, Store, StoreLook
from checker.judge.content import load_rules
from checker.judge.judge import rule_on
from checker.judge.rule import Ruling
from checker.review.model import Outcome
from tests import builders

from .stage import ANA, PORTAL, Stage, judge_display, pages_alone

pytestmark = pytest.mark.browser

RECORD = f"https://orcid.org/{ANA}"
OTHER = "0000-0002-1694-233X"
ICON = '<img src="/i/auth.svg" alt="ORCID iD" width="16" height="16">'
GOOD = f'<a href="{RECORD}">{ICON} {RECORD}</a>'


def judged(stage: Stage, html: str, *, flags: dict[str, bool] | None = None, **options: Any) -> dict[str, Ruling]:
    page = stage.looked(html=html, names=options.pop("names", ["Ana Ruiz"]))
    return judge_display(pages_alone(page, flags={ANA: True} if flags is None else flags, **options))


def failed(said: dict[str, Ruling]) -> set[str]:
    return {check for check, ruling in said.items() if ruling.outcome is Outcome.FAILED}


def outcome(said: dict[str, Ruling], check: str) -> str:
    return said[check].outcome.value


class TestNothingToFind:
    """Good pages of many styles: nothing may fail."""

    @pytest.mark.parametrize(
        "html",
        [
            f"<h1>Ana Ruiz</h1><p>{GOOD}</p><h2>What is ORCID?</h2><p>An iD looks like this, for example "
            "0000-0002-1825-0097. <code>https://orcid.org/0000-0001-2345-6789</code></p>",
            f"<h1>Ana Ruiz</h1><p>{GOOD}</p><footer><a href='https://orcid.org/'><img src='/i/orcid-wordmark.png'"
            " alt='ORCID'></a></footer>",
            f'<div dir="rtl" lang="ar"><h1>آنا رويز</h1><p>{GOOD}</p></div>',
            f'<h1>Ana Ruiz</h1><p style="text-transform:uppercase">Your ORCID iD</p><p>{GOOD}</p>',
            f'<h1>Ana Ruiz</h1><p>{GOOD}</p><div style="position:fixed;inset:auto 0 0;height:500px;background:#333">'
            "Cookies?</div>",
            f"<h1>Ana Ruiz</h1><p>{GOOD}</p><nav>2019 2020 2021 2022</nav><p>ISNI 0000 0001 2103 2683</p>",
            f'<h1>Ana Ruiz</h1><a href="/author/42">Ana Ruiz</a> <a href="{RECORD}" aria-label="ORCID record of '
            f'Ana Ruiz">{ICON}</a>',
            f"<table><tr><th>Name<th>ORCID iD<tr><td>Ana Ruiz<td>{GOOD}</table>",
            f"<dl><dt>Name<dd>Ana Ruiz<dt>ORCID iD<dd>{GOOD}</dl>",
            f'<h1>Ana Ruiz</h1><p><a href="{RECORD}">{ICON}</a> <a href="{RECORD}">{RECORD}</a></p>',
            f'<h1>Ana Ruiz</h1><p>{ICON} <a href="{RECORD}">{ANA}</a></p>',
            f'<h1>Ana Ruiz</h1><p>ORCID iD: <a href="{RECORD}">{ICON} <b>0009-0001</b><i>-2345-6786</i></a></p>',
            '<h1>ORCID ID AND OTHER NUMBERS</h1><p>Ana Ruiz</p>' + GOOD,
            f'<h1>Ana Ruiz</h1><p>{GOOD} (she/her)</p>',
        ],
    )  # fmt: skip
    def test_good_page(self, stage: Stage, html: str) -> None:
        said = judged(stage, html)
        assert failed(said) == set(), {check: said[check].message for check in failed(said)}
        assert outcome(said, "id-display-format-valid") == "passed"
        assert outcome(said, "id-link-target-record") == "passed"

    def test_forty_authors(self, stage: Stage) -> None:
        authors = "".join(
            f'<li>Ana Ruiz{chr(97 + n // 26)}{chr(97 + n % 26)} <a href="{RECORD}"><img src="/i/auth.svg" '
            f'alt="ORCID iD of author {n}" width="16" height="16"></a></li>'
            for n in range(40)
        )
        assert failed(judged(stage, f"<ul>{authors}</ul>")) == set()

    def test_a_link_beside_the_text_is_for_a_person(self, stage: Stage) -> None:
        said = judged(stage, f'<h1>Ana Ruiz</h1><p>{ICON} {ANA} <a href="{RECORD}">View ORCID record</a></p>')
        assert failed(said) == set()
        assert outcome(said, "id-display-format-valid") == "needs-person"


class TestOneCauseOneFinding:
    @pytest.mark.parametrize(
        ("html", "row"),
        [
            (f'<a href="{RECORD}">{ICON} 0009 0001 2345 6786</a>', "id-hyphenated-16"),
            (f'<a href="{RECORD}">{ICON} ORCID:{ANA}</a>', "id-hyphenated-16"),
            (f'<a href="{RECORD}">{ICON} {ANA}.</a>', "id-hyphenated-16"),
            (f'<a href="{RECORD}">{ICON} 0009\u00ad-0001-2345-6786</a>', "id-hyphenated-16"),
            (f'<a href="{RECORD}">{ICON} ٠٠٠٩-٠٠٠١-٢٣٤٥-٦٧٨٦</a>', "id-hyphenated-16"),
            (f'<a href="https://orcid.org/0009000123456786">{ICON} {ANA}</a>', "id-hyphenated-16"),
            (f'<a href="https://orcid.org/{OTHER}" style="text-transform:lowercase">{ICON} {OTHER}</a>',
             "id-x-uppercase"),
            (f'<a href="{RECORD}">{ICON} 0009-****-****-6786</a>', "id-not-truncated"),
            (f'<a href="{RECORD}" style="display:block;width:80px;overflow:hidden;white-space:nowrap">{ICON} {ANA}</a>',
             "id-not-truncated"),
            (f'<a href="https://orcid.org.example.net/{ANA}">{ICON} {ANA}</a>', "id-link-host-exact"),
            (f'<a href="https://оrcid.org/{ANA}">{ICON} {ANA}</a>', "id-link-target-record"),
            (f'<a href="https://doi.org/10.1/x">{ICON} {ANA}</a>', "id-link-target-record"),
            (f'<a href="javascript:void(0)">{ICON} {ANA}</a>', "id-link-target-record"),
            (f'<a href="https://orcid.org/signin">{ICON} {ANA}</a>', "id-link-target-record"),
            (f'<a href="https://orcid.org/https://orcid.org/{ANA}">{ICON} {ANA}</a>', "id-link-target-record"),
            (f'<a href="{RECORD}">{ICON} https://www.orcid.org/{ANA}</a>', "id-link-host-exact"),
            (f'<a href="{RECORD}">{ICON} https://sandbox.orcid.org/{ANA}</a>', "id-env-base-matches"),
            (f'<a href="{RECORD}">{ICON} http://orcid.org/{ANA}</a>', "id-link-https"),
            (f'<a href="{RECORD}" aria-label="ORCID record https://orcid.org/{OTHER}">{ICON} {ANA}</a>',
             "id-text-matches-link"),
            (f'<p><a href="https://orcid.org/{OTHER}">{ICON}</a> <a href="{RECORD}">{RECORD}</a></p>',
             "id-single-record-link"),
            (f'<a href="{RECORD}"><img src="/i/auth.svg" alt="ORCID" width=16 style="rotate:20deg"> {ANA}</a>',
             "id-icon-unaltered"),
            (f'<a href="{RECORD}" style="filter:hue-rotate(90deg)">{ICON} {ANA}</a>',
             "id-icon-unaltered"),
            (f'<a href="{RECORD}"><img src="/i/auth.svg" alt="ORCID iD" style="width:24px;height:20px"> {ANA}</a>',
             "id-icon-unaltered"),
            (f'<a href="{RECORD}"><img src="/i/auth.svg" alt="ORCID iD" width=16 style="display:none"> {ANA}</a>',
             "id-icon-present"),
            (f"<p>Ana Ruiz {ICON}</p>", "id-display-format-valid"),
        ],
    )  # fmt: skip
    def test_bad_page(self, stage: Stage, html: str, row: str) -> None:
        said = judged(stage, f"<h1>Ana Ruiz</h1><div>{html}</div>", flags={ANA: True, OTHER: True})
        assert failed(said) == {row}, {check: said[check].message for check in failed(said)}

    def test_one_bad_among_many_is_the_one_that_is_named(self, stage: Stage) -> None:
        bad = f'<a href="https://www.orcid.org/{ANA}">{ICON} {ANA}</a>'
        said = judged(stage, f"<ul><li>Ana Ruiz {GOOD}<li>Ana Ruiz {bad}<li>Ana Ruiz {GOOD}</ul>")
        assert failed(said) == {"id-link-host-exact"}
        assert "1 of the 3" in said["id-link-host-exact"].message
        assert "www.orcid.org" in said["id-link-host-exact"].spots[0].snippet

    def test_recommended_rows(self, stage: Stage) -> None:
        cases = {
            f'<a href="{RECORD}"><img src="/i/auth.svg" width=16> {ANA}</a>': {"id-icon-alt"},
            f'<a href="{RECORD}"><img src="/i/auth.svg" alt="orc.svg" width=16> {ANA}</a>': {"id-icon-alt"},
            f'<a href="{RECORD}" aria-label="here">{ICON} {ANA}</a>': {"id-link-accessible-name"},
            f'<a href="{RECORD}" target=_blank rel=opener>{ICON} {ANA}</a>': {"id-link-target-behaviour"},
            f'<p>Your Orcid number</p>{GOOD}': {"orcid-name-usage"},
            f'<a href="{RECORD}"><img src="/i/gone.svg" alt="ORCID" width=16 height=16> {ANA}</a>':
                {"id-icon-local-hosted"},
            f'<a href="{RECORD}/record">{ICON} {ANA}</a>': {"id-href-clean"},
            f'<div style="background:#7a9a20;color:#fff"><a href="{RECORD}">{ICON} {ANA}</a></div>':
                {"id-icon-dark-background"},
        }  # fmt: skip
        for html, rows in cases.items():
            said = judged(stage, f"<h1>Ana Ruiz</h1>{html}")
            assert failed(said) == rows, html


class TestIcon:
    @pytest.mark.parametrize(
        ("picture", "wanted"),
        [
            ("auth.svg", "passed"),
            ("copy.svg", "needs-person"),
            ("orange.svg", "failed"),
            ("gray.svg", "failed"),
            ("other-outline.svg", "needs-person"),
        ],
    )
    @pytest.mark.parametrize("size", [16, 24, 64])
    def test_only_known_bytes_pass_without_a_person(self, stage: Stage, picture: str, wanted: str, size: int) -> None:
        icon = f'<img src="/i/{picture}" alt="ORCID iD" width={size} height={size}>'
        html = f'<h1>Ana Ruiz</h1><a href="{RECORD}">{icon} {ANA}</a>'
        assert outcome(judged(stage, html), "id-icon-unaltered") == wanted

    def test_a_right_picture_under_a_veil_is_not_called_recoloured(self, stage: Stage) -> None:
        html = f'<h1>Ana Ruiz</h1><a href="{RECORD}"><img src="/i/copy.svg" alt="ORCID iD" width=24> {ANA}</a>'
        veil = '<div style="position:fixed;inset:0;background:rgba(0,0,80,.7)">Cookies?</div>'
        assert outcome(judged(stage, html + veil), "id-icon-unaltered") == "needs-person"

    def test_a_dark_theme_filter_needs_a_person(self, stage: Stage) -> None:
        html = f'<main style="filter:invert(1) hue-rotate(180deg)"><h1>Ana Ruiz</h1>{GOOD}</main>'
        assert outcome(judged(stage, html), "id-icon-unaltered") == "needs-person"

    def test_an_unknown_picture_beside_the_id_needs_a_person(self, stage: Stage) -> None:
        html = f'<h1>Ana Ruiz</h1><p><img src="/i/orange.svg" alt="" width=16> <a href="{RECORD}">{ANA}</a></p>'
        assert outcome(judged(stage, html), "id-icon-present") == "needs-person"

    def test_a_photo_in_the_card_is_no_icon(self, stage: Stage) -> None:
        html = f'<div><img src="/i/orange.svg" alt="" width=90> <h1>Ana Ruiz</h1><a href="{RECORD}">{ANA}</a></div>'
        assert outcome(judged(stage, html), "id-icon-present") == "failed"


class TestStatus:
    OUTLINE = '<img src="/i/unauth.svg" alt="ORCID iD" width="16" height="16">'

    def test_unknown_status_is_never_guessed(self, stage: Stage) -> None:
        said = judged(stage, f"<h1>Ana Ruiz</h1>{GOOD}", flags={})
        assert outcome(said, "id-icon-variant-matches-status") == "needs-person"
        assert outcome(said, "id-unauthenticated-labelled") == "needs-person"

    def test_a_mark_that_is_not_read_aloud(self, stage: Stage) -> None:
        mark = "<span aria-hidden=true>(unauthenticated)</span>"
        html = f'<h1>Ana Ruiz</h1><a href="{RECORD}">{self.OUTLINE} {ANA}</a> {mark}'
        assert failed(judged(stage, html, flags={ANA: False})) == {"id-unauthenticated-labelled"}

    def test_a_hidden_mark_is_none(self, stage: Stage) -> None:
        html = f'<h1>Ana Ruiz</h1><a href="{RECORD}">{self.OUTLINE} {ANA}</a> <span hidden>(unauthenticated)</span>'
        assert failed(judged(stage, html, flags={ANA: False})) == {"id-unauthenticated-labelled"}

    def test_a_mark_in_an_unknown_language(self, stage: Stage) -> None:
        html = f'<h1>Ana Ruiz</h1><a href="{RECORD}">{self.OUTLINE} {ANA}</a> (niet bevestigd)'
        assert outcome(judged(stage, html, flags={ANA: False}), "id-unauthenticated-labelled") == "needs-person"

    def test_a_mark_inside_the_link(self, stage: Stage) -> None:
        html = f'<h1>Ana Ruiz</h1><a href="{RECORD}">{self.OUTLINE} {ANA} (unauthenticated)</a>'
        assert failed(judged(stage, html, flags={ANA: False})) == set()


class TestMetadata:
    META = f'<meta name="citation_author_orcid" content="{RECORD}">'

    def test_authenticated(self, stage: Stage) -> None:
        assert outcome(judged(stage, self.META + GOOD), "id-unauth-metadata-flagged") == "passed"

    def test_none(self, stage: Stage) -> None:
        assert outcome(judged(stage, GOOD), "id-unauth-metadata-flagged") == "not-applicable"

    @pytest.mark.parametrize("flags", [{}, {ANA: False}])
    def test_not_authenticated_or_not_known(self, stage: Stage, flags: dict[str, bool]) -> None:
        assert outcome(judged(stage, self.META + GOOD, flags=flags), "id-unauth-metadata-flagged") == "needs-person"

    def test_flagged_as_what_it_is_not(self, stage: Stage) -> None:
        html = f'<orcid authenticated="true" hidden>{RECORD}</orcid>'
        assert outcome(judged(stage, html, flags={ANA: False}), "id-unauth-metadata-flagged") == "failed"


class TestEmbedded:
    """An iD of the embedded sandbox may have its own base, in any spelling of loopback, or the sandbox's."""

    ME = builders.RESEARCHER

    def say(self, stage: Stage, base: str, **run: Any) -> dict[str, Ruling]:
        html = f'<h1>Josiah Carberry</h1><a href="{base}/{self.ME}">{ICON} {base}/{self.ME}</a>'
        return judge_display(visited(stage, html, run=run))

    @pytest.mark.parametrize(
        "base", ["https://localhost:8765", "https://127.0.0.1:8765", "https://[::1]:8765", "https://sandbox.orcid.org"]
    )
    def test_right(self, stage: Stage, base: str) -> None:
        said = self.say(stage, base)
        assert failed(said) == set(), {check: said[check].message for check in failed(said)}
        assert outcome(said, "id-publicly-displayed") == "passed"
        assert outcome(said, "id-equals-authenticated-id") == "passed"
        assert outcome(said, "id-placeholder-absent") == "passed", "the sample iD is this sandbox's researcher"

    def test_production_base(self, stage: Stage) -> None:
        assert failed(self.say(stage, "https://orcid.org")) == {"id-env-base-matches"}

    def test_plain_http(self, stage: Stage) -> None:
        assert failed(self.say(stage, "http://localhost:8765")) == {"id-link-https"}
        assert failed(self.say(stage, "http://localhost:8765", tls=False, orcid="http://localhost:8765")) == set()

    def test_another_port_is_not_orcid(self, stage: Stage) -> None:
        assert "id-link-target-record" in failed(self.say(stage, "https://localhost:9999"))


def visited(
    stage: Stage, html: str, *, journey: str = "stranger", run: dict[str, Any] | None = None, **changes: Any
) -> Evidence:
    """The researcher connected; then this page was looked at."""
    page = stage.looked(f"{journey}-01", html=html, names=["Josiah Carberry"], orcid_hosts=["localhost:8765"])
    connect = builders.journey("connect", authorizations=[builders.authorization(landed="connect-01")])
    if journey == "connect":
        connect = connect.model_copy(update={"pages": [page]})
    journeys = [connect] if journey == "connect" else [connect, builders.journey(journey, pages=[page])]
    return builders.evidence(*journeys, run=builders.run(**(run or {})), **changes)


class TestPublic:
    """Section "publicly displayed" of the display facts, case by case."""

    ME = builders.RESEARCHER
    MINE = f'<a href="https://localhost:8765/{ME}">{ICON} {ME}</a>'
    CHECK = "id-publicly-displayed"

    def ruling(self, evidence: Evidence) -> Ruling:
        return rule_on(load_rules()[self.CHECK], evidence)

    def test_seen_by_a_stranger_at_the_name(self, stage: Stage) -> None:
        assert self.ruling(visited(stage, f"<p>Josiah Carberry {self.MINE}</p>")).outcome is Outcome.PASSED

    def test_behind_one_click(self, stage: Stage) -> None:
        html = f"<h1>Josiah Carberry</h1><details><summary>More</summary>{self.MINE}</details>"
        ruling = self.ruling(visited(stage, html))
        assert ruling.outcome is Outcome.PASSED
        assert "open" in ruling.message

    def test_without_the_name(self, stage: Stage) -> None:
        assert self.ruling(visited(stage, f"<h1>User 17</h1><p>{self.MINE}</p>")).outcome is Outcome.NEEDS_PERSON

    def test_another_persons_only(self, stage: Stage) -> None:
        ruling = self.ruling(visited(stage, f"<p>Josiah Carberry</p><p>Ana Ruiz {GOOD}</p>"))
        assert ruling.outcome is Outcome.FAILED
        assert ANA in ruling.observed

    @pytest.mark.parametrize(
        "html",
        [
            f'<div hidden>{MINE}</div>',
            f'<span title="https://orcid.org/{ME}">x</span>',
            f'<meta name="citation_author_orcid" content="https://orcid.org/{ME}">',
            "<p>Nothing here.</p>",
        ],
    )  # fmt: skip
    def test_not_seen(self, stage: Stage, html: str) -> None:
        assert self.ruling(visited(stage, f"<h1>Josiah Carberry</h1>{html}")).outcome is Outcome.FAILED

    def test_seen_by_the_owner_alone(self, stage: Stage) -> None:
        evidence = visited(stage, f"<h1>Josiah Carberry</h1>{self.MINE}", journey="connect")
        stranger = builders.journey("stranger", pages=[builders.page("stranger-01", "Josiah Carberry")])
        evidence = evidence.model_copy(update={"journeys": [*evidence.journeys, stranger]})
        ruling = self.ruling(evidence)
        assert ruling.outcome is Outcome.FAILED
        assert "only the person sees it" in ruling.message

    def test_no_public_page_in_the_plan(self, stage: Stage) -> None:
        evidence = visited(stage, f"<h1>Josiah Carberry</h1>{self.MINE}", journey="connect", run={"public_pages": []})
        assert self.ruling(evidence).outcome is Outcome.NEEDS_PERSON

    def test_public_pages_not_visited(self, stage: Stage) -> None:
        evidence = visited(stage, f"<h1>Josiah Carberry</h1>{self.MINE}", journey="connect")
        assert self.ruling(evidence).outcome is Outcome.BLOCKED

    def test_a_public_page_that_asks_to_sign_in(self, stage: Stage) -> None:
        html = "<form><input name=user><input type=password><button>Sign in</button></form>"
        assert self.ruling(visited(stage, html)).outcome is Outcome.NEEDS_PERSON

    def test_shown_in_no_right_format(self, stage: Stage) -> None:
        said = judge_display(visited(stage, f"<h1>Josiah Carberry</h1><p>ORCID: {self.ME}</p>"))
        assert outcome(said, self.CHECK) == "blocked"
        assert failed(said) == {"id-display-format-valid"}

    def test_the_wrong_persons_id_at_the_name(self, stage: Stage) -> None:
        html = f'<p>Josiah Carberry <a href="https://localhost:8765/{ANA}">{ICON} {ANA}</a></p>'
        said = judge_display(visited(stage, html))
        assert "id-equals-authenticated-id" in failed(said)

    def test_other_people_beside_the_researcher(self, stage: Stage) -> None:
        other = f'<a href="https://localhost:8765/{ANA}">{ICON} {ANA}</a>'
        said = judge_display(visited(stage, f"<ul><li>Josiah Carberry {self.MINE}<li>Ana Ruiz {other}</ul>"))
        assert failed(said) == set()
        assert outcome(said, "id-icon-variant-matches-status") == "needs-person"
        flagged = Store(looks=[StoreLook(when="connect", connections=[Connection(orcid=ANA, authenticated="1")])])
        said = judge_display(
            visited(stage, f"<ul><li>Josiah Carberry {self.MINE}<li>Ana Ruiz {other}</ul>", store=flagged)
        )
        assert outcome(said, "id-icon-variant-matches-status") == "passed"


def test_nothing_shown_is_never_a_pass(stage: Stage) -> None:
    said = judged(stage, "<p>Nothing.</p>")
    assert {check for check, ruling in said.items() if ruling.outcome is Outcome.PASSED} == set()


def test_hot_linked_and_broken_icons(stage: Stage) -> None:
    gone = f'<a href="{RECORD}"><img src="{PORTAL}/i/gone.svg" alt="ORCID iD" width=16 height=16> {ANA}</a>'
    said = judged(stage, f"<h1>Ana Ruiz</h1>{gone}")
    assert outcome(said, "id-icon-present") == "needs-person"
    assert outcome(said, "id-icon-unaltered") == "needs-person"
