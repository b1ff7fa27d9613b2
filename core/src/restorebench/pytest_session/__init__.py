"""One ``pytest --benchmark`` run: its cells, its progress lines and its closing tables."""

from __future__ import annotations

from restorebench.pytest_session.quality_run import QualityRun
from restorebench.pytest_session.stopwatch import Stopwatch

__all__ = ("QualityRun", "Stopwatch")
