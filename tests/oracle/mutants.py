"""Mutants of XML documents: one to three small changes each, of every sort that could set us against a schema."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element
Change: TypeAlias = Callable[[Element, "Scene"], None]

NS = "http://www.orcid.org/ns/"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
LIMITS = (150, 255, 350, 500, 1000, 4000, 5000)
TEXTS = (
    *(
        "",
        " ",
        "\n\t",
        "x",
        "0",
        "self",
        "part-of",
        "funded-by",
        "first",
        "public",
        "journal",
        "permission",
        "work",
        "en",
    ),
    *("\u00a0", "\u2003x", "é\u0301", "\U0001f600", "a&b<c>", "x\n", " x ", "]]>"),
)
NUMBERS = (
    *(
        "abc",
        "-1",
        "-0",
        "+5",
        " 7 ",
        "007",
        "1.0",
        "1e3",
        "1 0",
        "0",
        "1",
        "12",
        "13",
        "31",
        "32",
        "\n9\n",
        "--1",
        "+",
        "0x1",
    ),
    *(
        "1899",
        "1900",
        "2100",
        "2101",
        "02024",
        "2147483647",
        "2147483648",
        "-2147483648",
        "-2147483649",
        "9" * 30,
        "01",
        "00",
    ),
)
TIMES = (
    *(
        "2024-03-01T12:00:00Z",
        "2024-03-01T12:00:00",
        "2024-03-01",
        "2024-03-01T12:00:00.123456789+14:00",
        "12024-03-01T12:00:00",
    ),
    *(
        "2024-03-01T24:00:00",
        "2024-03-01T24:00:01",
        "2024-02-30T00:00:00",
        "2023-02-29T00:00:00",
        "2024-02-29T00:00:00",
    ),
    *(
        "2024-3-1T12:00:00",
        "2024-03-01T12:00:60",
        "2024-03-01T12:60:00",
        "2024-03-01T12:00:00+14:01",
        "-0044-03-15T12:00:00",
    ),
    *(
        "2024-03-01 12:00:00",
        "\n 2024-03-01T12:00:00Z\n",
        "02024-03-01T12:00:00",
        "1900-02-29T00:00:00",
        "2000-02-29T00:00:00-05:30",
    ),
    *(
        "2024-13-01T00:00:00",
        "2024-00-10T00:00:00",
        "2024-03-01T12:00:00.",
        "2024-03-01T12:00:00z",
        "2024-03-01T12:00Z",
        "yesterday",
    ),
)
IDS = (
    *(
        "0000-0001-2345-6789",
        "0000-0001-2345-678X",
        "0000-0001-2345-678x",
        "0000-0001-2345",
        "0000-0001-2345-6789-0001-2345",
    ),
    *(
        "https://orcid.org/0000-0001-2345-6789",
        "http://orcid.org/0000-0001-2345-6789",
        "https://sandbox.orcid.org/0000-0001-2345-6789",
    ),
    *(
        "https://orcid.org/0000-0001-2345-6789/",
        "https://notorcid.org/0000-0001-2345-6789",
        "https://localhost:8443/orcid-web/0000-0001-2345-6789",
    ),
    *(
        "APP-0123456789ABCDEF",
        "APP-0123456789ABCDE",
        "https://orcid.org/client/APP-0123456789ABCDEF",
        "0000-0001-2345-6789\n",
        "٠٠٠٠-0001-2345-6789",
    ),
    *(
        "issn:1234-5679",
        "issn:1",
        "ringgold:355321",
        "unknown:1234",
        "publons:a b",
        "issn:12é4",
        "fundref:" + "1" * 992,
        "fundref:" + "1" * 993,
    ),
    *(
        "a@b.c",
        "a@b",
        "a@@b.c",
        "@b.c",
        "a@.c",
        "a@b.",
        "a@b.c\n",
        "a b@c d.e",
        "a@b.c@d",
        "x" * 345 + "@a.b",
        "x" * 347 + "@a.b",
    ),
    *("https://example.org/a", "example.org", "urn:isbn:1", "a b", "%20", "https://exämple.org/ü"),
)
ATTRIBUTES = (
    *(("put-code", n) for n in ("1", "x", "", "+1", " 1 ", "1.5")),
    *(("visibility", v) for v in ("public", "limited", "private", "registered-only", "Public", "", " public")),
    *(("display-index", v) for v in ("0", "x", "")),
    *(("path", v) for v in ("/x", "")),
    *(("language-code", v) for v in ("en", "", "xx")),
    *(("currency-code", v) for v in ("EUR", "")),
    *(("transient", v) for v in ("true", "false", "1", " true ", "")),
    ("{http://www.w3.org/XML/1998/namespace}lang", "en"),
    ("{http://www.w3.org/XML/1998/namespace}space", "preserve"),
    (f"{XSI}nil", "true"),
    (f"{XSI}nil", "false"),
    (f"{XSI}schemaLocation", "http://www.orcid.org/ns/work work-3.0.xsd"),
    (f"{XSI}noNamespaceSchemaLocation", "x.xsd"),
    (f"{XSI}foo", "x"),
    (f"{XSI}type", "nonsense"),
    (f"{{{NS}common}}visibility", "public"),
    ("{http://example.org/}x", "1"),
    ("unknown", "1"),
)
NAMESPACES = ("common", "work", "funding", "employment", "peer-review", "error", "bulk", "research-resource")

SOURCE = (
    f'<common:source xmlns:common="{NS}common"><common:source-client-id>'
    "<common:uri>https://orcid.org/client/APP-0123456789ABCDEF</common:uri><common:path>APP-0123456789ABCDEF</common:path>"
    "<common:host>orcid.org</common:host></common:source-client-id>"
    "<common:source-name>A member</common:source-name></common:source>"
)
GRAFTS = tuple(
    f'<r xmlns:common="{NS}common" xmlns:work="{NS}work" xmlns:error="{NS}error">{text}</r>'
    for text in (
        "<common:created-date>2024-03-01T12:00:00Z</common:created-date>",
        "<common:last-modified-date>2024-03-01T12:00:00Z</common:last-modified-date>",
        SOURCE,
        SOURCE.replace("source-client-id>", "source-orcid>").replace(
            "client/APP-0123456789ABCDEF", "0000-0001-2345-6789"
        ),
        "<common:source/>",
        "<common:source-name>A member</common:source-name>",
        "<common:source-orcid><common:path>0000-0001-2345-6789</common:path></common:source-orcid>",
        "<common:source-client-id><common:path>0000-0001-2345-6789</common:path></common:source-client-id>",
        "<common:assertion-origin-orcid><common:path>0000-0001-2345-6789</common:path></common:assertion-origin-orcid>",
        "<common:assertion-origin-name>x</common:assertion-origin-name>",
        '<common:external-id-normalized transient="true">x</common:external-id-normalized>',
        "<common:external-id-normalized>x</common:external-id-normalized>",
        '<common:external-id-normalized-error transient="true"><common:error-code>8001</common:error-code>'
        "</common:external-id-normalized-error>",
        "<common:external-id-url>https://example.org/</common:external-id-url>",
        "<common:external-id-relationship>version-of</common:external-id-relationship>",
        "<common:external-ids/>",
        "<common:external-id><common:external-id-type>doi</common:external-id-type><common:external-id-value>1</common:external-id-value></common:external-id>",
        "<common:url>https://example.org/</common:url>",
        "<common:start-date><common:year>2024</common:year></common:start-date>",
        "<common:end-date><common:year>2024</common:year><common:day>1</common:day></common:end-date>",
        "<common:month>1</common:month>",
        "<common:day>1</common:day>",
        "<common:country>GB</common:country>",
        '<common:country visibility="public"/>',
        "<common:subtitle/>",
        "<common:organization><common:name>x</common:name><common:address/></common:organization>",
        "<work:work><work:title><common:title>x</common:title></work:title><work:type>book</work:type></work:work>",
        "<error:error><error:response-code>400</error:response-code><error:developer-message/></error:error>",
        "<work:citation><work:citation-type/><work:citation-value/></work:citation>",
        "<work:contributors/>",
        "<other/>",
    )
)


class Scene:
    """What a change works on: the whole document, and chance."""

    def __init__(self, root: Element, random: Random) -> None:
        self.root = root
        self.random = random
        self.all = [node for node in root.iter() if isinstance(node.tag, str)]
        self.leaves = [node for node in self.all if not any(isinstance(child.tag, str) for child in node)]

    def another(self) -> Element:
        return self.random.choice(self.all)


def _index(node: Element) -> tuple[Element, int] | None:
    parent = node.getparent()
    return None if parent is None else (parent, parent.index(node))


def drop(node: Element, scene: Scene) -> None:
    if (place := _index(node)) is not None:
        place[0].remove(node)


def repeat(node: Element, scene: Scene) -> None:
    if (place := _index(node)) is not None:
        place[0].insert(place[1], copy.deepcopy(node))


def repeat_many(node: Element, scene: Scene) -> None:
    if (place := _index(node)) is not None:
        for _ in range(scene.random.randint(2, 11)):
            place[0].insert(place[1], copy.deepcopy(node))


def swap(node: Element, scene: Scene) -> None:
    follower = node.getnext()
    if follower is not None and (place := _index(node)) is not None:
        place[0].insert(place[1], follower)


def move(node: Element, scene: Scene) -> None:
    target = scene.another()
    if node is not scene.root and node not in (target, *target.iterancestors()):
        target.insert(scene.random.randint(0, len(target)), node)


def graft(node: Element, scene: Scene) -> None:
    graft = etree.fromstring(scene.random.choice(GRAFTS))[0]
    node.insert(scene.random.randint(0, len(node)), graft)


def graft_on_top(node: Element, scene: Scene) -> None:
    graft(scene.root, scene)


def rename(node: Element, scene: Scene) -> None:
    local = etree.QName(node).localname
    other = scene.random.choice(
        (local + "s", local.upper(), local.replace("-", "_"), etree.QName(scene.another()).localname)
    )
    node.tag = f"{{{etree.QName(node).namespace}}}{other}"


def rename_space(node: Element, scene: Scene) -> None:
    space = scene.random.choice(NAMESPACES)
    tag = etree.QName(node).localname
    node.tag = scene.random.choice(
        (tag, f"{{{NS}{space}}}{tag}", f"{{http://www.orcid.org/ns/orcid}}{tag}", f"{{{NS}{space}/}}{tag}")
    )


def empty(node: Element, scene: Scene) -> None:
    for child in node:
        node.remove(child)
    node.text = scene.random.choice((None, " ", "\n"))


def set_text(node: Element, scene: Scene) -> None:
    """Between elements no spaces beyond XML's: there the oracle errs (see `nasty`)."""
    pool = scene.random.choice((TEXTS, NUMBERS, TIMES, IDS) if node in scene.leaves else (NUMBERS, TIMES))
    node.text = scene.random.choice(pool)


def set_leaf_text(node: Element, scene: Scene) -> None:
    set_text(scene.random.choice(scene.leaves), scene)


def set_fitting_text(node: Element, scene: Scene) -> None:
    """Change a value within its own sort, where the limits are."""
    leaf = scene.random.choice(scene.leaves)
    name = etree.QName(leaf).localname
    pools = {"year": NUMBERS, "month": NUMBERS, "day": NUMBERS, "response-code": NUMBERS, "error-code": NUMBERS}
    pool = pools.get(name) or (
        TIMES if name.endswith(("modified-date", "created-date", "sent-date")) else (*TEXTS, *IDS)
    )
    leaf.text = scene.random.choice(pool)


def lengthen(node: Element, scene: Scene) -> None:
    letter = scene.random.choice(("x", "é", "\U0001f600", " "))
    length = scene.random.choice(LIMITS) + scene.random.choice((-1, 0, 1))
    text = letter * length
    scene.random.choice(scene.leaves).text = text if letter != " " or scene.random.random() < 0.5 else text[1:] + "x"


def stray(node: Element, scene: Scene) -> None:
    text = scene.random.choice(("x", " x ", "\n\n", " ", "&", "0"))
    if scene.random.random() < 0.5:
        node.text = text + (node.text or "")
    elif node is not scene.root:
        node.tail = text


def wrap(node: Element, scene: Scene) -> None:
    child = etree.SubElement(node, scene.random.choice((node.tag, f"{{{NS}common}}value", "b")))
    child.text, node.text = node.text, None


def comment(node: Element, scene: Scene) -> None:
    extra = scene.random.choice((etree.Comment("x"), etree.ProcessingInstruction("x", "y")))
    node.insert(scene.random.randint(0, len(node)), extra)
    extra.tail = scene.random.choice((None, " ", "x"))


def comment_in_text(node: Element, scene: Scene) -> None:
    leaves = [other for other in scene.leaves if other.text]
    if leaves:
        leaf = scene.random.choice(leaves)
        text = leaf.text or ""
        middle = scene.random.randint(0, len(text))
        extra = scene.random.choice((etree.Comment("x"), etree.ProcessingInstruction("x", "y")))
        leaf.text, extra.tail = text[:middle], text[middle:]
        leaf.append(extra)


def cdata(node: Element, scene: Scene) -> None:
    leaves = [other for other in scene.leaves if other.text and "]]>" not in other.text]
    if leaves:
        leaf = scene.random.choice(leaves)
        leaf.text = etree.CDATA(leaf.text or "")


def attribute(node: Element, scene: Scene) -> None:
    name, value = scene.random.choice(ATTRIBUTES)
    node.set(name, value)


def attribute_on_top(node: Element, scene: Scene) -> None:
    attribute(scene.root, scene)


def drop_attribute(node: Element, scene: Scene) -> None:
    holders = [other for other in scene.all if other.keys()]
    if holders:
        holder = scene.random.choice(holders)
        del holder.attrib[scene.random.choice(holder.keys())]


def move_attribute(node: Element, scene: Scene) -> None:
    holders = [other for other in scene.all if other.keys()]
    if holders:
        holder = scene.random.choice(holders)
        name = scene.random.choice(holder.keys())
        node.set(name, holder.attrib.pop(name))


def change_attribute(node: Element, scene: Scene) -> None:
    holders = [other for other in scene.all if other.keys()]
    if holders:
        holder = scene.random.choice(holders)
        name = scene.random.choice(holder.keys())
        holder.set(name, scene.random.choice((*TEXTS, *NUMBERS, "public", "true")))


def attribute_to_element(node: Element, scene: Scene) -> None:
    holders = [other for other in scene.all if other.keys()]
    if holders:
        holder = scene.random.choice(holders)
        name = scene.random.choice(holder.keys())
        if not name.startswith("{"):
            child = etree.Element(f"{{{NS}common}}{name}")
            child.text = holder.attrib.pop(name)
            holder.insert(0, child)


def type_of(node: Element, scene: Scene) -> None:
    """Say `xsi:type`: a declared type's own name, or a name that is no type."""
    name = scene.random.choice(
        ("common:organization", "common:external-id", "common:external-ids", "common:no-such-type")
    )
    local = name.removeprefix("common:")
    nodes = [other for other in scene.all if etree.QName(other).localname == local and "common" in other.nsmap]
    if nodes:
        scene.random.choice(nodes).set(f"{XSI}type", name)


CHANGES: tuple[Change, ...] = (
    *(drop, repeat, repeat_many, swap, move, graft, graft_on_top, rename, rename_space, empty, set_text, set_leaf_text),
    *(set_fitting_text, set_fitting_text, lengthen, stray, wrap, comment, comment_in_text, cdata, attribute),
    *(attribute_on_top, drop_attribute, move_attribute, change_attribute, attribute_to_element, type_of),
)


def mutants(body: bytes, random: Random) -> Iterator[tuple[str, bytes]]:
    """Yield mutants of a document without end, each with the names of its changes."""
    origin = etree.fromstring(body)
    while True:
        root = copy.deepcopy(origin)
        names = []
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            change = random.choice(CHANGES)
            scene = Scene(root, random)
            change(scene.another(), scene)
            names.append(change.__name__)
        yield " + ".join(names), etree.tostring(root, encoding="UTF-8", xml_declaration=True)
