"""The restorer that comes first: a network goes on from its output."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from restorebench.errors import SampleError
from restorebench.plugins import Suite
from restorebench.restorers.base import Context, Restorer
from restorebench.restorers.factory import make_restorer
from restorebench.types import Array, Sample


class InitialRestorer:
    """Called with a sample, the degraded image that a network starts from, (V, 3, H, W).

    That of the restorer `name`, with its defaults, or the sample's own where it is None. Raises
    `UnknownNameError` for a name that `suite` does not have.
    """

    def __init__(self, suite: Suite, name: str | None, task: str = "") -> None:
        self.suite, self.name, self.task = suite, name, task
        self.fingerprint = () if name is None else (suite.restorers[name].revision,)

    def __call__(self, sample: Sample, context: Context | None = None) -> Array:
        """As the class says; `SampleError` where the restorer changes the size."""
        if self.name is None:
            return sample.degraded
        context = context or Context(self.task)
        image = self._restorer.restore(sample.without_target(), context).image
        if image.shape != sample.degraded.shape:
            msg = f"{self.name} made {image.shape} of sample {sample.id!r}, {sample.degraded.shape}"
            raise SampleError(f"{msg}; a network can only come after one that keeps the size")
        return np.clip(image, 0, 1).astype(np.float32)

    @cached_property
    def _restorer(self) -> Restorer:
        return make_restorer(self.suite, str(self.name))
