"""Iterative back-projection (Irani & Peleg, CVGIP: Graphical Models 53(3), 1991).

The estimate x is passed through the imaging model D; what it then lacks against the input y is
enlarged and added back: x ← x + λ · U(y − D x). D is MATLAB's antialiased bicubic reduction, by
which stereo super-resolution makes its inputs, U the bicubic enlargement, and x starts at U y.
"""

from __future__ import annotations

import numpy as np

from restorebench.data.resize import imresize
from restorebench.errors import OptionError
from restorebench.restorers.base import Context
from restorebench.types import Array, Restoration, Sample


class BackProjection:
    """Back-projects each view alone; `iterations` n ≥ 0 and step length λ = `step` in (0, 2).

    Raises `OptionError` for other values.
    """

    def __init__(self, iterations: int = 10, step: float = 1.0) -> None:
        if isinstance(iterations, bool) or not isinstance(iterations, int) or iterations < 0:
            msg = f"back-projection: iterations is {iterations!r}; give a whole number, 0 or more"
            raise OptionError(msg)
        if not 0.0 < step < 2.0:
            msg = f"back-projection: step is {step!r}; it converges for numbers between 0 and 2"
            raise OptionError(msg)
        self.iterations = iterations
        self.step = np.float32(step)

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """Both views at the target's size, ``(V, 3, sH, sW)``."""
        views = [self.enlarge(view, sample.target_shape[2:]) for view in sample.degraded]
        return Restoration(np.stack(views))

    def enlarge(self, y: Array, size: tuple[int, int]) -> Array:
        """One image ``(3, H, W)`` in [0, 1] → ``(3, *size)`` in [0, 1]."""
        x = imresize(y, size)
        for _ in range(self.iterations):
            x = x + self.step * imresize(y - imresize(x, y.shape[-2:]), size)
        return np.clip(x, 0.0, 1.0).astype(np.float32)
