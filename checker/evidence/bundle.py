"""The evidence on disk: a folder, or one zip of it, that can be kept, sent, and judged again.

evidence/
  evidence.json      everything, by the model
  pages/ID.html      each page as rendered, secrets replaced
  pages/ID.png       its screenshot
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from .model import Evidence
from .vault import Vault

LARGEST = 512 * 1024 * 1024
"""A zip that unpacks to more bytes than this is refused."""


class BundleError(Exception):
    """A bundle cannot be read; the message says which and why."""


def write(folder: Path, evidence: Evidence, pages: Mapping[str, tuple[str, bytes]], vault: Vault) -> Evidence:
    """Write the evidence, with every secret replaced, and return it as written.

    Args:
        folder: is made; what lies there already under the same names is replaced.
        evidence: as gathered; may still hold secrets.
        pages: page id -> its HTML and its screenshot (PNG, may be empty).
        vault: knows the secrets.

    Raises:
        checker.evidence.vault.Leak: a text would still hold a secret after replacing.
    """
    clean = Evidence.model_validate(_redacted(evidence.model_dump(mode="json"), vault))
    clean = clean.model_copy(update={"secrets": vault.kinds})
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    _write_text(folder / "evidence.json", clean.model_dump_json(indent=1) + "\n", vault)
    for page_id, (html, screenshot) in pages.items():
        _write_text(folder / "pages" / f"{page_id}.html", vault.redact(html), vault)
        if screenshot:
            (folder / "pages" / f"{page_id}.png").write_bytes(screenshot)
    return clean


def _write_text(path: Path, text: str, vault: Vault) -> None:
    vault.check(text, path.name)
    path.write_text(text, "utf-8")


def _redacted(value: Any, vault: Vault) -> Any:
    match value:
        case str():
            return vault.redact(value)
        case list():
            return [_redacted(item, vault) for item in value]
        case dict():
            return {key: _redacted(item, vault) for key, item in value.items()}
        case _:
            return value


def load(path: Path) -> tuple[Evidence, Path]:
    """Read a bundle and return the evidence and the folder its files are in (a temporary one for a zip).

    Raises:
        BundleError: it is missing, not a bundle, or of a format this version does not know.
    """
    folder = _unpacked(path) if path.is_file() else path
    if not folder.is_dir():
        raise BundleError(f"{path}: there is no such folder or zip file")
    file = folder / "evidence.json"
    if not file.is_file() and (folder / "evidence" / "evidence.json").is_file():
        folder = folder / "evidence"
        file = folder / "evidence.json"
    if not file.is_file():
        raise BundleError(f"{path}: no evidence.json in it, so it is not an evidence folder of orcid-review")
    try:
        data = json.loads(file.read_text("utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise BundleError(f"{file.name} in {path} is not readable JSON: {error}") from error
    known = Evidence.model_fields["format"].default
    found = data.get("format") if isinstance(data, dict) else None
    if found != known:
        raise BundleError(f"{path} holds evidence of format {found!r}; this version reads {known!r}")
    try:
        evidence = Evidence.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BundleError(
            f"{file.name} in {path} does not hold to the format: at {where}: {first['msg']}"
            f" ({error.error_count()} problems in all)"
        ) from error
    return evidence, folder


def _unpacked(path: Path) -> Path:
    if not zipfile.is_zipfile(path):
        raise BundleError(f"{path} is neither an evidence folder nor a zip of one")
    folder = Path(tempfile.mkdtemp(prefix="orcid-review-evidence-"))
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > LARGEST:
            raise BundleError(f"{path} would unpack to more than {LARGEST // 2**20} MiB; that is no evidence bundle")
        for entry in entries:
            name = PurePosixPath(entry.filename)
            if name.is_absolute() or ".." in name.parts:
                raise BundleError(f"{path} holds a name that climbs out of the archive: {entry.filename!r}")
        archive.extractall(folder)
    return folder
