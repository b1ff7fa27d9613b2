"""Submissions on the command line: checked, scored, and put on a board."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from restorebench.cli.output import emit, note, stderr, stdout, warning
from restorebench.cli.resolve import check_task
from restorebench.cli.run_tables import show
from restorebench.console import legible
from restorebench.errors import OptionError
from restorebench.submission.archive.same_files import same_files

if TYPE_CHECKING:
    from restorebench.harness.store import Store
    from restorebench.plugins import Suite
    from restorebench.submission.judge import SubmissionScorer
    from restorebench.submission.reference.base import Reference
    from restorebench.submission.report import Report
    from restorebench.submission.result import SubmissionResult


@dataclass(frozen=True)
class Request:
    """What the command line asks for; `uploads` are submissions, or folders."""

    uploads: tuple[Path, ...]
    task: str | None = None
    dataset: str | None = None
    reference: Path | None = None
    split: str = "test"
    protocol: str | None = None
    output: Path | None = None
    results: Path | None = None
    team: str | None = None
    partial: bool = False
    validate_only: bool = False
    as_json: bool = False


def are_submissions(paths: Sequence[Path], request_reference: Path | None) -> bool:
    """Whether `paths` are uploads: files that are not images, or anything with ``--reference``."""
    from restorebench.data.images import SUFFIXES

    images = [path for path in paths if path.suffix.lower() in SUFFIXES]
    others = [path for path in paths if path not in images]
    zips = [path for path in others if path.is_file() or path.suffix.lower() == ".zip"]
    if zips and len(zips) < len(paths) and request_reference is None:
        other = next(path for path in paths if path not in zips)
        msg = f"{other} is not a zip file, but others are; folders need --reference"
        raise OptionError(msg)
    return bool(zips) or request_reference is not None


def judge(suite: Suite, request: Request) -> bool:
    """Judge the uploads one after the other; whether all of them were accepted.

    Raises `OptionError` where the request contradicts itself.
    """
    labels = _labels(request)
    for a, b in same_files(request.uploads):
        warning(f"{a.name} and {b.name} are the same file, byte for byte")
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="restorebench-")))
        store = _store(request, scratch)
        scorer = _scorer(suite, request, store)
        if request.validate_only:
            return _validated(scorer, request)
        scored = _judged(scorer, request, labels)
        records = [record for one in scored for record in one.records]
        if request.as_json:
            emit([_facts(one) for one in scored])
        elif records:
            show(suite, store, records)
        if request.output or request.results:
            note(f"records: {store.path}")
        _summarise([one.report for one in scored])
        return all(one.report.accepted for one in scored)


def _validated(scorer: SubmissionScorer, request: Request) -> bool:
    """Check the uploads without scoring them; whether all of them were accepted."""
    from restorebench.submission.reference.base import verify

    verify(scorer.reference)
    reports = []
    for path in request.uploads:
        reports.append(scorer.check(path))
        _print(request, reports[-1])
    if request.as_json:
        emit([report.facts() for report in reports])
    _summarise(reports)
    return all(report.accepted for report in reports)


def _summarise(reports: Sequence[Report]) -> None:
    """How many were accepted, of several."""
    accepted = sum(report.accepted for report in reports)
    partial = sum(report.accepted and not report.complete for report in reports)
    if len(reports) > 1:
        some = f" ({partial} of them partial)" if partial else ""
        note(f"{accepted} accepted{some}, {len(reports) - accepted} rejected")


def _scorer(suite: Suite, request: Request, store: Store) -> SubmissionScorer:
    from restorebench.harness.provenance import run_provenance
    from restorebench.submission.judge import SubmissionScorer

    reference = _reference(suite, request, store)
    key, facts = run_provenance(suite, "cpu")
    if not request.validate_only:
        store.add_provenance(key, facts)
    return SubmissionScorer(suite, reference, store=store, provenance=key, partial=request.partial)


def _store(request: Request, scratch: Path) -> Store:
    from restorebench.harness.store import Store
    from restorebench.submission.score_files import STORE

    if request.validate_only:
        return Store(scratch)
    beside = request.output / STORE if request.output else scratch
    return Store(request.results or beside)


def _reference(suite: Suite, request: Request, store: Store) -> Reference:
    from restorebench.submission.reference.dataset import DatasetReference
    from restorebench.submission.reference.folder import FolderReference

    if (request.dataset is None) == (request.reference is None):
        msg = "say what submissions are scored against: --dataset NAME or --reference FOLDER"
        raise OptionError(msg)
    if request.reference is not None:
        return FolderReference(suite, request.reference, request.task, request.protocol)
    assert request.dataset is not None
    check_task(suite, request.dataset, request.task)
    memory = store.folder / "datasets.jsonl"
    return DatasetReference(suite, request.dataset, request.split, request.protocol, memory)


def _labels(request: Request) -> list[str]:
    """A team's name for each upload: as given, the file's, with its folder's where that helps."""
    if request.team is not None:
        if not request.team.strip():
            msg = "--team is empty; name the team, or leave the option out"
            raise OptionError(msg)
        if len(request.uploads) > 1:
            msg = f"--team names one team, but there are {len(request.uploads)} submissions"
            raise OptionError(msg)
        return [request.team]
    paths = [Path(legible(str(path.resolve()))) for path in request.uploads]
    stems = [path.stem for path in paths]
    full = [f"{path.parent.name}/{path.stem}" for path in paths]
    labels = [a if stems.count(a) == 1 else b for a, b in zip(stems, full, strict=True)]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        msg = f"several submissions would be called {', '.join(twice)}; rename their files"
        raise OptionError(msg)
    return labels


def _judged(
    scorer: SubmissionScorer, request: Request, labels: list[str]
) -> list[SubmissionResult]:
    from restorebench.submission.score_files import folder_names, write_result

    scored = []
    for path, label, name in zip(request.uploads, labels, folder_names(labels), strict=True):
        one = scorer.score(path, label)
        scored.append(one)
        _print(request, one.report)
        if request.output is not None:
            write_result(request.output / name, one)
            note(f"wrote {request.output / name}")
    return scored


def _print(request: Request, report: Report) -> None:
    if not request.as_json:
        console = stdout() if report.accepted else stderr()
        console.print(report.text(), soft_wrap=True, end="")


def _facts(one: SubmissionResult) -> dict[str, object]:
    return {"team": one.label, **one.report.facts(), "scores": one.numbers() if one.records else {}}
