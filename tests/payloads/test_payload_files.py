"""From names to payloads: files, folders, globs, archives, NDJSON, and all that is none of these."""

from __future__ import annotations

import io
import os
import socket
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.gather.payload_files import Bounds, Given, Payload, Unread, Why, payloads

BODY = b'{"content": "x"}'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(name: str, body: bytes = BODY) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(body)
    return name


def packed(name: str, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> str:
    with zipfile.ZipFile(name, "w", method) as archive:
        for member, body in members.items():
            archive.writestr(member, body)
    return name


def files(*names: str, **how: object) -> list[str]:
    found = list(payloads(names, **how))  # type: ignore[arg-type]
    assert all(isinstance(one, Payload) for one in found), found
    return [one.file for one in found]


def only(*names: str, bounds: Bounds | None = None) -> Unread:
    (one,) = payloads(names, bounds=bounds)
    assert isinstance(one, Unread), one
    assert one.message
    assert one.todo
    return one


# Folders and globs


def test_a_folder_is_searched_to_its_depth_in_alphabetical_order_and_hidden_ones_are_not():
    for name in ("b.json", "a.XML", "deep/er/c.ndjson", "deep/d.jsonl", "z.txt", ".hidden.json", ".git/e.json"):
        put(f"in/{name}")
    put("in/node_modules/x/package.json")
    put("in/env/lib/x.json")
    put("in/env/pyvenv.cfg")
    assert files("in") == ["in/a.XML", "in/b.json", "in/deep/d.jsonl", "in/deep/er/c.ndjson"]


def test_a_glob_reaches_any_depth_and_takes_any_ending():
    put("in/a.tmpl")
    put("in/deep/b.tmpl")
    put("in/deep/c.xml")
    assert files("in/**/*.tmpl") == ["in/a.tmpl", "in/deep/b.tmpl"]


def test_a_name_that_looks_like_a_glob_but_is_a_file_is_that_file():
    assert files(put("work[1].json")) == ["work[1].json"]


def test_what_is_reached_twice_is_read_once():
    put("in/a.json")
    os.symlink("a.json", "in/b.json")
    assert files("in", "in/a.json", "./in/*.json", os.path.abspath("in")) == ["in/a.json"]


def test_hard_links_are_files_of_their_own():
    put("in/a.json")
    os.link("in/a.json", "in/b.json")
    assert files("in", "in/a.json") == ["in/a.json", "in/b.json"]


def test_a_loop_of_links_ends():
    put("in/a.json")
    os.symlink("..", "in/up")
    os.symlink("loop.json", "in/loop.json")
    first, second = payloads(["in"])
    assert isinstance(first, Payload)
    assert isinstance(second, Unread)
    assert second.why is Why.UNREADABLE


def test_what_an_earlier_run_wrote_is_passed_by():
    put("in/a.json")
    put("in/result.json")
    assert files("in", besides="in/result.json") == ["in/a.json"]


def test_the_hint_of_a_name_is_that_of_the_member():
    put("keyword.json")
    packed("all.zip", {"keywords/a.json": BODY})
    assert [one.name for one in payloads(["keyword.json", "all.zip"]) if isinstance(one, Payload)] == [
        "keyword.json",
        "keywords/a.json",
    ]


# NDJSON


def test_each_line_is_a_payload_with_its_number():
    put("a.ndjson", b'\xef\xbb\xbf{"a": 1}\r\n\n  \n {"b": 2}')
    assert [(one.index, one.body) for one in payloads(["a.ndjson"]) if isinstance(one, Payload)] == [
        (1, b'{"a": 1}'),
        (4, b' {"b": 2}'),
    ]


def test_a_line_that_is_too_long_is_named_and_the_rest_goes_on():
    put("a.jsonl", b"1\n" + b"x" * 5000 + b"\n3\n" + b"y" * 11 + b"\n" + b"z" * 10 + b"\n")
    told = list(payloads(["a.jsonl"], bounds=Bounds(payload=10)))
    assert [one.index for one in told] == [1, 2, 3, 4, 5]
    assert [getattr(one, "why", None) for one in told] == [None, Why.TOO_LARGE, None, Why.TOO_LARGE, None]
    assert "5,001 bytes" in getattr(told[1], "message", "")


def test_standard_input_line_by_line_or_as_one():
    assert [one.index for one in payloads(["-"], stdin=io.BytesIO(b"1\n2\n"), ndjson=True)] == [1, 2]
    (one,) = payloads(["-", "-"], stdin=io.BytesIO(b"1\n2\n"))
    assert isinstance(one, Payload)
    assert (one.file, one.index, one.body, one.name) == ("-", None, b"1\n2\n", "")


def test_many_lines_take_the_memory_of_a_few():
    with open("many.ndjson", "wb") as stream:
        for _ in range(20):
            stream.write((BODY + b"\n") * 10_000)
    tracemalloc.start()
    try:
        assert sum(1 for _ in payloads(["many.ndjson"])) == 200_000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


# Archives


def test_members_are_called_after_the_archive_and_what_is_hidden_is_left():
    packed(
        "a.zip", {"b.json": BODY, "deep/c.xml": b"<a/>", "__MACOSX/._b.json": b"x", ".d/e.json": b"x", "f.txt": b"x"}
    )
    assert files("a.zip") == ["a.zip!b.json", "a.zip!deep/c.xml"]


def test_an_archive_is_known_by_its_first_bytes_too():
    os.rename(packed("a.zip", {"b.json": BODY}), "upload")
    assert files("upload") == ["upload!b.json"]


def test_lines_within_an_archive():
    packed("a.zip", {"b.ndjson": b"1\n2\n"})
    assert [(one.file, one.index) for one in payloads(["a.zip"])] == [("a.zip!b.ndjson", 1), ("a.zip!b.ndjson", 2)]


def _encrypted() -> str:
    raw = bytearray(Path(packed("a.zip", {"b.json": BODY}, zipfile.ZIP_STORED)).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset] |= 1
    return put("a.zip", bytes(raw))


def _lying() -> str:
    """A member whose list entry says that it is small."""
    raw = bytearray(Path(packed("a.zip", {"b.json": b"x" * 5000})).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", raw, raw.index(signature) + offset, 10)
    return put("a.zip", bytes(raw))


def _overlapping() -> str:
    """A list that names one member many times, each with other names: what quoted zip bombs do."""
    raw = Path(packed("a.zip", {"b.json": os.urandom(50_000)})).read_bytes()
    begin, end = raw.index(b"PK\x01\x02"), raw.index(b"PK\x05\x06")
    entries = raw[begin:end] * 5
    tail = bytearray(raw[end:])
    struct.pack_into("<HHL", tail, 8, 5, 5, len(entries))
    return put("a.zip", raw[:begin] + entries + bytes(tail))


def _long_list() -> str:
    raw = bytearray(Path(packed("a.zip", {"b.json": BODY})).read_bytes())
    struct.pack_into("<L", raw, raw.index(b"PK\x05\x06") + 12, 0x7FFFFFFF)
    return put("a.zip", bytes(raw))


def _damaged() -> str:
    raw = bytearray(Path(packed("a.zip", {"b.json": os.urandom(500)}, zipfile.ZIP_STORED)).read_bytes())
    raw[60] ^= 0xFF
    return put("a.zip", bytes(raw))


def _pipe() -> str:
    os.mkfifo("pipe.json")
    return "pipe.json"


def _socket() -> str:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket.json")
    return "socket.json"


def _huge() -> str:
    with open("huge.json", "wb") as stream:
        stream.truncate(1 << 30)
    return "huge.json"


def _folder(name: str = "empty") -> str:
    os.mkdir(name)
    return name


def _link(to: str) -> str:
    os.symlink(to, "link.json")
    return "link.json"


BAD: dict[str, tuple[Callable[[], str], Why]] = {
    "no such file": (lambda: "missing.json", Why.NO_FILE),
    "a null character in the name": (lambda: "a\0b.json", Why.NO_FILE),
    "no match": (lambda: "*.json", Why.NO_FILE),
    "a link to nothing": (lambda: _link("missing.json"), Why.NO_FILE),
    "a link to itself": (lambda: _link("link.json"), Why.UNREADABLE),
    "an empty folder": (_folder, Why.NOTHING_INSIDE),
    "a pipe nobody writes to": (_pipe, Why.NO_REGULAR_FILE),
    "a socket": (_socket, Why.NO_REGULAR_FILE),
    "an endless device": (lambda: "/dev/zero", Why.NO_REGULAR_FILE),
    "a gigabyte": (_huge, Why.TOO_LARGE),
    "lines in UTF-16": (lambda: put("a.ndjson", '{"a": 1}\n'.encode("utf-16")), Why.BAD_LINES),
    "no lines": (lambda: put("a.ndjson", b"\n \n"), Why.NOTHING_INSIDE),
    "no archive": (lambda: put("a.zip", b"not a zip"), Why.BAD_ARCHIVE),
    "an empty archive file": (lambda: put("a.zip", b""), Why.BAD_ARCHIVE),
    "half an archive": (
        lambda: put("a.zip", Path(packed("b.zip", {"b.json": BODY * 99})).read_bytes()[:40]),
        Why.BAD_ARCHIVE,
    ),
    "an archive without members": (lambda: packed("a.zip", {}), Why.NOTHING_INSIDE),
    "an archive of other files": (lambda: packed("a.zip", {"README.txt": b"x"}), Why.NOTHING_INSIDE),
    "an archive in an archive": (lambda: packed("a.zip", {"b.zip": b"PK"}), Why.BAD_ARCHIVE),
    "a name that climbs": (lambda: packed("a.zip", {"../../etc/passwd.json": BODY}), Why.CLIMBING_NAME),
    "a name that climbs, as on Windows": (lambda: packed("a.zip", {"..\\x.json": BODY}), Why.CLIMBING_NAME),
    "a name from the root": (lambda: packed("a.zip", {"/etc/x.json": BODY}), Why.CLIMBING_NAME),
    "a name from a drive": (lambda: packed("a.zip", {"C:/x.json": BODY}), Why.CLIMBING_NAME),
    "a climbing name of another kind of file": (lambda: packed("a.zip", {"../x.sh": BODY}), Why.CLIMBING_NAME),
    "an encrypted member": (_encrypted, Why.ENCRYPTED),
    "another compression": (lambda: packed("a.zip", {"b.json": BODY}, zipfile.ZIP_LZMA), Why.BAD_ARCHIVE),
    "a member with a damaged byte": (_damaged, Why.BAD_ARCHIVE),
    "a member that is more than its list says": (_lying, Why.BAD_ARCHIVE),
    "a member that is too large": (lambda: packed("a.zip", {"b.json": b"x" * (11 << 20)}), Why.TOO_LARGE),
    "a bomb of one long file of lines": (
        lambda: packed("a.zip", {"b.ndjson": b"\n" * (101 << 20)}),
        Why.ARCHIVE_BOMB,
    ),
    "a bomb of overlapping members": (_overlapping, Why.ARCHIVE_BOMB),
    "a list of members of two gigabytes": (_long_list, Why.TOO_LARGE),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_clear_problem_in_little_memory(name: str):
    make, why = BAD[name]
    place = make()
    tracemalloc.start()
    try:
        assert only(place).why is why
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read():
    os.chmod(put("a.json"), 0)
    assert only("a.json").why is Why.UNREADABLE


def test_a_file_that_cannot_be_read_says_what_the_system_says(monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    put("a.json")
    monkeypatch.setattr(os, "open", refused)
    told = only("a.json")
    assert told.why is Why.UNREADABLE
    assert "Permission denied" in told.message


def test_one_bad_member_does_not_lose_the_others():
    packed("a.zip", {"../x.json": BODY, "b.json": BODY})
    told: list[Given] = list(payloads(["missing", "a.zip"]))
    assert [type(one) for one in told] == [Unread, Unread, Payload]


def test_nothing_of_an_archive_is_written_to_disk(here: Path):
    packed("a.zip", {"../x.json": BODY, "b.json": BODY})
    before = sorted(here.parent.rglob("*"))
    list(payloads(["a.zip"]))
    assert sorted(here.parent.rglob("*")) == before
