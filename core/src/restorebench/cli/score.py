"""The verb `score`: a folder of pictures against a data set, or against another folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restorebench.cli import completion
from restorebench.cli.options import AsJson, Split
from restorebench.cli.output import emit, error, installed
from restorebench.cli.pairs import Comparison, Pair, compare, print_pairs
from restorebench.errors import OptionError

if TYPE_CHECKING:
    from restorebench.plugins import Suite
    from restorebench.types import Record

Predictions = Annotated[Path, typer.Argument(metavar="PRED", help="The folder of pictures.")]
References = Annotated[
    Path | None, typer.Argument(metavar="[REF]", help="A folder of references of the same names.")
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
        help="How two folders are compared; ntire-rgb if not given.",
        autocompletion=completion.protocol_names,
    ),
]
Masks = Annotated[
    Path | None, typer.Option("--mask", help="A folder of masks of the same names as REF's.")
]


def score(
    pred: Predictions,
    ref: References = None,
    task: Task = None,
    dataset: DatasetName = None,
    split: Split = "test",
    protocol: ProtocolName = None,
    mask: Masks = None,
    as_json: AsJson = False,
) -> None:
    """Score pictures that were restored elsewhere.

    Either against a data set (--dataset, with --task if you like it checked) by its task's
    protocol, or against a folder REF.
    """
    suite = installed()
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
    """Print what went wrong, by picture; whether anything did."""
    wrong = [f"{name}: {reason}" for name, reason in found if reason is not None]
    for line in wrong:
        error(line)
    return bool(wrong)


def _comparison(records: Sequence[Record]) -> Comparison:
    pairs = (Pair(r.sample, dict(r.scores), dict(r.missing), r.error) for r in records)
    return Comparison(records[0].protocol, records[0].protocol_hash, tuple(pairs))
