"""The closed lists of values that ORCID's Member API knows (facts on the API, section 7).

The v3.0 schema leaves most of them open: the API enforces them while it reads a payload or when it checks it. All are
compared exactly, capital letters included, unless said otherwise.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORK_TYPES: Final = _words(
    """
    annotation artistic-performance blog-post book-chapter book-review book cartographic-material clinical-study
    conference-abstract conference-output conference-paper conference-poster conference-presentation
    conference-proceedings data-management-plan data-set design dictionary-entry disclosure dissertation-thesis
    edited-book encyclopedia-entry image invention journal-article journal-issue learning-object lecture-speech
    license magazine-article manual moving-image musical-composition newsletter-article newspaper-article
    online-resource other patent physical-object preprint public-speech registered-copyright report
    research-technique research-tool review software sound spin-off-company standards-and-policy
    supervised-student-publication technical-standard test trademark transcription translation website working-paper
    undefined
    """
)
WORK_TYPE_ALIASES: Final = {
    "article-journal": "journal-article",
    "chapter": "book-chapter",
    "dataset": "data-set",
    "standard": "standards-and-policy",
}
"""Other names that ORCID takes for a work type, and for the type of a review's subject, and what it makes of them."""

RELATIONSHIPS: Final = _words("self part-of version-of funded-by")
OLD_RELATIONSHIPS: Final = _words("self part-of")
"""Of identifiers in groups and notifications, whose schema builds on version 2.1."""

EXTERNAL_ID_TYPES_AS_OF: Final = "August 2026"
"""ORCID keeps the list in a table of its database, to which it adds now and then."""

EXTERNAL_ID_TYPES: Final = _words(
    """
    agr ark arxiv asin asin-tld authenticusid bibcode cba cgn cienciaiul cit cstr ctx dnb doi eid emdb empiar ethos
    grant_number hal handle hir isbn ismn issn jfm jstor k10plus kuid lccn lensid mr oclc ol osti other-id pat pdb
    pmc pmid ppr proposal-id raid rfc rrid source-work-id ssrn uri urn wosuid zbl
    """
)
"""Types of identifiers of works, fundings, peer reviews and research resources; other items take any text."""
CASE_SENSITIVE_ID_TYPES: Final = _words("ark bibcode cgn emdb empiar ethos k10plus ol rrid uri")
"""Types whose values differ when their capital letters differ; all others are compared in lower case."""
FUNDED_BY_TYPES: Final = _words("grant_number proposal-id uri doi")
"""Types of identifiers that may be `funded-by` on a work; compared without regard to capital letters."""

CITATION_TYPES: Final = _words(
    """
    formatted-unspecified bibtex ris formatted-apa formatted-harvard formatted-ieee formatted-mla formatted-vancouver
    formatted-chicago
    """
)
FUNDING_TYPES: Final = _words("grant contract award salary-award")
SEQUENCES: Final = _words("first additional")

CREDIT_BASE: Final = "http://credit.niso.org/contributor-roles/"
CREDIT_NAMES: Final = _words(
    """
    conceptualization data-curation formal-analysis funding-acquisition investigation methodology
    project-administration resources software supervision validation visualization writing-original-draft
    writing-review-editing
    """
)
CREDIT_ROLES: Final = frozenset(f"{CREDIT_BASE}{name}/" for name in CREDIT_NAMES)
"""URIs of the CRediT taxonomy as ORCID knows them (http, final slash); compared without regard to capital letters."""
WORK_ROLES: Final = _words(
    """
    author assignee editor chair-or-translator co-investigator co-inventor graduate-student other-inventor
    principal-investigator postdoctoral-researcher support-staff
    """
)
FUNDING_ROLES: Final = _words("lead co-lead supported-by other-contribution")

REVIEW_ROLES: Final = _words("reviewer editor member chair organizer")
REVIEW_TYPES: Final = _words("review evaluation")
SUBJECT_TYPES: Final = WORK_TYPES | FUNDING_TYPES | {"research-resource-proposal"}
RESOURCE_TYPES: Final = _words("infrastructures collections equipment services")
ORGANIZATION_SOURCES: Final = _words("ROR GRID RINGGOLD FUNDREF LEI")
VISIBILITIES: Final = _words("public limited private registered-only")
"""As the schema knows them; no item of a record has ever `registered-only`."""

GROUP_TYPES: Final = _words("publisher institution journal conference newspaper newsletter magazine") | {
    "peer-review service"
}
GROUP_PREFIXES: Final = _words("ringgold: issn: orcid-generated: fundref: publons:")
NOTIFICATION_ITEM_TYPES: Final = _words(
    """
    employment education qualification invited-position distinction membership service funding work peer-review
    """
)

CURRENCIES: Final = _words(
    """
    ADP AED AFA AFN ALL AMD ANG AOA ARS ATS AUD AWG AYM AZM AZN BAM BBD BDT BEF BGL BGN BHD BIF BMD BND BOB BOV BRL
    BSD BTN BWP BYB BYN BYR BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CSD CUC CUP CVE CYP CZK DEM DJF DKK DOP
    DZD EEK EGP ERN ESP ETB EUR FIM FJD FKP FRF GBP GEL GHC GHS GIP GMD GNF GRD GTQ GWP GYD HKD HNL HRK HTG HUF IDR
    IEP ILS INR IQD IRR ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LUF LVL LYD
    MAD MDL MGA MGF MKD MMK MNT MOP MRO MRU MTL MUR MVR MWK MXN MXV MYR MZM MZN NAD NGN NIO NLG NOK NPR NZD OMR PAB
    PEN PGK PHP PKR PLN PTE PYG QAR ROL RON RSD RUB RUR RWF SAR SBD SCR SDD SDG SEK SGD SHP SIT SKK SLE SLL SOS SRD
    SRG SSP STD STN SVC SYP SZL THB TJS TMM TMT TND TOP TPE TRL TRY TTD TWD TZS UAH UGX USD USN USS UYI UYU UZS VEB
    VED VEF VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XFO XFU XOF XPD XPF XPT XSU XTS XUA XXX YER
    YUM ZAR ZMK ZMW ZWD ZWG ZWL ZWN ZWR
    """
)
"""Codes of ISO 4217 that Java's `Currency` knows, withdrawn ones included; the union of what Java 17 and 25 know."""

COUNTRIES: Final = _words(
    """
    AF AX AL DZ AS AD AO AI AQ AG AR AM AW AU AT AZ BS BH BD BB BY BE BZ BJ BM BT BO BQ BA BW BV BR IO BN BG BF BI KH
    CM CA CV KY CF TD CL CN CX CC CO KM CG CD CK CR CI HR CU CW CY CZ DK DJ DM DO EC EG SV GQ ER EE ET FK FO FJ FI FR
    GF PF TF GA GM GE DE GH GI GR GL GD GP GU GT GG GN GW GY HT HM VA HN HK HU IS IN ID IR IQ IE IM IL IT JM JP JE JO
    KZ KE KI KP KR KW KG LA LV LB LS LR LY LI LT LU MO MK MG MW MY MV ML MT MH MQ MR MU YT MX FM MD MC MN ME MS MA MZ
    MM NA NR NP NL NC NZ NI NE NG NU NF MP NO OM PK PW PS PA PG PY PE PH PN PL PT PR QA RE RO RU RW BL SH KN LC MF PM
    VC WS SM ST SA SN RS SC SL SG SX SK SI SB SO ZA GS SS ES LK SD SR SJ SZ SE CH SY TJ TZ TH TL TG TK TO TT TN TR TM
    TC TV UG UA AE GB US UM UY UZ VU VE VN VG VI WF EH YE ZM ZW TW XK
    """
)
"""Codes of ISO 3166-1, and `XK`."""

LANGUAGES: Final = _words(
    """
    ab aa af ak sq am ar an hy as av ae ay az bm ba eu be bn bh bi bs br bg my ca ch ce zh_CN zh_TW cu cv kw co cr hr
    cs da dv nl dz en eo et ee fo fj fi fr fy ff gl lg ka de el kl gn gu ht ha iw hz hi ho hu is io ig in ia ie iu ik
    ga it ja jv kn kr ks kk km ki rw ky kv kg ko ku kj lo la lv li ln lt lu lb mk mg ms ml mt gv mi mr mh mo mn na nv
    ng ne nd se no nb nn ny oc oj or om os pi pa fa pl pt ps qu rm ro rn ru sm sg sa sc gd sr sn ii sd si sk sl so nr
    st es su sw ss sv tl ty tg ta tt te th bo ti to ts tn tr tk tw ug uk ur uz ve vi vo wa cy wo xh ji yo za zu
    """
)
"""As Java once wrote them: `iw`, `in` and `ji` for Hebrew, Indonesian and Yiddish; Chinese with its country."""

WORK_TYPE_SYNONYMS: Final = {
    "article": "journal-article",
    "journal": "journal-article",
    "paper": "journal-article",
    "research-article": "journal-article",
    "dissertation": "dissertation-thesis",
    "thesis": "dissertation-thesis",
    "phd-thesis": "dissertation-thesis",
    "doctoral-thesis": "dissertation-thesis",
    "master-thesis": "dissertation-thesis",
    "conference": "conference-paper",
    "conference-article": "conference-paper",
    "conference-talk": "conference-presentation",
    "paper-conference": "conference-paper",
    "proceedings": "conference-proceedings",
    "proceedings-article": "conference-paper",
    "inproceedings": "conference-paper",
    "poster": "conference-poster",
    "presentation": "conference-presentation",
    "incollection": "book-chapter",
    "book-section": "book-chapter",
    "monograph": "book",
    "edited-volume": "edited-book",
    "posted-content": "preprint",
    "lecture": "lecture-speech",
    "speech": "lecture-speech",
    "video": "moving-image",
    "audio": "sound",
    "webpage": "website",
    "web-page": "website",
    "blog": "blog-post",
    "program": "software",
    "dmp": "data-management-plan",
}
EXTERNAL_ID_TYPE_SYNONYMS: Final = {
    "ads": "bibcode",
    "digital-object-identifier": "doi",
    "ean": "isbn",
    "eisbn": "isbn",
    "eissn": "issn",
    "issn-l": "issn",
    "isbn10": "isbn",
    "isbn13": "isbn",
    "hdl": "handle",
    "link": "uri",
    "url": "uri",
    "grant": "grant_number",
    "grant-id": "grant_number",
    "other": "other-id",
    "patent": "pat",
    "patent-number": "pat",
    "proposal": "proposal-id",
    "pmcid": "pmc",
    "pubmed": "pmid",
    "pubmed-id": "pmid",
    "scopus": "eid",
    "scopus-id": "eid",
    "wos": "wosuid",
    "wos-id": "wosuid",
    "web-of-science": "wosuid",
}
LANGUAGE_SYNONYMS: Final = {
    "he": "iw",
    "id": "in",
    "yi": "ji",
    "zh": "zh_CN or zh_TW",
    "zh-hans": "zh_CN",
    "zh-hant": "zh_TW",
    "chi": "zh_CN or zh_TW",
    "zho": "zh_CN or zh_TW",
    "eng": "en",
    "english": "en",
    "fre": "fr",
    "fra": "fr",
    "french": "fr",
    "ger": "de",
    "deu": "de",
    "german": "de",
    "spa": "es",
    "spanish": "es",
    "ita": "it",
    "por": "pt",
    "jpn": "ja",
    "jp": "ja",
    "kor": "ko",
    "rus": "ru",
    "ara": "ar",
    "dut": "nl",
    "nld": "nl",
    "pol": "pl",
    "tur": "tr",
    "ukr": "uk",
    "swe": "sv",
    "fin": "fi",
    "heb": "iw",
    "ind": "in",
    "yid": "ji",
    "fil": "tl",
}
COUNTRY_SYNONYMS: Final = {
    "uk": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "great-britain": "GB",
    "united-kingdom": "GB",
    "gbr": "GB",
    "el": "GR",
    "grc": "GR",
    "usa": "US",
    "united-states": "US",
    "united-states-of-america": "US",
    "deu": "DE",
    "germany": "DE",
    "fra": "FR",
    "france": "FR",
    "esp": "ES",
    "spain": "ES",
    "ita": "IT",
    "italy": "IT",
    "nld": "NL",
    "netherlands": "NL",
    "che": "CH",
    "switzerland": "CH",
    "aut": "AT",
    "austria": "AT",
    "pol": "PL",
    "poland": "PL",
    "prt": "PT",
    "portugal": "PT",
    "swe": "SE",
    "sweden": "SE",
    "dnk": "DK",
    "denmark": "DK",
    "nor": "NO",
    "norway": "NO",
    "fin": "FI",
    "finland": "FI",
    "irl": "IE",
    "ireland": "IE",
    "aus": "AU",
    "australia": "AU",
    "nzl": "NZ",
    "can": "CA",
    "canada": "CA",
    "chn": "CN",
    "china": "CN",
    "jpn": "JP",
    "japan": "JP",
    "kor": "KR",
    "ind": "IN",
    "india": "IN",
    "bra": "BR",
    "brazil": "BR",
    "mex": "MX",
    "mexico": "MX",
    "zaf": "ZA",
    "ukr": "UA",
    "tur": "TR",
    "kosovo": "XK",
    "xkx": "XK",
    "rks": "XK",
}
CURRENCY_SYNONYMS: Final = {
    "euro": "EUR",
    "euros": "EUR",
    "€": "EUR",
    "dollar": "USD",
    "us$": "USD",
    "$": "USD",
    "£": "GBP",
    "pound": "GBP",
    "ukp": "GBP",
    "stg": "GBP",
    "sfr": "CHF",
    "rmb": "CNY",
    "yen": "JPY",
    "ntd": "TWD",
}
CITATION_TYPE_SYNONYMS: Final = {
    "apa": "formatted-apa",
    "chicago": "formatted-chicago",
    "harvard": "formatted-harvard",
    "ieee": "formatted-ieee",
    "mla": "formatted-mla",
    "vancouver": "formatted-vancouver",
    "bib": "bibtex",
    "text": "formatted-unspecified",
    "formatted": "formatted-unspecified",
    "unspecified": "formatted-unspecified",
}
RELATIONSHIP_SYNONYMS: Final = {
    "is-part-of": "part-of",
    "is-version-of": "version-of",
    "is-funded-by": "funded-by",
    "funding": "funded-by",
}
ORGANIZATION_SOURCE_SYNONYMS: Final = {
    "crossref": "FUNDREF",
    "crossref-funder-id": "FUNDREF",
    "funder-registry": "FUNDREF",
}
ROLE_SYNONYMS: Final = (
    {name: f"{CREDIT_BASE}{name}/" for name in CREDIT_NAMES}
    | {f"{CREDIT_BASE}{name}".replace("http:", "https:"): f"{CREDIT_BASE}{name}/" for name in CREDIT_NAMES}
    | {f"{CREDIT_BASE}{name}/".replace("http:", "https:"): f"{CREDIT_BASE}{name}/" for name in CREDIT_NAMES}
    | {"pi": "principal-investigator", "translator": "chair-or-translator", "chair": "chair-or-translator"}
)
