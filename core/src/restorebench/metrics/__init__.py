"""Scoring: protocols as hashed data, metrics that follow them, and `score`."""

from __future__ import annotations

from restorebench.metrics.metric import Metric
from restorebench.metrics.pair import OF_THE_SAMPLE
from restorebench.metrics.protocol import Measure, Protocol
from restorebench.metrics.scoring import Scores, score, unavailable

__all__ = ("OF_THE_SAMPLE", "Measure", "Metric", "Protocol", "Scores", "score", "unavailable")
