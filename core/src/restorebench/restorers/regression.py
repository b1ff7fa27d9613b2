"""Regression: a network that restores in one call, from a file of weights."""

from __future__ import annotations

from restorebench.backbones.tiling.tiling import Statistics
from restorebench.errors import OptionError
from restorebench.plugins import Suite
from restorebench.restorers.base import Context
from restorebench.restorers.plan.plan import Limits
from restorebench.restorers.sampling import Callback
from restorebench.restorers.weights import FromWeights, Weights
from restorebench.types import Restoration, Sample


class Regression(FromWeights):
    """The network in `weights`, once; the other options are those of `Diffusion`.

    Raises `OptionError` for weights of a network that is sampled along a path.
    """

    kind = "regression"

    def __init__(
        self,
        weights: str | Weights = "",
        config: str = "",
        precision: str = "float32",
        label: str = "",
        tile: int = 0,
        statistics: Statistics = "exact",
        *,
        suite: Suite,
    ) -> None:
        limits = Limits(tile=tile, statistics=statistics)
        super().__init__(suite, weights, config, {}, precision, limits)
        if self.model.process is not None:
            msg = "these weights are of a network to be sampled along a path; use 'diffusion'"
            raise OptionError(msg)
        self.label = label

    def restore(
        self, sample: Sample, context: Context, callback: Callback | None = None
    ) -> Restoration:
        """The network's output; there is no trajectory for `callback`."""
        with self.working(sample, context) as model:
            inputs = self.inputs(sample, context)
            output = model.restore(inputs.images, inputs.condition, guides=inputs.guides)
        return self.restoration([output], inputs.initial)
