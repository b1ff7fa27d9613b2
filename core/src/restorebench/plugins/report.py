"""What is said of a plugin that was found."""

from __future__ import annotations

from dataclasses import dataclass, replace

from restorebench.registry import Provider


@dataclass(frozen=True)
class PluginReport:
    """One plugin as it was found: who provides it, which hooks it fills, and what went wrong.

    `error` says why the plugin is left out (then `hooks` is empty) or, where it has `hooks`, what
    part of it is left out or failed; `traceback` belongs to an exception that it raised.
    """

    name: str
    provider: Provider
    hooks: tuple[str, ...] = ()
    error: str | None = None
    traceback: str | None = None

    def with_failure(self, reason: str, traceback: str | None = None) -> PluginReport:
        """The same report with a further line of `error`; a new `traceback` replaces the old."""
        error = "\n".join(filter(None, [self.error, reason]))
        return replace(self, error=error, traceback=traceback or self.traceback)
