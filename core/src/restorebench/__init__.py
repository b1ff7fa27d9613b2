"""restorebench: a plugin-based, multi-task benchmark suite for image restoration."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from restorebench.evaluation import Evaluation, evaluate, pairs
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
        packaged_specs,
    )
    from restorebench.types import Cost, Record, Restoration, Sample

    __version__: str

__all__ = (
    "ConditionField",
    "Cost",
    "DatasetSpec",
    "Evaluation",
    "GuideSpec",
    "LazySpec",
    "MetricSpec",
    "ProtocolSpec",
    "Record",
    "Restoration",
    "RestorerSpec",
    "Sample",
    "TaskSpec",
    "evaluate",
    "hookimpl",
    "packaged_specs",
    "pairs",
)

_HOMES = ("specs", "hookspecs", "types", "evaluation")
"""The modules that have the public names, the lightest first."""


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that the command line starts at once."""
    if name == "__version__":
        from importlib.metadata import version

        return version("restorebench")
    for module in _HOMES if name in __all__ else ():
        if hasattr(home := import_module(f"restorebench.{module}"), name):
            value = globals()[name] = getattr(home, name)
            return value
    msg = f"module 'restorebench' has no attribute {name!r}"
    raise AttributeError(msg)
