"""The one resolver of what a user writes for a data set, and the suite that has it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from restorebench.data.layouts.hub_text import PREFIX, hub_spec, parse_hub
from restorebench.data.layouts.inline import (
    EXAMPLE,
    PATTERNS,
    anchored,
    described_layout,
    is_description,
    name_of,
    parse_description,
)
from restorebench.data.layouts.lab_file import LabDataset, read_lab_file
from restorebench.data.layouts.layout import Layout
from restorebench.data.layouts.usual_folders import usual_description, usual_pattern
from restorebench.errors import DuplicateNameError, OptionError, UnknownNameError
from restorebench.layout_specs import LAB_FILE, OPEN_LAYOUT
from restorebench.plugins import Suite
from restorebench.specs import DatasetSpec


def data_source(
    suite: Suite, text: str, *, task: str | None = None, root: Path | None = None, name: str = ""
) -> DatasetSpec:
    """The data set that a text means.

    A name that is installed; patterns, ``degraded=hazy/{id}_*.png,target=gt/{id}.png`` with
    perhaps ``mask=``, ``depth=``, ``condition=``, ``scale=``, ``name=``; a folder whose sub-folders
    have usual names; or a table of Hugging Face `datasets`, ``hub:ORG/NAME,split=test``. Patterns
    and folders are relative to `root`, by default the working folder. `task` is what is restored
    and `name` what it is called; a text may state both. Raises `OptionError` or
    `UnknownNameError`, which say what could be written.
    """
    if text in suite.datasets:
        return rooted(suite.datasets[text], root)
    if text.startswith(PREFIX):
        task = _task(suite, parse_hub(text).facts.get("task", task))
        spec = hub_spec(text, suite.tasks[task], name)
        _refuse_taken(suite, spec.name)
        return spec
    base = Path(root or "").expanduser()
    if is_description(text):
        return _described(suite, {"name": name, **parse_description(text)}, base, task)
    folder = base / Path(text).expanduser()
    if folder.is_dir():
        task = _task(suite, task)
        values = usual_description(folder, suite.tasks[task].views)
        name = name or name_of(folder, suite.datasets.names())
        return _described(suite, {"name": name, **values}, folder, task)
    if "/" in text or folder.exists():
        what = "is not a folder" if folder.exists() else "does not exist"
        msg = f"{folder} {what}; give a folder of pairs, patterns ({EXAMPLE}), or a data set's name"
        raise OptionError(msg)
    try:
        return suite.datasets[text]
    except UnknownNameError as error:
        msg = f"{error}; for files of your own write --data '{EXAMPLE}', or give their folder"
        raise UnknownNameError(msg) from error


def rooted(spec: DatasetSpec, root: Path | None) -> DatasetSpec:
    """The data set as it lies below `root`, if it is one of files."""
    if root is None or spec.target != OPEN_LAYOUT or "root" in dict(spec.options):
        return spec
    return replace(spec, options=(*spec.options, ("root", str(root))))


def with_sources(
    suite: Suite,
    datasets: Sequence[str] = (),
    *,
    tasks: Sequence[str] = (),
    root: Path | None = None,
) -> tuple[Suite, list[str]]:
    """The suite with the data sets that texts mean, and their names.

    Data sets of ``restorebench.toml`` are added first. A text that fits names which are installed,
    such as ``sots-*``, stays as it is. `tasks` are names or patterns; if they mean one task, it is
    that of the texts. Raises `OptionError`, `UnknownNameError` or `DuplicateNameError`, which say
    what to write, for a text that means none.
    """
    chosen = suite.tasks.matching(*tasks) if tasks else []
    task = chosen[0] if len(chosen) == 1 else None
    suite, names = _with_lab(suite, root), []
    for text in datasets:
        if _fits(suite, text):
            names.append(text)
            continue
        spec = data_source(suite, text, task=task, root=root)
        suite = suite.with_datasets([spec], "--data")
        names.append(spec.name)
    return suite, names


def _fits(suite: Suite, text: str) -> bool:
    try:
        return bool(suite.datasets.matching(text))
    except UnknownNameError:
        return False


def _with_lab(suite: Suite, root: Path | None) -> Suite:
    lab = [_lab_spec(suite, one) for one in read_lab_file().datasets]
    named = [s for name in suite.datasets.names() if (s := rooted(suite.datasets[name], root))]
    changed = [spec for spec in named if spec != suite.datasets[spec.name]]
    return suite.with_datasets([*changed, *lab], LAB_FILE) if changed or lab else suite


def _lab_spec(suite: Suite, one: LabDataset) -> DatasetSpec:
    _refuse_taken(suite, one.name, f"{LAB_FILE}: ")
    if one.layout is None:
        return data_source(suite, one.source, task=one.task or None, name=one.name)
    return layout_spec(_scaled(suite, one.layout), one.root)


def layout_spec(layout: Layout, root: Path) -> DatasetSpec:
    """A layout in the folder `root` as a data set."""
    return DatasetSpec(
        name=layout.name,
        task=layout.task,
        summary=layout.summary or f"{root}",
        splits=tuple(layout.splits),
        licence=layout.terms,
        citation=layout.citation,
        target=OPEN_LAYOUT,
        options=(("layout", layout.model_dump_json()), ("root", str(root))),
        default=False,
    )


def _described(suite: Suite, values: dict[str, str], base: Path, task: str | None) -> DatasetSpec:
    task = _task(suite, values.get("task") or task)
    values = _with_patterns(values, base, suite.tasks[task].views)
    values, folder = anchored(values, base)
    name = values.get("name") or name_of(folder, suite.datasets.names())
    _refuse_taken(suite, name)
    layout = described_layout(values, base.resolve(), name, task)
    return layout_spec(_scaled(suite, layout), folder)


def _scaled(suite: Suite, layout: Layout) -> Layout:
    """The layout with the scale 1 where nothing else is stated and its task never resizes."""
    fixed = layout.scale or suite.tasks[layout.task].resizes
    return layout if fixed else layout.replace(scale=1)


def _with_patterns(values: dict[str, str], base: Path, views: int) -> dict[str, str]:
    """A value that is a folder stands for its images; `OptionError` for one without ``{id}``."""
    found = dict(values)
    for key in PATTERNS:
        if key not in values or "{id}" in values[key]:
            continue
        place = base / Path(values[key]).expanduser()
        if not place.is_dir():
            given, folder = f"{key}={values[key]}", values[key].rpartition("/")[0] or "folder"
            msg = f"{given} is neither a folder nor a pattern; expected {{id}} in it, such as"
            raise OptionError(f"{msg} {key}={folder}/{{id}}.png")
        pattern = usual_pattern(place, views if key in {"degraded", "target"} else 1)
        found[key] = f"{values[key].rstrip('/')}/{pattern}"
    return found


def _refuse_taken(suite: Suite, name: str, where: str = "") -> None:
    if name in suite.datasets:
        msg = f"{where}{name!r} is an installed data set already; give yours another name (name=…)"
        raise DuplicateNameError(msg)


def _task(suite: Suite, task: str | None) -> str:
    if task is None:
        known: Collection[str] = suite.tasks.names()
        msg = f"say what is restored: --task {'|'.join(known)}"
        raise OptionError(msg)
    return suite.tasks[task].name
