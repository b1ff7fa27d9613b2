"""Which ways of scoring give a published number."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from statistics import fmean
from typing import TypeAlias

from restorebench.errors import ImageError, OptionError, ProtocolError
from restorebench.metrics.identify.grid import Candidate
from restorebench.metrics.pair import Pair
from restorebench.metrics.protocol import Kernel, Measure, Protocol
from restorebench.metrics.scoring import Load, score

Sized: TypeAlias = Callable[[tuple[int, int] | None, Kernel], Pair]
"""A pair at a size."""

_SLACK = 1e-9
"""What binary arithmetic may add to half a unit of the last printed digit."""


@dataclass(frozen=True)
class Published:
    """A number as it was printed, and how far a value may be from it to round to it."""

    text: str
    value: float
    tolerance: float

    @classmethod
    def parse(cls, text: str, tolerance: float | None = None) -> Published:
        """Read ``"26.78"``: the tolerance is half a unit of the last digit unless it is given.

        Raises `OptionError` for what is not a finite decimal number, or a negative tolerance.
        """
        try:
            number = Decimal(text.strip().replace("−", "-"))
        except InvalidOperation as error:
            msg = f"{text!r} is not a number; write it as printed, such as 26.78"
            raise OptionError(msg) from error
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int):
            msg = f"{text} is not a finite number; it cannot identify a protocol"
            raise OptionError(msg)
        if tolerance is not None and not 0 <= tolerance < math.inf:
            msg = f"a tolerance is 0 or more, not {tolerance}"
            raise OptionError(msg)
        return cls(
            text.strip(), float(number), 0.5 * 10.0**exponent if tolerance is None else tolerance
        )


@dataclass(frozen=True)
class Finding:
    """A candidate and what it gives here; `value` is None where it gives nothing, for `reason`."""

    candidate: Candidate
    value: float | None
    off: float
    reproduces: bool
    reason: str = ""


def identify(
    published: Published, pairs: Iterable[Pair], candidates: Sequence[Candidate], load: Load
) -> list[Finding]:
    """Every candidate with its value over `pairs`, those that reproduce the published number first.

    Those are equally near to what was printed, so the registered and simplest ones lead; the others
    follow by their distance.

    The value is the mean over images of the mean over their views, or, for a pooled candidate,
    the PSNR of the squared error of all pixels together. A candidate that is not defined for some
    image (too small for its window, no mask, an absent metric) has no value.
    """
    tallies = {candidate.measure: _Tally() for candidate in candidates}
    for pair in pairs:
        at_size = cache(pair.resized)
        for measure, tally in tallies.items():
            tally.add(measure, at_size, load)
    found = [_finding(published, c, tallies[c.measure]) for c in candidates]
    return sorted(found, key=_order)


class _Tally:
    """What one measure gave so far."""

    def __init__(self) -> None:
        self._means: list[float] = []
        self._squares: list[float] = []
        self._counts: list[int] = []
        self.reason = ""

    def add(self, measure: Measure, at_size: Sized, load: Load) -> None:
        """Score one image, view by view."""
        if self.reason:
            return
        try:
            self._add(measure, at_size(measure.resize, measure.kernel), load)
        except (ImageError, ProtocolError) as error:
            self.reason = str(error)

    def _add(self, measure: Measure, pair: Pair, load: Load) -> None:
        here = replace(measure, resize=None, kernel="cubic", views="mean")
        values = []
        for view in _views(pair, measure):
            scores = score(
                Protocol("one", {"value": here}), view.prediction, view.target, view.mask, load
            )
            if scores.missing:
                self.reason = scores.missing["value"]
                return
            values.append(scores.values["value"])
            self._counts.append(_count(view, here))
            self._squares.append(10 ** (-values[-1] / 10) if measure.metric == "psnr" else 0.0)
        self._means.append(fmean(values))

    def value(self, pooled: bool) -> float | None:
        """The number over all images, or None."""
        if self.reason or not self._means:
            return None
        if not pooled:
            return fmean(self._means)
        mse = fmean(self._squares, self._counts)
        return -10 * math.log10(mse) if mse else math.inf


def _views(pair: Pair, measure: Measure) -> list[Pair]:
    views = 1 if measure.views == "left" else len(pair.target)
    cuts = (slice(n, n + 1) for n in range(views))
    return [Pair(pair.prediction[cut], pair.target[cut], pair.mask) for cut in cuts]


def _count(view: Pair, measure: Measure) -> int:
    """How many pixels a view's score rests on."""
    framed = view.framed(measure)
    if measure.region != "all" and measure.rest == "excluded":
        return int(framed.region(measure).sum())
    return int(framed.target[0, 0].size)


def _finding(published: Published, candidate: Candidate, tally: _Tally) -> Finding:
    value = tally.value(candidate.pooled)
    if value is None:
        return Finding(candidate, None, math.inf, False, tally.reason)
    off = value - published.value
    return Finding(candidate, value, off, abs(off) <= published.tolerance + _SLACK)


def _order(finding: Finding) -> tuple[float, bool, int, float]:
    candidate, away = finding.candidate, abs(finding.off)
    shown = 0.0 if finding.reproduces else away
    return shown, not candidate.names, len(candidate.differs), away
