"""What the plans of networks take, counted by shapes alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import torch

from restorebench.backbones.nafnet import NAFNet
from restorebench.backbones.restormer import Restormer
from restorebench.backbones.tiling import reach
from restorebench.backbones.tiling.geometry import check_tiling, geometry
from restorebench.backbones.tiling.memory import counted
from restorebench.compressors.tiling import TiledCompressor
from restorebench.compressors.tiling import geometry as compressor_geometry
from restorebench.errors import OptionError
from restorebench.restorers.model import Model
from restorebench.restorers.plan.by_shapes import Call, Restoring
from restorebench.restorers.plan.plan import LADDER, WHOLE, Limits, Plan, Size
from restorebench.restorers.plan.solver_state import kept_at_once

DEEPEST = 2
"""Levels of NAFNet that are computed again at most: each takes about half as long again."""

STRIP = 256
"""The tile of `exact` by default: maps of NAFNet and Restormer are kept whole, so that tiles are
only strips and what is computed again; smaller ones stay in the cache."""

LEAST = 16
"""Pixels below which a tile is not halved."""

_KEPT = 2.2
"""What the whole image takes where the allocator keeps freed blocks, for every byte in use.

And what a compressor's tiles take, whose convolutions copy large maps into a layout of their own.
"""

_BESIDE = 160 << 20
"""What is not a tensor: code that is loaded when it is first used, workspaces, small fragments."""


class ModelCosts:
    """The plans of a model within limits, as `plan.choose.Costs`.

    `beside` restored images are in memory while one is made.
    """

    def __init__(self, model: Model, limits: Limits, beside: int = 0) -> None:
        self.model, self.limits, self.beside = model, limits, beside
        self._counted: dict[tuple[Size, Plan], int] = {}
        self._calls: dict[tuple[Size, Plan], Call] = {}
        self.uncut = _uncut(model)
        in_strips = isinstance(model.backbone, NAFNet | Restormer)
        self._layers = in_strips and limits.statistics != "frozen"

    def plans(self, size: Size) -> Sequence[Plan]:
        """The whole image, then in tiles; with a tile in the limits only those that have it."""
        tile, side = self.limits.tile, max(self._working(size))
        if tile and tile < side:
            if self.uncut:
                raise OptionError(self.uncut)
            tiled = [self._tiled(tile, deep) for deep in range(self._deepest + 1)]
            return self._anywhere(size, tiled)
        if self.uncut or tile:
            return [WHOLE]
        return [WHOLE, *self._anywhere(size, [p for p in self._ladder() if p.tile < side])]

    def bytes(self, size: Size, plan: Plan) -> int:
        """Of the sample, what is made of it, and all that lives while it is restored."""
        if (size, plan) not in self._counted:
            self._counted[size, plan] = self._count(size, plan)
        return self._counted[size, plan]

    def halved(self, size: Size, plan: Plan) -> Plan | None:
        """With half the tile, and a level more that is computed again."""
        tile = (plan.tile or max(self._working(size))) // 2
        if self.uncut or tile < LEAST or self.limits.statistics == "local":
            return None
        smaller = self._tiled(tile, min(plan.recomputed + (not plan.whole), self._deepest))
        return replace(smaller, state=plan.state)

    @property
    def _deepest(self) -> int:
        """Of how many levels the maps may be computed again."""
        net = self.model.backbone
        if not isinstance(net, NAFNet) or self.limits.statistics != "exact":
            return 0
        if net.config.fusion != "none" or net.config.local_pool:
            return 0
        return min(DEEPEST, len(net.config.encoder))

    def _ladder(self) -> list[Plan]:
        large = [self._tiled(tile) for tile in LADDER]
        if not self._layers:
            return large
        deep = [self._tiled(STRIP, deep) for deep in range(self._deepest + 1)]
        return deep if self.model.compressor is None else [*large[:-1], *deep]

    def _anywhere(self, size: Size, plans: list[Plan]) -> list[Plan]:
        """Each with the solver's state in memory, then on disk, which takes little longer."""
        if not self._kept:
            return plans
        state = self._kept * size.views * 12 * math.prod(self._working(size))
        return [replace(plan, state=where) for plan in plans for where in (0, state)]

    @cached_property
    def _kept(self) -> int:
        """Images that may be on disk at once: none of latents, which are small."""
        model = self.model
        on_cpu = next(model.backbone.parameters()).device.type == "cpu"
        if model.process is None or model.compressor is not None or not on_cpu:
            return 0
        return kept_at_once(model.process)

    def _tiled(self, tile: int, recomputed: int = 0) -> Plan:
        limits = self.limits
        halo = _halo(self.model, recomputed if self._layers else None)
        return Plan(tile, limits.statistics, recomputed=recomputed, halo=halo)

    def _working(self, size: Size) -> tuple[int, int]:
        larger = max(1, size.scale // self.model.backbone.inputs.upscale)
        return size.height * larger, size.width * larger

    def _count(self, size: Size, plan: Plan) -> int:
        model, (height, width) = self.model.planned(plan), self._working(size)
        weight = next(model.backbone.parameters())
        image = torch.empty(1, size.views, 3, height, width, device="meta")
        guides = model.backbone.inputs.guides
        maps = image.new_empty(1, size.views, guides, height, width) if guides else None
        dim = model.backbone.inputs.condition_dim
        condition = torch.empty(1, dim, device="meta") if dim else None
        more = (plan.whole and not self.uncut) or model.compressor is not None
        kept = weight.device.type == "cpu" and more
        call = self._calls.setdefault((size, replace(plan, state=0)), Call())
        disk = image if plan.state else None
        used = counted(Restoring(model, call, disk), image, condition, maps) * (
            _KEPT if kept else 1
        )
        read = 0 if disk is None else disk.nbytes  # by a call of the network
        sample = 12 * size.views * size.pixels
        enlarged = image.nbytes if image.nbytes > sample or model.setup.initial else 0
        guided = 2 * (maps.nbytes if maps is not None else 0)
        # a solver leaves holes between calls that no map fits into: 0.16 GiB at 24 megapixels
        holes = sample if model.process is not None and model.compressor is None else 0
        restored = self.beside * sample * size.scale**2
        return _BESIDE + int(used) + read + sample + enlarged + guided + holes + restored


def _uncut(model: Model) -> str:
    """Why a model works on whole images only; ``""`` where it, or its compressor, has tiles."""
    try:
        if model.compressor is None:
            check_tiling(model.backbone, "exact")
        else:
            TiledCompressor(model.compressor, STRIP)
    except OptionError as error:
        return str(error)
    return ""


def _halo(model: Model, recomputed: int | None) -> int:
    """Pixels around a tile that are computed for it alone, of the image where there are latents."""
    if model.compressor is not None:
        found = compressor_geometry(model.compressor)
    elif recomputed is not None:
        net = model.backbone
        if isinstance(net, NAFNet) and recomputed:
            return reach.both_ways(net.config, recomputed)
        return 0
    else:
        found = geometry(model.backbone)
    return 0 if found is None else found.halo
