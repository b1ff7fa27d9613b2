"""Restormer by its published names and the paper's formulas, written for reading, not speed."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

State = dict[str, Tensor]
HEADS = {"1": 1, "2": 2, "3": 4, "t": 8}
WIDTHS = {"encoder_level1": 1, "encoder_level2": 2, "encoder_level3": 4, "latent": 8} | {
    "decoder_level3": 4,
    "decoder_level2": 2,
    "decoder_level1": 2,
    "refinement": 2,
}
RESIZES = {"down1_2": (1, 0.5), "down2_3": (2, 1), "down3_4": (4, 2)} | {
    "up4_3": (8, 16),
    "up3_2": (4, 8),
    "up2_1": (2, 4),
}


def heads_of(stage: str) -> int:
    """1, 2, 4, 8 from the first level to the fourth; refinement is of the first."""
    return 1 if stage == "refinement" else HEADS[stage[-1]]


def random_state(width: int, blocks: dict[str, int], seed: int = 0) -> State:
    """Weights of a Restormer under the published names, none of them trivial."""
    shapes: dict[str, tuple[int, ...]] = {
        "patch_embed.proj.weight": (width, 3, 3, 3),
        "output.weight": (3, 2 * width, 3, 3),
        "reduce_chan_level3.weight": (4 * width, 8 * width, 1, 1),
        "reduce_chan_level2.weight": (2 * width, 4 * width, 1, 1),
    }
    for name, (read, write) in RESIZES.items():
        shapes[f"{name}.body.0.weight"] = (int(write * width), read * width, 3, 3)
    for stage, count in blocks.items():
        for block in range(count):
            shapes |= block_shapes(f"{stage}.{block}", WIDTHS[stage] * width, heads_of(stage))
    rng = np.random.default_rng(seed)
    return {name: draw(rng, name, shape) for name, shape in shapes.items()}


def block_shapes(at: str, c: int, heads: int) -> dict[str, tuple[int, ...]]:
    hidden = int(2.66 * c)
    return {
        **{f"{at}.norm{k}.body.{part}": (c,) for k in (1, 2) for part in ("weight", "bias")},
        f"{at}.attn.temperature": (heads, 1, 1),
        f"{at}.attn.qkv.weight": (3 * c, c, 1, 1),
        f"{at}.attn.qkv_dwconv.weight": (3 * c, 1, 3, 3),
        f"{at}.attn.project_out.weight": (c, c, 1, 1),
        f"{at}.ffn.project_in.weight": (2 * hidden, c, 1, 1),
        f"{at}.ffn.dwconv.weight": (2 * hidden, 1, 3, 3),
        f"{at}.ffn.project_out.weight": (c, hidden, 1, 1),
    }


def draw(rng: np.random.Generator, name: str, shape: tuple[int, ...]) -> Tensor:
    fan_in = int(np.prod(shape[1:])) or 1
    around = 1.0 if name.endswith(("body.weight", "temperature")) else 0.0
    value = around + rng.standard_normal(shape) * (0.2 if around else fan_in**-0.5)
    return torch.from_numpy(value).float()


def restore(s: State, x: Tensor) -> Tensor:
    """The plain network; H and W are multiples of 8."""
    one = run(s, "encoder_level1", conv(s, "patch_embed.proj", x))
    two = run(s, "encoder_level2", F.pixel_unshuffle(conv(s, "down1_2.body.0", one), 2))
    three = run(s, "encoder_level3", F.pixel_unshuffle(conv(s, "down2_3.body.0", two), 2))
    y = run(s, "latent", F.pixel_unshuffle(conv(s, "down3_4.body.0", three), 2))
    y = torch.cat([F.pixel_shuffle(conv(s, "up4_3.body.0", y), 2), three], 1)
    y = run(s, "decoder_level3", conv(s, "reduce_chan_level3", y))
    y = torch.cat([F.pixel_shuffle(conv(s, "up3_2.body.0", y), 2), two], 1)
    y = run(s, "decoder_level2", conv(s, "reduce_chan_level2", y))
    y = torch.cat([F.pixel_shuffle(conv(s, "up2_1.body.0", y), 2), one], 1)
    y = run(s, "refinement", run(s, "decoder_level1", y))
    return conv(s, "output", y) + x


def run(s: State, stage: str, x: Tensor) -> Tensor:
    block = 0
    while f"{stage}.{block}.attn.temperature" in s:
        at = f"{stage}.{block}"
        x = x + attention(s, f"{at}.attn", norm(s, f"{at}.norm1.body", x))
        x = x + feed_forward(s, f"{at}.ffn", norm(s, f"{at}.norm2.body", x))
        block += 1
    return x


def conv(s: State, name: str, x: Tensor, groups: int = 1) -> Tensor:
    weight = s[f"{name}.weight"]
    return F.conv2d(x, weight, padding=weight.shape[-1] // 2, groups=groups)


def norm(s: State, name: str, x: Tensor) -> Tensor:
    mean, variance = x.mean(1, keepdim=True), x.var(1, correction=0, keepdim=True)
    weight, bias = (s[f"{name}.{part}"][:, None, None] for part in ("weight", "bias"))
    return (x - mean) / torch.sqrt(variance + 1e-5) * weight + bias


def attention(s: State, at: str, x: Tensor) -> Tensor:
    """Equation 1: between the channels of a head, over unit vectors of positions."""
    n, c, height, width = x.shape
    temperature = s[f"{at}.temperature"]
    qkv = conv(s, f"{at}.qkv_dwconv", conv(s, f"{at}.qkv", x), groups=3 * c)
    q, k, v = (part.reshape(n, len(temperature), -1, height * width) for part in qkv.chunk(3, 1))
    q, k = q / q.norm(dim=-1, keepdim=True), k / k.norm(dim=-1, keepdim=True)
    weights = torch.softmax(torch.einsum("nhip,nhjp->nhij", q, k) * temperature, dim=-1)
    found = torch.einsum("nhij,nhjp->nhip", weights, v)
    return conv(s, f"{at}.project_out", found.reshape(x.shape))


def feed_forward(s: State, at: str, x: Tensor) -> Tensor:
    """Equation 2."""
    h = conv(s, f"{at}.project_in", x)
    gate, h = conv(s, f"{at}.dwconv", h, groups=h.shape[1]).chunk(2, 1)
    return conv(s, f"{at}.project_out", F.gelu(gate) * h)
