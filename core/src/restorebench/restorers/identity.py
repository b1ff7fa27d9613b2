"""Identity: the input, unchanged."""

from __future__ import annotations

from restorebench.restorers.base import Context
from restorebench.types import Restoration, Sample


class Identity:
    """Returns the degraded image; what every restorer must beat."""

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """The degraded image."""
        return Restoration(sample.degraded)
