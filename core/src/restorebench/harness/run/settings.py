"""How a run is made, as its command line says."""

from __future__ import annotations

from dataclasses import dataclass, field

from restorebench.errors import OptionError
from restorebench.harness.record_fields import is_seed
from restorebench.restorers.plan.plan import Limits


@dataclass(frozen=True)
class Settings:
    """How a run is made; `limit` takes the first samples of each split only.

    `isolate`: restorers run in processes of their own (None: those whose spec says so), where a
    restoration is stopped after `timeout` seconds. `limits` are those of plans for large images.
    `overlap`: an image is scored while the next one is restored; None where the device is not the
    CPU. On the CPU both need the same cores, and the seconds of a restoration would count scoring.
    Raises `OptionError` for a seed of more than 64 bits and a limit below 1.
    """

    seed: int = 0
    device: str = "cpu"
    limit: int | None = None
    fresh: bool = False
    isolate: bool | None = None
    timeout: float | None = None
    limits: Limits = field(default_factory=Limits)
    overlap: bool | None = None

    def __post_init__(self) -> None:
        if not is_seed(self.seed):
            msg = f"the seed is {self.seed!r}; expected a whole number of 64 bits"
            raise OptionError(msg)
        if self.limit is not None and self.limit < 1:
            msg = f"the limit is {self.limit}; expected 1 or more samples"
            raise OptionError(msg)

    @property
    def overlaps(self) -> bool:
        """Whether an image is scored while the next one is restored."""
        return self.device != "cpu" if self.overlap is None else self.overlap
