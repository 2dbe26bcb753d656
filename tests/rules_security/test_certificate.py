from __future__ import annotations

from datetime import timedelta

import pytest

from checker.evidence.model import TlsLook
from checker.review.model import Outcome
from tests.builders import NOW, evidence, ruling


def certificate(**changes) -> TlsLook:
    values = {
        "host": "portal.example.edu",
        "port": 443,
        "loopback": False,
        "subject": "portal.example.edu",
        "issuer": "A Public Authority",
        "names": ["portal.example.edu"],
        "not_before": NOW - timedelta(days=30),
        "not_after": NOW + timedelta(days=60),
        "key": "EC 256",
        "signature": "sha256",
        "protocol": "TLSv1.3",
    }
    return TlsLook(**(values | changes))


def judged(*looks: TlsLook):
    return ruling("tls-certificate", evidence(tls=list(looks)))


FAULTS = [
    {"not_after": NOW - timedelta(days=1), "error": "certificate has expired"},
    {"not_after": NOW + timedelta(days=6)},
    {"not_before": NOW + timedelta(days=2), "error": "certificate is not yet valid"},
    {"error": "Hostname mismatch, certificate is not valid for 'portal.example.edu'", "names": ["other.example.edu"]},
    {"error": "unable to get local issuer certificate"},
    {"error": "self-signed certificate", "self_signed": True},
    {"error": "certificate has expired"},  # one above it in the chain
    {"key": "RSA 1024"},
    {"key": "EC 192"},
    {"signature": "sha1"},
    {"signature": "sha1WithRSAEncryption"},
    {"signature": "md5"},
]


@pytest.mark.parametrize("key", ["EC 256", "RSA 2048", "RSA 4096", "Ed25519 256"])
def test_a_good_certificate_passes(key):
    assert judged(certificate(key=key)).outcome is Outcome.PASSED


def test_seven_days_are_enough():
    assert judged(certificate(not_after=NOW + timedelta(days=7))).outcome is Outcome.PASSED


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_a_public_host_fails(fault):
    found = judged(certificate(), certificate(**fault))
    assert found.outcome is Outcome.FAILED
    assert found.observed


@pytest.mark.parametrize("fault", FAULTS)
def test_on_the_machine_itself_no_fault_fails_and_none_passes(fault):
    found = judged(certificate(host="localhost", port=8443, loopback=True, **fault))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert "production" in found.message


@pytest.mark.parametrize("host", ["10.1.2.3", "portal.internal", "portal", "portal.test"])
def test_a_private_authority_inside_a_network_asks_a_person(host):
    inside = certificate(host=host, error="unable to get local issuer certificate")
    assert judged(inside).outcome is Outcome.NEEDS_PERSON
    stale = certificate(host=host, not_after=NOW - timedelta(days=1), error="certificate has expired")
    assert judged(stale).outcome is Outcome.FAILED


def test_a_failed_public_host_outweighs_a_test_portal():
    mine = certificate(host="localhost", loopback=True, error="self-signed certificate", self_signed=True)
    assert judged(mine, certificate(key="RSA 1024")).outcome is Outcome.FAILED


def test_what_was_not_seen_is_not_passed():
    unseen = {"not_before": None, "not_after": None, "key": "", "signature": "", "error": "no handshake: refused"}
    assert judged(certificate(**unseen)).outcome is Outcome.BLOCKED
    assert judged(certificate(), certificate(**unseen)).outcome is Outcome.BLOCKED
    assert judged(certificate(key="")).outcome is Outcome.BLOCKED
    assert judged().outcome is Outcome.BLOCKED
