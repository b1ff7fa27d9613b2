"""The verb `score`: images from elsewhere against a data set or a folder, or submissions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restorebench.cli.challenges import submission
from restorebench.cli.challenges.submission import Request
from restorebench.cli.options import (
    AsJson,
    DataRoot,
    Dataset,
    Mask,
    OneData,
    Protocol,
    Split,
    Task,
    Views,
    output,
)
from restorebench.cli.output import emit, error, installed, warning
from restorebench.cli.resolve import check_task, with_one
from restorebench.errors import OptionError

if TYPE_CHECKING:
    from restorebench.data.layouts.pairing import Match
    from restorebench.plugins import Suite
    from restorebench.types import Record

_SUBMISSIONS = "Submissions"
"""The group of options for zip files."""


def _option(flag: str, text: str, metavar: str | None = None) -> Any:
    """An option of that group."""
    return typer.Option(flag, metavar=metavar, help=text, rich_help_panel=_SUBMISSIONS)


Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH",
        help="A folder of images, then perhaps one of references, or patterns such as "
        "'out/{id}_*.png' 'gt/{id}.png'; or submissions (zip files).",
    ),
]
Reference = Annotated[
    Path | None,
    _option("--reference", "A folder of targets, or a pattern, instead of --dataset.", "DIR"),
]
Output = Annotated[Path | None, output("DIR", "Write score files and reports here.", _SUBMISSIONS)]
Into = Annotated[
    Path | None,
    _option("--results", "The store for records; by default 'results' in --output.", "DIR"),
]
Team = Annotated[
    str | None, _option("--team", "The name in tables; by default the file's.", "NAME")
]
Partial = Annotated[bool, _option("--partial", "Score incomplete submissions, and mark them.")]
Validate = Annotated[bool, _option("--validate-only", "Check without scoring.")]


def score(
    paths: Paths,
    task: Task = None,
    dataset: Dataset = None,
    data: OneData = None,
    data_root: DataRoot = None,
    split: Split = "test",
    protocol: Protocol = None,
    mask: Mask = None,
    views: Views = None,
    as_json: AsJson = False,
    reference: Reference = None,
    output: Output = None,
    results: Into = None,
    team: Team = None,
    partial: Partial = False,
    validate_only: Validate = False,
) -> None:
    """Score images that were restored elsewhere, or submissions.

    A folder is scored against a data set (--dataset, --data) by its task's protocol, or against a
    folder of references. Files belong together by name; where names differ, patterns say how:
    'out/{id}_*.png' 'gt/{id}.png'. Submissions (zip files with a readme.txt) are checked first,
    then scored against --dataset or --reference; a rejected one does not stop the others, but the
    exit status is 1.
    """
    suite, dataset = with_one(installed(), task, dataset, data, data_root)
    if protocol is not None:
        suite.protocols.matching(protocol)  # a name that is not there is said before any work
    where: dict[str, Any] = {"task": task, "dataset": dataset, "reference": reference}
    into: dict[str, Any] = {"output": output, "results": results, "as_json": as_json}
    how: dict[str, Any] = {"partial": partial, "validate_only": validate_only, "team": team}
    how |= {"split": split, "protocol": protocol}
    request = Request(tuple(paths), **where, **into, **how)
    if submission.are_submissions(paths, reference):
        if mask or views:
            option = "--mask" if mask else "--views"
            msg = f"{option} is for two folders; a reference's masks are in its folder 'masks'"
            raise OptionError(msg)
        if not submission.judge(suite, request):
            raise typer.Exit(1)
        return
    if output or results or team or partial or validate_only or len(paths) > 2:
        msg = "give one folder, or two to compare; the other options are for submissions (zip)"
        raise OptionError(msg)
    _score_folders(suite, request, mask, views)


def _score_folders(suite: Suite, request: Request, mask: Path | None, views: int | None) -> None:
    from restorebench.cli.challenges.score_report import print_scores
    from restorebench.data.layouts.pairing import matches
    from restorebench.metrics.folders import score_folders

    (pred, *references), dataset = request.uploads, request.dataset
    if not references:
        if dataset is None or mask or views:
            msg = "give a folder of references, or --dataset or --data (which fix mask and views)"
            raise OptionError(msg)
        check_task(suite, dataset, request.task)
        failed = _against_dataset(suite, pred, dataset, request)
    else:
        if dataset or request.task:
            msg = "give either a folder of references or a data set (--task, --dataset), not both"
            raise OptionError(msg)
        found, name = matches(pred, references[0], views, mask), request.protocol or "ntire-rgb"
        _say_what_has_no_reference(pred, found)
        rule = suite.protocols.load(name)
        if mask and all(measure.region == "all" for measure in rule.measures.values()):
            warning(f"--mask changes nothing: no column of {name} is of a region; see --protocol")
        scores = score_folders(found, name, rule, suite.metrics.load)
        emit(scores.facts()) if request.as_json else print_scores(scores)
        _say_what_equals_its_target([pair.name for pair in scores.pairs if pair.equal], len(found))
        failed = _print_errors((pair.name, pair.error) for pair in scores.pairs)
    if failed:
        raise typer.Exit(1)


def _say_what_has_no_reference(pred: Path, found: Mapping[str, Match]) -> None:
    from restorebench.data.layouts.scenes import ImageFolder

    if pred.is_dir():
        scored = {name for match in found.values() for name in match.restored.names}
        if left := [name for name in ImageFolder(pred).names if name not in scored]:
            names = ", ".join(left[:5]) + ", …" * (len(left) > 5)
            warning(f"{len(left)} of the images in {pred} have no reference: {names}")


def _say_what_equals_its_target(names: Sequence[str], total: int) -> None:
    if names:
        listed = ", ".join(names[:5]) + ", …" * (len(names) > 5)
        warning(f"{len(names)} of {total} equal their targets in every pixel: {listed}")


def _against_dataset(suite: Suite, pred: Path, dataset: str, request: Request) -> bool:
    """Score as `run` scores a restorer, in a store that is deleted afterwards."""
    from restorebench.cli.cells import run_cells
    from restorebench.cli.run_tables import show
    from restorebench.data.layouts.image_places import is_pattern
    from restorebench.harness.engines.engine import LocalEngine
    from restorebench.harness.plan import Cell, RestorerRef
    from restorebench.harness.run import Runner
    from restorebench.harness.store import Store

    task, split = suite.datasets[dataset].task, request.split
    place = pred.parent if is_pattern(pred) else pred
    options = (("label", place.resolve().name), ("path", str(pred)))
    restored = RestorerRef("folder", options)
    cell = Cell(task, dataset, split, restored, protocol=request.protocol or "")
    with tempfile.TemporaryDirectory(prefix="restorebench-") as folder:
        runner = Runner(suite, Store(Path(folder)))
        records, failures = run_cells(LocalEngine(runner), [cell])
        same = [record.sample for record in records if record.equals_target]
        _say_what_equals_its_target(same, len(records))
        if records and request.as_json:
            where = {"dataset": dataset, "split": split, "dataset_hash": records[0].dataset_hash}
            emit({**_facts(records, suite.tasks[cell.task].views), **where})
        elif records:
            show(suite, runner.store, records)
    _print_errors((record.sample, record.error) for record in records)
    return failures > 0


def _print_errors(found: Iterable[tuple[str, str | None]]) -> bool:
    """Print what went wrong, by image; whether anything did."""
    wrong = [f"{name}: {reason}" for name, reason in found if reason is not None]
    for line in wrong:
        error(line)
    return bool(wrong)


def _facts(records: Sequence[Record], views: int) -> dict[str, Any]:
    from restorebench.metrics.folders import FolderScores, PairScores

    pairs = (
        PairScores(r.sample, dict(r.scores), dict(r.missing), r.error, r.equals_target)
        for r in records
    )
    columns = dict.fromkeys(c for r in records for c in (*r.scores, *r.missing))
    rule = (records[0].protocol, records[0].protocol_hash, tuple(columns))
    return FolderScores(*rule, views, tuple(pairs)).facts()
