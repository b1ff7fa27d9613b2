"""Scores of restorers on one split, as a model card shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from restorebench.data.colour import quantise
from restorebench.data.dataset import open_split
from restorebench.errors import SampleError
from restorebench.harness.plan import offered
from restorebench.metrics import Metric, Protocol, score
from restorebench.plugins import Suite
from restorebench.restorers.base import Context, Restorer
from restorebench.restorers.factory import make_restorer
from restorebench.restorers.packaged import packaged
from restorebench.training.validation import CAP
from restorebench.types import Restoration, Sample

COLUMNS = ("psnr", "ssim", "lpips")
"""Columns of a task's protocol that are shown, if they can be computed here.

The one that ranks, where it has none of them.
"""

DIGITS = 4


@dataclass(frozen=True)
class Row:
    """One restorer: network calls and multiply–adds for a sample, means, and each sample's scores.

    `samples` maps sample ids to the first column.
    """

    restorer: str
    nfe: int | None
    macs: int | None
    parameters: int | None
    scores: Mapping[str, float]
    samples: Mapping[str, float]


@dataclass(frozen=True)
class Evaluation:
    """Rows of one split under (columns of) one protocol, the evaluated restorer's first."""

    dataset: str
    split: str
    protocol: str
    protocol_hash: str
    rows: tuple[Row, ...]


class Evaluator:
    """Scores restorers on a split of a data set, as its task's protocol has it.

    Every restoration is that of seed 0, draw 0. `progress` is called after each with the name of
    its row; `limit` takes the first samples only.
    """

    def __init__(
        self,
        suite: Suite,
        dataset: str,
        split: str,
        device: str = "cpu",
        progress: Callable[[str], None] | None = None,
        limit: int | None = None,
    ) -> None:
        self.suite, self.dataset, self.split = suite, dataset, split
        self.progress, self.limit = progress, limit
        self.task = suite.tasks[suite.datasets[dataset].task]
        self.context = Context(self.task.name, device=device)
        self.protocol: Protocol = suite.protocols.load(self.task.protocol)
        shown = [c for c in COLUMNS if self._computes(c)] or [self.task.rank_by]
        self._shown = Protocol("shown", {c: self.protocol.measures[c] for c in shown})

    def _computes(self, column: str) -> bool:
        if (measure := self.protocol.measures.get(column)) is None:
            return False
        metric: Metric = self.suite.metrics.load(measure.metric)
        return metric.check(measure) is None

    @cached_property
    def samples(self) -> list[Sample]:
        """The samples of the split, the first `limit` of them."""
        found = open_split(self.suite, self.dataset, self.split)
        return [found[sample_id] for sample_id in found.ids[: self.limit]]

    def row(self, name: str, restorer: Restorer) -> Row:
        """Restore and score every sample."""
        outputs, scores = [], {}
        for sample in self.samples:
            outputs.append(restorer.restore(sample.without_target(), self.context))
            scores[sample.id] = self._score(sample, outputs[-1])
            if self.progress is not None:
                self.progress(name)
        means = {c: fmean(found[c] for found in scores.values()) for c in self._shown.measures}
        means = {column: round(mean, DIGITS) for column, mean in means.items()}
        first, last = next(iter(means)), outputs[-1]
        each = {sample_id: round(found[first], DIGITS) for sample_id, found in scores.items()}
        return Row(name, last.nfe, last.macs, last.parameters, means, each)

    def others(self) -> list[str]:
        """The restorers without packaged weights in the default benchmark of this task."""
        own = packaged(self.suite)
        names = [s.name for s in self.suite.restorers if s.default and offered(s, self.task)]
        return [name for name in names if name not in own]

    def evaluation(self, rows: Mapping[str, Restorer]) -> Evaluation:
        """The rows of restorers by name, then those of `others`."""
        beside = {name: make_restorer(self.suite, name) for name in self.others()}
        made = tuple(self.row(name, one) for name, one in {**rows, **beside}.items())
        protocol = self.protocol
        return Evaluation(self.dataset, self.split, protocol.name, protocol.hash, made)

    def _score(self, sample: Sample, output: Restoration) -> dict[str, float]:
        if sample.target is None:
            msg = f"sample {sample.id!r} of {self.dataset}/{self.split} has no target"
            raise SampleError(f"{msg}: its restorations cannot be scored")
        restored, target = quantise(output.image), quantise(sample.target)
        load = self.suite.metrics.load
        found = score(self._shown, restored, target, sample.mask, load).values
        return {column: min(value, CAP) for column, value in found.items()}
