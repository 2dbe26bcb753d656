"""One port with two protocols, the two certificates, starting and stopping."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator

import httpx
import pytest

from checker.sandbox import FailedHandshake, PortInUse, Sandbox, SandboxError

from .conftest import until


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as box:
        yield box
    assert box.faults == []


@pytest.fixture(autouse=True)
def _trusted(box: Sandbox) -> None:
    box.present_certificate(True)


@pytest.fixture
def trust(box: Sandbox) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(box.ca_file))


def failures(box: Sandbox, before: int) -> list[FailedHandshake]:
    until(lambda: len(box.failed_handshakes) > before)
    return box.failed_handshakes[before:]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_both_protocols_on_every_loopback_address(box: Sandbox, trust: ssl.SSLContext, host: str) -> None:
    if host == "[::1]":
        try:
            socket.create_connection(("::1", box.port)).close()
        except OSError:
            pytest.skip("this machine has no IPv6 loopback")
    for scheme, certificate in (("https", "trusted"), ("http", "none")):
        assert httpx.get(f"{scheme}://{host}:{box.port}/userStatus.json", verify=trust).json() == {"loggedIn": False}
        entry = box.wire[-1]
        assert (entry.scheme, entry.certificate, entry.side) == (scheme, certificate, "server")


def test_base_addresses(box: Sandbox) -> None:
    assert box.base == f"https://localhost:{box.port}"
    assert box.plain_base == f"http://localhost:{box.port}"
    with Sandbox(tls=False) as plain:
        assert plain.base == plain.plain_base
        assert plain.ca_file is None
        with pytest.raises(SandboxError, match="without TLS"):
            plain.present_certificate(False)
        with pytest.raises(httpx.TransportError):
            httpx.get(f"https://localhost:{plain.port}/")


def test_a_client_that_trusts_nobody_breaks_the_handshake_off(box: Sandbox) -> None:
    before = len(box.failed_handshakes)
    with pytest.raises(httpx.ConnectError):
        httpx.get(box.base)
    (failure,) = failures(box, before)
    assert (failure.certificate, failure.side) == ("trusted", "server")
    assert "UNKNOWN_CA" in failure.error


def test_the_untrusted_certificate_stops_who_looks_and_only_them(box: Sandbox, trust: ssl.SSLContext) -> None:
    before = len(box.failed_handshakes)
    with httpx.Client(base_url=box.base, verify=trust) as careful, httpx.Client(verify=False) as careless:
        assert careful.get("/").status_code == 200
        assert careless.get(box.base).status_code == 200
        box.present_certificate(False)
        with pytest.raises(httpx.ConnectError):
            careful.get("/userStatus.json")
        (failure,) = failures(box, before)
        assert failure.certificate == "untrusted"
        assert careless.get(box.base).status_code == 200
        assert box.wire[-1].certificate == "untrusted"
        assert careless.get(box.plain_base).status_code == 200
        box.present_certificate(True)
        assert careful.get("/").status_code == 200
        assert careless.get(box.base).status_code == 200
        assert [e.certificate for e in box.wire[-2:]] == ["trusted", "trusted"]
    assert len(box.failed_handshakes) == before + 1


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_refusal_is_noted_in_either_version_of_tls(box: Sandbox, newest: ssl.TLSVersion) -> None:
    before = len(box.failed_handshakes)
    context = ssl.create_default_context()
    context.maximum_version = newest
    with socket.create_connection(("127.0.0.1", box.port)) as raw, pytest.raises(ssl.SSLError):
        context.wrap_socket(raw, server_hostname="localhost")
    assert "UNKNOWN_CA" in failures(box, before)[0].error


def test_leaving_after_the_handshake_without_a_request_is_a_refusal_too(box: Sandbox, trust: ssl.SSLContext) -> None:
    before = len(box.failed_handshakes)
    box.present_certificate(False)
    trust.check_hostname = False
    trust.verify_mode = ssl.CERT_NONE
    raw = socket.create_connection(("127.0.0.1", box.port))
    trust.wrap_socket(raw, server_hostname="localhost").close()
    (failure,) = failures(box, before)
    assert failure.certificate == "untrusted"


def test_curl(box: Sandbox) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("there is no curl")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        address = f"{box.base}/userStatus.json"
        return subprocess.run(
            [curl, "-sS", "--noproxy", "*", *arguments, address], capture_output=True, text=True, timeout=20
        )

    before = len(box.failed_handshakes)
    assert run("--cacert", str(box.ca_file)).stdout == '{"loggedIn":false}'
    assert run().returncode != 0
    assert failures(box, before)[0].side == "server"
    assert run("--insecure").returncode == 0


def test_node(box: Sandbox) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node.js")
    script = f"fetch('{box.base}/userStatus.json').then(r => r.text()).then(console.log)"
    before = len(box.failed_handshakes)
    trusting = os.environ | {"NODE_EXTRA_CA_CERTS": str(box.ca_file)}
    told = subprocess.run([node, "-e", script], env=trusting, capture_output=True, text=True, timeout=30)
    assert "loggedIn" in told.stdout
    assert subprocess.run([node, "-e", script], capture_output=True, timeout=30).returncode != 0
    failures(box, before)


def test_a_connection_that_says_nothing_is_nobodys_news(box: Sandbox) -> None:
    before = len(box.failed_handshakes)
    with socket.create_connection(("127.0.0.1", box.port)):
        assert httpx.get(box.plain_base).status_code == 200
    with socket.create_connection(("127.0.0.1", box.port)) as raw:
        raw.sendall(b"nonsense\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400")
    assert len(box.failed_handshakes) == before


def test_a_taken_port_is_told_plainly() -> None:
    with Sandbox(tls=False) as first:
        second = Sandbox(port=first.port)
        with pytest.raises(PortInUse, match=rf"port {first.port} is in use") as caught:
            second.start()
        assert caught.value.port == first.port


def test_stop_is_quick_clears_up_and_frees_the_port() -> None:
    box = Sandbox()
    with pytest.raises(SandboxError, match="not running"):
        _ = box.base
    box.start()
    with pytest.raises(SandboxError, match="runs already"):
        box.start()
    ca_file, port = box.ca_file, box.port
    assert ca_file is not None
    idle = socket.create_connection(("127.0.0.1", port))
    with httpx.Client(verify=False) as pooled:
        pooled.get(box.base)
        stopper = threading.Thread(target=box.stop)
        stopper.start()
        stopper.join(3)
        assert not stopper.is_alive()
    idle.close()
    assert not ca_file.parent.exists()
    assert len(box.wire) == 1
    assert box.failed_handshakes == []
    box.stop()
    with Sandbox(port=port, tls=False) as again:
        assert again.port == port
