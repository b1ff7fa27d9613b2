"""The verb `datasets overlap`: images that two data sets or splits share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restorebench.cli.datasets.split_text import HELP, open_splits
from restorebench.cli.options import AsJson, DataRoot, Task
from restorebench.cli.output import emit, print_table, result
from restorebench.cli.progress import ProgressDisplay

if TYPE_CHECKING:
    from restorebench.data.dataset import Dataset
    from restorebench.data.overlap.fingerprints import Fingerprint
    from restorebench.data.overlap.overlap import Match

SHOWN = 20
"""Matches that are printed of two splits; JSON has them all."""

A = Annotated[str, typer.Argument(metavar="A", help=HELP)]
B = Annotated[str | None, typer.Argument(metavar="B", help="The same; without it, splits of A.")]


def overlap(
    a: A, b: B = None, task: Task = None, data_root: DataRoot = None, as_json: AsJson = False
) -> None:
    """Find images that two data sets, or two splits, have in common.

    Degraded images and targets of A are compared with those of B: by their pixels, and by a
    perceptual hash, which finds copies of another size or JPEG quality. The exit status is 0 where
    nothing is shared, 1 where something is, and 2 for an error.
    """
    from restorebench.data.overlap.fingerprints import fingerprints

    texts = [a] if b is None else [a, b]
    pairs = list(_pairs(open_splits(texts, task, data_root)))
    splits = {_name(split): split for pair in pairs for split in pair}
    with ProgressDisplay() as progress:
        bar = progress.bar("looking at samples", sum(map(len, splits.values())))
        looks = {name: list(fingerprints(s, bar.advance)) for name, s in splits.items()}
    found = [_facts(_name(one), _name(other), looks) for one, other in pairs]
    if as_json:
        emit(found)
    else:
        for facts in found:
            _print(facts)
    if any(facts["shared"] for facts in found):
        raise typer.Exit(1)


def _pairs(sides: Sequence[Sequence[Dataset]]) -> Iterator[tuple[Dataset, Dataset]]:
    """The splits that are compared, each pair once, and none with itself."""
    if len(sides) == 1:
        yield from combinations(sides[0], 2)
        return
    seen = set()
    for one, other in product(*sides):
        pair = frozenset((_name(one), _name(other)))
        if len(pair) == 2 and pair not in seen:
            seen.add(pair)
            yield one, other


def _facts(a: str, b: str, looks: dict[str, list[Fingerprint]]) -> dict[str, Any]:
    from restorebench.data.overlap.looks import NEAR
    from restorebench.data.overlap.overlap import overlap as matches

    shared = [_match(match) for match in matches(looks[a], looks[b])]
    counts = {side: len({one.sample for one in looks[name]}) for side, name in (("a", a), ("b", b))}
    return {"a": a, "b": b, "samples": counts, "near": NEAR, "shared": shared}


def _match(match: Match) -> dict[str, Any]:
    return {
        "a": {"sample": match.a.sample, "image": match.a.field},
        "b": {"sample": match.b.sample, "image": match.b.field},
        "exact": match.exact,
        "distance": round(match.distance, 4),
    }


def _print(facts: dict[str, Any]) -> None:
    shared, samples = facts["shared"], facts["samples"]
    between = f"{facts['a']} (of {samples['a']}) and {facts['b']} (of {samples['b']})"
    if not shared:
        result(f"{between} share no image")
        return
    rows = [(*_image(match["a"]), *_image(match["b"]), _how(match)) for match in shared[:SHOWN]]
    print_table((facts["a"], "image", facts["b"], "image", "how"), rows)
    pairs = f"{len(shared)} pair{'s' if len(shared) > 1 else ''} of samples"
    exact = sum(match["exact"] for match in shared)
    more = f"; --json lists all {len(shared)}" if len(shared) > SHOWN else ""
    result(f"{between} share images in {pairs}, {exact} with the same pixels{more}")


def _image(one: dict[str, str]) -> tuple[str, str]:
    return one["sample"], one["image"]


def _how(match: dict[str, Any]) -> str:
    return "same pixels" if match["exact"] else f"looks the same ({match['distance']:.0%} differ)"


def _name(split: Dataset) -> str:
    return f"{split.name}/{split.split}"
