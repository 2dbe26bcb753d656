"""Documents written by hand for the places where readings of a schema like to differ."""

from __future__ import annotations

from typing import NamedTuple

NS = "http://www.orcid.org/ns/"
_SPACES = " ".join(
    f'xmlns:{name}="{NS}{name}"'
    for name in ("common", "work", "bulk", "error", "keyword", "funding", "group-id", "notification")
)
_SPACES += ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"'


class Nasty(NamedTuple):
    """A document and what it is about."""

    about: str
    kind: str
    body: bytes


class Wiser(NamedTuple):
    """A document on which the oracle is known to err, and what XML Schema says of it."""

    about: str
    kind: str
    body: bytes
    sound: bool


def work(
    inside: str = "", *, attributes: str = "", top: str = "", title: str = "<common:title>x</common:title>"
) -> bytes:
    start = f"<work:work {_SPACES} {attributes}>{top}<work:title>{title}</work:title>"
    return f"{start}<work:type>book</work:type>{inside}</work:work>".encode()


def bulk(inside: str) -> bytes:
    return f"<bulk:bulk {_SPACES}>{inside}</bulk:bulk>".encode()


def keyword(inside: str = "<keyword:content>x</keyword:content>", attributes: str = "") -> bytes:
    return f"<keyword:keyword {_SPACES} {attributes}>{inside}</keyword:keyword>".encode()


def created(text: str) -> bytes:
    return work(top=f"<common:created-date>{text}</common:created-date>")


def source(inside: str) -> bytes:
    return work(top=f"<common:source>{inside}</common:source>")


_ONE = "<work:work><work:title><common:title>x</common:title></work:title><work:type>book</work:type></work:work>"
_ERROR = "<error:error><error:response-code>{}</error:response-code><error:developer-message/>{}</error:error>"
_PATH = "<common:path>0000-0001-2345-6789</common:path>"
_URI = "<common:uri>https://orcid.org/0000-0001-2345-6789</common:uri>"
_ID = "<common:external-id-type>doi</common:external-id-type><common:external-id-value>1</common:external-id-value>"


def _ids(inside: str, attributes: str = "") -> bytes:
    return work(
        f"<common:external-ids><common:external-id {attributes}>{inside}</common:external-id></common:external-ids>"
    )


NASTY: tuple[Nasty, ...] = (
    *(
        Nasty(f"put-code {text!r}", "work", work(attributes=f'put-code="{text}"'))
        for text in (
            "+5",
            "-5",
            " 5 ",
            "&#10;5&#9;",
            "005",
            "-0",
            "9" * 400,
            "1.0",
            "",
            "1 0",
            "0x1",
            "+",
            "5-",
            "٥٥x",
            "Ⅷ",
        )
    ),
    *(
        Nasty(f"time {text!r}", "work", created(text))
        for text in (
            *(
                "2024-01-01T24:00:00",
                "2024-01-01T24:00:00.000",
                "2024-01-01T24:00:01",
                "2024-01-01T24:01:00",
                "9999-12-31T24:00:00",
            ),
            *(
                "10000-01-01T00:00:00",
                "0000-01-01T00:00:00",
                "-0001-01-01T00:00:00",
                "-0004-02-29T00:00:00",
                "-0005-02-29T00:00:00",
            ),
            *(
                "123456789-01-01T00:00:00Z",
                "02024-01-01T00:00:00",
                "2024-01-01T00:00:00+14:00",
                "2024-01-01T00:00:00+14:01",
            ),
            *(
                "2024-01-01T00:00:00-14:00",
                "2024-01-01T00:00:00-13:59",
                "2024-01-01T00:00:00+13:60",
                "2024-01-01T00:00:00+1:00",
            ),
            *(
                "2024-02-30T00:00:00",
                "2100-02-29T00:00:00",
                "2024-01-01T00:00:00.",
                "2024-01-01T00:00:00.1234567890123",
                "2024-01-01",
            ),
            *(
                "2024-01-01T00:00:60",
                "\n2024-01-01T00:00:00Z\n ",
                "2024-01-01T00:00:00 Z",
                "2024-01-01t00:00:00",
                "",
                "+2024-01-01T00:00:00",
            ),
            *(
                "2024-04-31T00:00:00",
                "2024-06-30T00:00:00",
                "٢٠٢٤-01-01T00:00:00",
                "2024-01-01T0:00:00",
                "<!-- -->2024-01-01T00:00:00",
            ),
        )
    ),
    *(
        Nasty(f"title {text!r}", "work", work(title=f"<common:title>{text}</common:title>"))
        for text in (
            *(
                "",
                " ",
                "\n",
                "\t\r\n",
                "&#13;",
                "\u00a0",
                "\u2003",
                "\u0085",
                "\u200b",
                "\u3000",
                "\u2028",
                "<![CDATA[]]>",
                "<![CDATA[ ]]>",
            ),
            *(
                "<![CDATA[<b>]]>",
                "<!-- a -->",
                "<?a b?>",
                "a<!-- b -->c",
                " <!-- b --> ",
                "<b>x</b>",
                "x<b/>",
                "&#x1F600;" * 1000,
            ),
            *(
                "&#x1F600;" * 1001,
                "é" * 1000,
                "e\u0301" * 500,
                "e\u0301" * 501,
                "x" * 999 + "\n",
                "x" * 1000 + "\n",
                " " * 1000 + "x",
            ),
        )
    ),
    *(
        Nasty(f"on an element: {text}", "work", work(title=f"<common:title {text}>x</common:title>"))
        for text in (
            *(
                'xsi:nil="true"',
                'xsi:nil="false"',
                'xsi:schemaLocation="a b"',
                'xsi:schemaLocation="a"',
                'xsi:foo="a"',
                'xsi:type=""',
            ),
            *(
                'xsi:noNamespaceSchemaLocation="a"',
                'xsi:type="common:string-1000"',
                'xsi:type=" common:string-1000 "',
                'xsi:type="xs:string"',
            ),
            *(
                'xsi:type="common:nothing"',
                'xsi:type="nothing:x"',
                'xml:lang="en"',
                'xml:space="preserve"',
                'put-code="1"',
                'xmlns:x="y"',
            ),
            f'xmlns:q="{NS}common" xsi:type="q:string-1000"',
        )
    ),
    *(
        Nasty(f"on the root: {text}", "work", work(attributes=text))
        for text in (
            *(
                'visibility="Public"',
                'visibility=" public"',
                'visibility=""',
                'visibility="registered-only"',
                'display-index=""',
                'path=""',
            ),
            *(
                'xml:lang="en"',
                'work:put-code="1"',
                'xml:id="a"',
                'xmlns:x="urn:x" x:y="1"',
                'xsi:nil="true"',
                'source="x"',
            ),
        )
    ),
    *(
        Nasty(f"source {text[:60]}", "work", source(text))
        for text in (
            *(
                "",
                " ",
                "x",
                "<common:source-name/>",
                "<common:source-name> </common:source-name>",
                "<common:source-name>a<b/></common:source-name>",
            ),
            f"<common:source-orcid>{_PATH}</common:source-orcid>",
            f"<common:source-orcid>{_URI}{_PATH}<common:host/></common:source-orcid>",
            f"<common:source-orcid>{_PATH}{_URI}</common:source-orcid>",
            f"<common:source-orcid>{_PATH}{_PATH}</common:source-orcid>",
            f"<common:source-orcid>{_URI}{_PATH}{_PATH}</common:source-orcid>",
            "<common:source-orcid><common:host>orcid.org</common:host></common:source-orcid>",
            "<common:source-orcid/>",
            f"<common:source-orcid>{_PATH}</common:source-orcid><common:source-client-id>{_PATH}</common:source-client-id>",
            f"<common:source-client-id>{_PATH}</common:source-client-id><common:source-orcid>{_PATH}</common:source-orcid>",
            f"<common:assertion-origin-orcid>{_PATH}</common:assertion-origin-orcid><common:source-name/>",
            f"<common:assertion-origin-orcid>{_PATH}</common:assertion-origin-orcid><common:assertion-origin-name/>",
            "<common:source-name/><common:source-name/>",
            "<common:source-orcid><common:path>٠٠٠٠-٠٠٠١-٠٠٠٠-٠٠٠١</common:path></common:source-orcid>",
            "<common:source-orcid><common:path>0000-0001-2345-6789\n</common:path></common:source-orcid>",
            "<common:source-orcid><common:uri>https://x@orcid.org/0000-0001-2345-6789</common:uri></common:source-orcid>",
            "<common:source-orcid><common:uri>https://a\nb.orcid.org/0000-0001-2345-6789</common:uri></common:source-orcid>",
            "<common:source-orcid><common:uri>https://localhost\n/orcid-web/0000-0001-2345-6789</common:uri></common:source-orcid>",
        )
    ),
    *(
        Nasty(f"bulk {text[:60]}", "bulk", bulk(text))
        for text in (
            *("", " ", "x", _ONE, _ONE * 3, _ERROR.format(1, "") + _ONE + _ERROR.format(2, ""), _ONE + "<work:other/>"),
            *(
                _ERROR.format(code, "")
                for code in ("2147483647", "2147483648", "-2147483648", "-2147483649", "", "x", " +4 ")
            ),
            _ERROR.format(1, "<error:error-code>99999999999999</error:error-code>"),
            _ERROR.format(1, "<error:error-code/>"),
            _ERROR.format(1, "<error:more-info>https://example.org/</error:more-info>"),
            _ERROR.format(1, "<error:more-info/><error:error-code>1</error:error-code>"),
            "<error:error/>",
            "<common:work/>",
            f"<bulk:bulk>{_ONE}</bulk:bulk>",
        )
    ),
    Nasty("bulk with an attribute", "bulk", bulk("").replace(b"<bulk:bulk ", b'<bulk:bulk put-code="1" ', 1)),
    *(
        Nasty(f"external id {text[:70]}", "work", _ids(text))
        for text in (
            *(
                _ID,
                "",
                "<common:external-id-value>1</common:external-id-value><common:external-id-type>doi</common:external-id-type>",
            ),
            _ID + "<common:external-id-url/>",
            _ID + '<common:external-id-normalized transient=" true ">x</common:external-id-normalized>',
            _ID + '<common:external-id-normalized transient="1">x</common:external-id-normalized>',
            _ID + '<common:external-id-normalized transient="true"/>',
            _ID + "<common:external-id-normalized>x</common:external-id-normalized>",
            _ID + '<common:external-id-normalized-error transient="true"/>',
            _ID + "<common:external-id-normalized-error/>",
            _ID + "<common:external-id-relationship/>",
            _ID + "<common:external-id-relationship>anything</common:external-id-relationship>",
            "<common:source/>" + _ID,
        )
    ),
    Nasty(
        "external id with attributes", "work", _ids(_ID, 'put-code="1" visibility="public" path="" display-index="x"')
    ),
    *(
        Nasty(f"in a work: {text[:70]}", "work", work(text))
        for text in (
            *(
                "<common:country/>",
                '<common:country visibility="public">XX</common:country>',
                '<common:country visibility="x"/>',
            ),
            *(
                "<common:url/>",
                "<common:url>http://[</common:url>",
                "<common:url> a b </common:url>",
                "<common:language-code/>",
            ),
            *(
                "<work:contributors/>",
                "<work:contributors><work:contributor/></work:contributors>",
                "<common:external-ids/>",
            ),
            "<common:publication-date/>",
            "<common:publication-date><common:year> +02024\n</common:year></common:publication-date>",
            "<common:publication-date><common:year>2024</common:year><common:day>1</common:day></common:publication-date>",
            "<common:publication-date><common:year>2024</common:year><common:month/></common:publication-date>",
            "<common:publication-date><common:year a='1'>2024</common:year></common:publication-date>",
            "<common:publication-date><common:year>20<!-- -->24</common:year></common:publication-date>",
            "<common:publication-date><common:year>2024<b/></common:year></common:publication-date>",
            "<common:publication-date><common:year>-2024</common:year></common:publication-date>",
            "<common:publication-date><common:year>2101</common:year></common:publication-date>",
            "<common:publication-date><common:month>1</common:month><common:year>2024</common:year></common:publication-date>",
        )
    ),
    Nasty(
        "an empty citation type",
        "work",
        work().replace(
            b"<work:type>", b"<work:citation><work:citation-type/><work:citation-value/></work:citation><work:type>"
        ),
    ),
    Nasty(
        "a citation without type",
        "work",
        work().replace(b"<work:type>", b"<work:citation><work:citation-value/></work:citation><work:type>"),
    ),
    Nasty("text between elements as CDATA", "work", work("<![CDATA[x]]>")),
    Nasty("white CDATA between elements", "work", work("<![CDATA[ ]]>")),
    Nasty("a comment between elements", "work", work("<!-- x --><?x y?>")),
    Nasty("an entity between elements", "work", work("&#32;")),
    Nasty("a second root name", "work", keyword()),
    Nasty("byte-order mark", "keyword", b"\xef\xbb\xbf" + keyword()),
    Nasty("UTF-16", "keyword", keyword("<keyword:content>é</keyword:content>").decode().encode("utf-16")),
    Nasty(
        "Latin-1",
        "keyword",
        b'<?xml version="1.0" encoding="ISO-8859-1"?>'
        + keyword("<keyword:content>\xe9</keyword:content>").decode().encode("latin-1"),
    ),
    Nasty("wrong UTF-8", "keyword", keyword().replace(b">x<", b">\xe9<")),
    Nasty("two roots", "keyword", keyword() * 2),
    Nasty("an entity without declaration", "keyword", keyword("<keyword:content>&nbsp;</keyword:content>")),
    Nasty("default namespace", "keyword", f'<keyword xmlns="{NS}keyword"><content>x</content></keyword>'.encode()),
    Nasty("no namespace", "keyword", b"<keyword><content>x</content></keyword>"),
    Nasty(
        "default namespace undone",
        "keyword",
        f'<keyword xmlns="{NS}keyword"><content xmlns="">x</content></keyword>'.encode(),
    ),
    *(
        Nasty(f"keyword of {n}", "keyword", keyword(f"<keyword:content>{'é' * n}</keyword:content>"))
        for n in (0, 255, 256)
    ),
)

WISER: tuple[Wiser, ...] = (
    # `xmlschema` reads whole numbers as Python's int() does.
    *(
        Wiser(f"put-code {text!r}", "work", work(attributes=f'put-code="{text}"'), False)
        for text in ("1_0", "５", "\u20035", "5\u00a0")
    ),
    Wiser("put-code of 5,000 digits", "work", work(attributes=f'put-code="{"9" * 5000}"'), True),
    Wiser("put-code of 5,000 noughts", "work", work(attributes=f'put-code="{"0" * 5000}7"'), True),
    # It takes every space that Unicode knows as white space between elements.
    *(
        Wiser(f"{text!r} between elements", "work", work(text), False)
        for text in ("\u00a0", "\u2003", "\u3000", "\u0085")
    ),
    # It gives up on years beyond 2**31, and cuts fractions of a second before it looks whether they are nought.
    Wiser("a far year", "work", created("99999999999-01-01T00:00:00"), True),
    Wiser("a moment after 24:00", "work", created("2024-01-01T24:00:00.0000001"), False),
)
