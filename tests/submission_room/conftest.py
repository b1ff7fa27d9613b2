"""Uploads on disk, and the report on them."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from restorebench.submission.check import check
from restorebench.submission.limits import Limits
from restorebench.submission.unpacked import FolderUpload
from restorebench.submission.zipped import open_zip

HERE = str(Path(__file__).parent)


def _load(name: str):
    sys.path.insert(0, HERE)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(HERE)


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        cases = _load("upload_corpus").CASES
        metafunc.parametrize("case", cases, ids=[case.name for case in cases])


@pytest.fixture
def kit():
    return _load("upload_kit")


@pytest.fixture
def corpus():
    return _load("upload_corpus")


@pytest.fixture
def report_on(kit, tmp_path):
    """The report on a zip file of these bytes, or on a folder."""

    def report(upload: bytes | Path, partial: bool = False, limits: Limits | None = None):
        bounds = limits or Limits()
        if isinstance(upload, Path):
            unpacked = FolderUpload(upload, bounds)
            return check(upload.name, unpacked, kit.EXPECTED, bounds, partial)
        path = tmp_path / "team.zip"
        path.write_bytes(upload)
        with open_zip(path, bounds) as opened:
            return check(path.name, opened, kit.EXPECTED, bounds, partial)

    return report
