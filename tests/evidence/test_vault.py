"""The vault must find a secret in every form in which it may leave, and leave everything else alone."""

import base64
import json
import zlib
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.evidence.vault import Leak, Vault

TOKEN = "3f5e1c1a-91aa-4c0f-9a1e-0a2b3c4d5e6f"
PASSWORD = "p@ss word/ä+1"


def test_the_same_secret_has_the_same_tag_and_another_has_another():
    vault = Vault()
    first = vault.learn("access-token", TOKEN)
    assert vault.learn("access-token", TOKEN) == first == "‹access-token:1›"
    assert vault.learn("access-token", TOKEN.replace("3", "4")) == "‹access-token:2›"


@pytest.mark.parametrize(
    "form",
    [
        PASSWORD,
        quote(PASSWORD),
        quote(PASSWORD, safe=""),
        quote_plus(PASSWORD),
        json.dumps(PASSWORD),
        json.dumps({"a": PASSWORD}),
        base64.b64encode(PASSWORD.encode()).decode(),
        base64.urlsafe_b64encode(PASSWORD.encode()).decode(),
        base64.b64encode(f"user:{PASSWORD}".encode()).decode(),
    ],
)
def test_every_form_is_replaced(form):
    vault = Vault()
    tag = vault.learn("password", PASSWORD)
    assert tag in vault.redact(f"before {form} after")
    assert vault.redact(f"before {form} after").count("ss word") == 0


@given(before=st.text(max_size=20), after=st.text(max_size=20))
def test_base64_is_found_wherever_the_secret_stands_in_it(before, after):
    vault = Vault()
    tag = vault.learn("access-token", TOKEN)
    encoded = base64.b64encode(f"{before}{TOKEN}{after}".encode()).decode()
    assert vault.tags_in(encoded) == [tag]
    assert tag in vault.redact(encoded)


def test_a_compressed_session_cookie_is_searched():
    vault = Vault()
    tag = vault.learn("access-token", TOKEN)
    packed = base64.urlsafe_b64encode(zlib.compress(json.dumps({"t": TOKEN}).encode())).decode().rstrip("=")
    assert vault.tags_in(f".{packed}.c2lnbmF0dXJl") == [tag]


def test_a_code_counts_only_as_a_parameter():
    vault = Vault()
    tag = vault.learn_code("aB3dE9")
    assert vault.redact("https://x/cb?code=aB3dE9&state=1") == f"https://x/cb?code={tag}&state=1"
    assert vault.redact('{"code": "aB3dE9"}') == f'{{"code": "{tag}"}}'
    assert vault.redact("the word aB3dE9 in a text") == "the word aB3dE9 in a text"
    assert vault.redact("code=aB3dE9x") == "code=aB3dE9x"


@pytest.mark.parametrize("value", ["", "1", "en", "password", "‹access-token:1›"])
def test_what_is_no_secret_is_left_alone(value):
    vault = Vault()
    assert vault.learn("cookie", value) == ""
    assert vault.redact(f"lang={value};") == f"lang={value};"


def test_the_leak_gate_refuses_and_does_not_repeat_the_secret():
    vault = Vault()
    vault.learn("access-token", TOKEN)
    vault.check("all is well: ‹access-token:1›", "a.txt")
    with pytest.raises(Leak, match=r"a\.txt was not written: it still held ‹access-token:1›") as caught:
        vault.check(base64.b64encode(f"xx{TOKEN}".encode()).decode(), "a.txt")
    assert TOKEN not in str(caught.value)


@given(st.text())
def test_redacting_twice_changes_nothing_more(text):
    vault = Vault()
    vault.learn("access-token", TOKEN)
    once = vault.redact(text + TOKEN)
    assert vault.redact(once) == once
    assert TOKEN not in once


def test_a_secret_inside_another_is_found():
    vault = Vault()
    token = vault.learn("access-token", TOKEN)
    value = base64.b64encode(f"{TOKEN}|some-signature".encode()).decode()
    cookie = vault.learn("cookie", value)
    assert set(vault.tags_in(value)) == {token, cookie}


def test_tags_that_a_text_has_already_are_given_to_nothing_else():
    vault = Vault()
    vault.take_over("Bearer ‹access-token:3› and ‹code:1›")
    assert vault.learn("access-token", "a-new-token") == "‹access-token:4›"
    assert vault.learn_code("Ab12Cd") == "‹code:2›"
    assert vault.new_tag("hidden-token") == "‹hidden-token:1›"
    assert vault.kinds == {
        "‹access-token:3›": "access-token",
        "‹code:1›": "code",
        "‹access-token:4›": "access-token",
        "‹code:2›": "code",
        "‹hidden-token:1›": "hidden-token",
    }
