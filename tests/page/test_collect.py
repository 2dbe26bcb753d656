"""What the collector sees: the rendered page, as the eye and a screen reader meet it."""

from __future__ import annotations

import pytest

from checker.evidence.page import Occurrence, Snapshot
from checker.gather.page import look
from tests.display.stage import ANA, PORTAL, Stage

pytestmark = pytest.mark.browser

LINK = f'<a href="https://orcid.org/{ANA}">'
ICON = '<img src="/i/auth.svg" alt="ORCID iD" width="16" height="16">'


def only(snapshot: Snapshot) -> Occurrence:
    shown = [o for o in snapshot.occurrences if o.context == "content" and o.visible]
    assert len(shown) == 1, shown
    return shown[0]


class TestText:
    def test_is_what_the_eye_meets(self, stage: Stage) -> None:
        stage.show(
            "<p>One <b>two</b></p><p hidden>not this</p><table><tr><td>a<td>b</table><ul><li>x<li>y</ul>"
            '<p style="text-transform:uppercase">loud</p><script>1</script><p>line<br>break</p>'
        )
        assert stage.text() == "One two\na\tb\nx\ny\nLOUD\nline\nbreak"

    def test_goes_through_open_shadow_roots_and_slots(self, stage: Stage) -> None:
        stage.show(
            "<x-card>slotted</x-card><script>customElements.define('x-card', class extends HTMLElement "
            "{connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML = '<p>shadow <slot></slot></p>'; }})"
            "</script>"
        )
        assert stage.text() == "shadow slotted"

    def test_right_to_left(self, stage: Stage) -> None:
        stage.show('<div dir="rtl" lang="ar"><p>معرّف الباحث</p></div>')
        assert stage.text() == "معرّف الباحث"

    def test_same_origin_frame(self, stage: Stage) -> None:
        stage.show('<p>outside</p><iframe srcdoc="<p>inside</p>"></iframe>')
        assert stage.text() == "outside\ninside"


class TestOccurrences:
    def test_an_id_split_over_elements_is_one(self, stage: Stage) -> None:
        found = only(stage.show(f"<p>{LINK}{ICON} <span>0009</span>-<b>0001</b>-<i>2345</i>-<span>6786</span></a></p>"))
        assert found.text == ANA

    def test_an_id_split_over_flex_items_is_one(self, stage: Stage) -> None:
        markup = "".join(f"<span>{part}</span>" for part in ("0009-", "0001-", "2345-", "6786"))
        found = only(stage.show(f'<a href="https://orcid.org/{ANA}" style="display:flex">{ICON}{markup}</a>'))
        assert found.text == ANA

    def test_in_an_open_shadow_root(self, stage: Stage) -> None:
        found = only(
            stage.show(
                "<x-id></x-id><script>customElements.define('x-id', class extends HTMLElement { connectedCallback() {"
                f"this.attachShadow({{mode: 'open'}}).innerHTML = `<p>{LINK}{ICON} {ANA}</a></p>`; }}}})</script>"
            )
        )
        assert found.text == ANA
        assert found.link
        assert found.icon
        assert stage.page.locator(found.selector).first.inner_text().strip() == ANA

    def test_written_by_a_late_script(self, stage: Stage) -> None:
        stage.show(f"<p id=p></p><script>setTimeout(() => p.innerHTML = `{LINK}{ICON} {ANA}</a>`, 300)</script>")
        stage.page.wait_for_selector("#p a")
        assert only(look(stage.page)).text == ANA

    def test_css_changes_the_case(self, stage: Stage) -> None:
        markup = f'<a style="text-transform:lowercase" href="https://orcid.org/0000-0002-1694-233X">{ICON}'
        found = only(stage.show(f"<p>{markup} 0000-0002-1694-233X</a></p>"))
        assert (found.text, found.source_text) == ("0000-0002-1694-233x", "0000-0002-1694-233X")

    @pytest.mark.parametrize(
        ("style", "reason"),
        [
            ("display:none", "display"),
            ("visibility:hidden", "visibility"),
            ("opacity:0.05", "opacity"),
            ("position:absolute;left:-9999px", "off-screen"),
            ("position:absolute;clip:rect(0 0 0 0)", "clip"),
            ("display:block;clip-path:inset(50%)", "clip"),
            ("position:absolute;width:1px;height:1px;overflow:hidden", "clip"),
            ("display:block;text-indent:-9999px", "off-screen"),
            ("font-size:0", "size"),
            ("color:transparent", "colour"),
            ("color:#fff", "colour"),
            ("display:block;transform:scale(0)", "size"),
        ],
    )
    def test_what_hides_an_id(self, stage: Stage, style: str, reason: str) -> None:
        snapshot = stage.show(f'<p>ORCID: <span style="{style}">{ANA}</span></p>')
        (found,) = snapshot.occurrences
        assert (found.visible, found.hidden_by) == (False, reason)
        assert ANA not in stage.text()

    def test_below_a_closed_part_of_the_page(self, stage: Stage) -> None:
        (found,) = stage.show(f"<details><summary>More</summary><p>{LINK}{ICON} {ANA}</a></p></details>").occurrences
        assert (found.visible, found.hidden_by) == (False, "details")

    def test_a_hidden_picture_is_no_icon(self, stage: Stage) -> None:
        hidden = ICON.replace("<img", '<img style="display:none"')
        found = only(stage.show(f"<p>{LINK}{hidden} {ANA}</a></p>"))
        assert found.icon
        assert not found.icon.visible

    def test_cut_by_css(self, stage: Stage) -> None:
        style = "display:inline-block;width:90px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap"
        assert only(stage.show(f'<p><a style="{style}" href="https://orcid.org/{ANA}">{ICON} {ANA}</a></p>')).clipped

    def test_a_box_that_scrolls_cuts_nothing(self, stage: Stage) -> None:
        style = "width:90px;overflow:auto;white-space:nowrap"
        assert not only(stage.show(f'<div style="{style}">{LINK}{ICON} {ANA}</a></div>')).clipped

    @pytest.mark.parametrize(
        ("html", "context"),
        [
            (f"<p>For example <code>https://orcid.org/{ANA}</code></p>", "code"),
            (f"<pre>ORCID: {ANA}</pre>", "code"),
            (f'<label>ORCID <input value="{ANA}"></label>', "field"),
            (f'<button>{ICON} Disconnect ORCID iD {ANA}</button>', "button"),
            (f'<span title="https://orcid.org/{ANA}">Ana Ruiz</span>', "attribute"),
        ],
    )  # fmt: skip
    def test_where_it_is_no_display(self, stage: Stage, html: str, context: str) -> None:
        assert {o.context for o in stage.show(html).occurrences} == {context}

    @pytest.mark.parametrize(
        "html",
        [
            "<nav><a>2019</a> <a>2020</a> <a>2021</a> <a>2022</a></nav>",
            "<p>Card 4111 1111 1111 1111, order 1234567890123456</p>",
            "<p>ISNI: 0000 0001 2103 2683</p>",
            '<p><a href="https://orcid.org/">ORCID</a> gives you an identifier.</p>',
            '<p><a href="https://info.orcid.org/what-is-orcid/"><img src="/i/auth.svg" alt=""> About ORCID</a></p>',
            '<a href="https://orcid.org/oauth/authorize?client_id=APP-1&amp;orcid=0009-0001-2345-6786">Connect</a>',
            '<h2><img src="/i/auth.svg" alt="ORCID iD"> ORCID</h2><p>Connect your iD.</p>',
            f'<a href="/people/{ANA}">Ana Ruiz</a>',
            '<p><img src="/i/auth.svg" alt="ORCID iD" width=16> Connected as Ana Ruiz</p>',
            '<p>Write to <a href="mailto:0009-0001-2345-6786@example.org">us</a></p>',
        ],
    )
    def test_what_is_no_id_shown(self, stage: Stage, html: str) -> None:
        assert [o for o in stage.show(html).occurrences if o.context == "content" and o.visible] == []

    def test_a_portal_that_is_itself_called_orcid(self, stage: Stage) -> None:
        # Same-origin addresses are the portal's, whatever its host is called.
        assert stage.show('<a href="/orcid/connect">Connect</a>').occurrences == []

    def test_the_runs_own_orcid(self, stage: Stage) -> None:
        markup = f'<p><a href="https://localhost:8765/{ANA}">{ICON} {ANA}</a></p>'
        found = only(stage.show(markup, orcid_hosts=["localhost:8765"]))
        assert found.link
        assert found.link.href == f"https://localhost:8765/{ANA}"


class TestPeople:
    def test_forty_authors_are_told_apart(self, stage: Stage) -> None:
        people = [f"Ana Ruiz{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(40)]
        linked = f"{LINK}{ICON}</a>"
        snapshot = stage.show("<p>" + ", ".join(f"{name} {linked}" for name in people) + "</p>")
        assert [o.people for o in snapshot.occurrences] == [[name] for name in people]

    def test_rows_of_a_table(self, stage: Stage) -> None:
        rows = "".join(f"<tr><td>{name}<td>{LINK}{ICON} {ANA}</a>" for name in ("Ana Ruiz", "Bo Li"))
        snapshot = stage.show(f"<table>{rows}</table>", names=["Ana Ruiz", "Bo Li"])
        assert [o.people for o in snapshot.occurrences] == [["Ana Ruiz"], ["Bo Li"]]

    def test_one_icon_below_two_names(self, stage: Stage) -> None:
        html = f"<p>Ana Ruiz, Bo Li</p>{LINK}{ICON}</a>"
        assert only(stage.show(html, names=["Ana Ruiz", "Bo Li"])).people == ["Ana Ruiz", "Bo Li"]

    def test_the_heading_names_the_person_of_a_profile(self, stage: Stage) -> None:
        html = f"<h1>Ana Ruiz</h1><div>{LINK}{ICON} {ANA}</a></div><p>Works with Bo Li and Cem Ak.</p>"
        assert only(stage.show(html, names=["Ana Ruiz", "Bo Li", "Cem Ak"])).people == ["Ana Ruiz"]


class TestIcons:
    @pytest.mark.parametrize(
        ("html", "kind"),
        [
            (f"{LINK}{ICON} {ANA}</a>", "img"),
            (f'{LINK}<svg aria-label="ORCID iD" width=16 height=16><use href="#orcid-auth"/></svg> {ANA}</a>', "svg"),
            (f'<a class="bg-orcid" href="https://orcid.org/{ANA}">{ANA}</a>', "background"),
            (f'<style>.b::before{{content:"";display:inline-block;width:16px;height:16px;background:url(/i/auth.svg)}}'
             f'</style><a class=b href="https://orcid.org/{ANA}">{ANA}</a>', "background"),
            (f'{LINK}<i class="ai ai-orcid"></i> {ANA}</a>', "font"),
            (f'<img src="/i/auth.svg" alt="" width=16 height=16> {LINK}{ANA}</a>', "img"),
            (f'<p>{LINK}{ICON}</a> {LINK}{ANA}</a></p>', "img"),
        ],
    )  # fmt: skip
    def test_is_found(self, stage: Stage, html: str, kind: str) -> None:
        found = only(stage.show(html))
        assert found.icon
        assert found.icon.kind == kind
        assert found.icon.visible

    def test_that_waits_for_being_scrolled_to(self, stage: Stage) -> None:
        lazy = ICON.replace("<img", "<img loading=lazy")
        found = only(stage.show(f'<div style="height:9000px"></div><p>{LINK}{lazy} {ANA}</a></p>'))
        assert found.icon
        assert found.icon.loaded
        assert found.icon.colours[0].hex == "#A6CE39"

    def test_padding_is_no_part_of_it(self, stage: Stage) -> None:
        padded = ICON.replace("<img", '<img style="padding-right:8px;border:1px solid"')
        icon = only(stage.show(f"<p>{LINK}{padded} {ANA}</a></p>")).icon
        assert icon
        assert icon.box
        assert icon.box[2:] == (16, 16)

    def test_a_banner_over_it_is_told(self, stage: Stage) -> None:
        banner = '<div id=b style="position:fixed;inset:0;background:rgba(0,0,0,.6)">Cookies?</div>'
        icon = only(stage.show(f"<p>{LINK}{ICON} {ANA}</a></p>{banner}")).icon
        assert icon
        assert icon.styles["covered-by"] == "#b"

    def test_a_data_address_is_hashed(self, stage: Stage) -> None:
        import base64
        import hashlib

        from tests.display.drawings import FILES

        data = FILES["auth.svg"]
        source = "data:image/svg+xml;base64," + base64.b64encode(data).decode()
        icon = only(stage.show(f'<p>{LINK}<img src="{source}" alt="ORCID iD" width=16> {ANA}</a></p>')).icon
        assert icon
        assert icon.sha256 == hashlib.sha256(data).hexdigest()

    def test_solid_and_outline_are_told_by_how_much_is_painted(self, stage: Stage) -> None:
        fills = {}
        for name in ("auth.svg", "unauth.svg"):
            for size in (16, 24, 64):
                picture = f'<img src="/i/{name}" alt="ORCID iD" width={size} height={size}>'
                icon = only(stage.show(f"<p>{LINK}{picture} {ANA}</a></p>")).icon
                assert icon
                fills[name, size] = icon.fill or 0
        assert all(value > 0.53 for (name, _), value in fills.items() if name == "auth.svg"), fills
        assert all(value < 0.46 for (name, _), value in fills.items() if name == "unauth.svg"), fills


class TestParts:
    def test_controls(self, stage: Stage) -> None:
        snapshot = stage.show(
            '<form action="/go" method=post><input name=csrf type=hidden value=1><button>Go</button></form>'
            '<a role=button onclick="x()">Press</a><a href="/a" aria-label="Label">Text</a>'
            "<input type=submit value=Send>"
        )
        seen = [(c.text, c.name, c.href.removeprefix(PORTAL), c.focusable) for c in snapshot.controls]
        assert seen == [
            ("Go", "Go", "/go", True),
            ("Press", "Press", "", False),
            ("Text", "Label", "/a", True),
            ("Send", "Send", "", True),
        ]
        assert snapshot.forms[0].method == "post"

    def test_fields(self, stage: Stage) -> None:
        snapshot = stage.show(
            '<form><label for=o>Your ORCID iD</label><input id=o value="0009-0001-2345-6786">'
            '<input type=password value=hunter2 aria-label=Password><input type=hidden name=h>'
            '<div role=combobox aria-label=Person contenteditable></div></form>'
        )  # fmt: skip
        seen = [(f.label, f.value, f.filled, f.suggests) for f in snapshot.fields]
        assert seen == [("Your ORCID iD", ANA, True, False), ("Password", "", True, False), ("Person", "", False, True)]
        assert "hunter2" not in snapshot.model_dump_json()
        assert snapshot.forms[0].has_password

    def test_contrast_is_of_the_text_and_not_told_over_a_picture(self, stage: Stage) -> None:
        snapshot = stage.show(
            '<button style="color:#767676;background:#fff">a</button>'
            '<button style="background:linear-gradient(#fff,#000)">b</button>'
            '<div style="background:#000"><a href=x style="color:rgba(255,255,255,.5)">c</a></div>'
        )
        assert [c.contrast for c in snapshot.controls] == [4.54, None, 5.28]

    def test_controls_in_a_frame_have_their_place_on_the_page(self, stage: Stage) -> None:
        snapshot = stage.show('<div style="height:300px"></div><iframe srcdoc="<button>In</button>"></iframe>')
        (control,) = snapshot.controls
        assert control.frame == "about:srcdoc"
        assert control.box
        assert control.box[1] > 300

    def test_metadata(self, stage: Stage) -> None:
        snapshot = stage.show(
            f'<meta name="citation_author_orcid" content="https://orcid.org/{ANA}">'
            f'<script type="application/ld+json">{{"author": [{{"@id": "https://orcid.org/{ANA}"}}]}}</script>'
            f'<link rel="me" href="https://orcid.org/{ANA}">'
        )
        assert [(m.kind, m.name) for m in snapshot.metadata] == [
            ("meta", "citation_author_orcid"), ("json-ld", "author.@id"), ("link", "me"),
        ]  # fmt: skip

    def test_mentions_are_read_before_css_and_not_in_addresses(self, stage: Stage) -> None:
        snapshot = stage.show(
            '<h2 style="text-transform:uppercase">Your ORCID iD</h2><p>Write to orcid@example.org or see orcid.org. '
            "Orcid <code>orcid</code></p><button>ORCID ID</button>"
        )
        assert [(m.text, m.inside) for m in snapshot.mentions] == [
            ("ORCID iD", "heading"), ("Orcid", "text"), ("ORCID ID", "control"),
        ]  # fmt: skip

    def test_messages_and_dark_pages(self, stage: Stage) -> None:
        snapshot = stage.show(
            '<style>body{background:#111}</style><div role=alert style="color:#fff">Not connected</div>'
        )
        assert snapshot.messages == ["Not connected"]
        assert snapshot.dark

    def test_forms_whose_fields_are_called_like_properties(self, stage: Stage) -> None:
        names = ("id", "children", "attributes", "elements", "action", "method", "title", "name", "target", "style")
        fields = "".join(f"<input name={name}>" for name in names)
        snapshot = stage.show(f"<form id=f action=/go method=post>{fields}<button>Go</button></form>")
        assert (snapshot.forms[0].action, snapshot.forms[0].method) == (f"{PORTAL}/go", "post")
        assert [field.form for field in snapshot.fields] == [0] * len(names)
        assert snapshot.controls[0].href == f"{PORTAL}/go"

    def test_a_page_whose_scripts_meddle_with_json(self, stage: Stage) -> None:
        script = "<script>Array.prototype.toJSON = () => 'x'; Object.prototype.toJSON = () => 'y'</script>"
        assert only(stage.show(f"{script}<p>{LINK}{ICON} {ANA}</a></p>")).text == ANA

    def test_an_xml_document(self, stage: Stage) -> None:
        stage.page.goto(
            "data:application/xml,<article><orcid authenticated='true'>https://orcid.org/" + ANA + "</orcid></article>"
        )
        assert look(stage.page).metadata[0].name == "authenticated=true"

    def test_every_selector_finds_its_element_again(self, stage: Stage) -> None:
        snapshot = stage.show(
            "<ul><li><a href=1>x</a><li><a href=2>x</a></ul><p id=a><button>y</button><button>z</button>"
        )
        found = [stage.page.locator(c.selector).first.inner_text() for c in snapshot.controls]
        assert found == ["x", "x", "y", "z"]
