"""Diffusion: a network sampled along a path, from a file of weights."""

from __future__ import annotations

from restorebench.backbones.tiling.tiling import Statistics
from restorebench.errors import OptionError
from restorebench.plugins import Suite
from restorebench.restorers.base import Context
from restorebench.restorers.plan.plan import Limits
from restorebench.restorers.sampling import Callback
from restorebench.restorers.weights import FromWeights, Weights
from restorebench.solvers.noise import PixelNoise, noise_key
from restorebench.types import Restoration, Sample


class Diffusion(FromWeights):
    """Samples x_0 from the degraded image μ by the setup in `weights`.

    `config`, a TOML or JSON file, and `steps`, `solver`, `grid`, `head`, `temperature` change the
    setup.
    `precision` of the network is ``"float32"`` or ``"bfloat16"``; the state is float32. `mean_of` K
    averages K samples: nearer to the posterior's mean, so higher PSNR and less detail. Images
    larger than `tile` are cut, with the `statistics` of `backbones.tiling.tiling.Tiling`. `label`
    names it in tables. `suite` has the parts that the setup names. Raises `OptionError` for options
    that do not fit each other or the weights.
    """

    kind = "diffusion"

    def __init__(
        self,
        weights: str | Weights = "",
        config: str = "",
        steps: int | None = None,
        solver: str = "",
        grid: str = "",
        head: str = "",
        temperature: float | None = None,
        precision: str = "float32",
        mean_of: int = 1,
        label: str = "",
        tile: int = 0,
        statistics: Statistics = "exact",
        *,
        suite: Suite,
    ) -> None:
        if not isinstance(mean_of, int) or mean_of < 1:
            msg = f"mean_of is {mean_of!r}; expected a whole number from 1"
            raise OptionError(msg)
        given: dict[str, str | float | None] = {"steps": steps, "temperature": temperature}
        given |= {"solver": solver, "grid": grid, "head": head}
        changes = {k: v for k, v in given.items() if v not in (None, "")}
        limits = Limits(tile=tile, statistics=statistics)
        super().__init__(suite, weights, config, changes, precision, limits)
        if self.model.process is None:
            msg = "these weights are of a network without a path to sample; use 'regression'"
            raise OptionError(msg)
        self.mean_of, self.label = mean_of, label
        self.beside = int(mean_of > 1)

    def fingerprint(self, sample_id: str, views: int) -> str:
        """As of `FromWeights`, and of how many draws are averaged."""
        own = super().fingerprint(sample_id, views)
        return own if self.mean_of == 1 else f"{own}-mean-of-{self.mean_of}"

    def restore(
        self, sample: Sample, context: Context, callback: Callback | None = None
    ) -> Restoration:
        """A sample, or the mean of `mean_of`; `callback` gets the first one's moments."""
        key = context.key(sample)
        with self.working(sample, context) as model:
            batch, condition, guides, initial = self.inputs(sample, context)
            outputs = (
                model.restore(
                    batch,
                    condition,
                    PixelNoise((noise_key(key, k),)),
                    None if k else callback,
                    guides,
                )
                for k in range(self.mean_of)
            )
            return self.restoration(outputs, initial)
