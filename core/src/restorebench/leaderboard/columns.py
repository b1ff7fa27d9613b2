"""The columns of a section: the metric behind each, and which way is better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from restorebench.errors import PluginError
from restorebench.leaderboard.board import Column
from restorebench.metrics import Protocol
from restorebench.plugins import Suite
from restorebench.specs import MetricSpec


def columns_of(
    names: Iterable[str], suite: Suite, protocol: tuple[str, str], rank_by: str
) -> tuple[Column, ...]:
    """The columns of `names`, the ranking one first, then in the order of the protocol.

    `protocol` is the name and the hash that the records carry.
    """
    metrics = _measured(suite, *protocol)
    specs = {spec.name: spec for spec in suite.metrics}
    known = {name: place for place, name in enumerate(metrics)}
    ordered = sorted(names, key=lambda n: (n != rank_by, known.get(n, len(known))))
    return tuple(
        _column(n, specs.get(metrics[n]) if n in metrics else guessed(n, suite)) for n in ordered
    )


def column_of(name: str, suite: Suite) -> Column:
    """A column of numbers that no protocol made, under the installed metric that fits its name."""
    return _column(name, guessed(name, suite))


def guessed(column: str, suite: Suite) -> MetricSpec | None:
    """The metric of a column whose protocol is not installed: the longest name that it begins with.

    ``lab_mae_mask`` belongs to ``lab-mae``; None where no installed metric fits.
    """
    parts = column.split("_")
    names = ("-".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((suite.metrics[name] for name in names if name in suite.metrics), None)


def _measured(suite: Suite, name: str, digest: str) -> Mapping[str, str]:
    """The metric of each column, from the protocol itself if it is installed in that version."""
    if name not in suite.protocols:
        return {}
    try:
        protocol = suite.protocols.load(name)
    except PluginError:  # broken since the run: metrics are guessed from the columns' names
        return {}
    if not isinstance(protocol, Protocol) or protocol.hash != digest:
        return {}
    return {column: measure.metric for column, measure in protocol.measures.items()}


def _column(name: str, metric: MetricSpec | None) -> Column:
    if metric is None:
        return Column(name, name.replace("_", " "), None)
    title, better = _title(name, metric), metric.higher_is_better
    return Column(name, title, better, metric.unit, metric.digits, metric.best)


def _title(name: str, metric: MetricSpec) -> str:
    """The metric in capitals, the rest of the column's name in lower case."""
    words = name.replace("_", " ")
    own = metric.name.removeprefix("iqa-").replace("-", " ")
    return own.upper() + words.removeprefix(own) if words.startswith(own) else words
