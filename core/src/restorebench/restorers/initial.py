"""The restorer that comes first: a network goes on from its output."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np

from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.errors import SampleError
from restorebench.plugins import Suite
from restorebench.restorers.base import Context, Fingerprinted, Restorer, Trained
from restorebench.restorers.factory import make_restorer
from restorebench.restorers.upsample import enlarged
from restorebench.types import Array, Restoration, Sample


class InitialRestorer:
    """Called with a sample, the degraded image that a network starts from, and what it took.

    That of the restorer `name`, with its defaults, or the sample's own where it is None. Raises
    `UnknownNameError` for a name that `suite` does not have.
    """

    def __init__(self, suite: Suite, name: str | None, task: str = "") -> None:
        self.suite, self.name, self.task = suite, name, task
        self._revision = () if name is None else (suite.restorers[name].revision,)

    def __call__(
        self,
        sample: Sample,
        factor: int = 1,
        method: str = "bicubic",
        context: Context | None = None,
    ) -> Restoration:
        """The image, ``(V, 3, factor·H, factor·W)``, and the cost of the restorer.

        An image of the input's size is enlarged by `method` of `Setup.enlarge`. Raises
        `SampleError` where the restorer makes an image of another size than either.
        """
        if self.name is None:
            return Restoration(enlarged(sample.degraded, factor, method))
        context = context or Context(self.task)
        made = self._restorer.restore(sample.without_target(), context)
        image = np.clip(made.image, 0, 1).astype(np.float32)
        return replace(made, image=self._sized(image, sample, factor, method))

    def fingerprint(self, sample_id: str, views: int) -> tuple[int | str, ...]:
        """What its image of a sample depends on, beyond its name; `()` without a restorer."""
        if self.name is None or not isinstance(self._restorer, Fingerprinted):
            return self._revision
        return (*self._revision, self._restorer.fingerprint(sample_id, views))

    @property
    def trained_on(self) -> TrainedOn:
        """What the restorer was trained on; nothing without one, and of one without weights."""
        if self.name is None or not isinstance(self._restorer, Trained):
            return TrainedOn()
        return self._restorer.trained_on

    def _sized(self, image: Array, sample: Sample, factor: int, method: str) -> Array:
        views, channels, height, width = sample.degraded.shape
        if image.shape == sample.degraded.shape:
            return enlarged(image, factor, method)
        if image.shape == (expected := (views, channels, factor * height, factor * width)):
            return image
        msg = f"{self.name} made {image.shape} of sample {sample.id!r}, {sample.degraded.shape}"
        sizes = "its size" if factor == 1 else f"its size, or {expected}"
        raise SampleError(f"{msg}; the network that comes after it needs an image of {sizes}")

    @cached_property
    def _restorer(self) -> Restorer:
        return make_restorer(self.suite, str(self.name))
