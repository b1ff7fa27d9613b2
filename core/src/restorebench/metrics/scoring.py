"""Scoring a prediction against its target under a protocol."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean

from restorebench.data.mapped import let_go
from restorebench.errors import (
    ChecksumError,
    ImageError,
    MetricUnavailableError,
    ProtocolError,
    RestorebenchError,
)
from restorebench.metrics.metric import Metric
from restorebench.metrics.pair import OF_THE_SAMPLE, Pair
from restorebench.metrics.protocol import Measure, Protocol
from restorebench.types import Array, Pixels

_OWN = "restorebench."

Load = Callable[[str], Metric]
"""The metric of a registry name."""


@dataclass(frozen=True)
class Scores:
    """Numbers by column, and for each column without one the reason."""

    values: dict[str, float]
    missing: dict[str, str]


def score(
    protocol: Protocol, prediction: Pixels, target: Pixels, mask: Array | None, load: Load
) -> Scores:
    """Score 8-bit `prediction` against `target`, ``(V, 3, H, W)``; `mask` is ``(1, H, W)`` or None.

    Equal images have a PSNR of ``inf``. A column is missing, with the reason, where its metric is
    not available here, breaks, or has damaged weights, where its region has no pixels, and where
    the image is too small for it; the other columns are scored. Raises `ImageError` where sizes
    differ, and `ProtocolError` on a measure that its metric does not understand.
    """
    at_size = cache(Pair(prediction, target, mask).resized)
    values: dict[str, float] = {}
    missing: dict[str, str] = {}
    for column, measure in protocol.measures.items():
        try:
            pair = at_size(measure.resize, measure.kernel).framed(measure)
            values[column] = _value(pair, measure, load)
            let_go()
        except (MetricUnavailableError, ChecksumError) as error:
            missing[column] = str(error)
        except ImageError as error:
            missing[column] = f"{OF_THE_SAMPLE}does not fit {measure.metric}: {error}"
        except RestorebenchError:
            raise
        except Exception as error:  # of somebody's metric, which costs its own column alone
            missing[column] = f"{measure.metric} failed: {type(error).__name__}: {error}"
    return Scores(values, missing)


def mean_scores(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each column that every row has; ``inf`` stays ``inf``."""
    columns = dict.fromkeys(column for row in rows for column in row)
    return {c: fmean(row[c] for row in rows) for c in columns if all(c in row for row in rows)}


def unavailable(protocol: Protocol, load: Load) -> dict[str, str]:
    """The columns that cannot be computed here whatever the images, with the reasons.

    Raises `ProtocolError` for a measure that its metric does not understand.
    """
    reasons = {c: _metric(m, load).check(m) for c, m in protocol.measures.items()}
    return {column: reason for column, reason in reasons.items() if reason is not None}


def _value(pair: Pair, measure: Measure, load: Load) -> float:
    """The measure's number: the mean over the views of `pair`."""
    metric = _metric(measure, load)
    region = None if measure.region == "all" else pair.region(measure)
    if region is not None and measure.rest == "zeroed":
        pair, region = pair.zeroed(region), None
    views: Iterable[tuple[Pixels, Pixels]] = zip(pair.prediction, pair.target, strict=True)
    if not type(metric).__module__.startswith(_OWN):  # it may write into what it is given
        region = None if region is None else region.copy()
        views = ((x.copy(), y.copy()) for x, y in views)
    value = fmean(metric.compute(x, y, region, measure) for x, y in views)
    if math.isnan(value):
        msg = f"{OF_THE_SAMPLE}has no {measure.metric}: it is not a number"
        raise MetricUnavailableError(msg)
    return value


def _metric(measure: Measure, load: Load) -> Metric:
    metric: object = load(measure.metric)
    if not isinstance(metric, Metric):
        what = f"the class {metric.__name__}" if isinstance(metric, type) else repr(metric)
        msg = f"the metric {measure.metric!r} is {what}; expected an object of a Metric's class"
        raise ProtocolError(msg)
    if metric.version != measure.version:
        msg = (
            f"the protocol was written for version {measure.version} of {measure.metric!r}, "
            f"but version {metric.version} is installed; its numbers may differ"
        )
        raise ProtocolError(msg)
    return metric
