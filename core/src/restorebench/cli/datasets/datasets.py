"""The verbs of `datasets`: what there is, and what one of them is made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restorebench.cli.datasets.check import check
from restorebench.cli.datasets.export import export
from restorebench.cli.datasets.overlap import overlap
from restorebench.cli.datasets.text import description
from restorebench.cli.listing import Columns, Facts, facts_of, show
from restorebench.cli.options import AsJson, DataRoot, Patterns, Task, Tasks
from restorebench.cli.output import emit, installed, note, result
from restorebench.cli.resolve import with_data
from restorebench.cli.verbs import Verb, help_text
from restorebench.errors import RestorebenchError

if TYPE_CHECKING:
    from restorebench.data.layouts.layout import Layout
    from restorebench.specs import DatasetSpec

datasets = typer.Typer(help="List the data sets; show, check, compare or export one.")
for verb in (check, overlap, export):
    datasets.command(cls=Verb, help=help_text(verb))(verb)
_ABOUT = ("title", "terms", "obtain", "citation", "folders", "size", "scale")
One = Annotated[str, typer.Argument(metavar="DATASET", help="A name, or what 'run --data' takes.")]


@datasets.command("list", cls=Verb)
def list_datasets(
    patterns: Patterns = None,
    task: Tasks = None,
    data_root: DataRoot = None,
    as_json: AsJson = False,
) -> None:
    """List the data sets: those of the default benchmark, and others that are here or not."""
    suite, _ = with_data(installed(), task, None, None, data_root)
    chosen = suite.tasks.matching(*(task or ()))
    found = [f for f in facts_of(suite.datasets, patterns) if f["task"] in chosen]
    facts = [{**f, "here": _place(suite.datasets[f["name"]]) is not None} for f in found]
    columns: Columns = {
        "data set": "name",
        "task": "task",
        "splits": lambda facts: _few(facts["splits"]),
        "state": _state,
        "summary": "summary",
    }
    show(facts, as_json, columns)
    if not as_json and not all(f["here"] for f in facts):
        note("'restorebench datasets show NAME' says how to get one that is not on this machine")


@datasets.command("show", cls=Verb)
def show_dataset(
    dataset: One, task: Task = None, data_root: DataRoot = None, as_json: AsJson = False
) -> None:
    """Show a data set: its files by split, its terms, and where to get it."""
    suite, (name,) = with_data(installed(), [task] if task else None, [dataset], None, data_root)
    spec = suite.datasets[name]
    facts = {**facts_of(suite.datasets, [name])[0], **_layout_facts(spec)}
    if as_json:
        emit(facts)
        return
    for line in description(facts):
        result(line)


def _few(names: Sequence[str]) -> str:
    return " ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "")


def _state(facts: Facts) -> str:
    if not facts["here"]:
        return "not on this machine"
    return "default" if facts["default"] else "here"


def _place(spec: DatasetSpec) -> str | None:
    """Where a data set is: its folder, ``""`` if its plugin makes it, None if it is not here."""
    from restorebench.data.layouts.roots import located

    layout, root = _layout(spec)
    if layout is None:
        return ""
    try:
        return str(located(layout, root))
    except RestorebenchError:
        return None


def _layout(spec: DatasetSpec) -> tuple[Layout | None, str]:
    from restorebench.data.layouts.roots import read_layout

    options = dict(spec.options)
    return (read_layout(options["layout"]) if "layout" in options else None), options.get(
        "root", ""
    )


def _layout_facts(spec: DatasetSpec) -> Facts:
    layout, _ = _layout(spec)
    if layout is None:
        return {}
    place = _place(spec)
    splits = {
        name: {**split.to_dict(), **_listed(layout, name, place)}
        for name, split in layout.splits.items()
    }
    about = layout.to_dict()
    return {**{key: about[key] for key in _ABOUT}, "place": place, "layout": splits}


def _listed(layout: Layout, split: str, place: str | None) -> Facts:
    """What is there of a split."""
    from restorebench.data.layouts.listing import list_split

    if place is None:
        return {}
    try:
        listing = list_split(layout, Path(place), split)
    except RestorebenchError as error:
        return {"samples": 0, "problems": [str(error)], "notes": []}
    first = [str(path) for scene in listing.scenes[:1] for path in (*scene.degraded, *scene.target)]
    facts = {"samples": len(listing.scenes), "first": first}
    return {**facts, "problems": list(listing.problems), "notes": list(listing.notes)}
