"""A task with a condition, and restorers that show what they were given, or fail."""

from __future__ import annotations

import numpy as np

from restorebench import ConditionField, Restoration, RestorerSpec, TaskSpec, hookimpl


class Shifted:
    """Adds `by` levels."""

    def __init__(self, by: int = 1) -> None:
        self.by = by

    def restore(self, sample, context):
        return Restoration(np.clip(sample.degraded + np.float32(self.by / 255), 0, 1))


class Shown:
    """Red is the mask, green a tenth of the depth, blue a hundredth of the first number."""

    def restore(self, sample, context):
        parts = [sample.mask[0], sample.depth[0] / 10, sample.degraded[0, 2] * 0]
        parts[2] += sample.condition[0] / 100
        return Restoration(np.stack(parts)[None].astype(np.float32))


class Hungry:
    """Asks for more memory than there is, in words of PyTorch's allocator."""

    def restore(self, sample, context):
        if sample.id != "small":
            msg = (
                "DefaultCPUAllocator: can't allocate memory: you tried to allocate 4294967296 bytes"
            )
            raise RuntimeError(msg)
        return Restoration(sample.degraded)


class Unlucky:
    """Fails on every sample."""

    def restore(self, sample, context):
        msg = f"no luck with {sample.id}"
        raise ValueError(msg)


@hookimpl
def restorebench_tasks():
    numbers = (ConditionField(name="aperture"), ConditionField(name="distance", unit="m"))
    return [
        TaskSpec(name="lens", title="Lens", summary="Lens", condition=numbers),
        TaskSpec(name="pair", title="Pair", summary="Two views", views=2),
    ]


@hookimpl
def restorebench_restorers():
    rows = [("shifted", ("*",)), ("shown", ("lens",)), ("hungry", ("*",)), ("unlucky", ("*",))]
    return [
        RestorerSpec(
            name=name, summary=name, target=f"{__name__}:{name.title()}", tasks=tasks, resizes=False
        )
        for name, tasks in rows
    ]
