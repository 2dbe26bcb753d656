"""The root causes of what is wrong with one displayed iD, each assigned to exactly one rule.

Parse first, then look: what keeps an iD from being read ends the matter for the rules that would have read it, so that
one mistake of the portal is one finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from checker.api import Display, Icon, RecordLink
from checker.orcid import icons, ids

from ._case import Case
from ._marks import marked_unauthenticated, unknown_mark
from ._say import Say, apart, doubt, fault, fine, unclear
from ._written import ShownText, Target, base_of, read_link, read_text

_EXAMPLE = re.compile(
    r"\b(e\.\s?g\.|examples?|for instance|such as|looks like|sample|format|z\.\s?B\.|beispiel|exemple|ejemplo|exemplo|"
    r"esempio|voorbeeld|placeholder)",
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(
    r"(click )?here|link|icon|image|logo|more|view|profile|external( link)?|website", re.IGNORECASE
)
_IMAGE_FILE = re.compile(r"\.(svg|png|gif|jpe?g|webp|ico)$|^(icon|logo|image|img|picture|photo)$", re.IGNORECASE)


class Analysis:
    """One display, taken apart; :meth:`says` answers for each rule."""

    def __init__(self, display: Display, case: Case) -> None:
        shown = display.shown
        self.display, self.case, self.shown = display, case, shown
        self.text: ShownText | None = read_text(shown.text) if shown.text else None
        self.link: RecordLink | None = shown.link if shown.link and shown.link.real else None
        self.target: Target | None = (
            read_link(self.link.raw_href, self.link.href, case.environment) if self.link else None
        )
        self.icon: Icon | None = shown.icon if shown.icon and (shown.icon.visible or not shown.visible) else None
        self.reading = icons.read(self.icon) if self.icon else None
        self.plain = display.page.snapshot.content_type == "text/plain"

    @property
    def id(self) -> str:
        """The iD shown, in bare form; empty when none can be read."""
        if self.text and self.text.id:
            return self.text.id
        return self.target.id if self.target else ""

    @property
    def inline(self) -> bool:
        """The iD itself is not written: an icon or a name is the link."""
        return self.text is None

    @property
    def is_example(self) -> bool:
        """A sample iD in help text: neither linked nor with an icon, and called an example."""
        bare = self.link is None and self.icon is None and self.id not in self.case.owned
        return bare and self.id in ids.SAMPLES and _EXAMPLE.search(self.shown.container) is not None

    @property
    def is_logo(self) -> bool:
        """A logo that stands for no iD: whether it may stand there at all is one rule's business alone."""
        return self.reading is not None and self.reading.kind == "other-mark" and not self.id

    def says(self, rule: str) -> Say:
        """Return what a rule has to say of this display."""
        if self.is_logo and rule != "orcid-logo-not-misused":
            return apart("a logo stands there, and no iD")
        if self.is_example:
            return apart("the only iD shown is a sample in explaining text")
        if self.plain and rule not in _FOR_PLAIN_TEXT:
            return apart("plain text can carry neither icon nor link")
        return _RULES[rule](self)


def _format(a: Analysis) -> Say:
    expected = "icon and https URI, linked; or icon and hyphenated iD, linked; or a linked icon beside the name"
    if a.link is None:
        how = "a click handler instead of a link" if a.shown.link else "no link"
        icon = "an icon but " if a.icon else "no icon and "
        return fault(f"The iD is shown with {icon}{how}: «{a.shown.text or a.shown.snippet[:80]}»", expected)
    if a.text and not a.shown.text_linked and not a.shown.icon_link and a.link.text:
        return doubt(
            f"The iD «{a.shown.text}» is not linked itself, a link stands beside it: is that an accepted format?"
        )
    if a.text and not a.text.cut and _has_host_without_scheme(a.text):
        return fault(f"The URI is shown without its scheme: «{a.shown.text}»", "https:// in front, or the bare iD")
    if a.icon is None:
        return unclear("The iD has no icon (see id-icon-present), so its format is not complete")
    if a.text and a.text.cut:
        return unclear("The iD is cut short (see id-not-truncated)")
    return fine()


def _has_host_without_scheme(text: ShownText) -> bool:
    return "/" in text.before and not re.search(r"https?://", text.before, re.IGNORECASE)


def _icon_present(a: Analysis) -> Say:
    if a.icon is None:
        if a.link is None:
            return unclear("The iD is shown in none of the formats (see id-display-format-valid)")
        return fault(f"No iD icon stands beside «{_name(a)}»", "the iD icon in front of the iD, in the same block")
    if a.reading and a.reading.kind == "other-mark":
        return doubt(
            "Is the picture beside the iD the iD icon? It looks like another mark (see orcid-logo-not-misused)."
        )
    if not a.icon.loaded:
        return doubt("The picture beside the iD did not load here. Does a visitor see the iD icon?")
    if not a.icon.orcid:
        return doubt(f"Is the picture beside the iD the iD icon? Nothing in its name says so ({a.icon.source[:60]}).")
    if a.icon.kind == "background":
        return fine("the icon is a CSS background, which has no alternative text and is lost in print")
    return fine()


def _truncated(a: Analysis) -> Say:
    if a.inline:
        return apart("every iD is shown inline, without its digits")
    if a.text and a.text.cut:
        return fault(f"The iD is cut: «{a.shown.text}»", "all 16 characters readable")
    if a.shown.clipped:
        return fault(f"The page cuts the iD off: only a part of «{a.shown.text}» is seen", "all 16 characters readable")
    return fine()


def _hyphenated(a: Analysis) -> Say:
    expected = "four groups of four, plain hyphens, ASCII digits, nothing attached, e.g. 0000-0002-1825-0097"
    if a.text and not a.text.cut:
        if not ids.is_well_formed(a.text.digits.upper()):
            return fault(f"The iD is written «{a.text.digits}»: {_why_malformed(a.text.digits)}", expected)
        if extra := _extra(a.text):
            return fault(f"«{extra}» clings to the iD: «{a.shown.text}»", expected)
    if a.target and a.target.digits and not ids.is_well_formed(a.target.digits.upper()):
        return fault(f"The link's iD is written «{a.target.digits}»: {_why_malformed(a.target.digits)}", expected)
    if a.inline:
        return apart("every iD is shown inline, without its digits")
    return unclear("The iD is cut short (see id-not-truncated)") if a.text and a.text.cut else fine()


def _why_malformed(digits: str) -> str:
    if not digits.isascii():
        return "other digits or dashes than ASCII, so that a copy of it does not work"
    return "spaces instead of hyphens" if " " in digits else "no hyphens" if "-" not in digits else "wrong grouping"


def _extra(text: ShownText) -> str:
    before = re.sub(r"^(https?:)?//", "", text.before, flags=re.IGNORECASE)
    # A host in front is for the rules about links.
    return (before.partition("/")[2] if "/" in before else before) or text.after


def _x_uppercase(a: Analysis) -> Say:
    written = [a.text.digits if a.text else "", a.target.digits if a.target else ""]
    source = read_text(a.shown.source_text) if a.shown.source_text else None
    written.append(source.digits if source else "")
    if any(digits.endswith("x") for digits in written):
        seen = next(digits for digits in written if digits.endswith("x"))
        return fault(f"The last character is a small x: «{seen}»", "an upper-case X")
    if any(digits.endswith("X") for digits in written):
        return fine()
    return apart("no iD shown ends in X")


def _checksum(a: Analysis) -> Say:
    for digits in (a.text.id if a.text else "", a.target.id if a.target else ""):
        if digits and not ids.has_valid_checksum(digits):
            right = ids.check_character(digits.replace("-", "")[:15])
            return fault(f"The check character of {digits} is wrong", f"{digits[:-1]}{right}, or the iD that was meant")
    return fine() if a.id else unclear("No whole iD can be read here")


def _range(a: Analysis) -> Say:
    if not a.id or not ids.has_valid_checksum(a.id):
        return unclear("No valid iD can be read here")
    if ids.in_known_range(a.id):
        return fine()
    return doubt(
        f"{a.id} lies outside the blocks ORCID has used. Is it an ORCID iD, not another ISNI or a test string?"
    )


_TO_RECORD = "a link to the record: https://<ORCID host>/<iD>"


def _target_record(a: Analysis) -> Say:
    t = a.target
    if t is None:
        return unclear("The iD is not linked (see id-display-format-valid)")
    if t.wraps:
        return doubt(
            f"The link goes through another host: «{t.raw}». Does it land on the record of {a.id or 'this iD'}?"
        )
    if t.api:
        return fault(f"The link leads to ORCID's API, not to the record: «{t.raw}»", _TO_RECORD)
    if t.base == "wrong-host":
        return unclear("The link's host is not ORCID's (see id-link-host-exact)")
    if t.base == "not-orcid":
        return fault(f"The link leads elsewhere: «{t.raw}»", _TO_RECORD)
    if not t.id:
        return fault(f"The link leads to a page of ORCID that is not a record: «{t.raw}»", _TO_RECORD)
    return fine()


def _https(a: Analysis) -> Say:
    expected = "https:// in the link and in the visible URI"
    t = a.target
    if t and t.base != "not-orcid" and t.scheme != "https" and not (t.scheme and a.case.exempt_from_https(t.raw)):
        how = "plain http" if t.scheme == "http" else "no scheme of its own"
        return fault(f"The link has {how}: «{t.raw}»", expected)
    if a.text and re.match(r"http://", a.text.before, re.IGNORECASE) and not a.case.exempt_from_https(a.text.whole):
        return fault(f"The visible URI has plain http: «{a.shown.text}»", expected)
    if a.target is None and not (a.text and "://" in a.text.before):
        return unclear("The iD is not linked (see id-display-format-valid)")
    return _silent_elsewhere(a) or fine()


def _host(a: Analysis) -> Say:
    t = a.target
    expected = f"exactly {urlsplit(a.case.environment.displays[0]).netloc}, no port, no user name"
    if t and t.base == "wrong-host" and not t.api:
        return fault(f"The link's host is not ORCID's: «{t.raw}»", expected)
    if a.text and (shown := _shown_host(a.text)) is not None and _base(a, shown) in {"wrong-host", "not-orcid"}:
        return fault(f"The visible URI has another host: «{a.shown.text}»", expected)
    if t is None:
        return unclear("The iD is not linked (see id-display-format-valid)")
    if urlsplit(t.raw.strip()).netloc.endswith("."):
        return fine("the host ends in a dot, which is the same host")
    return _silent_elsewhere(a) or fine()


def _environment(a: Analysis) -> Say:
    site = a.case.environment.displays[0]
    if a.target and a.target.base == "other-environment":
        return fault(f"The link has the base of another environment: «{a.target.raw}»", f"{site}/<iD>")
    if a.text and (shown := _shown_host(a.text)) is not None and _base(a, shown) == "other-environment":
        return fault(
            f"The visible URI has the base of another environment: «{a.shown.text}»", f"{site}/<iD> in this run"
        )
    if a.target is None:
        return unclear("The iD is not linked (see id-display-format-valid)")
    if a.target.base == "wrong-host":
        return unclear("The link's host is not ORCID's (see id-link-host-exact)")
    return _silent_elsewhere(a) or fine()


def _shown_host(text: ShownText) -> str | None:
    if "/" not in text.before:
        return None
    return text.before if "//" in text.before else "https://" + text.before


def _base(a: Analysis, address: str) -> str:
    return base_of(urlsplit(address if "://" in address else "https:" + address), a.case.environment)


def _silent_elsewhere(a: Analysis) -> Say | None:
    """A link that does not lead to ORCID at all is one fault, and not of its scheme or host."""
    if a.target and a.target.base == "not-orcid":
        return unclear("The link does not lead to ORCID (see id-link-target-record)")
    return None


def _text_matches(a: Analysis) -> Say:
    if a.target is None:
        return unclear("The iD is not linked (see id-display-format-valid)")
    if not a.target.id:
        return unclear("The link leads to no record that the text could be compared with")
    names = [a.link.name, a.link.title] if a.link else []
    labelled = [found.id for name in names if (found := read_text(name)) and found.id]
    if a.text and a.text.id:
        invalid = [one for one in (a.text.id, a.target.id) if not ids.has_valid_checksum(one)]
        if a.text.id != a.target.id:
            if len(invalid) == 1:
                return unclear("One of the two iDs is misspelt (see id-checksum-valid)")
            return fault(f"The text shows {a.text.id}, the link leads to {a.target.id}", "the same iD in text and link")
    if differs := [one for one in labelled if one != a.target.id]:
        return fault(f"The label says {differs[0]}, the link leads to {a.target.id}", "the same iD in label and link")
    if a.inline and not labelled:
        return apart("every iD is shown inline, without its digits")
    return unclear("The iD is cut short (see id-not-truncated)") if a.text and a.text.cut else fine()


def _single_record(a: Analysis) -> Say:
    other = a.shown.icon_link
    if other is None or a.link is None:
        return fine() if a.link else unclear("The iD is not linked (see id-display-format-valid)")
    icon_target = read_link(other.raw_href, other.href, a.case.environment)
    if a.target and icon_target.id and a.target.id and icon_target.id != a.target.id:
        return fault(
            f"The icon leads to {icon_target.id}, the text beside it to {a.target.id}",
            "icon and iD lead to one and the same record",
        )
    if not icon_target.id:
        return fault(f"The icon of the iD leads elsewhere: «{other.raw_href}»", "icon and iD lead to the same record")
    return fine()


def _href_clean(a: Analysis) -> Say:
    if a.target is None:
        return unclear("The iD is not linked (see id-display-format-valid)")
    if not a.target.id or a.target.base == "not-orcid":
        return unclear("The link leads to no record (see id-link-target-record)")
    if a.target.untidy:
        return fault(f"The link has {a.target.untidy}: «{a.target.raw}»", "exactly https://<ORCID host>/<iD>")
    return fine()


def _link_name(a: Analysis) -> Say:
    if a.link is None:
        return unclear("The iD is not linked (see id-display-format-valid)")
    name, expected = a.link.name, 'a name that tells it is an ORCID record, e.g. "ORCID record of Ana Ruiz"'
    if not name:
        return unclear("The link has no name at all (see id-icon-alt)")
    if _SAYS_NOTHING.fullmatch(name):
        return fault(f"The link's name says nothing: «{name}»", expected)
    if re.search("orcid", name, re.IGNORECASE) or ((found := read_text(name)) and found.id):
        visible = a.link.text
        if visible and visible.casefold() not in name.casefold():
            return fine("the label does not hold the visible text, which strict readers of WCAG 2.5.3 would prefer")
        if a.inline and a.shown.siblings > 1 and not _tells_whose(a, name):
            return fault(f"Several links on the page are all called «{name}»; none says whose record it is", expected)
        return fine()
    return fault(f"The link's name does not tell that it is an ORCID record: «{name}»", expected)


def _tells_whose(a: Analysis, name: str) -> bool:
    return any(person.casefold() in name.casefold() for person in a.shown.people) or read_text(name) is not None


def _target_behaviour(a: Analysis) -> Say:
    if a.link is None:
        return unclear("The iD is not linked (see id-display-format-valid)")
    if a.link.target in {"", "_self", "_top", "_parent"}:
        return fine()
    if "opener" in a.link.rel.split():
        return fault('The link opens a new tab and hands it control of this one (rel="opener")', 'rel="noopener"')
    hint = re.search(r"new (tab|window)|neue[mns]? (tab|fenster)", f"{a.link.name} {a.link.title}", re.IGNORECASE)
    return fine("" if hint else "the link opens a new tab without saying so")


# ---- the icon ----


def _no_icon(a: Analysis) -> Say | None:
    if a.icon is None or a.reading is None:
        return apart("no icon is shown (see id-icon-present)")
    return None


def _icon_unaltered(a: Analysis) -> Say:
    if a.icon is None or a.reading is None:
        return apart("no icon is shown, so none is altered")
    reading = a.reading
    if reading.kind == "altered":
        return fault(f"The icon is altered: {reading.why}", "the official drawing as ORCID gives it")
    if reading.kind == "other-mark":
        return unclear("Another mark stands in the icon's place (see orcid-logo-not-misused)")
    if reading.kind != "known":
        return doubt(f"Is this the official iD icon, unaltered? Seen: {reading.why} ({a.icon.source[:60]}).")
    if reading.variant.tone == "mono" and not a.display.page.snapshot.dark:
        return doubt("The icon is the black-and-white variant on a page that can show colours. Is there a reason?")
    return fine()


def _logo(a: Analysis) -> Say:
    if a.icon is None or a.reading is None:
        return apart("no mark of ORCID stands beside an iD")
    if a.reading.kind == "other-mark":
        return fault(
            "A wide mark, such as the ORCID word mark, stands in the place of the iD icon", "the round iD icon"
        )
    return fine()


def _icon_alt(a: Analysis) -> Say:
    if a.icon is None:
        return apart("no icon is shown (see id-icon-present)")
    if a.icon.kind in {"background", "font"} and (a.link is None or a.link.name):
        return apart("the icon is no image element, and the link is named by its text")
    link = a.link
    if link and not link.text and not link.name and a.shown.icon_link is None:
        return fault("A linked icon has no name for those who cannot see it", 'alt="ORCID iD"')
    if a.icon.kind == "svg":
        return fine()
    alt = a.icon.alt
    if alt is None:
        return fault("The icon has no alt attribute", 'alt="ORCID iD", or alt="" beside a text that names the link')
    if not alt.strip() or re.search("orcid", alt, re.IGNORECASE):
        return fine()
    if _IMAGE_FILE.search(alt.strip()):
        return fault(f"The icon's alt text is a file name or a word that says nothing: «{alt}»", 'alt="ORCID iD"')
    return doubt(f"Does the icon's alt text name ORCID in the page's language? It is «{alt}».")


def _icon_size(a: Analysis) -> Say:
    if missing := _no_icon(a):
        return missing
    assert a.icon
    if a.icon.box is None or a.icon.kind == "font":
        return doubt("How large the icon is could not be measured. Is it at least 16 pixels high?")
    side, size = min(a.icon.box[2:]), a.shown.text_size
    if side < icons.MINIMUM_SIZE - 0.5:
        return fault(f"The icon is {side:g} pixels", "at least 16 pixels")
    if size and a.text and side > 3 * 1.2 * size:
        return fault(f"The icon is {side:g} pixels beside text of {size:g}", "about the height of the text")
    return fine()


def _icon_before(a: Analysis) -> Say:
    if a.icon is None:
        return apart("no icon is shown (see id-icon-present)")
    if a.inline:
        return apart("every iD is shown inline; there the icon may stand on either side of the name")
    return fault("The icon stands after the iD", "the icon directly before the iD") if a.shown.icon_after else fine()


def _icon_host(a: Analysis) -> Say:
    if missing := _no_icon(a):
        return missing
    assert a.icon
    host = urlsplit(a.icon.source).hostname or ""
    own = urlsplit(a.display.page.url).hostname or ""
    if not a.icon.loaded:
        if host in {"", own}:
            return fault(f"The icon does not load: {a.icon.source}", "a picture that loads")
        return doubt(f"The icon did not load here ({a.icon.source[:80]}). Does it load for visitors?")
    if host == "orcid.org" or host.endswith(".orcid.org"):
        return doubt(f"The icon is fetched from ORCID at every visit ({a.icon.source[:80]}). Is that meant?")
    return fine()


def _icon_dark(a: Analysis) -> Say:
    if missing := _no_icon(a):
        return missing
    assert a.icon
    if not a.icon.ground:
        return doubt("The icon stands on a picture or a pattern. Is it well seen?")
    if icons.luminance(a.icon.ground) > 0.4:
        return apart("the icons stand on a light background")
    ink = icons.mark_colour(a.icon)
    if not ink:
        return doubt("Is the icon well seen on its dark background? Its colours could not be measured.")
    ratio = icons.contrast(ink, a.icon.ground)
    if ratio < 3:
        return fault(f"The icon ({ink}) hardly shows on {a.icon.ground}: {ratio:.1f}:1", "3:1 or more")
    return fine()


# ---- authenticated or not ----


def _variant(a: Analysis) -> Say:
    if a.icon is None or a.reading is None:
        return unclear("No icon is shown (see id-icon-present)")
    if a.reading.kind == "other-mark":
        return unclear("Another mark stands in the icon's place (see orcid-logo-not-misused)")
    if not a.id:
        return unclear("No whole iD can be read here")
    if a.reading.kind == "altered":
        # How much of a turned or stretched picture is filled tells nothing of what it was before.
        return unclear("Whether the icon is the solid or the outline one cannot be told (see id-icon-unaltered)")
    shape, marked = a.reading.variant.shape, marked_unauthenticated(a.shown)
    match a.case.status(a.id):
        case "authenticated" if shape == "outline" or marked:
            how = "the outline icon" if shape == "outline" else "a mark as not authenticated"
            return fault(f"{a.id} was authenticated in this run, yet it has {how}", "the solid icon, no mark")
        case "unauthenticated" if shape == "solid" and not marked and not unknown_mark(a.shown):
            return fault(
                f"{a.id} was never authenticated, yet it has the solid icon and no mark",
                "the outline icon and the mark",
            )
        case "unknown":
            shows = "not authenticated" if shape == "outline" or marked else "authenticated"
            return doubt(f"Others' iDs are shown as {shows}, e.g. {a.id}. Is that how they were collected?")
        case "unauthenticated" if marked and shape == "solid":
            return fine("a solid icon with a text mark is the older rule; ORCID now has an outline icon")
    if not shape:
        return doubt(f"Is the icon of {a.id} the one for its status ({a.case.status(a.id)})? {a.reading.why}.")
    return fine()


def _labelled(a: Analysis) -> Say:
    if not a.id:
        return unclear("No whole iD can be read here")
    status, shape = a.case.status(a.id), a.reading.variant.shape if a.reading else ""
    if status == "authenticated":
        return apart("every iD shown was authenticated")
    if marked_unauthenticated(a.shown):
        if a.shown.after_silent:
            return fault("The mark is seen but kept from screen readers (aria-hidden)", "seen and read aloud")
        return fine()
    if mark := unknown_mark(a.shown):
        return doubt(f"Does «{mark}» after {a.id} say that the iD is not authenticated?")
    expected = '"(unauthenticated)" directly after the iD'
    if status == "unauthenticated":
        if shape == "solid":
            return unclear("It is shown as if authenticated (see id-icon-variant-matches-status)")
        return fault(f"{a.id} is not marked as unauthenticated", expected)
    if shape == "outline":
        return fault(f"{a.id} has the outline icon of an unauthenticated iD but no mark", expected)
    return doubt(f"Nothing says whether {a.id} was authenticated by its owner. Was it? If not, it needs a mark.")


# ---- whose it is ----


def _person(a: Analysis) -> Say:
    match len(a.shown.people):
        case 1:
            return fine()
        case 0:
            return doubt(f"Is it clear whose iD «{_name(a)}» is? No name was found beside it.")
    names = ", ".join(a.shown.people[:4])
    return fault(
        f"It is not clear whose iD «{_name(a)}» is: near it are {names}", "each iD next to the one name it is of"
    )


def _placeholder(a: Analysis) -> Say:
    if a.id in ids.SAMPLES and a.case.status(a.id) != "authenticated":
        return fault(f"{a.id} is a sample iD of ORCID's documentation", "the person's own iD")
    return fine() if a.id else unclear("No whole iD can be read here")


def _print(a: Analysis) -> Say:
    if not a.plain:
        return apart("")
    if a.text and a.text.before.lower().startswith("https://"):
        return fine("plain text carries the full URI in place of icon and link")
    return fault(f"Plain text shows «{a.shown.text}»", "the full https URI where nothing can be linked")


def _name(a: Analysis) -> str:
    return a.shown.text or (a.link.text or a.link.raw_href if a.link else "") or a.id


_RULES: dict[str, Callable[[Analysis], Say]] = {
    "id-display-format-valid": _format,
    "id-icon-present": _icon_present,
    "id-not-truncated": _truncated,
    "id-hyphenated-16": _hyphenated,
    "id-x-uppercase": _x_uppercase,
    "id-checksum-valid": _checksum,
    "id-range-plausible": _range,
    "id-link-target-record": _target_record,
    "id-link-https": _https,
    "id-link-host-exact": _host,
    "id-env-base-matches": _environment,
    "id-text-matches-link": _text_matches,
    "id-single-record-link": _single_record,
    "id-href-clean": _href_clean,
    "id-link-accessible-name": _link_name,
    "id-link-target-behaviour": _target_behaviour,
    "id-icon-unaltered": _icon_unaltered,
    "orcid-logo-not-misused": _logo,
    "id-icon-alt": _icon_alt,
    "id-icon-size": _icon_size,
    "id-icon-before-text": _icon_before,
    "id-icon-local-hosted": _icon_host,
    "id-icon-dark-background": _icon_dark,
    "id-icon-variant-matches-status": _variant,
    "id-unauthenticated-labelled": _labelled,
    "id-associated-with-person": _person,
    "id-placeholder-absent": _placeholder,
    "id-print-formats": _print,
}

_FOR_PLAIN_TEXT = frozenset(
    {"id-not-truncated", "id-hyphenated-16", "id-x-uppercase", "id-checksum-valid", "id-range-plausible",
     "id-placeholder-absent", "id-print-formats", "id-associated-with-person"}
)  # fmt: skip
