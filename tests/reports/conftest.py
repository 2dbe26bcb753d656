from __future__ import annotations

from pathlib import Path

import pytest

from .sample import SAMPLES, Sample


@pytest.fixture(scope="session", params=sorted(SAMPLES))
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Each of the samples in turn."""
    return SAMPLES[request.param](tmp_path_factory.mktemp(request.param) / "evidence")


@pytest.fixture(scope="session")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder: Path = tmp_path_factory.mktemp("failing") / "evidence"
    return SAMPLES["failing"](folder)
