"""Runs: `Runner` restores, scores and records cells, and reuses what the store has."""

from __future__ import annotations

from restorebench.harness.run.failures import FAILURES
from restorebench.harness.run.runner import Outcome, Runner
from restorebench.harness.run.settings import Settings
from restorebench.harness.run.splits import Hashes, Splits, Unit

__all__ = ("FAILURES", "Hashes", "Outcome", "Runner", "Settings", "Splits", "Unit")
