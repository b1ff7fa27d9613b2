"""The verb `score`: images from elsewhere against a data set or a folder, or submissions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restorebench.cli import completion, submission
from restorebench.cli.options import AsJson, Split
from restorebench.cli.output import emit, error, installed
from restorebench.cli.pairs import Comparison, Pair, compare, print_pairs
from restorebench.errors import OptionError

if TYPE_CHECKING:
    from restorebench.plugins import Suite
    from restorebench.types import Record

Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PRED [REF] | SUBMISSION.zip…",
        help="A folder of images, and one of references of the same names; or submissions.",
    ),
]
Task = Annotated[
    str | None,
    typer.Option("--task", help="The task.", autocompletion=completion.task_names),
]
DatasetName = Annotated[
    str | None,
    typer.Option("--dataset", help="The data set.", autocompletion=completion.dataset_names),
]
ProtocolName = Annotated[
    str | None,
    typer.Option(
        "--protocol",
        help="How two folders are compared (else ntire-rgb), or submissions (else the task's).",
        autocompletion=completion.protocol_names,
    ),
]
Masks = Annotated[
    Path | None, typer.Option("--mask", help="A folder of masks of the same names as REF's.")
]
Reference = Annotated[
    Path | None,
    typer.Option("--reference", help="Submissions: a folder of targets instead of --dataset."),
]
Out = Annotated[
    Path | None, typer.Option("--out", help="Submissions: where score files and reports go.")
]
Into = Annotated[
    Path | None,
    typer.Option("--results", help="Submissions: the store for records; else OUT/results."),
]
Team = Annotated[
    str | None, typer.Option("--team", help="Submissions: the name in tables; else the file's.")
]
Partial = Annotated[
    bool, typer.Option("--partial", help="Submissions: score what is there, and mark it so.")
]
Validate = Annotated[
    bool, typer.Option("--validate-only", help="Submissions: check them, without scores.")
]


def score(
    paths: Paths,
    task: Task = None,
    dataset: DatasetName = None,
    split: Split = "test",
    protocol: ProtocolName = None,
    mask: Masks = None,
    as_json: AsJson = False,
    reference: Reference = None,
    out: Out = None,
    results: Into = None,
    team: Team = None,
    partial: Partial = False,
    validate_only: Validate = False,
) -> None:
    """Score images that were restored elsewhere.

    A folder is scored against a data set (--dataset, with --task if you like it checked) by its
    task's protocol, or against a folder REF. Submissions of a challenge (zip files with
    readme.txt) are checked first and scored against --dataset or --reference; one that is rejected
    does not stop the others, and the exit status is 1.
    """
    suite = installed()
    if submission.are_submissions(paths, reference):
        if mask is not None:
            msg = "--mask is for two folders; the masks of a reference lie in its folder 'masks'"
            raise OptionError(msg)
        where: dict[str, Any] = {"task": task, "dataset": dataset, "reference": reference}
        into: dict[str, Any] = {"out": out, "results": results, "team": team, "as_json": as_json}
        how: dict[str, Any] = {"partial": partial, "validate_only": validate_only}
        how |= {"split": split, "protocol": protocol}
        request = submission.Request(tuple(paths), **where, **into, **how)
        if not submission.judge(suite, request):
            raise typer.Exit(1)
        return
    if out or results or team or partial or validate_only or len(paths) > 2:
        msg = "give one folder, or two to compare; the other options are for submissions (zip)"
        raise OptionError(msg)
    _score_folders(suite, paths, task, dataset, split, protocol, mask, as_json)


def _score_folders(
    suite: Suite,
    paths: list[Path],
    task: str | None,
    dataset: str | None,
    split: str,
    protocol: str | None,
    mask: Path | None,
    as_json: bool,
) -> None:
    pred, ref = paths[0], paths[1] if len(paths) > 1 else None
    if ref is None:
        if dataset is None or protocol or mask:
            msg = "give a folder of references, or --dataset (whose task fixes protocol and mask)"
            raise OptionError(msg)
        failed = _against_dataset(suite, pred, _checked(suite, dataset, task), split, as_json)
    else:
        if dataset or task:
            msg = "give either a folder of references or --task and --dataset, not both"
            raise OptionError(msg)
        comparison = compare(suite, pred, ref, protocol or "ntire-rgb", mask)
        emit(comparison.facts()) if as_json else print_pairs(comparison)
        failed = _print_errors((pair.name, pair.error) for pair in comparison.pairs)
    if failed:
        raise typer.Exit(1)


def _checked(suite: Suite, dataset: str, task: str | None) -> str:
    own = suite.datasets[dataset].task
    if task is not None and suite.tasks[task].name != own:
        msg = f"the data set {dataset!r} is of the task {own!r}, not {task!r}"
        raise OptionError(msg)
    return dataset


def _against_dataset(suite: Suite, pred: Path, dataset: str, split: str, as_json: bool) -> bool:
    """Score by the way that every restorer takes, in a store that is thrown away."""
    from restorebench.cli.run import settle, show
    from restorebench.harness.plan import Cell, RestorerRef
    from restorebench.harness.run import Runner
    from restorebench.harness.store import Store

    options = (("label", pred.resolve().name), ("path", str(pred)))
    cell = Cell(suite.datasets[dataset].task, dataset, split, RestorerRef("folder", options))
    with tempfile.TemporaryDirectory(prefix="restorebench-") as folder:
        runner = Runner(suite, Store(Path(folder)))
        records, failures = settle(runner, [cell])
        if records and as_json:
            where = {"dataset": dataset, "split": split, "dataset_hash": records[0].dataset_hash}
            emit({**_comparison(records).facts(), **where})
        elif records:
            show(runner, records)
    _print_errors((record.sample, record.error) for record in records)
    return failures > 0


def _print_errors(found: Iterable[tuple[str, str | None]]) -> bool:
    """Print what went wrong, by image; whether anything did."""
    wrong = [f"{name}: {reason}" for name, reason in found if reason is not None]
    for line in wrong:
        error(line)
    return bool(wrong)


def _comparison(records: Sequence[Record]) -> Comparison:
    pairs = (Pair(r.sample, dict(r.scores), dict(r.missing), r.error) for r in records)
    return Comparison(records[0].protocol, records[0].protocol_hash, tuple(pairs))
