"""What a plugin may provide. Every hook returns an iterable of specs and must be cheap to call.

A plugin is a module named by an entry point of the group ``restorebench``; it imports
`restorebench.hookimpl` and defines any of these functions. See ``docs/hooks/``.
"""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import TYPE_CHECKING

import pluggy

from restorebench import specs

if TYPE_CHECKING:
    from restorebench.types import Record

hookspec = pluggy.HookspecMarker("restorebench")
hookimpl = pluggy.HookimplMarker("restorebench")


@hookspec
def restorebench_tasks() -> Iterable[specs.TaskSpec]:  # type: ignore[empty-body]
    """Tasks: what is restored, from what, scored how."""


@hookspec
def restorebench_datasets() -> Iterable[specs.DatasetSpec]:  # type: ignore[empty-body]
    """Data sets of this plugin's tasks or of somebody else's."""


@hookspec
def restorebench_layouts() -> Iterable[str | PathLike[str]]:  # type: ignore[empty-body]
    """Layouts of public data sets: TOML files of the package, or folders of them."""


@hookspec
def restorebench_restorers() -> Iterable[specs.RestorerSpec]:  # type: ignore[empty-body]
    """Restorers: anything that turns a degraded sample into an image."""


@hookspec
def restorebench_metrics() -> Iterable[specs.MetricSpec]:  # type: ignore[empty-body]
    """Metrics: two images to a number."""


@hookspec
def restorebench_protocols() -> Iterable[specs.ProtocolSpec]:  # type: ignore[empty-body]
    """Protocols: how exactly metrics are applied, as hashed data."""


@hookspec
def restorebench_sdes() -> Iterable[specs.LazySpec]:  # type: ignore[empty-body]
    """Gaussian paths and SDEs, such as IR-SDE."""


@hookspec
def restorebench_solvers() -> Iterable[specs.LazySpec]:  # type: ignore[empty-body]
    """Solvers of reverse processes."""


@hookspec
def restorebench_backbones() -> Iterable[specs.LazySpec]:  # type: ignore[empty-body]
    """Network architectures."""


@hookspec
def restorebench_compressors() -> Iterable[specs.LazySpec]:  # type: ignore[empty-body]
    """Latent compressors."""


@hookspec
def restorebench_guides() -> Iterable[specs.GuideSpec]:  # type: ignore[empty-body]
    """Guides: maps made of a sample that a network reads beside the degraded image."""


@hookspec
def restorebench_renderers() -> Iterable[specs.LazySpec]:  # type: ignore[empty-body]
    """Leaderboard renderers: `target` turns `Board`s into text or something rich can print."""


@hookspec
def restorebench_scored(record: Record) -> None:
    """Called after a record has been stored; for logging to elsewhere. Must not change it."""
