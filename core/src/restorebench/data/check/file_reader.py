"""Files of a data set read as they are scored; what a reader refuses is a finding."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.data.check import suspicions
from restorebench.data.check.finding import Finding
from restorebench.data.check.split_names import SplitNames
from restorebench.data.colour import quantise
from restorebench.data.images import read_image
from restorebench.data.inputs import read_input
from restorebench.data.layouts.fields.depth import read_depth
from restorebench.data.layouts.fields.masks import read_mask
from restorebench.data.layouts.scene_files import SceneFiles
from restorebench.errors import ImageError, ImageWarning
from restorebench.types import Pixels


class FileReader:
    """Reads files of a split, and keeps in `findings` what is wrong with them."""

    def __init__(self, names: SplitNames) -> None:
        self.names = names
        self.findings: list[Finding] = []

    def pixels(self, path: Path, field: str) -> Pixels | None:
        """The image as it is scored; of degraded ones of own data what `run` makes of them."""
        name = self.names.relative(path)
        try:
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always", ImageWarning)
                pixels = read_image(path, name)
        except (ImageError, OSError) as error:
            converted = self._converted(path, name) if field == "degraded" else None
            if converted is None:
                self._add_error(path, error)
            return converted
        self._note(*(str(one.message) for one in said))
        self.findings += suspicions.of_image(name, path, pixels)
        return pixels

    def _converted(self, path: Path, name: str) -> Pixels | None:
        """A degraded image that is converted when it is read; public ones are as they should be."""
        if self.names.layout.folders:
            return None
        try:
            found = read_input(path, name)
        except (ImageError, OSError):
            return None
        self._note(*(f"{name}: {note}" for note in found.notes))
        pixels: NDArray[Any] = found.pixels
        return pixels if pixels.dtype == np.uint8 else quantise(pixels)

    def _note(self, *lines: str) -> None:
        self.findings += [Finding("metadata", "", line, note=True) for line in lines]

    def check_map(self, scene: SceneFiles, path: Path, size: tuple[int, int]) -> None:
        """A mask or a depth map, beside an image of `size` (width, height)."""
        name, shape = self.names.relative(path), size[::-1]
        try:
            if path == scene.mask:
                mask = read_mask(path, shape, name)
                own = not self.names.layout.folders
                self.findings += suspicions.of_mask(name, mask, note=own)
            else:
                read_depth(path, shape, self.names.layout.depth_unit, name)
        except (ImageError, OSError) as error:
            self._add_error(path, error)

    def _add_error(self, path: Path, error: Exception) -> None:
        """What a reader says of a file, which it calls by its name."""
        kind = "empty" if path.stat().st_size == 0 else "image"
        name = self.names.relative(path)
        what, _, remedy = str(error).partition("; ")
        what = re.sub("^the (mask|depth) ", "", what).removeprefix(name).removeprefix(":").strip()
        self.findings.append(Finding(kind, name, what, remedy or "get it again"))
