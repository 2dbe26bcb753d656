"""One port that is ORCID's hosts to whoever has it for a proxy, ORCID to whoever has it for a base URL, and to all
others a proxy that looks at nothing.
"""

from __future__ import annotations

import gzip
import socket
import ssl

import httpx
import pytest

from checker.gather.relay import Relay, Upstream
from checker.sandbox import PortInUse, Sandbox, SandboxError
from tests.relay.conftest import API, ORCID, SITE, canned, relay_to, token, until


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
        return answer


# ORCID by name


@pytest.mark.parametrize("host", ["sandbox.orcid.org", "api.sandbox.orcid.org", "pub.sandbox.orcid.org"])
def test_each_host_of_the_sandbox_is_answered_for_and_recorded(scene, host):
    with scene.by_proxy() as http:
        answer = http.get(f"https://{host}/v3.0/{ORCID}/person", headers={"authorization": f"Bearer {token(http)}"})
    assert answer.status_code == 200
    assert scene.seen()[-1] == ("https", host, f"/v3.0/{ORCID}/person", 200)
    entry = scene.relay.wire[-1]
    assert (entry.side, entry.certificate, entry.kind, entry.orcid) == ("server", "trusted", "api", ORCID)
    assert entry.token
    assert entry.token == scene.relay.wire[0].response_body.split('"access_token":"')[1].split('"')[0]


def test_the_embedded_sandbox_speaks_of_itself_by_orcids_names(scene):
    with scene.by_proxy() as http:
        found = http.get(f"{SITE}/.well-known/openid-configuration").json()
        assert found["issuer"] == SITE
        assert found["token_endpoint"] == f"{SITE}/oauth/token"


def test_what_the_api_made_is_at_the_hosts_own_address(scene):
    """A Location at the site's host would send a portal that follows it to pages."""
    from checker.gather.relay.forward import _at

    made = f"{SITE}/v3.0/{ORCID}/funding/12".encode()
    assert _at("api.sandbox.orcid.org", made) == f"{API}/{ORCID}/funding/12".encode()
    assert _at("sandbox.orcid.org", made) == made
    assert _at("localhost:8766", made) == made
    assert _at("api.sandbox.orcid.org", b"https://portal.test/callback") == b"https://portal.test/callback"
    assert _at("api.sandbox.orcid.org", f"{SITE}/signin".encode()) == f"{SITE}/signin".encode()


@pytest.mark.parametrize("host", ["orcid.org", "api.orcid.org", "pub.orcid.org", "auth.orcid.org", "www.orcid.org"])
def test_production_is_refused_and_recorded(scene, host):
    with scene.by_proxy() as http:
        answer = http.get(f"https://{host}/v3.0/{ORCID}/record")
    assert answer.status_code == 403
    assert "production registry" in answer.text
    assert scene.seen() == [("https", host, f"/v3.0/{ORCID}/record", 403)]
    assert len(scene.troubles) == 1
    assert host in scene.troubles[0]
    assert scene.box.wire == []


def test_plain_http_is_seen_for_what_it_is(scene):
    with scene.by_proxy() as http:
        assert http.get("http://api.sandbox.orcid.org/oauth/jwks").status_code == 200
        assert http.get("http://orcid.org/").status_code == 403
    assert [(e.scheme, e.certificate, e.request_headers["host"]) for e in scene.relay.wire] == [
        ("http", "none", "api.sandbox.orcid.org"),
        ("http", "none", "orcid.org"),
    ]
    assert scene.box.wire[0].scheme == "http"


def test_plain_http_within_a_tunnel_is_seen_as_well(scene):
    with socket.create_connection(("127.0.0.1", scene.relay.port), timeout=5) as connection:
        connection.sendall(b"CONNECT sandbox.orcid.org:80 HTTP/1.1\r\nHost: sandbox.orcid.org:80\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET /oauth/jwks HTTP/1.1\r\nHost: sandbox.orcid.org\r\nConnection: close\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
    assert scene.seen() == [("http", "sandbox.orcid.org", "/oauth/jwks", 200)]


def test_a_browser_comes_without_a_proxy(scene):
    """Chromium is told where the hosts are, and speaks TLS to the port at once."""
    with (
        socket.create_connection(("127.0.0.1", scene.relay.port), timeout=5) as plain,
        scene.trust.wrap_socket(plain, server_hostname="sandbox.orcid.org") as connection,
    ):
        connection.sendall(
            b"GET /signin HTTP/1.1\r\nHost: sandbox.orcid.org\r\nUser-Agent: Mozilla/5.0\r\nConnection: close\r\n\r\n"
        )
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
    assert [(e.side, e.request_headers["host"], e.kind) for e in scene.relay.wire] == [
        ("browser", "sandbox.orcid.org", "page")
    ]
    rules = scene.relay.browser_arguments[0]
    assert f"MAP sandbox.orcid.org:443 127.0.0.1:{scene.relay.port}" in rules
    assert "MAP orcid.org" not in rules


# Certificates


def test_a_client_that_does_not_trust_the_authority_is_a_failed_handshake_that_names_the_host(scene):
    with scene.by_proxy(ssl.create_default_context()) as http, pytest.raises(httpx.ConnectError):
        http.get(f"{API}/status")
    until(lambda: scene.relay.failed_handshakes)
    (failed,) = scene.relay.failed_handshakes
    assert (failed.certificate, failed.side) == ("trusted", "server")
    assert failed.error.startswith("api.sandbox.orcid.org: ")
    assert scene.relay.wire == []


def test_the_certificate_of_an_unknown_authority_is_shown_on_order(scene):
    with scene.by_proxy() as http:
        assert http.get(f"{SITE}/oauth/jwks").status_code == 200
        scene.relay.present_certificate(trusted=False)
        with pytest.raises(httpx.ConnectError):
            http.get(f"{SITE}/oauth/jwks")
        until(lambda: scene.relay.failed_handshakes)
        careless = httpx.Client(proxy=scene.relay.proxy, verify=False, trust_env=False)
        with careless:
            careless.get(f"{SITE}/oauth/jwks")
        scene.relay.present_certificate(trusted=True)
        assert http.get(f"{SITE}/oauth/jwks").status_code == 200
    assert [e.certificate for e in scene.relay.wire] == ["trusted", "untrusted", "trusted"]
    assert scene.relay.failed_handshakes[0].certificate == "untrusted"


# As a base URL


def test_one_port_is_the_whole_of_orcid(scene):
    with scene.by_base() as http:
        answer = http.post("/oauth/token", data={"grant_type": "client_credentials", "scope": "/read-public"})
        assert answer.status_code in {400, 401}
        assert http.get(f"/v3.0/{ORCID}/person").status_code in {401, 403}
        assert http.get("/signin").status_code == 200
    with httpx.Client(trust_env=False) as plain:
        assert plain.get(f"http://localhost:{scene.relay.port}/oauth/jwks").status_code == 200
    assert [(e.scheme, e.kind) for e in scene.relay.wire] == [
        ("https", "token"),
        ("https", "api"),
        ("https", "page"),
        ("http", "other"),
    ]


def test_pages_of_the_real_sandbox_are_left_to_the_browser():
    with (
        Relay(Upstream()) as relay,
        httpx.Client(base_url=relay.base, verify=False, trust_env=False) as http,
    ):
        answer = http.get("/oauth/authorize?client_id=APP-1&state=a%20b")
        assert answer.status_code == 302
        assert answer.headers["location"] == f"{SITE}/oauth/authorize?client_id=APP-1&state=a%20b"
        assert [e.kind for e in relay.wire] == ["authorize"]


@pytest.mark.parametrize(
    ("place", "scheme", "authority", "path", "origin"),
    [
        ("sandbox", "https", "pub.sandbox.orcid.org", "/v3.0/x", "https://pub.sandbox.orcid.org"),
        ("sandbox", "http", "sandbox.orcid.org", "/oauth/token", "http://sandbox.orcid.org"),
        ("elsewhere", "http", "localhost:1", "/oauth/token", "https://sandbox.orcid.org"),
        ("elsewhere", "https", "localhost:1", f"/v3.0/{ORCID}/record", "https://api.sandbox.orcid.org"),
        ("elsewhere", "https", "localhost:1", f"/{ORCID}/works", "https://api.sandbox.orcid.org"),
        ("elsewhere", "https", "localhost:1", f"/{ORCID}", "https://sandbox.orcid.org"),
    ],
)
def test_where_requests_go_when_the_real_sandbox_is_behind(place, scheme, authority, path, origin):
    assert Upstream().origin_for(place, scheme, authority, path) == origin


def test_a_name_that_is_not_its_own_is_not_served(scene):
    """A page elsewhere whose name leads to this machine must not be able to use it."""
    answer = raw(scene.relay.port, b"GET /oauth/jwks HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 421")
    assert scene.relay.wire == []


# All others


def test_other_hosts_are_tunnelled_untouched_and_not_recorded(scene):
    with Sandbox() as other:
        trust = ssl.create_default_context(cafile=str(other.ca_file))  # knows nothing of the relay's authority
        with scene.by_proxy(trust) as http:
            assert http.get(f"{other.base}/oauth/jwks").status_code == 200
        assert len(other.wire) == 1
    assert scene.relay.wire == []


def test_other_hosts_over_plain_http_get_what_was_sent_and_no_more(scene):
    body = gzip.compress(b"pots " * 100)
    head = f"HTTP/1.1 418 Pot\r\nX-Kept: yes\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with canned(head + body) as server, scene.by_proxy() as http:
        answer = http.post(f"{server.origin}/a%2Fb?c=%20d", content=b"crack", headers={"x-mine": "1", "te": "trailers"})
    assert (answer.status_code, answer.headers["x-kept"], answer.text) == (418, "yes", "pots " * 100)
    (heard,) = server.heard
    assert heard.startswith(b"POST /a%2Fb?c=%20d HTTP/1.1\r\n")
    assert heard.endswith(b"\r\n\r\ncrack")
    assert b"x-mine: 1" in heard.lower()
    assert b"te: trailers" not in heard.lower()
    assert scene.relay.wire == []


def test_a_host_that_cannot_be_reached_is_told_of(scene):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answer = raw(scene.relay.port, f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 502")
    assert f"127.0.0.1:{port} cannot be reached" in answer.decode()
    with scene.by_proxy() as http:
        assert http.get(f"http://127.0.0.1:{port}/").status_code == 502


@pytest.mark.parametrize("request_line", [b"CONNECT  HTTP/1.1", b"CONNECT a:99999999 HTTP/1.1", b"CONNECT x"])
def test_a_connect_request_that_is_none_is_refused(scene, request_line):
    assert raw(scene.relay.port, request_line + b"\r\n\r\n").startswith(b"HTTP/1.1 400")


def test_a_connect_request_may_come_in_pieces(scene):
    with socket.create_connection(("127.0.0.1", scene.relay.port), timeout=5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in (b"CONNECT sandbox.orcid.org:443 HT", b"TP/1.1\r\nHost: x\r", b"\n\r", b"\n"):
            connection.sendall(piece)
            connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")


# An ORCID that misbehaves

JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def test_an_upstream_that_stalls_is_one_clear_message_and_504():
    with canned(b"", holds=True) as server, relay_to(server.origin, 0.2) as scene, scene.by_proxy() as http:
        answer = http.get(f"{API}/{ORCID}/record")
        assert answer.status_code == 504
        told = f"api.sandbox.orcid.org did not answer GET /v3.0/{ORCID}/record within 0.2 seconds"
        assert told in answer.text
        assert scene.troubles == [told]
        assert scene.seen() == [("https", "api.sandbox.orcid.org", f"/v3.0/{ORCID}/record", 504)]


def test_an_upstream_that_stalls_in_mid_answer_is_not_half_an_answer():
    begun = JSON + b'Content-Length: 100\r\n\r\n{"half":'
    with canned(begun, holds=True) as server, relay_to(server.origin, 0.2) as scene, scene.by_proxy() as http:
        assert http.get(f"{API}/{ORCID}/record").status_code == 504


def test_an_upstream_that_breaks_off_breaks_off_for_the_portal_too():
    with canned(JSON + b'Content-Length: 100\r\n\r\n{"half":') as server, relay_to(server.origin) as scene:
        with scene.by_proxy() as http, pytest.raises(httpx.RemoteProtocolError):
            http.get(f"{API}/{ORCID}/record")
        assert [e.status for e in scene.relay.wire] == [0]
        assert "broke off" in scene.troubles[0]


def test_an_upstream_that_is_not_there_is_502():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        origin = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with relay_to(origin) as scene, scene.by_proxy() as http:
        answer = http.get(f"{API}/{ORCID}/record")
    assert answer.status_code == 502
    assert "cannot be reached" in answer.text


def test_a_compressed_answer_can_be_read_on_the_wire():
    body = gzip.compress(b'{"path": "x"}')
    head = JSON + f"Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n".encode()
    cookies = b"Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; Path=/\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\n"
    with canned(head + cookies + body) as server, relay_to(server.origin) as scene, scene.by_proxy() as http:
        answer = http.get(f"{API}/{ORCID}/record", headers={"accept-encoding": "br, gzip"})
        assert answer.json() == {"path": "x"}
        assert answer.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2; Path=/"]
        assert "x-hop" not in answer.headers
        assert scene.relay.wire[0].response_body == '{"path": "x"}'
        assert b"accept-encoding: gzip, deflate\r\n" in server.heard[0].lower()
        assert b"host: api.sandbox.orcid.org\r\n" in server.heard[0].lower()
        with scene.by_proxy() as another:
            another.get(f"{API}/{ORCID}/record")
        assert b"cookie:" not in server.heard[1].lower()


def test_a_head_request_has_the_length_and_no_body():
    answer = JSON + b"Content-Length: 77\r\n\r\n"
    with canned(answer) as server, relay_to(server.origin) as scene, scene.by_proxy() as http:
        assert http.head(f"{API}/{ORCID}/record").headers["content-length"] == "77"


# Life


def test_its_port_is_free_again_and_what_it_recorded_stays(scene):
    port = scene.relay.port
    with pytest.raises(PortInUse):
        Relay(Upstream(), port).start()
    with pytest.raises(SandboxError, match="already"):
        scene.relay.start()
    with scene.by_proxy() as http:
        http.get(f"{SITE}/oauth/jwks")
    scene.relay.stop()
    assert len(scene.relay.wire) == 1
    with pytest.raises(SandboxError, match="not running"):
        _ = scene.relay.port
    socket.create_server(("127.0.0.1", port)).close()


def test_what_a_portal_is_given():
    with Relay(Upstream()) as relay:
        given = relay.portal_environment
        assert given["HTTPS_PROXY"] == given["http_proxy"] == f"http://127.0.0.1:{relay.port}"
        assert "localhost" in given["NO_PROXY"]
        assert "orcid" not in given["NO_PROXY"]
