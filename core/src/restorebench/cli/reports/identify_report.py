"""What `identify` found, for people and as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from restorebench.metrics.identify.search import Finding, Published

MOST = 8
"""Ways that do not give the number are shown up to so many, unless all are asked for."""


@dataclass(frozen=True)
class Outcome:
    """A published number and all that was tried on `scenes` scenes of `views` views."""

    published: Published
    findings: tuple[Finding, ...]
    scenes: int
    views: int

    @property
    def reproduced(self) -> bool:
        """Whether anything gives the number."""
        return any(finding.reproduces for finding in self.findings)


def facts(outcome: Outcome) -> dict[str, Any]:
    """As plain values."""
    return {
        **asdict(outcome.published),
        "scenes": outcome.scenes,
        "views": outcome.views,
        "reproduced": outcome.reproduced,
        "findings": [_facts(finding) for finding in outcome.findings],
    }


def _facts(finding: Finding) -> dict[str, Any]:
    candidate = finding.candidate
    return {
        "reproduces": finding.reproduces,
        "value": finding.value,
        "off": None if finding.value is None else finding.off,
        "metric": candidate.measure.metric,
        "columns": candidate.names,
        "differs_from_ntire_rgb": candidate.differs,
        "pooled": candidate.pooled,
        "measure": candidate.measure.facts(),
        "missing": finding.reason or None,
    }


def report(outcome: Outcome, show_all: bool = False) -> Group:
    """What gives the number; what does not, all registered columns first; what was not tried."""
    hits = [f for f in outcome.findings if f.reproduces]
    others = [f for f in outcome.findings if not f.reproduces and f.value is not None]
    registered = [f for f in others if f.candidate.names]
    variations = [f for f in others if not f.candidate.names]
    shown = variations if show_all else variations[:MOST]
    lines: list[Text | Table] = [_title(outcome, len(hits))]
    for heading, findings in (
        ("", hits),
        ("Not these registered columns:", registered),
        ("Nor these variations, the nearest first:", shown),
    ):
        if findings:
            lines += [Text(heading, "bold"), _table(findings, outcome.published)]
    lines += [Text(), *_below(outcome, hits, len(variations) - len(shown))]
    return Group(*lines)


def _title(outcome: Outcome, hits: int) -> Text:
    scenes = f"{outcome.scenes} scene{'s' * (outcome.scenes != 1)}"
    where = scenes + " of two views" * (outcome.views == 2)
    published = outcome.published
    digits = max(0, -_exponent(published.tolerance))
    number = f"{published.text} (± {published.tolerance:.{digits}f})"
    if not hits:
        return Text(f"Nothing that was tried gives {number} on {where}.", "bold yellow")
    ways = "One way of scoring gives" if hits == 1 else f"{hits} ways of scoring give"
    return Text(f"{ways} {number} on {where}:", "bold")


def _table(findings: Sequence[Finding], published: Published) -> Table:
    """A line per way; a value that is that of the line above is not repeated."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    digits = min(8, max(4, 1 - _exponent(published.tolerance)))
    last = None
    for finding in findings:
        table.add_row(*_cells(finding, digits, finding.value == last))
        last = finding.value
    return table


def _exponent(tolerance: float) -> int:
    """The exponent of a tolerance's leading digit, −3 for 0.005; that of 0 counts as −6."""
    return int(f"{tolerance:e}".partition("e")[2]) if tolerance else -6


def _cells(finding: Finding, digits: int, again: bool) -> tuple[Text, ...]:
    style = "green" if finding.reproduces else "dim"
    mark = "✓" if finding.reproduces else "✗"
    numbers = ("″", "") if again else (f"{finding.value:.{digits}f}", f"{finding.off:+.{digits}f}")
    return (*(Text(cell, style) for cell in (mark, *numbers)), _about(finding))


def _about(finding: Finding) -> Text:
    """The registered columns that it is, and in what it is not ``ntire-rgb``."""
    candidate = finding.candidate
    differs = "; ".join(candidate.differs) or "as in ntire-rgb"
    metric = candidate.measure.metric
    if not candidate.names:
        return Text(f"{metric}: ").append(differs)
    names = Text(", ".join(candidate.names), "bold" if finding.reproduces else "")
    return names.append(f"\n{differs}", "not bold dim")


def _below(outcome: Outcome, hits: Sequence[Finding], more: int) -> Iterator[Text]:
    if more:
        yield Text(f"{more} further variations give other numbers; --all shows them.", "dim")
    reasons = Counter(f.reason for f in outcome.findings if f.value is None)
    for reason, count in reasons.items():
        yield Text(f"{count} not tried: {reason}", "dim")
    if len(hits) > 1:
        advice = "A number of another metric, or more images, would tell those apart that agree."
        yield Text(advice, "dim")
