"""Whether a plugin keeps the contracts of its hooks: `check_plugin`."""

from __future__ import annotations

from restorebench.testing.conformance.plugin import check_plugin
from restorebench.testing.conformance.problem import Problem

__all__ = ("Problem", "check_plugin")
