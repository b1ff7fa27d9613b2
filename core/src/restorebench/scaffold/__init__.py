"""Plugins to begin with: a template of a project, rendered under a name."""

from __future__ import annotations

from restorebench.scaffold.names import Names, free_names
from restorebench.scaffold.project import new_task

__all__ = ("Names", "free_names", "new_task")
