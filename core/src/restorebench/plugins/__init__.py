"""Finding, isolating and listing plugins, and the registries that they fill.

A broken plugin is reported and left out; it never takes the program down. Entry points are sorted
by name before they are registered, so that two machines end with the same registries.
"""

from __future__ import annotations

from restorebench.plugins.offers import HOOKS
from restorebench.plugins.report import PluginReport
from restorebench.plugins.source import DISABLE_VARIABLE, Source, discover, inline
from restorebench.plugins.suites import Suite, suite

__all__ = (
    "DISABLE_VARIABLE",
    "HOOKS",
    "PluginReport",
    "Source",
    "Suite",
    "discover",
    "inline",
    "suite",
)
