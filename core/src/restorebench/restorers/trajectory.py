"""A trajectory as images: x_t above and x̂0, seen from there, below; as a strip or animation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from restorebench.atomic import replacing
from restorebench.data.colour import quantise
from restorebench.errors import OptionError
from restorebench.restorers.sampling import Moment
from restorebench.types import Pixels

STRIP, ANIMATION = (".png",), (".gif", ".webp")
COLUMNS = 8
"""Moments in a strip, the first and the last among them."""

_GAP, _LINE = 4, 18
_TALL = 512
"""Rows of a moment's image at most; larger ones are shown smaller."""


@dataclass
class Trajectory:
    """Collects the moments of one restoration as 8-bit images, those that will be shown.

    `suffix` of the file: all moments for an animation, `COLUMNS` for a strip.
    """

    suffix: str
    moments: list[tuple[float, Image.Image, Image.Image]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.suffix.lower() not in (*STRIP, *ANIMATION):
            kinds = ", ".join((*STRIP, *ANIMATION))
            msg = f"a trajectory cannot be saved as {self.suffix or 'a file without suffix'!r}"
            raise OptionError(f"{msg}; its name ends in one of {kinds}")

    def __call__(self, moment: Moment) -> None:
        """Take a moment, if it is one to be shown."""
        if self.suffix.lower() in STRIP and not _shown(moment):
            return
        self.moments.append((moment.t, _image(moment.state), _image(moment.estimate)))

    def save(self, path: str | Path) -> None:
        """Write the file; it appears whole or not at all."""
        with replacing(Path(path)) as part:
            if self.suffix.lower() in STRIP:
                self.strip().save(part, "PNG")
            else:
                self._save_frames(part)

    def strip(self) -> Image.Image:
        """All moments from left to right, t above them."""
        return _beside([_labelled(f"t = {t:.3g}", [x, x0]) for t, x, x0 in self.moments])

    def frames(self) -> list[Image.Image]:
        """An image for each moment: x_t beside x̂0."""
        return [
            _beside([_labelled(f"x at t = {t:.3f}", [x]), _labelled("estimate of x0", [x0])])
            for t, x, x0 in self.moments
        ]

    def _save_frames(self, path: Path) -> None:
        frames = self.frames()
        each = max(40, 3000 // len(frames))
        times = [each] * (len(frames) - 1) + [1500]
        how = {"save_all": True, "append_images": frames[1:], "duration": times, "loop": 0}
        frames[0].save(path, self.suffix[1:].upper(), **how)


def _shown(moment: Moment) -> bool:
    expected = np.linspace(0, moment.steps, min(COLUMNS, moment.steps + 1))
    return moment.step in np.rint(expected).astype(int)


def _image(batch: Tensor) -> Image.Image:
    """The first of (B, V, 3, H, W), clipped to [0, 1], as one image: views side by side."""
    views = batch[0].float().cpu().numpy()
    pixels: Pixels = quantise(np.concatenate(list(views), axis=-1))
    image = Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0)))
    factor = -(-image.height // _TALL)
    return image.reduce(factor) if factor > 1 else image


def _labelled(text: str, images: Iterable[Image.Image]) -> Image.Image:
    """Images of one size below each other, under a line of text."""
    column = list(images)
    width, height = column[0].size
    sheet = Image.new("RGB", (width, _LINE + len(column) * (height + _GAP) - _GAP), "white")
    ImageDraw.Draw(sheet).text((2, 2), text, "black", ImageFont.load_default(12))
    for k, image in enumerate(column):
        sheet.paste(image, (0, _LINE + k * (height + _GAP)))
    return sheet


def _beside(images: list[Image.Image]) -> Image.Image:
    width = sum(image.width + _GAP for image in images) - _GAP
    sheet = Image.new("RGB", (width, max(image.height for image in images)), "white")
    left = 0
    for image in images:
        sheet.paste(image, (left, 0))
        left += image.width + _GAP
    return sheet
