"""Names that the shell completes."""

from __future__ import annotations

from collections.abc import Callable

from restorebench.cli import output


def _names(kind: str) -> Callable[[str], list[str]]:
    def names(incomplete: str) -> list[str]:
        registry = output.suite().registries[kind]
        return [name for name in registry.names() if name.startswith(incomplete)]

    return names


task_names, dataset_names, restorer_names = _names("tasks"), _names("datasets"), _names("restorers")
protocol_names, renderer_names = _names("protocols"), _names("renderers")
