"""What one rendered page held when it was looked at. Facts only: nothing here is right or wrong yet.

Boxes are (x, y, width, height) in CSS pixels on the full-page screenshot.
"""

from __future__ import annotations

from typing import Literal

from ..review.model import Model

Box = tuple[float, float, float, float]


class Colour(Model):
    """One colour of a rendered crop and its share of the pixels (0 to 1)."""

    hex: str
    share: float


class Icon(Model):
    """A picture on the page that may be an ORCID mark: image, inline SVG, CSS background, icon-font glyph."""

    kind: Literal["img", "svg", "background", "font"]
    source: str = ""
    """Address of the picture, `inline` for inline SVG, the class list for a font glyph."""
    sha256: str = ""
    """Digest of the bytes that the server sent; empty when they were not seen."""
    loaded: bool = True
    alt: str | None = None
    """The `alt` attribute; None when missing (or not possible for this kind)."""
    name: str = ""
    """Accessible name."""
    visible: bool = True
    box: Box | None = None
    natural: tuple[float, float] | None = None
    styles: dict[str, str] = {}
    """CSS that changes how the picture looks, only where not at its default: filter, transform, animation ..."""
    colours: list[Colour] = []
    """Leading colours of the rendered crop, most frequent first."""
    fill: float | None = None
    """Share of the crop's bounding square that has the mark's own colour: a solid disc with its letters left open is
    near 0.65, a ring lower than 0.5."""
    ground: str = ""
    """Solid colour behind the picture, as the page's styles say; empty when there is none (picture, gradient)."""
    orcid: bool = False
    """File name, alt text, class or address speak of ORCID, or the bytes are those of a known iD icon."""
    selector: str = ""
    snippet: str = ""


class Control(Model):
    """Something a visitor can press."""

    index: int
    tag: str
    role: str = ""
    type: str = ""
    text: str = ""
    """Visible text, white space folded."""
    name: str = ""
    """Accessible name."""
    href: str = ""
    """Absolute address for a link; the form's action for a submit button; else empty."""
    raw_href: str = ""
    target: str = ""
    visible: bool = True
    enabled: bool = True
    focusable: bool = True
    context: str = ""
    """Text of the nearest thing around it that says more than it does itself, at most 300 characters."""
    box: Box | None = None
    icons: list[Icon] = []
    contrast: float | None = None
    """Contrast ratio of the text against its background; None when it cannot be told (picture, gradient)."""
    text_size: float | None = None
    """Font size of the text, in CSS pixels."""
    text_bold: bool = False
    frame: str = ""
    """Address of the frame it is in; empty for the top page."""
    selector: str = ""
    """CSS selector that Playwright's `frame.locator(selector).first` resolves to this element (it pierces open shadow
    roots)."""
    snippet: str = ""


class Field(Model):
    """A form field a visitor can fill in or see filled in."""

    index: int
    tag: str
    type: str = ""
    name: str = ""
    id: str = ""
    label: str = ""
    """Visible label, `aria-label`, or the text beside it."""
    placeholder: str = ""
    value: str = ""
    """Current value, kept only when it looks like an iD or an ORCID address; a password never is."""
    filled: bool = False
    visible: bool = True
    enabled: bool = True
    readonly: bool = False
    suggests: bool = False
    """Offers choices while typing: `list`, role combobox, `aria-autocomplete`."""
    context: str = ""
    """Text of the nearest group, fieldset or form around it, at most 300 characters."""
    form: int | None = None
    box: Box | None = None
    selector: str = ""
    snippet: str = ""


class Form(Model):
    """A form as such."""

    index: int
    action: str
    method: str
    has_password: bool = False
    text: str = ""
    """Visible text inside, at most 600 characters."""
    visible: bool = True
    box: Box | None = None
    selector: str = ""


class RecordLink(Model):
    """A link that takes part in showing an iD."""

    raw_href: str
    """The attribute as written."""
    href: str
    """Resolved to an absolute address by the browser."""
    text: str = ""
    name: str = ""
    title: str = ""
    target: str = ""
    rel: str = ""
    real: bool = True
    """A real `a[href]`, reachable by keyboard; False for a click handler on another element."""
    box: Box | None = None
    selector: str = ""
    snippet: str = ""


class Occurrence(Model):
    """One place where an iD, a link to a record, or an ORCID icon beside a name meets the reader's eye.

    Text, link and icon that belong together (same link or nearest common container) are one occurrence.
    """

    index: int
    text: str = ""
    """The iD as rendered with what clings to it (scheme, host, label); empty for the Inline format."""
    source_text: str = ""
    """The same before CSS changed it (`text-transform`, clipping)."""
    link: RecordLink | None = None
    icon: Icon | None = None
    """The ORCID-looking icon paired with it; None when there is none in the same link or container."""
    icon_link: RecordLink | None = None
    """The icon's own link, where it is another one than `link`."""
    text_linked: bool = False
    """The iD's text is inside `link`; False when only an icon beside it is linked."""
    icon_after: bool = False
    visible: bool = True
    hidden_by: str = ""
    """What hides it (display, visibility, size, opacity, clip, off-screen); empty when visible."""
    clipped: bool = False
    """Cut by overflow or an ellipsis, in the text or by CSS."""
    container: str = ""
    """Visible text of the nearest row, list item, card or paragraph around it, at most 300 characters."""
    after: str = ""
    """Visible text that directly follows, at most 80 characters."""
    after_silent: bool = False
    """That text is kept from assistive technology (`aria-hidden`)."""
    people: list[str] = []
    """Names of people found in the container, as far as names of the run are known or marked up."""
    siblings: int = 0
    """How many other occurrences share the same container."""
    context: Literal["content", "code", "field", "meta", "attribute", "button", "logo"] = "content"
    """Where it stands; only `content` is a display."""
    text_size: float | None = None
    """Font size of the text, in CSS pixels."""
    box: Box | None = None
    selector: str = ""
    snippet: str = ""


class Metadata(Model):
    """An iD in machine-readable metadata: `meta`, JSON-LD, `link`; never a display."""

    kind: Literal["meta", "json-ld", "link", "attribute"]
    name: str
    value: str
    snippet: str = ""


class Mention(Model):
    """One visible mention of ORCID's name with the word after it, as in "ORCID iD"."""

    text: str
    """As written in the source, before CSS changed its case."""
    rendered: str = ""
    inside: Literal["text", "heading", "control"] = "text"
    capitals: bool = False
    """The whole line around it is in capitals."""
    box: Box | None = None
    selector: str = ""
    snippet: str = ""


class Snapshot(Model):
    """Everything collected from one page by the script that runs in it."""

    controls: list[Control] = []
    fields: list[Field] = []
    forms: list[Form] = []
    occurrences: list[Occurrence] = []
    metadata: list[Metadata] = []
    messages: list[str] = []
    """Visible text of `role=alert`, `role=status`, headings: where a page says what happened."""
    mentions: list[Mention] = []
    frames: list[str] = []
    """Addresses of `iframe`, `object`, `embed`."""
    dark: bool = False
    """The page's own background is dark."""
    content_type: str = ""
    """Of the document, as the browser took it, e.g. `text/html`."""


class Page(Model):
    """One look at one page."""

    id: str
    """Unique in the evidence, e.g. `connect-03`; names the files."""
    journey: str
    label: str
    """What the look was for, e.g. "the portal's page with the way to ORCID"."""
    side: Literal["portal", "orcid", "other"]
    url: str
    status: int | None
    """HTTP status of the document; None when it was not seen."""
    title: str = ""
    lang: str = ""
    text: str = ""
    """Visible text, secrets replaced."""
    width: int = 0
    height: int = 0
    html_file: str = ""
    screenshot_file: str = ""
    snapshot: Snapshot = Snapshot()
