"""The loss of a student that says at once where its teacher arrives after several calls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from restorebench.training.data.batches import Batch
from restorebench.training.optim.diffusion import Diffusion
from restorebench.training.optim.teacher import Teacher


class Distillation:
    """The distance between the student's x̂0 at x_t, and the teacher's x_0 from the same x_t.

    Luhman and Luhman, arXiv 2101.02388, on any path and from any of the student's own `times`,
    rather than from pure noise alone. `objective.perceptual` compares the student's image with
    the true x0, not with the teacher's: the origin-guided term of few-step students of IR-SDE.
    """

    def __init__(self, student: Diffusion, teacher: Teacher, times: Sequence[float]) -> None:
        self.student, self.teacher = student, teacher
        self.times = np.array(times, np.float64)
        student.check_image("objective.kind 'distillation'")

    def __call__(self, batch: Batch) -> Tensor:
        drawn = (batch.uniform() * len(self.times)).astype(np.int64)
        return self.loss(batch, batch.normal(batch.x0), self.times[drawn])

    def loss(self, batch: Batch, eps: Tensor, times: NDArray[np.float64]) -> Tensor:
        """The loss at given times ``(B,)`` and noise."""
        student, x0, mu = self.student, batch.x0, batch.mu
        x = student.path.marginal(x0, mu, eps, torch.from_numpy(times))
        out = student.output(x, mu, times, batch.condition, batch.guides)
        image = student.image(out, mu, times)
        loss = student.distance(image, self._arrived(x, batch, times))
        return loss if student.perceptual is None else loss + student.perceptual(image, x0)

    def _arrived(self, x: Tensor, batch: Batch, times: NDArray[np.float64]) -> Tensor:
        """Where the teacher gets from each sample's x_t: a trajectory has one time for all."""
        given = (batch.mu, batch.condition, batch.guides)
        rows = [[None if v is None else v[k : k + 1] for v in given] for k in range(len(x))]
        made = [
            self.teacher(x[k : k + 1], mu, float(times[k]), condition, guides)  # type: ignore[arg-type]
            for k, (mu, condition, guides) in enumerate(rows)
        ]
        return torch.cat(made)
