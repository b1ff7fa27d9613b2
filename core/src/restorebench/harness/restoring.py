"""One restoration: a draw of a sample, made and measured; no store is read or written."""

from __future__ import annotations

import reprlib
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import numpy as np

from restorebench.data.colour import quantise
from restorebench.errors import OptionError, RestorerError
from restorebench.harness.cost import measured
from restorebench.harness.isolation.isolated import Isolated, Measured
from restorebench.harness.record_fields import is_count
from restorebench.metrics import Protocol
from restorebench.restorers.base import Context, Fingerprinted, Restorer
from restorebench.restorers.check import check_restoration
from restorebench.restorers.out_of_memory import explained
from restorebench.types import Cost, Pixels, Record, Restoration, Sample


@dataclass(frozen=True)
class Job:
    """One draw of one sample, ready to run; `sample` makes it, or finds it cached.

    `blank` is its record before anything is known.
    """

    sample: Callable[[], Sample]
    views: int
    context: Context
    blank: Record
    protocol: Protocol
    restorer: Restorer

    def with_fingerprint(self) -> Job:
        """The same with the fingerprint of a restorer that has one."""
        if not isinstance(self.restorer, Fingerprinted):
            return self
        text = self.restorer.fingerprint(self.blank.sample, self.views)
        return replace(self, blank=replace(self.blank, fingerprint=text))

    def restored(self) -> tuple[Pixels, Cost]:
        """The restoration as it is stored, and what it took; raises what its restorer raises."""
        sample = self.sample()
        output, seconds, peak = _measured(self.restorer, sample.without_target(), self.context)
        check_restoration(output, sample)
        counts = (_count(output, name) for name in ("nfe", "parameters", "macs"))
        return quantise(output.image), Cost(seconds, peak, *counts)


def failed(record: Record, error: BaseException) -> Record:
    """The record of a restoration, or of its scoring, that raised `error`."""
    trace = getattr(error, "traceback", "") or "".join(traceback.format_exception(error))
    extra: Mapping[str, Any] = {**record.extra, "traceback": trace}
    isolated = isinstance(error, RestorerError) and error.traceback  # names its type itself
    text = str(error) if isolated else f"{type(error).__name__}: {error}"
    return replace(record, error=text, extra=extra)


def _measured(restorer: Restorer, sample: Sample, context: Context) -> Measured:
    if isinstance(restorer, Isolated):
        return restorer.measured(sample, context)
    with explained(*sample.degraded.shape[2:]):
        return Measured(*measured(partial(restorer.restore, sample, context), context.device))


def _count(output: Restoration, name: str) -> int | None:
    value: Any = getattr(output, name)
    value = int(value) if isinstance(value, np.integer) else value
    if value is None or is_count(value):
        return cast("int | None", value)
    msg = f"the restoration has {name}={reprlib.repr(value)}; expected a whole number or None"
    raise OptionError(msg)
