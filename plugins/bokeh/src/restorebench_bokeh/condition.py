"""The condition vector of the task: five numbers, in the order of the task's spec."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import SampleError
from restorebench.types import Array
from restorebench_bokeh.lens import blur_diameter


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What is known of both lenses: f-numbers, focal length (mm), focus (m), disparity (px)."""

    source_f_number: float
    target_f_number: float
    focal_length: float
    focus_distance: float
    disparity: float

    def vector(self) -> Array:
        """float32 ``(5,)``, in the order of the fields, which is that of the task's spec."""
        return np.array([getattr(self, field.name) for field in fields(self)], np.float32)

    @classmethod
    def read(cls, vector: Array, where: str) -> Condition:
        """The condition that a vector holds; `SampleError`, which starts with `where`, if not all.

        Public data sets often state less than the task's condition: its first numbers.
        """
        names = [field.name for field in fields(cls)]
        if vector.ndim == 1 and vector.size < len(names):
            known = f"only {', '.join(names[: vector.size])}" if vector.size else "no condition"
            msg = f"{where} states {known}; also needed: {', '.join(names[vector.size :])}"
            raise SampleError(msg)
        if vector.shape != (len(names),):
            msg = f"{where}: the condition has shape {vector.shape}, expected ({', '.join(names)})"
            raise SampleError(msg)
        for name, value in zip(names, vector, strict=True):
            if not (np.isfinite(value) and (value > 0 or (name == "disparity" and value == 0))):
                msg = f"{where}: the condition's {name} is {value:g}; expected a positive number"
                raise SampleError(msg)
        return cls(**{name: float(v) for name, v in zip(names, vector, strict=True)})

    def source_blur(self, depth: float | NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        """Diameter in pixels of the circle of confusion in the input, at `depth` metres."""
        return blur_diameter(depth, self.focus_distance, self.disparity, self.source_f_number)

    def target_blur(self, depth: float | NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        """Diameter in pixels of the target lens's circle of confusion at `depth` metres."""
        return blur_diameter(depth, self.focus_distance, self.disparity, self.target_f_number)
