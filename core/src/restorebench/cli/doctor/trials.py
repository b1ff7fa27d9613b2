"""`doctor --deep`: everything is imported, and one image is restored on each device."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from restorebench.cli.doctor.finding import Finding, tried
from restorebench.errors import CheckpointError, OptionError, RestorebenchError
from restorebench.metrics.lpips.trunks import TRUNKS

if TYPE_CHECKING:
    from restorebench.harness.plan import Cell
    from restorebench.plugins import Suite
    from restorebench.restorers.packaged import Packaged


def examine(found: Suite) -> Iterator[Finding]:
    """All that only an import or a restoration shows."""
    yield (torch := tried("imports", "torch", _torch))
    yield tried("imports", "torchvision", _torchvision, otherwise="missing")
    for name, trunk in TRUNKS.items():
        if trunk.path() is not None:
            yield tried("imports", f"LPIPS trunk {name}", partial(_trunk, name))
    yield from _default_benchmark(found)
    if torch.state == "ok":
        yield from _restorations(found)


def _torch() -> str:
    import torch

    count = torch.cuda.device_count()
    names = [f"cuda:{i} is {torch.cuda.get_device_name(i)}" for i in range(count)]
    return "; ".join([torch.__version__, f"devices: {', '.join(device_names())}", *names])


def device_names() -> list[str]:
    """The devices that torch finds."""
    import torch

    cuda = [f"cuda:{i}" for i in range(torch.cuda.device_count())]
    return ["cpu", *cuda, *(["mps"] if torch.backends.mps.is_available() else [])]


def _torchvision() -> str:
    from restorebench.torchvision_guard import ensure_torchvision

    try:
        import torchvision

        remark = ""
    except RuntimeError:
        ensure_torchvision()
        import torchvision

        remark = "; built for another torch than this one, which restorebench works around"
    return f"{torchvision.__version__}{remark}"


def _trunk(name: str) -> str:
    return f"read; SHA-256 of its tensors {TRUNKS[name].read().sha256[:16]}…"


def _default_benchmark(found: Suite) -> Iterator[Finding]:
    """Whether the code of everything in the default benchmark can be imported."""
    for registry in (found.protocols, found.metrics, found.datasets, found.restorers):
        broken = 0
        names = [spec.name for spec in registry if getattr(spec, "default", True)]
        for name in names:
            try:
                registry.load(name)
            except RestorebenchError as error:
                broken += 1
                yield Finding("benchmark", f"{registry.kind} {name}", "broken", str(error))
        if not broken:
            yield Finding("benchmark", f"{registry.kind}s", "ok", f"all {len(names)} load")


def _restorations(found: Suite) -> Iterator[Finding]:
    """The first image of one cell of the default benchmark, on each device."""
    try:
        cell = _smallest(found)
    except OptionError as error:  # core alone has no task
        yield Finding("restoration", "one image", "missing", str(error))
        return
    for device in device_names():
        name = f"{cell.restorer} on {device}"
        yield tried("restoration", name, partial(_restored, found, cell, device))


def _smallest(found: Suite) -> Cell:
    """That with the smallest weights, else the first; `OptionError` where there is none."""
    from restorebench.harness.plan import plan
    from restorebench.restorers.packaged import packaged

    sizes = {name: _size(model) for name, model in packaged(found).items()}
    return min(plan(found), key=lambda cell: sizes.get(cell.restorer.name, math.inf))


def _size(model: Packaged) -> float:
    try:
        return model.path.stat().st_size
    except CheckpointError:  # which is a finding among the weights
        return math.inf


def _restored(found: Suite, cell: Cell, device: str) -> str:
    from restorebench.restorers.base import Context
    from restorebench.restorers.check import check_restoration
    from restorebench.restorers.factory import make_restorer

    data = found.datasets.load(cell.dataset)(cell.split)
    sample = data[data.ids[0]]
    restorer = make_restorer(found, cell.restorer.name)
    start = time.perf_counter()
    output = restorer.restore(sample.without_target(), Context(cell.task, device=device))
    check_restoration(output, sample)
    return f"{cell.dataset}/{sample.id} restored in {time.perf_counter() - start:.1f} s"
