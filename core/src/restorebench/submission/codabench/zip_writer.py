"""Zip files that are the same, byte for byte, whenever the same files go in."""

from __future__ import annotations

import zipfile
from pathlib import Path

from restorebench.atomic import replacing

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip file can hold
_PACKED = {".png", ".zip", ".npy"}
_MODE = 0o100644 << 16


def pack(path: Path, folder: Path) -> None:
    """Write all files under `folder`, by their relative paths; whole or not at all."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    with replacing(path) as part, zipfile.ZipFile(part, "w") as archive:
        for file in files:
            _add(archive, file.relative_to(folder).as_posix(), file.read_bytes())


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = _MODE
    packed = Path(name).suffix in _PACKED
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    archive.writestr(info, content)
