"""Any network that maps a batch of images to images, as a restorer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from restorebench.allocator import large_blocks_given_back
from restorebench.backbones.cost import macs_of, parameters_of
from restorebench.backbones.layers.padding import crop, pad_to_multiple
from restorebench.backbones.tiling.memory import counted
from restorebench.errors import ImageError, OptionError
from restorebench.restorers.base import Context
from restorebench.restorers.model import PRECISIONS
from restorebench.restorers.outside.costs import NetworkCosts
from restorebench.restorers.outside.tiles import tiled
from restorebench.restorers.plan.plan import Limits
from restorebench.restorers.upsample import METHODS, enlarged
from restorebench.restorers.values import (
    VALUES,
    check_shape,
    check_values,
)
from restorebench.types import Array, Restoration, Sample

HALO = 32
"""Pixels around a tile where nothing says how far a network sees."""

_REMEDY = "give values=bytes if the network is fed 0 to 255 too, else divide its output"


class Network:
    """Calls `network` on RGB images ``(N, 3, H, W)`` and checks what it gives.

    `network` is an `nn.Module`, or another callable from a tensor to a tensor. `values` is what it
    works in: ``"unit"`` [0, 1], ``"signed"`` [−1, 1] or ``"bytes"`` [0, 255]. Height and width are
    mirrored to a `multiple` and cut again. The two views of a stereo pair are a batch
    (`views` ``"batch"``), or six channels, left first (``"channels"``). `output` picks one of
    several tensors that it gives. A network that does not enlarge is given its input enlarged by
    `enlarge`, a method of `Setup.enlarge`. `tile` cuts the image into squares of that side, each
    with `halo` pixels around it (32), which are thrown away: exact where the network sees no
    further. With a `halo` and no tile, or an attribute of that name, images are cut as their plan
    says. `digest` identifies the weights.

    Raises `OptionError` for values that there are not. Restoring raises `ImageError`, which says
    in words what is wrong with an output: its shape, channels last, 0 to 255, several tensors.
    """

    def __init__(
        self,
        network: Callable[[Tensor], Any],
        *,
        values: str = "unit",
        multiple: int = 1,
        views: Literal["batch", "channels"] = "batch",
        output: int | str | None = None,
        enlarge: str = "",
        tile: int = 0,
        halo: int | None = None,
        precision: str = "float32",
        digest: str = "",
    ) -> None:
        _check_choice("values", values, VALUES)
        _check_choice("precision", precision, PRECISIONS)
        _check_choice("views", views, ("batch", "channels"))
        _check_choice("enlarge", enlarge, ("", *METHODS))
        _check_number("multiple", multiple, 1)
        _check_number("tile", tile, 0)
        _check_number("halo", HALO if halo is None else halo, 0)
        self._network, self._values, self._views = network, VALUES[values], views
        self._multiple, self._tile = multiple, tile
        own = getattr(network, "halo", None)
        self._halo = own if halo is None and type(own) is int else halo
        self._output, self._enlarge = output, enlarge
        self._dtype, self._digest = PRECISIONS[precision], digest
        self._device = ""
        self._macs: dict[tuple[int, ...], int | None] = {}

    @torch.inference_mode()
    def restore(self, sample: Sample, context: Context) -> Restoration:
        """One call on the whole image, or one for each tile of the context's plan or the option."""
        self._move(context.device)
        if context.plan is None or context.plan.whole:
            return self._restored(sample, self._tile, HALO if self._halo is None else self._halo)
        with large_blocks_given_back():
            return self._restored(sample, context.plan.tile, context.plan.halo)

    def costs(self, limits: Limits) -> NetworkCosts:
        """The plans of a network that says how far it sees, and has no tile of its own."""
        halo = None if self._tile else self._halo
        return NetworkCosts(limits, halo, self._multiple, bool(self._enlarge), self._bytes_of)

    def _restored(self, sample: Sample, tile: int, halo: int) -> Restoration:
        given = sample.degraded
        if self._enlarge:
            given = enlarged(given, sample.scale, self._enlarge)
        images = torch.from_numpy(np.ascontiguousarray(given)).to(self._device)
        calls: list[tuple[int, ...]] = []

        def call(part: Tensor) -> Tensor:
            calls.append(tuple(part.shape))
            return self._call(part, 1 if self._enlarge else sample.scale)

        out = tiled(call, images, tile, halo, 1 if self._enlarge else sample.scale)
        image: Array = out.float().cpu().numpy()
        check_values(image, "the network's output", _REMEDY)
        return Restoration(image, len(calls), self._parameters(), self._total_macs(calls))

    def fingerprint(self, sample_id: str, views: int) -> str:
        """The digest of the weights."""
        return self._digest

    def _move(self, device: str) -> None:
        if device != self._device and isinstance(self._network, nn.Module):
            self._network.to(device, self._dtype).eval()
        self._device = device

    def _call(self, images: Tensor, scale: int) -> Tensor:
        count, _, height, width = images.shape
        x = images if self._views == "batch" else images.flatten(0, 1)[None]
        x = pad_to_multiple(x, self._multiple, "mirror")
        black, white = self._values
        out = self._picked(self._network((x * (white - black) + black).to(self._dtype)))
        expected = (x.shape[0], x.shape[1], x.shape[2] * scale, x.shape[3] * scale)
        check_shape(tuple(out.shape), expected, "the network's output")
        out = crop(out.float(), height * scale, width * scale)
        return ((out - black) / (white - black)).reshape(count, 3, *out.shape[-2:])

    def _picked(self, out: Any) -> Tensor:
        if self._output is not None:
            try:
                out = out[self._output]
            except (LookupError, TypeError) as error:
                msg = f"the network gives a {type(out).__name__}, without output={self._output!r}"
                raise ImageError(msg) from error
        if isinstance(out, Tensor):
            return out
        if isinstance(out, np.ndarray):
            return torch.from_numpy(out)
        inside = ", ".join(map(str, out)) if isinstance(out, dict) else ""
        count = f" of {len(out)}" if isinstance(out, tuple | list) else ""
        msg = f"the network gives a {type(out).__name__}{count} {inside}".rstrip()
        raise ImageError(f"{msg}, expected a tensor; pick one: output=0, output=-1 or output=KEY")

    def _parameters(self) -> int | None:
        return parameters_of(self._network) if isinstance(self._network, nn.Module) else None

    def _total_macs(self, calls: list[tuple[int, ...]]) -> int | None:
        counted = [self._macs_of(shape) for shape in calls]
        return None if None in counted else sum(filter(None, counted))

    def _macs_of(self, shape: tuple[int, ...]) -> int | None:
        """Multiply–adds of a call, or None where they cannot be counted by shapes."""
        if shape not in self._macs:
            self._macs[shape] = None
            if isinstance(self._network, nn.Module):
                with suppress(Exception):  # of control flow, custom operators, ScriptModules
                    self._macs[shape] = macs_of(self._network, self._padded(shape))
        return self._macs[shape]

    def _bytes_of(self, views: int, height: int, width: int) -> int | None:
        """Bytes of a call, or None where they cannot be counted by shapes."""
        if isinstance(self._network, nn.Module):
            with suppress(Exception):  # as in `_macs_of`
                return counted(self._network, self._padded((views, 3, height, width)))
        return None

    def _padded(self, shape: tuple[int, ...]) -> Tensor:
        count, channels, height, width = shape
        batch = (count, channels) if self._views == "batch" else (1, count * channels)
        sides = (side + -side % self._multiple for side in (height, width))
        return torch.empty(*batch, *sides, device="meta", dtype=self._dtype)


def _check_choice(name: str, value: str, choices: Iterable[str]) -> None:
    if value not in (known := list(choices)):
        msg = f"{name} is {value!r}; there are {', '.join(filter(None, known))}"
        raise OptionError(msg)


def _check_number(name: str, number: int, least: int) -> None:
    if type(number) is not int or number < least:
        msg = f"{name} is {number!r}; expected a whole number from {least}"
        raise OptionError(msg)
