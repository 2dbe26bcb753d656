"""What the tests of the sample portals share: an ORCID, and portals started against it as their plans do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from checker.sandbox import Sandbox

from .running import Starter


@pytest.fixture
def orcid() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def start(orcid, tmp_path) -> Iterator[Starter]:
    starter = Starter(orcid, tmp_path)
    yield starter
    starter.stop_all()
