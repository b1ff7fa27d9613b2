"""A compressor that works on an image in tiles, however large it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

import torch
from torch import Tensor

from restorebench.backbones.tiling.geometry import Geometry
from restorebench.backbones.tiling.held import CouplingFound, Ledger, held
from restorebench.backbones.tiling.memory import counted
from restorebench.backbones.tiling.windows import Window, rounded_up
from restorebench.compressors import reach
from restorebench.compressors.compressor import Compressor, Latent, Size, check_image, check_latent
from restorebench.compressors.haar import Haar
from restorebench.compressors.identity import Identity
from restorebench.compressors.unet import UNetCompressor
from restorebench.errors import ImageError, OptionError

_SUMS = 4
"""Tensors that are kept of each linear attention."""


def geometry(compressor: Compressor) -> Geometry | None:
    """How `compressor` can be cut into tiles; None where it cannot be.

    One of a plugin says it by the attributes `halo`, and `multiple` where that is not its factor.
    """
    if isinstance(compressor, UNetCompressor):
        config = compressor.config
        return Geometry(reach.decoder(len(config.multipliers)), config.multiple)
    if isinstance(compressor, Haar | Identity):
        return Geometry(compressor.factor, compressor.factor)  # padding mirrors what is beside it
    declared = getattr(compressor, "halo", None)
    if not isinstance(declared, int):
        return None
    return Geometry(declared, int(getattr(compressor, "multiple", compressor.factor)))


def peak_bytes(compressor: Compressor, height: int, width: int, tile: int | None = None) -> int:
    """Bytes that an image takes there and back, beside weights; with `tile`, in tiles."""
    net = compressor if tile is None else TiledCompressor(compressor, tile)
    weight = next(compressor.parameters(), torch.empty(0))
    shape = (1, compressor.channels, height, width)
    return counted(net, torch.empty(shape, device="meta", dtype=weight.dtype))


class TiledCompressor(Compressor):
    """`compressor` with the memory of a tile: its latents and its images are the same.

    Instead of a skip-connected encoder's maps, which are many times the image, a latent keeps the
    image itself, and the decoder makes them again tile by tile. Linear attention, which couples
    the whole image, is found by a pass over the tiles. Raises `OptionError` for a compressor
    whose every output depends on all of the image, such as the KL-VAE.
    """

    def __init__(self, compressor: Compressor, tile: int) -> None:
        super().__init__()
        cut = geometry(compressor)
        if cut is None:
            msg = (
                f"a {type(compressor).__name__} cannot be cut into tiles: every pixel depends on "
                "all of the image; give it a smaller image, or use the compressor 'unet', which can"
            )
            raise OptionError(msg)
        self.compressor, self.tile, self.cut = compressor, tile, cut
        self.channels, self.latent_channels = compressor.channels, compressor.latent_channels
        self.factor = compressor.factor

    def encode(self, x: Tensor) -> Latent:
        """The latent, with the image and its couplings in the place of skips."""
        check_image(x, self.channels)
        return _Pass(self, (x.shape[-2], x.shape[-1])).encode(x)

    def decode(self, z: Tensor, skips: tuple[Tensor, ...], size: Size) -> Tensor:
        """The image of a latent, with what `encode` gave in the place of skips."""
        check_latent(z, self.latent_channels, size, factor=self.factor, multiple=self.cut.multiple)
        if skips and skips[0].shape[-2:] != size:
            msg = f"the latent is of an image {tuple(skips[0].shape)}; expected a size of {size}"
            raise ImageError(msg)
        return _Pass(self, size).decode(z, skips)


class _Pass:
    """One call of a compressor's halves on images of `size`."""

    def __init__(self, tiled: TiledCompressor, size: Size) -> None:
        self.tiled, self.size, self.ledger = tiled, size, Ledger()
        self.net = held(tiled.compressor, self.ledger)
        self.windows = tiled.cut.windows(*size, tiled.tile)

    def encode(self, x: Tensor) -> Latent:
        """The latent of (B, C, H, W)."""
        factor, multiple = self.tiled.factor, self.tiled.cut.multiple
        rows, columns = (rounded_up(side, multiple) // factor for side in self.size)
        z = x.new_empty(len(x), self.tiled.latent_channels, rows, columns)
        skips: tuple[Tensor, ...] = ()

        def one(window: Window) -> None:
            nonlocal skips
            made = self.net.encode(window.outer.of(x))
            skips = (x,) if made.skips else ()
            part = window.core.within(window.outer).scaled(1, factor)
            window.core.scaled(1, factor).of(z).copy_(part.of(made.z))

        self._each(one)
        return Latent(z, (*skips, *self._kept()) if skips else ())

    def decode(self, z: Tensor, skips: tuple[Tensor, ...]) -> Tensor:
        """The image of a latent."""
        self._know(skips[1:])
        out = z.new_empty(len(z), self.tiled.channels, *self.size)
        whole = out if not skips else skips[0]

        def one(window: Window) -> None:
            image = window.outer.of(whole)
            made = self.net.encode(image).skips if skips else ()
            below = window.outer.scaled(1, self.tiled.factor).of(z)
            y = self.net.decode(below, made, (image.shape[-2], image.shape[-1]))
            window.core.of(out).copy_(window.core.within(window.outer).of(y))

        self._each(one)
        return out

    def _each(self, run: Callable[[Window], None]) -> None:
        """Run on every window, after a pass for each coupling that is not known yet."""
        self.ledger.stop = True
        while True:
            for window in self.windows:
                self.ledger.place(window)
                with suppress(CouplingFound):
                    run(window)
            if not self.ledger.found:
                return
            self.ledger.learn()

    def _kept(self) -> list[Tensor]:
        known = sorted(self.ledger.known.items())
        return [tensor for _, sums in known for tensor in sums]

    def _know(self, kept: Sequence[Tensor]) -> None:
        groups = range(0, len(kept), _SUMS)
        self.ledger.known = {k: tuple(kept[i : i + _SUMS]) for k, i in enumerate(groups)}
