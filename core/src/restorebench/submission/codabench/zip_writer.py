"""Zip files that are the same, byte for byte, whenever the same files go in."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip file can hold
_PACKED = {".png", ".zip", ".npy"}
_MODE = 0o100644 << 16


def pack(path: Path, folder: Path) -> None:
    """Write all files under `folder`, by their relative paths; whole or not at all."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(part, "w") as archive:
            for file in files:
                _add(archive, file.relative_to(folder).as_posix(), file.read_bytes())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = _MODE
    packed = Path(name).suffix in _PACKED
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    archive.writestr(info, content)
