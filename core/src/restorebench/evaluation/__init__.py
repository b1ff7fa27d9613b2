"""The benchmark from Python: `evaluate` a model, and look at what it gives."""

from __future__ import annotations

from restorebench.evaluation.description import pairs
from restorebench.evaluation.result import Evaluation
from restorebench.evaluation.run_models import evaluate

__all__ = ("Evaluation", "evaluate", "pairs")
