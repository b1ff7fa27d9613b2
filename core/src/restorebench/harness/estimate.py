"""What a plan would take: how much of it is stored, and seconds from earlier records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast, get_args

from restorebench.backbones.tiling.tiling import Statistics
from restorebench.harness.plan import Cell
from restorebench.harness.record_keys import Whose, options_text
from restorebench.harness.run import Runner
from restorebench.restorers.plan.plan import Limits, identity_of
from restorebench.types import Record

Source: TypeAlias = Literal["data set", "restorer", ""]
"""What seconds are the mean of: records of the same data set, of the restorer, or nothing."""

_Place: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True)
class CellEstimate:
    """A cell: its restorations, how many of them are stored, and seconds for each.

    `each` is None where no earlier record tells. Scoring and reading are not in it.
    """

    cell: Cell
    units: int
    stored: int
    each: float | None
    source: Source

    @property
    def open(self) -> int:
        """How many restorations `run` would make or retry."""
        return self.units - self.stored

    @property
    def seconds(self) -> float | None:
        """What they take on one worker; None where that is not known."""
        return 0.0 if not self.open else None if self.each is None else self.open * self.each


def estimates(runner: Runner, cells: Sequence[Cell]) -> list[CellEstimate]:
    """Look each cell up in the store; nothing is restored and no image is read.

    A record counts as stored if it has no error and its protocol, seed, statistics of tiles and, as
    far as they are remembered, pixels are the same. Raises what opening a data set raises.
    """
    spent = list(runner.store.seconds())
    exact = _means(spent)
    loose = _means(((restorer, options, ""), one) for (restorer, options, _), one in spent)
    return [_estimate(runner, cell, exact, loose) for cell in cells]


def least_seconds(found: Iterable[CellEstimate], workers: int) -> float:
    """The known seconds shared out among workers, but no less than one restoration takes."""
    known = [e for e in found if e.seconds]
    longest = max((e.each or 0.0 for e in known), default=0.0)
    return max(sum(e.seconds or 0.0 for e in known) / workers, longest)


def _estimate(
    runner: Runner,
    cell: Cell,
    exact: Mapping[_Place, float],
    loose: Mapping[_Place, float],
) -> CellEstimate:
    units = runner.splits.units(cell)
    records = runner.store.records(lambda whose: _place(whose) == _place_of(cell))
    done = {(r.sample, r.draw) for r in records if _belongs(runner, cell, r)}
    name, options = cell.restorer.name, cell.restorer.options_text
    stored = len(done.intersection(units)) if not runner.settings.fresh else 0
    if (each := exact.get((name, options, cell.dataset))) is not None:
        return CellEstimate(cell, len(units), stored, each, "data set")
    each = loose.get((name, options, ""))
    return CellEstimate(cell, len(units), stored, each, "" if each is None else "restorer")


def _belongs(runner: Runner, cell: Cell, record: Record) -> bool:
    """Whether a record of the cell's place is of the cell as it would be run now."""
    if record.error:
        return False
    same = options_text(record) == cell.restorer.options_text
    revision = runner.suite.restorers[cell.restorer.name].revision
    scoring = (record.seed, record.protocol_hash, record.revision)
    if not same or scoring != (runner.settings.seed, runner.protocol(cell).hash, revision):
        return False
    own = record.fingerprint  # restorers without one have no tiles
    if own and not _limits(runner, cell).take(identity_of(own)):
        return False
    known = runner.splits.remembered(cell).get(record.sample)
    return known is None or (known.input, known.target) == (record.input, record.target)


def _limits(runner: Runner, cell: Cell) -> Limits:
    """Those of the run, with the tile and the statistics among a restorer's own options."""
    own = dict(cell.restorer.options)
    tile, statistics = own.get("tile"), own.get("statistics", "exact")
    if not isinstance(tile, int) or tile < 1 or statistics not in get_args(Statistics):
        return runner.settings.limits
    return runner.settings.limits.within(Limits(tile=tile, statistics=cast(Statistics, statistics)))


def _place(whose: Whose) -> tuple[str, ...]:
    return whose.task, whose.dataset, whose.split, whose.restorer


def _place_of(cell: Cell) -> tuple[str, ...]:
    return cell.task, cell.dataset, cell.split, cell.restorer.name


def _means(spent: Iterable[tuple[_Place, tuple[int, float]]]) -> dict[_Place, float]:
    """Mean seconds by place, of numbers of restorations and sums of seconds."""
    found: dict[_Place, tuple[int, float]] = {}
    for place, (count, seconds) in spent:
        before = found.get(place, (0, 0.0))
        found[place] = (before[0] + count, before[1] + seconds)
    return {place: seconds / count for place, (count, seconds) in found.items() if count}
