"""The numbers that condition a restoration: a file that is absent, lines that are, or are wrong."""

from __future__ import annotations

from collections.abc import Iterator

from restorebench.data.check.finding import Finding
from restorebench.data.check.split_names import SplitNames
from restorebench.data.layouts.fields.condition_rule import rows_of
from restorebench.data.layouts.names import normal
from restorebench.errors import RestorebenchError


def conditions(names: SplitNames) -> Iterator[Finding]:
    """A finding for each scene without its numbers, or for what cannot be read of their file."""
    rule = names.split.condition
    if rule is None or rule.numbers or not names.scenes:
        return
    path = rule.place(names.folder)
    if not path.exists():
        what = "is not there, so the numbers of the condition are unknown"
        yield Finding("condition", rule.file[0], what, "get it again: some restorers need it")
        return
    try:
        rows = rows_of(rule, path, {scene.id: scene.degraded[0] for scene in names.scenes})
    except RestorebenchError as error:
        for line in str(error).splitlines():
            yield Finding("condition", "", line.replace(f"{names.folder}/", ""), "correct it")
        return
    file = names.relative(path)
    for scene in names.scenes:
        if not any(rows.get(normal(name)) for name in names.names_of(scene)):
            what = f"has no line of numbers for {scene.id}"
            yield Finding("condition", file, what, "add it, or take the scene away")
