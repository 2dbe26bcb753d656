"""A plan is read in full, and what is wrong with it is said in the words of the file, with the line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checker.plan import Plan, PlanError, load

TODAY = date(2026, 11, 20)
PORTAL = '[portal]\nname = "P"\nurl = "https://127.0.0.1:8443/"\n'
"""Three lines that are a plan."""
EMBEDDED = PORTAL + "[orcid]\nport = 8765\n"


@pytest.fixture
def read(tmp_path: Path):
    def read(text: str | bytes, **environ: str) -> Plan:
        path = tmp_path / "review.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        profiles, rules = ["lyrasis-2022", "strict"], ["store-secure", "state-present"]
        return load(path, environ, profiles=profiles, rules=rules, today=TODAY)

    return read


def problems(read, text: str | bytes, **environ: str) -> list[str]:
    with pytest.raises(PlanError) as caught:
        read(text, **environ)
    assert str(caught.value).startswith(str(caught.value.path))
    return [str(problem) for problem in caught.value.problems]


def warnings(plan: Plan) -> list[str]:
    return [str(warning) for warning in plan.warnings]


# What a good plan comes to


def test_defaults(read):
    plan = read(EMBEDDED)
    assert plan.profile == "lyrasis-2022"
    assert (plan.orcid.environment, plan.orcid.tls) == ("embedded", True)
    assert (plan.orcid.client_id, plan.orcid.client_secret) == ("APP-0000000000000001", "embedded-secret")
    assert plan.orcid.user is not None
    assert (plan.orcid.user.login, plan.orcid.user.password) == ("josiah@mailinator.com", "embedded-password")
    assert plan.orcid.scopes is None
    assert plan.store is None
    assert plan.warnings == ()


def test_the_plan_of_the_design_document(read, tmp_path):
    text = """
profile = "strict"
[portal]
name = "Example University Library"
url = "https://portal.example.edu/orcid"
public_pages = ["https://portal.example.edu/people/1"]
[portal.serve]
command = "python portal.py"
env = { ORCID_BASE_URL = "{orcid}" }
ready = "https://127.0.0.1:8443/health"
[orcid]
environment = "embedded"
port = 8765
client_id = "APP-0000000000000001"
client_secret = "${ORCID_CLIENT_SECRET}"
redirect_uris = ["https://portal.example.edu/orcid/callback"]
scopes = ["/read-limited", "/activities/update"]
user = { login = "${ORCID_USER}", password = "${ORCID_PASSWORD}" }
[steps]
sign_in = [{ goto = "/login" }, { fill = "#user", value = "${PORTAL_USER}" }, { click = "text=Log in" }]
connect = [{ click = "role=link[name=/orcid/i]" }]
after_connect = []
write = []
update = []
delete = []
disconnect = []
[store]
url = "sqlite:///portal.db"
connections = "select orcid, access_token, refresh_token, scope, name from orcid_tokens"
items = "select orcid, put_code, type, local_id from orcid_items"
[payloads]
files = ["payloads/*.xml"]
[answers.store-secure]
answer = "yes"
by = "R. Viewer"
on = 2026-11-20
note = "looked at the key store"
"""
    plan = read(text, ORCID_CLIENT_SECRET="s3cret", ORCID_USER="u", ORCID_PASSWORD="pw", PORTAL_USER="carberry")
    assert plan.warnings == ()
    assert [(s.action, s.target, s.value) for s in plan.steps.sign_in] == [
        ("goto", "/login", None), ("fill", "#user", "carberry"), ("click", "text=Log in", None),
    ]  # fmt: skip
    assert plan.store is not None
    assert plan.store.url == f"sqlite:///{tmp_path}/portal.db"
    assert plan.answers["store-secure"].on == date(2026, 11, 20)
    assert plan.folder == tmp_path
    assert plan.path("payloads") == tmp_path / "payloads"
    assert ("client-secret", "s3cret") in plan.secrets()
    assert ("password", "pw") in plan.secrets()


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("sqlite:///portal.db", "sqlite:///{}/portal.db"),
        ("sqlite:///data/portal.db?mode=ro", "sqlite:///{}/data/portal.db?mode=ro"),
        ("sqlite+pysqlite:///file:portal.db?mode=ro&uri=true", "sqlite+pysqlite:///file:{}/portal.db?mode=ro&uri=true"),
        ("sqlite:////srv/portal.db", "sqlite:////srv/portal.db"),
        ("postgresql://db.example.edu/portal", "postgresql://db.example.edu/portal"),
    ],
)
def test_a_relative_sqlite_file_lies_in_the_folder_of_the_plan(read, tmp_path, written, resolved):
    plan = read(f'{EMBEDDED}[store]\nurl = "{written}"\nconnections = "select 1"\n')
    assert plan.store is not None
    assert plan.store.url == resolved.format(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(read):
    assert read(b"\xef\xbb\xbf" + EMBEDDED.replace("\n", "\r\n").encode()).portal.name == "P"


def test_placeholders_are_filled_word_by_word(read):
    text = (
        PORTAL
        + """[portal.serve]
command = "{python} {folder}/portal.py --home '${HOME_DIR}' --shell '$${HOME}' --json '{}'"
env = { ORCID = "{orcid}/oauth", CA = "{orcid_ca}" }
ready = "http://127.0.0.1:1/{client_id}"
"""
    )
    plan = read(text, HOME_DIR="/h")
    serve = plan.resolve(
        {"python": "/a b/python", "folder": "/my portals", "orcid": "https://localhost:1", "client_id": "APP-1"}
    ).portal.serve
    assert serve is not None
    assert serve.command == ("'/a b/python' '/my portals/portal.py' --home /h --shell '${HOME}' --json '{}'")
    assert serve.env == {"ORCID": "https://localhost:1/oauth", "CA": "{orcid_ca}"}
    assert serve.ready == "http://127.0.0.1:1/APP-1"
    assert plan.portal.serve is not None
    assert "{python}" in plan.portal.serve.command, "the plan itself stays as it was"


# Secrets


def test_the_vault_is_told_every_secret(read):
    text = f"""{EMBEDDED}
client_secret = "${{CS}}"
[portal.serve]
command = "portal --key ${{API_KEY}} --user ${{LOGIN}}"
[portal.serve.env]
DJANGO_SECRET_KEY = "django-key"
TOKEN_PATH = "/oauth/token"
TOKEN_TTL = "31536000"
ORCID = "{{orcid}}"
ORCID_CLIENT_SECRET = "{{client_secret}}"
[steps]
sign_in = [{{ fill = "#user", value = "carberry" }}, {{ fill = "input[type=password]", value = "hunter2" }}]
[store]
url = "postgresql://u:p%40ss@db/portal"
connections = "select 1"
"""
    plan = read(text, CS="from-env", API_KEY="the-api-key", LOGIN="carberry")
    assert set(plan.secrets()) == {
        ("client-secret", "from-env"), ("password", "embedded-password"), ("password", "hunter2"),
        ("store-password", "p@ss"), ("environment", "django-key"), ("environment", "the-api-key"),
    }  # fmt: skip


def test_no_secret_is_in_a_plans_repr_or_in_a_step_as_it_is_told(read):
    text = EMBEDDED + 'client_secret = "own-secret"\n[steps]\nsign_in = [{ fill = "#password", value = "hunter2" }]\n'
    plan = read(text + '[store]\nurl = "postgresql://u:pgpass@db/p"\nconnections = "select 1"\n')
    for secret in ("own-secret", "hunter2", "pgpass", "embedded-password"):
        assert secret not in repr(plan)
    assert str(plan.steps.sign_in[0]) == "fill #password = …"


def test_a_query_may_begin_with_a_comment_or_a_common_table_expression(read):
    for query in ("-- tokens\nselect 1", "/* all */ (SELECT 1)", "with t as (select 1) select * from t"):
        assert read(f'{EMBEDDED}[store]\nurl = "sqlite:///x.db"\nconnections = """{query}"""\n').store


LITERAL = "a secret stands in the file; put it into the environment and write ${%s}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('client_secret = "x"', [f"line 6: [orcid] client_secret: {LITERAL % 'ORCID_CLIENT_SECRET'}"]),
        ('client_secret = "embedded-secret"', []),
        ('client_secret = "${S}"', []),
        (
            'user = { login = "a", password = "b" }',
            [f"line 6: [orcid] user.password: {LITERAL % 'ORCID_PASSWORD'}"],
        ),
        (
            '[steps]\nsign_in = [\n  { goto = "/" },\n  { fill = "#passwd", value = "b" },\n]',
            [f"line 9: [steps] sign_in #2, value: {LITERAL % 'PORTAL_PASSWORD'}"],
        ),
        ('[[steps.sign_in]]\nfill = "#user"\nvalue = "b"', []),
        (
            '[store]\nurl = "postgresql://u:p@db/x"\nitems = "select 1"',
            [f"line 7: [store] url: {LITERAL % 'STORE_URL'}"],
        ),
        ('[store]\nurl = "${S}"\nitems = "select 1"', []),
    ],
)
def test_a_literal_secret_gets_a_warning(read, text, expected):
    assert warnings(read(EMBEDDED + text, S="postgresql://u:p@db/x")) == expected


# What is wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # keys
        (
            PORTAL + "pubic_pages = []",
            ["line 4: [portal] pubic_pages: not a key of [portal]; did you mean public_pages?"],
        ),
        ('profil = "strict"\n' + PORTAL, ["line 1: profil: not a key of the plan; did you mean profile?"]),
        (PORTAL + 'client_id = "x"', ["line 4: [portal] client_id: not a key of [portal]; it belongs in [orcid]"]),
        (
            PORTAL + 'profile = "strict"',
            [
                "line 4: [portal] profile: not a key of [portal]; it belongs at the top of the file, before the first "
                "[table]"
            ],
        ),
        (
            PORTAL + "[payloads]\nzzz = 1",
            ["line 5: [payloads] zzz: not a key of [payloads]; there is files"],
        ),
        ("[portel]\n", [
            "line 1: [portel]: not a key of the plan; did you mean portal?",
        ]),
        # missing
        ('[portal]\nname = "P"', [
            'line 1: [portal] url is missing: the page with the connect button, e.g. url = '
            '"https://portal.example.edu/orcid"',
        ]),
        ('profile = "strict"', ["[portal] is missing: what is reviewed: a table with name and url"]),
        (PORTAL.replace('"P"', '""'), [
            'line 2: [portal] name is empty, e.g. name = "Example University Library"',
        ]),
        # kinds
        (PORTAL.replace('"P"', "5"), ["line 2: [portal] name: expected a text in quotes, saw the number 5"]),
        (PORTAL + 'public_pages = "x"', [
            'line 4: [portal] public_pages: expected a list in square brackets, saw the text "x"',
        ]),
        (PORTAL + "[orcid]\nport = \"8765\"", [
            'line 5: [orcid] port: expected a whole number without quotes, saw the text "8765"',
        ]),
        (PORTAL + "[orcid]\nport = 70000", ["line 5: [orcid] port: expected at most 65535, saw the number 70000"]),
        (PORTAL + "[orcid]\ntls = \"no\"", ['line 5: [orcid] tls: expected true or false, saw the text "no"']),
        (PORTAL + "[orcid]\nclient_secret = 12345", [
            "line 5: [orcid] client_secret: expected a text in quotes, saw the number",
        ]),
        ("orcid = 5\n" + PORTAL, ["line 1: orcid: expected a table, saw the number 5"]),
        (PORTAL + "[run]\nviewport = [1280]", ["line 5: [run] viewport: expected 2 values, saw 1"]),
        (PORTAL + "[run]\ntimeout = 0", ["line 5: [run] timeout: expected more than 0, saw the number 0"]),
        # names
        ('profile = "strikt"\n' + PORTAL, ['line 1: profile: there is no profile "strikt"; did you mean strict?']),
        ('profile = "zzz"\n' + PORTAL, [
            'line 1: profile: there is no profile "zzz"; there are: lyrasis-2022, strict',
        ]),
        (PORTAL + '[orcid]\nenvironment = "embeded"', [
            'line 5: [orcid] environment: expected embedded or sandbox, in quotes, saw the text "embeded"; did you '
            "mean embedded?",
        ]),
        (PORTAL + '[orcid]\nenvironment = "production"', [
            "line 5: [orcid] environment: production is refused: a review connects, writes and disconnects, and must "
            "not do so on real people's records; expected embedded or sandbox",
        ]),
        # addresses
        (PORTAL.replace("https://", ""), [
            'line 3: [portal] url: expected an address that begins with https:// or http://, saw the text '
            '"127.0.0.1:8443/"; write https://127.0.0.1:8443/',
        ]),
        (PORTAL + 'public_pages = ["/people/1"]', [
            'line 4: [portal] public_pages #1: expected an address that begins with https:// or http://, saw the text '
            '"/people/1"; write it in full, with the host',
        ]),
        (PORTAL + 'public_pages = ["https://p/1",\n  "https://p/2",\n  "https://p/1"]', [
            "line 6: [portal] public_pages #3: the same page as #1; name each page once",
        ]),
        (PORTAL + 'public_pages = ["https://orcid.org/0000-0002-1825-0097"]', [
            "line 4: [portal] public_pages #1: orcid.org is ORCID itself; expected a page of the portal that "
            "shows iDs",
        ]),
        (PORTAL.replace("127.0.0.1:8443", "sandbox.orcid.org"), [
            "line 3: [portal] url: sandbox.orcid.org is ORCID itself; expected the portal's page with the connect "
            "button",
        ]),
        (EMBEDDED.replace("8443", "8765"), [
            "line 3: [portal] url: port 8765 is where the embedded sandbox will listen ([orcid] port); expected the "
            "portal's page with the connect button",
        ]),
        (PORTAL.replace("8443", "port"), [
            'line 3: [portal] url: expected an address such as https://portal.example.edu/, saw the text '
            '"https://127.0.0.1:port/"',
        ]),
        # serve
        (PORTAL + '[portal.serve]\ncommand = "cd x && python portal.py {orcid}"', [
            "line 5: [portal.serve] command: no shell reads this, so && would be an argument; put the whole into "
            "sh -c '…' or into a script",
        ]),
        (PORTAL + '[portal.serve]\ncommand = "python \'portal.py"', [
            "line 5: [portal.serve] command: a quotation mark is not closed",
        ]),
        (PORTAL + '[portal.serve]\nready = "http://127.0.0.1:1/"', [
            'line 4: [portal.serve] command is missing: what starts the portal and stays in the foreground, e.g. '
            'command = "{python} portal.py"',
        ]),
        # ORCID
        (PORTAL + '[orcid]\nscopes = ["/authenticate /read-limited"]', [
            'line 5: [orcid] scopes #1: expected one scope in each text, saw the text "/authenticate /read-limited"',
        ]),
        (PORTAL + '[orcid]\nenvironment = "sandbox"', [
            'line 4: [orcid] client_id is missing: the client ID that ORCID gave the portal, e.g. client_id = '
            '"APP-XXXXXXXXXXXXXXXX"',
            'line 4: [orcid] client_secret is missing: the secret of that client, e.g. client_secret = '
            '"${ORCID_CLIENT_SECRET}"',
            "line 4: [orcid] redirect_uris is missing: the addresses that are registered at ORCID for this client, "
            'e.g. redirect_uris = ["https://portal.example.edu/orcid/callback"]',
        ]),
        # steps
        (PORTAL + '[steps]\nconnect = [{ click = "a" }, { click = "a", goto = "/" }]', [
            "line 5: [steps] connect #2: a step is exactly one of goto, fill, click, press, select, check, wait, "
            "expect; saw goto and click",
        ]),
        (PORTAL + "[steps]\nconnect = [{}]", [
            "line 5: [steps] connect #1: a step is exactly one of goto, fill, click, press, select, check, wait, "
            "expect; saw none",
        ]),
        (PORTAL + '[steps]\nconnect = [{ fill = "#a" }]', [
            'line 5: [steps] connect #1: fill needs a value: { fill = "#a", value = "…" }',
        ]),
        (PORTAL + '[steps]\nconnect = [{ click = "#a", value = "x" }]', [
            "line 5: [steps] connect #1: click takes no value",
        ]),
        (PORTAL + '[[steps.connect]]\nclick = "#a"\n[[steps.connect]]\nclik = "#b"', [
            "line 7: [[steps.connect]] #2 clik: not a key of this step; did you mean click?",
        ]),
        (PORTAL + '[steps]\nupdate = [{ click = "#a" }]', [
            "line 5: [steps] update: nothing is there to update: [steps] write is missing",
        ]),
        # store
        (PORTAL + '[store]\nurl = "sqlite:///x.db"', [
            'line 5: [store] url: nothing is asked of it; add connections = "select …"',
        ]),
        (PORTAL + '[store]\nconnections = "select 1"', [
            'line 4: [store]: expected url with a query, e.g. url = "sqlite:///portal.db" and connections = '
            '"select …", or files',
        ]),
        (PORTAL + '[store]\nurl = "portal.db"\nconnections = "delete from x"', [
            "line 5: [store] url: expected a database URL such as sqlite:///portal.db or postgresql://host/name",
            "line 6: [store] connections: expected a query that begins with select (the store is only read), saw the "
            'text "delete from x"',
        ]),
        (PORTAL + '[store]\nurl = "sqlite://"\nconnections = "select 1"', [
            "line 5: [store] url: a database in memory cannot be seen from outside the portal; expected a file",
        ]),
        (PORTAL + '[store]\nurl = "sqlite:///x.db"\nfiles = { items = "i.csv" }', [
            "line 6: [store] files: either url or files, not both",
        ]),
        (PORTAL + '[store]\nfiles = { items = "i.csv" }\nconnections = "c.csv"', [
            'line 6: [store] connections: a query needs url; with files write files = { connections = '
            '"connections.csv" }',
        ]),
        # answers
        (PORTAL + '[answers.store-secure]\nanswer = true\nby = "R"\non = 2026-11-20', [
            "line 5: [answers.store-secure] answer: expected yes, no or not-applicable, in quotes, saw true",
        ]),
        (PORTAL + '[answers.store-secure]\nanswer = "yes"\nby = "R"\non = "2026-11-20"', [
            "line 7: [answers.store-secure] on: expected a date without quotes, such as 2026-11-20, saw the text "
            '"2026-11-20"',
        ]),
        (PORTAL + '[answers.store-secure]\nanswer = "yes"\nby = "R"\non = 2027-01-01', [
            "line 7: [answers.store-secure] on: 2027-01-01 has not come yet; expected the day the answer was given",
        ]),
        (PORTAL + '[answers.store-secure]\nanswer = "yes"\nby = " "\non = 2026-11-20', [
            "line 6: [answers.store-secure] by is empty; expected the name of the person who answered",
        ]),
        # environment
        (PORTAL + '[orcid]\nclient_secret = "${NOPE}"', [
            "line 5: [orcid] client_secret: the environment variable NOPE is not set; set it, then run again",
        ]),
        (PORTAL + '[orcid]\nclient_secret = "${EMPTY}"', [
            "line 5: [orcid] client_secret: the environment variable EMPTY is set but empty; give it a value",
        ]),
        (PORTAL + '[orcid]\nclient_secret = "${A:-b}"', [
            "line 5: [orcid] client_secret: ${A:-b} is not a variable; write ${NAME}, or $${ for a plain ${",
        ]),
        (PORTAL.replace("https://127.0.0.1:8443/", "${NOPE}"), [
            "line 3: [portal] url: the environment variable NOPE is not set; set it, then run again",
        ]),
    ],
)  # fmt: skip
def test_each_fault_has_its_message(read, text, expected):
    assert problems(read, text, EMPTY="") == expected


def test_all_problems_are_told_at_once_in_the_order_of_the_file(read):
    text = """profil = "strict"
[portal]
name = 5
pubic_pages = ["https://p/1"]
url = "portal.example.edu"
[orcid]
environment = "production"
client_secret = "${NOPE}"
user = { login = "a", pasword = "x" }
[steps]
update = [{ clik = "x" }]
[answers.store-secure]
answer = "yes"
by = ""
on = 2031-01-01
"""
    with pytest.raises(PlanError) as caught:
        read(text)
    assert [f"line {problem.line} {problem.where}" for problem in caught.value.problems] == [
        "line 1 profil", "line 3 [portal] name", "line 4 [portal] pubic_pages", "line 5 [portal] url",
        "line 7 [orcid] environment", "line 8 [orcid] client_secret", "line 9 [orcid] user.pasword",
        "line 11 [steps] update #1, clik", "line 14 [answers.store-secure] by",
        "line 15 [answers.store-secure] on",
    ]  # fmt: skip


def test_twelve_bad_steps_are_each_told_once(read):
    steps = "".join(f'  {{ clik = "{n}" }},\n' for n in range(12))
    told = problems(read, f"{PORTAL}[steps]\nconnect = [\n{steps}]\n")
    assert [line.split(":")[0] for line in told] == [f"line {6 + n}" for n in range(12)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PORTAL, [
            "[orcid] port: the embedded sandbox takes any free port, and without [portal.serve] nobody tells the "
            "portal which; give it a fixed port, e.g. port = 8765, and set the portal's ORCID address to "
            "https://localhost:8765",
        ]),
        (PORTAL + '[portal.serve]\ncommand = "portal"', [
            "line 5: [portal.serve] command: nothing tells the portal where the embedded sandbox listens; hand it "
            '{orcid}, e.g. env = { ORCID_BASE_URL = "{orcid}" }, or give [orcid] a fixed port',
        ]),
        (PORTAL + '[portal.serve]\ncommand = "portal {orcid} {pyton} {json}"', [
            "line 5: [portal.serve] command: {pyton} is left as it stands; did you mean {python}?",
        ]),
        (EMBEDDED + '[portal.serve]\ncommand = "p"\nenv = { O = "https://orcid.org", S = "//sandbox.orcid.org" }', [
            "line 8: [portal.serve] env.O: points the portal at ORCID's production registry; a review must not touch "
            "it, use {orcid}",
        ]),
        (EMBEDDED + '[answers.store-secur]\nanswer = "yes"\nby = "R"\non = 2026-11-20', [
            "line 6: [answers.store-secur]: no rule has this id, so the answer counts for nothing; did you mean "
            "store-secure?",
        ]),
        (PORTAL + """[orcid]
environment = "sandbox"
port = 1
client_id = "APP-ABCDEFGHIJKLMNOP"
client_secret = "${S}"
redirect_uris = ["https://p/cb"]""", [
            "line 4: [orcid] user is missing: nobody can sign in at ORCID but a person; run with --attended, or give "
            'user = { login = "${ORCID_USER}", password = "${ORCID_PASSWORD}" }',
            'line 6: [orcid] port is about the embedded sandbox and has no effect on environment = "sandbox"',
        ]),
    ],
)  # fmt: skip
def test_what_had_better_be_changed_is_a_warning(read, text, expected):
    assert sorted(warnings(read(text, S="s"))) == sorted(expected)


def test_the_embedded_sandboxs_certificate_authority_is_none_of_the_real_sandboxs(read):
    text = (
        PORTAL
        + """[portal.serve]
command = "portal {orcid}"
env = { CA = "{orcid_ca}" }
[orcid]
environment = "sandbox"
client_id = "APP-ABCDEFGHIJKLMNOP"
client_secret = "${S}"
redirect_uris = ["http://portal.example.edu/cb"]
user = { login = "u", password = "${S}" }
"""
    )
    assert problems(read, text, S="s") == [
        "line 6: [portal.serve] env.CA: {orcid_ca} is the certificate authority of the embedded sandbox, and [orcid] "
        "environment is sandbox, whose certificate every system trusts; leave it out"
    ]
    plan = read(text.replace("{orcid_ca}", ""), S="s")
    assert plan.orcid.redirect_uris == ["http://portal.example.edu/cb"], "plain http is for a rule to find"


# Files that are no plan


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PORTAL + "url = ", "line 4: not valid TOML, column 7: invalid value\n    url ="),
        ("[portal\n", "line 1: not valid TOML, column 8: expected ']' at the end of a table declaration\n    [portal"),
        (
            '[orcid]\nclient_secret = "hush',
            "line 2: not valid TOML: unterminated string\n    client_secret = …",
        ),
        (
            'user = { login = "a", password = "hush" ',
            "line 1: not valid TOML: unclosed inline table\n    user = { login = \"a\", password = …",
        ),
        (PORTAL + 'url = "https://b/"', 'line 4: not valid TOML, column 19: cannot overwrite a value\n    url = "https://b/"'),
        (b"", "is empty; begin with: orcid-review init"),
        (b"  \n\t\n", "is empty; begin with: orcid-review init"),
        (b'[portal]\nname = "Universit\xe4t"', "line 2: byte 0xe4 is not UTF-8; save the file as UTF-8"),
        ("[portal]".encode("utf-16"), "is written in UTF-16; save it as UTF-8"),
        (b"#" * (1024 * 1024 + 1), "is larger than 1024 KiB; that is no plan"),
        (b"a = " + b"[" * 100_000, "lists or tables are nested too deep to be a plan"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_at_all(read, text, expected):
    told = problems(read, text)
    if expected.startswith("line") and "not valid TOML" in expected:
        # tomllib's own words differ between versions of Python; the place and the line shown are ours.
        head, _, shown = told[0].partition("\n")
        assert (head.split(":")[0], shown) == (expected.split(":")[0], expected.partition("\n")[2])
        assert "not valid TOML" in head
        assert "hush" not in told[0]
    else:
        assert told == [expected]


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(PlanError) as caught:
        load(tmp_path / "no.toml", {})
    assert str(caught.value) == (
        f"{tmp_path}/no.toml: there is no such file; write one, or begin with: orcid-review init {tmp_path}"
    )
    with pytest.raises(PlanError, match=r"is a folder; expected a file$"):
        load(tmp_path, {})
    (tmp_path / "review.toml").write_text(EMBEDDED, "utf-8")
    with pytest.raises(PlanError, match=r"is a folder; expected a file, such as .*/review\.toml$"):
        load(tmp_path, {})
