"""How fast the embedded sandbox answers, beside a bare Starlette route on the same server in the same run.

Same server: the bare route runs under the sandbox's own :class:`checker.sandbox.server.Server`, in a thread of its own,
over plain http as the sandbox does here. Same client: bytes over one kept-alive socket, so that what is measured is
the server and not the client. In turns, so that a busy moment of the machine hits both.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import socket
import ssl
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from checker.orcid import ids
from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Person, Sandbox
from checker.sandbox.researcher import Researcher
from checker.sandbox.server import Server, listen

ORCID: Final = DEFAULT_PERSON.orcid
ITEM: Final = "/work"
CALLBACK: Final = "http://127.0.0.1:9/callback"
SCOPES: Final = ("/read-limited", "/activities/update")
WRITER: Final = Person("0000-0001-5109-3700", "writer@mailinator.com", "a-password")
ROUND: Final = 25
"""Requests of one kind before it is the next one's turn."""


def speed(turns: int = 80) -> None:
    """GET record and POST work: requests a second, p50, p99 and processor time, and the ratios to the bare route."""
    with Sandbox(tls=False, people=(DEFAULT_PERSON, WRITER), kept=100) as box, bare() as (port, bare_thread):
        token, other = token_of(box), token_of(box, WRITER.orcid)
        running = box._running
        assert running is not None
        with Wire(box.port, running._thread) as ours, Wire(port, bare_thread) as floor:
            for number in range(20):
                ours.time(post(f"/v3.0/{ORCID}{ITEM}", token, work(number)), 201)
            record, item = get(f"/v3.0/{ORCID}/record", token), get(one_of(box), token)
            sizes = [len(ours.ask(asked)[1]) for asked in (record, item)]
            new, changes = count(), count()

            def read_changed() -> float:
                touch(box, next(changes))
                return ours.time(record, 200)

            ways: dict[str, tuple[Wire, Callable[[], float]]] = {
                "GET record": (ours, lambda: ours.time(record, 200)),
                "GET record, changed since": (ours, read_changed),
                "bare GET, as long": (floor, lambda: floor.time(get(f"/bare?{sizes[0]}", token), 200)),
                "GET work": (ours, lambda: ours.time(item, 200)),
                "bare GET, as short": (floor, lambda: floor.time(get(f"/bare?{sizes[1]}", token), 200)),
                "POST work": (
                    ours,
                    lambda: ours.time(post(f"/v3.0/{WRITER.orcid}{ITEM}", other, work(next(new))), 201),
                ),
                "bare POST": (floor, lambda: floor.time(post("/bare", token, work(0)), 201)),
            }
            times, used = taken(ways, turns)
    print(f"sandbox: {turns * ROUND} requests of each kind, plain http, one connection kept alive; the record has 20"
          f" works, {sizes[0] / 1000:.0f} kB")  # fmt: skip
    for label, found in times.items():
        print(f"  {1 / statistics.fmean(found):7.0f} a second   p50 {at(found, 50):6.3f} ms"
              f"   p99 {at(found, 99):6.3f} ms   processor {used[label] * 1000:6.3f} ms   {label}")  # fmt: skip
    for label, floor_label, aim in (
        ("GET record", "bare GET, as long", "at least 0.3"),
        ("GET record, changed since", "bare GET, as long", "none set"),
        ("GET work", "bare GET, as short", "at least 0.3"),
        ("POST work", "bare POST", "at least 0.2"),
    ):
        ratio = statistics.median(times[floor_label]) / statistics.median(times[label])
        print(f"  ratio {ratio:5.2f} by p50, {used[floor_label] / used[label]:5.2f} by processor time:"
              f" {label} over {floor_label} (aim: {aim})")  # fmt: skip


def growth(items: int = 10_000, sample: int = 200) -> None:
    """POST, PUT and GET of a work on a record that grows to the most that ORCID takes."""
    with Sandbox(tls=False, kept=100) as box:
        token, running = token_of(box), box._running
        assert running is not None
        path = f"/v3.0/{ORCID}{ITEM}"
        with Wire(box.port, running._thread) as wire:
            new = count()

            def add() -> float:
                return wire.time(post(path, token, work(next(new))), 201)

            def look() -> float:
                return wire.time(get(one, token), 200)

            def change() -> float:
                item = work(0) | {"put-code": int(one.rpartition("/")[2]), "short-description": f"{next(changes)}"}
                return wire.time(post(one, token, item, "PUT"), 200)

            changes = count()
            add()
            one = one_of(box)
            ways = {"POST": (wire, add), "GET": (wire, look), "PUT": (wire, change)}
            early, early_used = taken(ways, sample // ROUND)
            held = next(new)
            for number in range(held, items - sample - 4 * ROUND):
                wire.time(post(path, token, work(number)), 201)
            new = count(items - sample - 4 * ROUND)
            late, late_used = taken(ways, sample // ROUND)
            full, _ = wire.ask(post(path, token, work(items)))
            begun, listing_used = time.perf_counter(), -wire.server_seconds()
            status, document = wire.ask(get(f"/v3.0/{ORCID}/works", token))
            listing = time.perf_counter() - begun
            listing_used += wire.server_seconds()
    print(f"sandbox: a record that grows from {held} to {items} works (median)")
    for label in ways:
        a, b = statistics.median(early[label]), statistics.median(late[label])
        print(f"  {label:4} {a * 1000:6.3f} ms, then {b * 1000:6.3f} ms: speed kept {a / b:.2f};"
              f" by processor time {early_used[label] / late_used[label]:.2f} (aim: at least 0.5)")  # fmt: skip
    print(f"  one more is answered with {full} (409); the whole list with {status}, {len(document) / 1e6:.1f} MB,"
          f" in {listing:.2f} s ({listing_used:.2f} s of processor time)")  # fmt: skip


def journeys(at_once: int = 20, each: int = 5) -> None:
    """People who sign in, allow, get written to and read, all at the same time, over TLS."""
    people = tuple(
        Person(made_up(n), f"p{n}@mailinator.com", "a-password", given_names="Person", family_name=str(n))
        for n in range(at_once)
    )  # fmt: skip
    with Sandbox(people=people, kept=100) as box:
        begun = time.perf_counter()
        with ThreadPoolExecutor(at_once) as pool:
            done = list(pool.map(lambda person: [journey(box, person) for _ in range(each)], people))
        seconds = time.perf_counter() - begun
        errors = [error for found in done for error in found if error]
        faults = len(box.faults)
    total = at_once * each
    print(f"sandbox: {total} journeys, {at_once} at once, over TLS: {len(errors)} errors, {faults} faults of the"
          f" sandbox, {total / seconds:.1f} a second")  # fmt: skip
    for error in errors[:3]:
        print(f"  {error}")


def memory(requests: int = 100_000) -> None:
    """Whether a long-lived sandbox (the command's: it keeps the last 2000 exchanges) grows. In a process of its own."""
    command = [sys.executable, "-c", f"from benchmarks.sandbox import _memory; _memory({requests})"]
    subprocess.run(command, cwd=Path(__file__).resolve().parent.parent, check=True)


def _memory(requests: int, marks: int = 10) -> None:
    with Sandbox(tls=False, kept=2000) as box:
        token = token_of(box)
        with Wire(box.port) as wire:
            sizes, path = [], ""
            for number in range(requests):
                if number % (requests // marks) == 0:
                    gc.collect()
                    sizes.append(resident())
                path = cycle(wire, token, number, path)
            gc.collect()
            sizes.append(resident())
    print(f"sandbox: memory over {requests} requests (read, add, read, change, remove): "
          + " ".join(f"{size:.0f}" for size in sizes) + " MB")  # fmt: skip
    warm = sizes[1]
    print(
        f"  growth after the first tenth {sizes[-1] - warm:+.1f} MB, {100 * (sizes[-1] / warm - 1):+.1f} % (aim: flat)"
    )


def cycle(wire: Wire, token: str, number: int, path: str) -> str:
    """Do one of five requests in turn; return the path of the work that it is about."""
    match number % 5:
        case 0:
            wire.time(post(f"/v3.0/{ORCID}{ITEM}", token, work(number)), 201)
            return f"/v3.0/{ORCID}{ITEM}/{wire.made()}"
        case 1:
            wire.time(get(path, token), 200)
        case 2:
            code = int(path.rpartition("/")[2])
            wire.time(post(path, token, work(number) | {"put-code": code}, "PUT"), 200)
        case 3:
            wire.time(get(f"/v3.0/{ORCID}/record", token), 200)
        case _:
            wire.time(get(path, token, "DELETE"), 204)
    return path


def sandbox() -> None:
    """Do all of it."""
    speed()
    growth()
    journeys()
    memory()


# Requests


class Wire:
    """One kept-alive connection that sends bytes and reads whole answers."""

    def __init__(self, port: int, server: threading.Thread | None = None) -> None:
        self._clock = time.pthread_getcpuclockid(server.ident) if server and server.ident else None
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""
        self.head = b""

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def server_seconds(self) -> float:
        """Return the processor seconds that the server's thread has used: a busy machine does not count in them."""
        assert self._clock is not None
        return time.clock_gettime(self._clock)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and return status and body."""
        self._socket.sendall(request)
        data = self._rest
        while b"\r\n\r\n" not in data:
            data += self._more()
        self.head, _, body = data.partition(b"\r\n\r\n")
        status = int(self.head[9:12])
        told = re.search(rb"content-length: (\d+)", self.head, re.I)
        length = 0 if status == 204 else int(told[1]) if told else 0
        chunks, have = [body], len(body)
        while have < length:
            chunks.append(self._more())
            have += len(chunks[-1])
        whole = b"".join(chunks)
        self._rest = whole[length:]
        return status, whole[:length]

    def made(self) -> int:
        """Return the put-code at the end of the last answer's Location."""
        found = re.search(rb"(?im)^location: \S+/(\d+)\r?$", self.head)
        if not found:
            raise SystemExit(f"no Location in {self.head!r}")
        return int(found[1])

    def _more(self) -> bytes:
        part = self._socket.recv(1 << 18)
        if not part:
            raise SystemExit("the server closed the connection")
        return part

    def time(self, request: bytes, expected: int) -> float:
        """Send a request and return the seconds that it took."""
        begun = time.perf_counter()
        status, body = self.ask(request)
        seconds = time.perf_counter() - begun
        if status != expected:
            raise SystemExit(f"{request[:60]!r} was answered with {status}: {body[:300]!r}")
        return seconds


def get(path: str, token: str, method: str = "GET") -> bytes:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        "Accept: application/json\r\n\r\n"
    ).encode()


def post(path: str, token: str, item: Any, method: str = "POST") -> bytes:
    body = json.dumps(item).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def work(number: int) -> dict[str, Any]:
    """Return a work like those that repositories send, with an identifier of its own."""
    return {
        "title": {"title": {"value": f"The work with number {number}"}, "subtitle": {"value": "and its subtitle"}},
        "journal-title": {"value": "Journal of Examples"},
        "short-description": "Some words about it. " * 10,
        "type": "journal-article",
        "publication-date": {"year": {"value": "2020"}, "month": {"value": "02"}, "day": {"value": "03"}},
        "external-ids": {
            "external-id": [
                {
                    "external-id-type": "doi",
                    "external-id-value": f"10.5555/{number}",
                    "external-id-url": {"value": f"https://doi.org/10.5555/{number}"},
                    "external-id-relationship": "self",
                },
                {
                    "external-id-type": "issn",
                    "external-id-value": "0378-5955",
                    "external-id-relationship": "part-of",
                },
            ]
        },
        "url": {"value": f"https://doi.org/10.5555/{number}"},
        "contributors": {
            "contributor": [
                {
                    "credit-name": {"value": name},
                    "contributor-attributes": {"contributor-sequence": "first", "contributor-role": "author"},
                }
                for name in ("First Author", "Second Author", "Third Author")
            ]
        },
    }


# The bare route


@contextmanager
def bare() -> Iterator[tuple[int, threading.Thread]]:
    """A route that reads the body and answers with as many bytes as it is asked for; yields port and thread."""

    async def answer(request: Request) -> Response:
        if request.method == "POST":
            await request.body()
            return Response(status_code=201, headers={"Location": "/bare/1"})
        return Response(ready[int(request.url.query)], media_type="application/json")

    class Ready(dict[int, bytes]):
        def __missing__(self, length: int) -> bytes:
            self[length] = b"x" * length
            return self[length]

    ready = Ready()
    app = Starlette(routes=[Route("/bare", answer, methods=["GET", "POST"])])
    listeners = listen(0)
    started, ending = threading.Event(), threading.Event()

    async def main() -> None:
        server = Server(app, listeners, None, lambda _: None)
        server.start()
        started.set()
        await asyncio.to_thread(ending.wait)
        await server.stop()

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    started.wait()
    try:
        yield listeners[0].getsockname()[1], thread
    finally:
        ending.set()
        thread.join()


# Parts


def token_of(box: Sandbox, orcid: str = ORCID) -> str:
    state = box._state
    return box._in_loop(lambda: state.issue_token(DEFAULT_CLIENT.id, orcid, SCOPES).access)


def touch(box: Sandbox, number: int) -> None:
    """Change one item of the record, so that the record is not ready."""
    state = box._state
    item = box._in_loop(lambda: state.items(ORCID, "work")[0])
    box._in_loop(lambda: state.change(ORCID, item, item.content | {"short-description": str(number)}))


def one_of(box: Sandbox) -> str:
    code = box._in_loop(lambda: box._state.items(ORCID, "work")[0].put_code)
    return f"/v3.0/{ORCID}{ITEM}/{code}"


def taken(
    ways: dict[str, tuple[Wire, Callable[[], float]]], turns: int
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Return the seconds of every request, and the median of the processor seconds that the server needed for one."""
    times: dict[str, list[float]] = {label: [] for label in ways}
    used: dict[str, list[float]] = {label: [] for label in ways}
    for turn in range(turns + 4):
        for label, (wire, way) in ways.items():
            begun = wire.server_seconds()
            found = [way() for _ in range(ROUND)]
            if turn > 3:  # the first turns warm up
                used[label].append((wire.server_seconds() - begun) / ROUND)
                times[label] += found
    return times, {label: statistics.median(seconds) for label, seconds in used.items()}


def at(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1] * 1000


def journey(box: Sandbox, person: Person) -> str:
    """Connect one person, write a work, change it, read the record, remove the work; return what went wrong."""
    try:
        trust = ssl.create_default_context(cafile=str(box.ca_file))
        query = {"client_id": DEFAULT_CLIENT.id, "response_type": "code", "scope": " ".join(SCOPES),
                 "redirect_uri": CALLBACK, "state": "s"}  # fmt: skip
        researcher = Researcher(box.base, person, box.ca_file)
        back = researcher.answer(str(httpx.URL(f"{box.base}/oauth/authorize", params=query)))
        researcher.close()
        with httpx.Client(base_url=box.base, verify=trust, trust_env=False, timeout=60) as http:
            form = {"client_id": DEFAULT_CLIENT.id, "client_secret": DEFAULT_CLIENT.secret, "redirect_uri": CALLBACK,
                    "grant_type": "authorization_code", "code": httpx.URL(back).params["code"]}  # fmt: skip
            token = http.post("/oauth/token", data=form).raise_for_status().json()
            http.headers.update({"Authorization": f"Bearer {token['access_token']}", "Accept": "application/json"})
            made = http.post(f"/v3.0/{person.orcid}{ITEM}", json=work(0)).raise_for_status()
            place = made.headers["location"]
            item = work(0) | {"put-code": int(place.rpartition("/")[2]), "short-description": "Changed."}
            http.put(place, json=item).raise_for_status()
            found = http.get(f"/v3.0/{token['orcid']}/record").raise_for_status().json()
            http.delete(place).raise_for_status()
        read = found["activities-summary"]["works"]["group"]
        return "" if token["orcid"] == person.orcid and len(read) == 1 else f"{person.orcid} reads {read}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def made_up(number: int) -> str:
    """Return an iD for a person of the benchmark."""
    digits = f"0000000150{number:05d}"
    digits += ids.check_character(digits)
    return "-".join(digits[i : i + 4] for i in range(0, 16, 4))


def resident() -> float:
    """Return the process's resident memory in MB, as the kernel says."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096 / 1e6
