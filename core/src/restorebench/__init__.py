"""restorebench: a plugin-based, multi-task benchmark suite for image restoration."""

from __future__ import annotations

from importlib.metadata import version

from restorebench.hookspecs import hookimpl
from restorebench.specs import (
    ConditionField,
    DatasetSpec,
    GuideSpec,
    LazySpec,
    MetricSpec,
    ProtocolSpec,
    RestorerSpec,
    TaskSpec,
)
from restorebench.types import Cost, Record, Restoration, Sample

__version__ = version("restorebench")

__all__ = (
    "ConditionField",
    "Cost",
    "DatasetSpec",
    "GuideSpec",
    "LazySpec",
    "MetricSpec",
    "ProtocolSpec",
    "Record",
    "Restoration",
    "RestorerSpec",
    "Sample",
    "TaskSpec",
    "hookimpl",
)
