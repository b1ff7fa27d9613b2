"""Names that the shell completes."""

from __future__ import annotations

from restorebench.cli import output


def task_names(incomplete: str) -> list[str]:
    """Tasks that begin so."""
    return [name for name in output.suite().tasks.names() if name.startswith(incomplete)]


def dataset_names(incomplete: str) -> list[str]:
    """Data sets that begin so."""
    return [name for name in output.suite().datasets.names() if name.startswith(incomplete)]


def restorer_names(incomplete: str) -> list[str]:
    """Restorers that begin so."""
    return [name for name in output.suite().restorers.names() if name.startswith(incomplete)]


def protocol_names(incomplete: str) -> list[str]:
    """Protocols that begin so."""
    return [name for name in output.suite().protocols.names() if name.startswith(incomplete)]


def renderer_names(incomplete: str) -> list[str]:
    """Renderers that begin so."""
    return [name for name in output.suite().renderers.names() if name.startswith(incomplete)]
