"""What the relay adds to a call: the same request to an embedded sandbox, directly and through the relay.

In turns, so that a busy moment of the machine hits both. Loopback, https, one connection kept alive (as a portal with a
pool has) and a fresh connection for each call (as most have).
"""

from __future__ import annotations

import ssl
import statistics
import time
from collections.abc import Callable

import httpx

from checker.gather.relay import Relay, Upstream
from checker.sandbox import Sandbox

PATH = "/oauth/jwks"


def relay(calls: int = 400) -> None:
    """Print the medians and what the relay adds."""
    with Sandbox() as box, Relay(Upstream(box.base, box.plain_base, box.ca_file)) as between:
        near = ssl.create_default_context(cafile=str(box.ca_file))
        far = ssl.create_default_context(cafile=str(between.ca_file))
        named = "https://api.sandbox.orcid.org"
        with (
            httpx.Client(base_url=box.base, verify=near, trust_env=False) as direct,
            httpx.Client(base_url=between.base, verify=far, trust_env=False) as by_base,
            httpx.Client(base_url=named, proxy=between.proxy, verify=far, trust_env=False) as by_proxy,
        ):
            kept = _medians(calls, *(_get(http) for http in (direct, by_base, by_proxy)))
        fresh = _medians(
            calls // 4,
            _fresh(box.base, near, None),
            _fresh(between.base, far, None),
            _fresh(named, far, between.proxy),
        )
    for label, (straight, base, proxy) in (("kept alive", kept), ("fresh", fresh)):
        print(f"relay, connection {label}: direct {straight:.2f} ms, as base URL +{base - straight:.2f} ms,"
              f" as ORCID's host +{proxy - straight:.2f} ms (median)")  # fmt: skip


def _get(http: httpx.Client) -> Callable[[], httpx.Response]:
    return lambda: http.get(PATH)


def _fresh(base: str, trust: ssl.SSLContext, proxy: str | None) -> Callable[[], httpx.Response]:
    def ask() -> httpx.Response:
        with httpx.Client(base_url=base, verify=trust, proxy=proxy, trust_env=False) as http:
            return http.get(PATH)

    return ask


def _medians(calls: int, *ways: Callable[[], httpx.Response]) -> list[float]:
    taken: list[list[float]] = [[] for _ in ways]
    for number in range(calls + 10):
        for way, times in zip(ways, taken, strict=True):
            begun = time.perf_counter()
            answer = way()
            seconds = time.perf_counter() - begun
            assert answer.status_code == 200
            if number >= 10:  # the first ones open connections and warm up
                times.append(seconds)
    return [statistics.median(times) * 1000 for times in taken]
