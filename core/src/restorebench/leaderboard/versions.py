"""The versions of the software behind a board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def versions(runs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Such as ``restorebench 0.1.0``; all versions in the provenance of `runs`."""
    found: dict[str, set[str]] = {}
    for run in runs:
        known = {**(run.get("plugins") or {}), **(run.get("packages") or {})}
        known |= {"Python": run.get("python"), "commit": _commit(run.get("git"))}
        for package, version in known.items():
            if version:
                found.setdefault(package, set()).add(str(version))
    return tuple(f"{package} {' / '.join(sorted(all_))}" for package, all_ in found.items())


def _commit(git: Mapping[str, Any] | None) -> str | None:
    return f"{git['commit'][:10]}{' with changes' * bool(git['dirty'])}" if git else None
