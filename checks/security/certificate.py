"""The certificate that the portal shows to its visitors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from checker.api import Evidence, Ruling, Spot, TlsLook, blocked, failed, needs_person, passed, rule

from ._hosts import is_internal

_LEAST_DAYS = 7
_LEAST_BITS = {"RSA": 2048, "DSA": 2048, "EC": 256}
_TRUST = "is not signed by an authority that browsers trust"


@rule(
    "tls-certificate",
    area="Security",
    clause="Required 5",
    title="The portal's certificate is valid and trusted",
    title_failed="The portal's certificate cannot be relied on",
    remedy="Install the complete chain of a certificate from a public authority for this host name, with an RSA key of"
    " at least 2048 bits or an EC key of at least 256, and let it renew by itself.",
    sources=["LYRASIS, ORCID Member API custom integration guide (2022), Required 5", "RFC 9325"],
)
def tls_certificate(tls: list[TlsLook], evidence: Evidence) -> Ruling:
    """Https is required to work: with a certificate that nobody can check, people learn to click warnings away."""
    found = [(look, fault) for look in tls for fault in _faults(look, evidence.started)]
    expected = f"a chain to a public authority, the right name, valid for {_LEAST_DAYS} days or more, a strong key"
    if serious := [(look, fault) for look, fault in found if not _excused(look, fault)]:
        look, fault = serious[0]
        return failed(
            f"The certificate of {_name(look)} {fault}.",
            expected=expected,
            observed="; ".join(f"{_name(look)}: {fault}" for look, fault in serious),
            at=[_spot(look, fault) for look, fault in serious],
        )
    if found:
        look, fault = found[0]
        return needs_person(
            f"{_name(look)} is a test portal whose certificate {fault}. Does the portal that goes into production show"
            " a valid certificate of a public authority?",
            expected=expected,
            observed="; ".join(f"{_name(look)}: {fault}" for look, fault in found),
            at=[_spot(look, fault) for look, fault in found],
        )
    if unseen := next((look for look in tls if not (look.not_after and look.key)), None):
        why = unseen.error or "its details were not recorded"
        return blocked(f"The certificate of {_name(unseen)} could not be looked at: {why}.", whose="member")
    return passed(
        "Every certificate of the portal is trusted, names its host, and has a strong key.",
        observed="; ".join(f"{_name(look)}: until {look.not_after:%Y-%m-%d}, {look.key}" for look in tls),
    )


def _faults(look: TlsLook, now: datetime) -> list[str]:
    """Say what is wrong with a certificate; nothing is said of one that was not seen."""
    if not look.not_after:
        return []
    found = [*_age(look, now), *_strength(look)]
    error = look.error.lower()
    if look.self_signed:
        found.append(f"{_TRUST} (self-signed)")
    elif "mismatch" in error or "not valid for" in error or "doesn't match" in error:
        found.append(f"is for another name ({', '.join(look.names) or look.subject})")
    elif error and not found:
        found.append(f"{_TRUST} ({look.error})")
    return found


def _age(look: TlsLook, now: datetime) -> Iterator[str]:
    if look.not_before and look.not_before > now:
        yield f"is not valid before {look.not_before:%Y-%m-%d}"
    if look.not_after and look.not_after <= now:
        yield f"expired on {look.not_after:%Y-%m-%d}"
    elif look.not_after and look.not_after - now < timedelta(days=_LEAST_DAYS):
        yield f"expires on {look.not_after:%Y-%m-%d}, in less than {_LEAST_DAYS} days"


def _strength(look: TlsLook) -> Iterator[str]:
    kind, _, bits = look.key.partition(" ")
    if bits.isdigit() and int(bits) < _LEAST_BITS.get(kind.upper(), 0):
        yield f"has a weak key ({look.key})"
    if re.search(r"sha-?1(?!\d)|md5", look.signature, re.IGNORECASE):
        yield f"is signed with {look.signature}, which is broken"


def _excused(look: TlsLook, fault: str) -> bool:
    """A test portal may have a private authority; on the machine itself nothing is what production will show."""
    return look.loopback or (fault.startswith(_TRUST) and is_internal(look.host))


def _name(look: TlsLook) -> str:
    return look.host if look.port == 443 else f"{look.host}:{look.port}"


def _spot(look: TlsLook, fault: str) -> Spot:
    return Spot(url=f"https://{_name(look)}", snippet=f"{look.subject} issued by {look.issuer}", note=fault)
