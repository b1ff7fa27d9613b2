"""The verb `datasets check`: what is wrong with a copy of a data set, file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from restorebench.cli.options import AsJson, DataRoot, Tasks, option
from restorebench.cli.output import emit, installed, result
from restorebench.cli.progress import ProgressDisplay
from restorebench.cli.resolve import with_data

SHOWN = 20
"""Findings of one kind that are printed of a split; JSON has them all."""

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="A data set, or patterns as for --data of run.")
]
Splits = Annotated[
    list[str] | None, option("--split", "SPLIT", "Only this split, by default all (repeatable).")
]


def check(
    name: Name,
    split: Splits = None,
    task: Tasks = None,
    data_root: DataRoot = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a copy of a data set, file by file, and what to do.

    Files that are missing, misnamed, unreadable, of another kind or size; images that are there
    twice; lines of conditions that are absent. The exit status is 0 for a clean copy, also one of
    a part of the data set, 1 where there are problems, and 2 where the data set is not there.
    """
    from restorebench.data.check.opening import check_of, check_remembered

    suite, (found,) = with_data(installed(), task, [name], None, data_root)
    with ProgressDisplay() as progress:
        checked = check_of(suite, found, tuple(split or ()))
        bar = progress.bar("reading", len(checked))
        for file in checked.read():
            bar.advance(1, file)
        again = progress.bar()
        check_remembered(suite, checked, lambda: again.advance(1, "comparing hashes"))
    facts = checked.facts()
    if as_json:
        emit(facts)
    else:
        for line in _lines(facts):
            result(line)
    if not facts["clean"]:
        raise typer.Exit(1)


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """The report: a paragraph for each split, and a summary."""
    yield facts["dataset"] + (f" in {facts['folder']}" if facts["folder"] else "")
    for split in facts["splits"]:
        expected = f" of {split['expected']}" if split["expected"] else ""
        samples = "sample" if split["samples"] == 1 and not expected else "samples"
        yield f"{split['split']}: {split['samples']}{expected} {samples}, {_state(split)}"
        yield from _some(split["problems"], "problem")
        yield from _some(split["notes"], "note")
    yield from _some(facts["outside"], "problem")
    count = sum(len(split["problems"]) for split in facts["splits"]) + len(facts["outside"])
    yield f"{facts['dataset']}: {_counted(count)}"


def _state(split: Mapping[str, Any]) -> str:
    problems = len(split["problems"])
    return _counted(problems) if problems or split["samples"] else "not there"


def _counted(problems: int) -> str:
    return "clean" if not problems else f"{problems} problem{'s' if problems > 1 else ''}"


def _some(findings: Sequence[Mapping[str, str]], label: str) -> Iterator[str]:
    """The findings, but not thousands of one kind."""
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding["kind"]] += 1
        if seen[finding["kind"]] <= SHOWN:
            yield f"  {label}: {finding['text']}"
    for kind, count in seen.items():
        if count > SHOWN:
            yield f"  and {count - SHOWN} more of the kind {kind!r}; --json lists them all"
