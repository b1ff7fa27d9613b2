"""The network in ``weights/``; ``restorebench card derain-regression`` shows its model card."""

from __future__ import annotations

from restorebench.restorers.packaged import Packaged

regression = Packaged("restorebench_derain", "derain-regression")
