"""Uploads on disk, and the report on them."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from restorebench.data.colour import quantise
from restorebench.data.layouts.fields.views import image_names
from restorebench.harness.store import Store
from restorebench.plugins import Suite, inline
from restorebench.submission.archive.folder_upload import FolderUpload
from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.zip_upload import open_zip
from restorebench.submission.check import check
from restorebench.submission.judge import SubmissionScorer
from restorebench.submission.reference.dataset import DatasetReference
from restorebench.submission.report import Report

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


class Checked(NamedTuple):
    """The report on a case, and the names of all files that there are then."""

    report: Report
    files: list[str]


@pytest.fixture(scope="session")
def known() -> dict[str, Checked]:
    """The cases that were checked, by name."""
    return {}


@pytest.fixture
def checked(case, known, report_on, tmp_path, monkeypatch) -> Checked:
    """A case of the corpus, checked once for all tests."""
    if case.name not in known:
        monkeypatch.chdir(tmp_path)
        report = report_on(case.upload)
        known[case.name] = Checked(report, sorted(path.name for path in tmp_path.rglob("*")))
    return known[case.name]


@pytest.fixture
def contest(monkeypatch):
    monkeypatch.syspath_prepend(HERE)
    return importlib.import_module("contest_task")


@pytest.fixture
def suite(contest) -> Suite:
    return Suite([inline(contest, "contest")])


@pytest.fixture
def targets_of(contest, tmp_path):
    """A submission that holds the targets of a data set's test split, each `offset` levels off."""

    def make(dataset: str, name: str = "team.zip", offset: int = 0, leave_out: int = 0) -> Path:
        kit, path = _load("upload_kit"), tmp_path / name
        samples = list(getattr(contest, dataset.removesuffix("-set"))("test"))
        members = {
            name: view.transpose(1, 2, 0)
            for sample in samples[leave_out:]
            for name, view in zip(
                image_names(sample.id, sample.target_shape[0]),
                quantise(sample.target) - np.uint8(offset),
                strict=True,
            )
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        files = [(name, kit.saved(np.ascontiguousarray(view))) for name, view in members.items()]
        path.write_bytes(kit.zipped(*files, ("readme.txt", kit.README)))
        return path

    return make


@pytest.fixture
def jury(suite, tmp_path):
    """A scorer of a data set's test split, with a store."""

    def make(dataset: str = "dim-set", **more) -> SubmissionScorer:
        memory = tmp_path / "results" / "datasets.jsonl"
        reference = DatasetReference(suite, dataset, "test", None, memory)
        return SubmissionScorer(suite, reference, store=Store(tmp_path / "results"), **more)

    return make
