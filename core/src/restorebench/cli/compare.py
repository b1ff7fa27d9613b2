"""The verb `compare`: two restorers in a store, image by image."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from restorebench.cli import completion
from restorebench.cli.options import AsJson, Datasets, Results, Split, Tasks, results_folder
from restorebench.cli.output import emit, installed, stderr, stdout
from restorebench.errors import StoreError

if TYPE_CHECKING:
    from restorebench.harness.store import Store
    from restorebench.leaderboard.compare.comparison import Comparison
    from restorebench.plugins import Suite
    from restorebench.types import Record

Label = Annotated[
    str,
    typer.Argument(
        help="A restorer as tables call it, or as for --restorer.",
        autocompletion=completion.restorer_names,
    ),
]
FailIf = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-if",
        metavar="CONDITION",
        help="Exit with status 1 if so: 'psnr < -0.1', 'psnr.low < -0.1', 'seconds.ratio > 2'; "
        "of B − A, and of B / A for costs. May be given several times.",
    ),
]
Common = Annotated[bool, typer.Option("--common", help="Compare the images that both have.")]
ContactSheet = Annotated[
    Path | None,
    typer.Option("--contact-sheet", help="Write a contact sheet per data set into this folder."),
]
Count = Annotated[int, typer.Option("--images", min=1, help="How many worst and best images.")]


def compare(
    a: Label,
    b: Label,
    task: Tasks = None,
    dataset: Datasets = None,
    split: Split = "test",
    results: Results = None,
    common: Common = False,
    fail_if: FailIf = None,
    contact_sheet: ContactSheet = None,
    images: Count = 3,
    as_json: AsJson = False,
) -> None:
    """Compare restorer B with restorer A on what a store has of both."""
    from restorebench.cli.compare_report import Check, facts, report
    from restorebench.harness.store import Store
    from restorebench.leaderboard.compare.comparison import compare as compare_records
    from restorebench.leaderboard.compare.conditions import Condition

    suite = installed()
    conditions = [Condition.parse(text) for text in fail_if or ()]
    store = Store(results_folder(results))
    records = _chosen(store, task or ["*"], dataset or ["*"], split)
    found = compare_records(records, suite, a, b, common=common, provenance=store.provenance)
    checks = [
        Check(c, one.dataset, c.value(one), c.holds(one)) for one in found for c in conditions
    ]
    if as_json:
        emit(facts(found, checks))
    else:
        stdout().print(report(found, checks, images))
    if contact_sheet is not None:
        _write(found, suite, store, contact_sheet, images)
    if any(check.holds for check in checks):
        raise typer.Exit(1)


def _chosen(
    store: Store, tasks: Sequence[str], datasets: Sequence[str], split: str
) -> list[Record]:
    def wanted(record: Record) -> bool:
        return (
            record.split == split
            and any(fnmatchcase(record.task, pattern) for pattern in tasks)
            and any(fnmatchcase(record.dataset, pattern) for pattern in datasets)
        )

    records = [record for record in store.records() if wanted(record)]
    if not records:
        there = sorted({f"{r.dataset} · {r.split}" for r in store.records()})
        what = (
            f"no records of what was chosen; there are {', '.join(there)}"
            if there
            else "no records"
        )
        msg = f"{store.folder} has {what}"
        raise StoreError(msg)
    return records


def _write(
    found: Sequence[Comparison], suite: Suite, store: Store, folder: Path, count: int
) -> None:
    """A sheet for each comparison."""
    from restorebench.data.images import write_image
    from restorebench.leaderboard.compare.contact_sheet import contact_sheet
    from restorebench.leaderboard.compare.images import ImageLoader

    album = ImageLoader(suite, store)
    for one in found:
        path = folder / f"compare-{one.dataset}-{one.split}-{one.protocol_hash[:6]}.png"
        write_image(path, contact_sheet(one, album, count))
        stderr().print(f"wrote {escape(str(path))}", soft_wrap=True)
