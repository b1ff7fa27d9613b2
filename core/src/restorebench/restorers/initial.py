"""The restorer that comes first: its answer is what a network is given to restore further."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from restorebench.errors import SampleError
from restorebench.plugins import suite
from restorebench.restorers.base import Context, Restorer
from restorebench.types import Array, Sample


class InitialRestorer:
    """Called with a sample, the degraded image that a network starts from, (V, 3, H, W).

    That of the restorer `name`, with its defaults, or the sample's own where it is None. Raises
    `UnknownNameError` for a name that there is not.
    """

    def __init__(self, name: str | None, task: str = "") -> None:
        self.name, self.task = name, task
        self.fingerprint = () if name is None else (suite().restorers[name].revision,)

    def __call__(self, sample: Sample, context: Context | None = None) -> Array:
        """As the class says; `SampleError` where the restorer answers in another size."""
        if self.name is None:
            return sample.degraded
        answer = self._restorer.restore(
            sample.without_target(), context or Context(self.task)
        ).image
        if answer.shape != sample.degraded.shape:
            msg = (
                f"{self.name} made {answer.shape} of sample {sample.id!r}, {sample.degraded.shape}"
            )
            raise SampleError(f"{msg}; a network can only come after one that keeps the size")
        return np.clip(answer, 0, 1).astype(np.float32)

    @cached_property
    def _restorer(self) -> Restorer:
        made: Restorer = suite().restorers.load(str(self.name))()
        return made
