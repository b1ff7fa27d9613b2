"""NAFNet: one network with parts for time, a condition vector and a second view."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pixel_shuffle

from restorebench.backbones.backbone import Family, Inputs, Modulated
from restorebench.backbones.fold_views import fold, unfold
from restorebench.backbones.layers.blocks import PixelShuffleUp, simple_gate
from restorebench.backbones.layers.channels_last import laid_out, use_channels_last
from restorebench.backbones.layers.embedding import GatedEmbedding
from restorebench.backbones.layers.modulation import Modulation, Part
from restorebench.backbones.layers.nafblock import NAFBlock
from restorebench.backbones.layers.padding import crop, pad_to_multiple
from restorebench.backbones.layers.scam import StereoAttention
from restorebench.backbones.layers.tlc import local_kernel
from restorebench.backbones.nafnet_config import FUSIONS, Config
from restorebench.backbones.nafnet_sizes import SIZES
from restorebench.backbones.network_inputs import degraded, read, times_of
from restorebench.errors import SampleError


class NAFNet(Modulated):
    """A U of NAFBlocks: regression (Chen et al., ECCV 2022), or one step of a diffusion.

    With time, stereo attention or lens metadata: Refusion (Luo et al., CVPRW 2023). A column of
    blocks (no levels) with stereo attention and upscaling: NAFSSR (Chu et al., CVPRW 2022).
    Any height and width: pads with zeros to multiples of 2^levels, and crops.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.inputs = Inputs(
            channels=config.channels,
            views=config.views,
            degraded=config.degraded,
            timed=config.timed,
            condition_dim=config.condition_dim,
            upscale=config.upscale,
            guides=config.guides,
        )
        width, levels = config.width, range(len(config.encoder))
        self.time = GatedEmbedding(width) if config.timed else None
        self.condition = (
            GatedEmbedding(width, config.condition_dim) if config.condition_dim else None
        )
        taken = config.channels * (2 if config.degraded else 1) + config.guides
        self.intro = nn.Conv2d(taken, width, 3, padding=1)
        self.encoder = nn.ModuleList(_blocks(config, n, k) for k, n in enumerate(config.encoder))
        self.down = nn.ModuleList(nn.Conv2d(width << k, width << k + 1, 2, 2) for k in levels)
        self.middle = _blocks(config, config.middle, len(levels))
        self.up = nn.ModuleList(PixelShuffleUp(width << k + 1) for k in reversed(levels))
        self.decoder = nn.ModuleList(
            _blocks(config, n, k) for k, n in zip(reversed(levels), config.decoder, strict=True)
        )
        given = config.channels * (2 if config.affine else config.upscale**2)
        self.ending = nn.Conv2d(width, given, 3, padding=1)
        use_channels_last(self)

    def embed(
        self, time: float | Tensor | None = None, condition: Tensor | None = None
    ) -> Modulation:
        """Scales and shifts of all blocks; `time` a number or (T,), `condition` (K,) or (B, K)."""
        parts = (*self.encoder, self.middle, *self.decoder)
        blocks = [module for part in parts for module in part.children()]
        t, c = self._embed_time(time), self._embed_condition(condition)
        return Modulation(
            tuple(b.time(t) for b in blocks if t is not None and b.time is not None),
            tuple(b.condition(c) for b in blocks if c is not None and b.condition is not None),
        )

    def predict(self, x: Tensor, mu: Tensor | None, modulation: Modulation) -> Tensor:
        """x and μ (B, V, C, H, W), or (B, C, H, W) with one view; the result as x, upscaled."""
        known = modulation.for_batch(x.shape[0], self.config.views)
        return self.finish(self._run(self.prepare(x, mu), known), x, mu)

    def prepare(self, x: Tensor, mu: Tensor | None) -> Tensor:
        """What the first layer reads: views in the batch, padded, channels last."""
        return laid_out(pad_to_multiple(read(x, mu, self.inputs), self.config.multiple))

    def finish(self, y: Tensor, x: Tensor, mu: Tensor | None) -> Tensor:
        """The result of what the last layer gave for x and μ."""
        scale, (height, width) = self.config.upscale, x.shape[-2:]
        y = crop(pixel_shuffle(y, scale), height * scale, width * scale)
        if self.config.affine:
            y = _applied(y, fold(degraded(x, mu, self.inputs), self.inputs))
        return unfold(y + _enlarged(x, self.inputs) if self.config.residual else y, x)

    def descend(
        self, z: Tensor, parts: Iterator[Part], levels: int | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        """From what `prepare` gives, down `levels` (all): what goes on, and what `ascend` adds."""
        x = self.intro(z)
        skips = [x] if self.config.intro_skip else []
        for blocks, down in islice(zip(self.encoder, self.down, strict=True), levels):
            x = through(blocks, x, parts)
            skips.append(x)
            x = down(x)
        return x, skips

    def ascend(self, x: Tensor, skips: list[Tensor], parts: Iterator[Part]) -> Tensor:
        """From as deep as `descend` went to the last layer's output; takes the skips away."""
        levels = len(skips) - self.config.intro_skip
        stages = zip(self.decoder, self.up, strict=True)
        for blocks, up in islice(stages, len(self.decoder) - levels, None):
            x = through(blocks, up(x) + skips.pop(), parts)
        y: Tensor = self.ending(x + skips.pop() if skips else x)
        return y

    def _run(self, z: Tensor, modulation: Modulation) -> Tensor:
        parts = modulation.parts()
        x, skips = self.descend(z, parts)
        return self.ascend(through(self.middle, x, parts), skips, parts)

    def _embed_time(self, time: float | Tensor | None) -> Tensor | None:
        if self.time is None:
            return None
        times = times_of(time, self.intro.weight)
        return simple_gate(self.time(times[..., None]), dim=-1)

    def _embed_condition(self, condition: Tensor | None) -> Tensor | None:
        given, expected = 0 if condition is None else condition.shape[-1], self.config.condition_dim
        if given != expected:
            msg = f"this NAFNet takes a condition of {expected} numbers; got {given}"
            raise SampleError(msg)
        if self.condition is None or condition is None:
            return None
        if self.config.condition_scale:
            condition = condition * torch.tensor(
                self.config.condition_scale, device=condition.device
            )
        return simple_gate(self.condition(condition.reshape(-1, expected)), dim=-1)


def _blocks(config: Config, count: int, level: int) -> nn.ModuleList:
    return nn.ModuleList(_block(config, level) for _ in range(count))


def _block(config: Config, level: int) -> NAFBlock:
    channels, inner = config.width << level, 2 * config.width
    eps, bias, stride = config.norm_eps, config.norm_bias, FUSIONS[config.fusion]
    return NAFBlock(
        channels,
        time_dim=inner if config.timed else 0,
        condition_dim=inner if config.condition_dim else 0,
        norm_eps=eps,
        norm_bias=bias,
        kernel=local_kernel(config.local_pool, level, config.multiple),
        fusion=StereoAttention(channels, stride=stride, eps=eps, bias=bias) if stride else None,
    )


def through(blocks: nn.Module, x: Tensor, parts: Iterator[Part]) -> Tensor:
    """One block after the other."""
    for block in blocks.children():
        x = block(x, *next(parts))
    return x


def _applied(maps: Tensor, image: Tensor) -> Tensor:
    """Gain and offset, (N, 2C, H, W), applied to (N, C, H, W)."""
    gain, offset = maps.chunk(2, dim=1)
    return gain * image + offset


def _enlarged(x: Tensor, inputs: Inputs) -> Tensor:
    view, scale = fold(x, inputs), inputs.upscale
    return view if scale == 1 else interpolate(view, scale_factor=scale, mode="bilinear")


FAMILY = Family(
    name="nafnet",
    config=Config,
    build=NAFNet,
    sizes=SIZES,
    citation="Chen et al., ECCV 2022; Chu et al., CVPRW 2022; Luo et al., CVPRW 2023",
)
