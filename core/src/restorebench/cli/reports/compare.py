"""The verb `compare`: two restorers in a store, image by image."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restorebench.cli import completion
from restorebench.cli.options import (
    AsJson,
    Data,
    DataRoot,
    Datasets,
    Results,
    Split,
    Tasks,
    images,
    option,
)
from restorebench.cli.output import emit, installed, note, stdout
from restorebench.cli.resolve import results_folder, with_data
from restorebench.errors import StoreError

if TYPE_CHECKING:
    from restorebench.harness.store import Store
    from restorebench.leaderboard.compare.comparison import Comparison
    from restorebench.leaderboard.records.ledger import Sections
    from restorebench.leaderboard.records.reading import Source
    from restorebench.plugins import Suite

_LABEL: Any = {
    "help": "A restorer: its label in tables, or as for 'run --restorer'.",
    "autocompletion": completion.restorer_names,
}
A = Annotated[str, typer.Argument(metavar="A", **_LABEL)]
B = Annotated[str, typer.Argument(metavar="B", **_LABEL)]
FailIf = Annotated[
    list[str] | None,
    option(
        "--fail-if",
        "CONDITION",
        "Exit with status 1 where this holds for B − A, or B / A of costs: 'psnr < -0.1', "
        "'psnr.low < -0.1', 'seconds.ratio > 2' (repeatable).",
    ),
]
Common = Annotated[bool, typer.Option("--common", help="Compare only the images of both.")]
ContactSheet = Annotated[
    Path | None, option("--contact-sheet", "DIR", "Write a contact sheet per data set here.")
]
Count = Annotated[int, images("How many of the best and of the worst images to show.", 1)]


def compare(
    a: A,
    b: B,
    task: Tasks = None,
    dataset: Datasets = None,
    data: Data = None,
    data_root: DataRoot = None,
    split: Split = "test",
    results: Results = None,
    common: Common = False,
    fail_if: FailIf = None,
    contact_sheet: ContactSheet = None,
    images: Count = 3,
    as_json: AsJson = False,
) -> None:
    """Compare two restorers image by image, from stored results."""
    from restorebench.cli.reports.compare_report import Check, facts, report
    from restorebench.harness.store import Store
    from restorebench.leaderboard.compare.comparing import compare as compare_records
    from restorebench.leaderboard.compare.conditions import Condition

    suite, own = with_data(installed(), task, None, data, data_root)
    datasets = [*(dataset or ()), *own]
    conditions = [Condition.parse(text) for text in fail_if or ()]
    store = Store(results_folder(results))
    records = _chosen(store.folder, task or ["*"], datasets or ["*"], split)
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


def _chosen(folder: Path, tasks: Sequence[str], datasets: Sequence[str], split: str) -> Sections:
    from restorebench.leaderboard import read_ledger

    def chosen(source: Source) -> bool:
        return (
            source.split == split
            and any(fnmatchcase(source.task, pattern) for pattern in tasks)
            and any(fnmatchcase(source.dataset, pattern) for pattern in datasets)
        )

    found = read_ledger(folder, chosen)
    if not found.labels:
        whole = [section.keys for section in read_ledger(folder).sections()]
        there = sorted({f"{keys['dataset']} · {keys['split']}" for keys in whole})
        what = f" of what was chosen; there are {', '.join(there)}" if there else ""
        msg = f"{folder} has no records{what}"
        raise StoreError(msg)
    return found


def _write(
    found: Sequence[Comparison], suite: Suite, store: Store, folder: Path, count: int
) -> None:
    """A sheet for each comparison."""
    from restorebench.data.images import write_image
    from restorebench.leaderboard.compare.contact_sheet import contact_sheet
    from restorebench.leaderboard.compare.images import ImageLoader

    loader = ImageLoader(suite, store)
    for one in found:
        path = folder / f"compare-{one.dataset}-{one.split}-{one.protocol_hash[:6]}.png"
        write_image(path, contact_sheet(one, loader, count))
        note(f"wrote {path}")
