"""A folder of degraded images as samples, and the names under which the restored ones go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from restorebench.data.colour import as_float
from restorebench.data.images import list_images, read_image
from restorebench.errors import ImageError
from restorebench.types import Array, Sample

ENDINGS = (("_L", "_R"), ("_left", "_right"), ("_0", "_1"))
"""How the stems of left and right views end, in the order in which they are looked for."""

NESTED = (("hr0", "hr1"), ("lr0", "lr1"))
"""Stems of left and right views in a folder of their own, which is named after the sample."""


@dataclass(frozen=True)
class Input:
    """One sample's files, left view first; `outputs` are relative names of the restored ones.

    They are those that the restorer 'folder' looks for.
    """

    id: str
    paths: tuple[Path, ...]
    outputs: tuple[Path, ...]

    def sample(self, scale: int, condition: Array) -> Sample:
        """Read the images; `ImageError` names the one that cannot be used."""
        views = [read_image(path) for path in self.paths]
        if len({view.shape for view in views}) > 1:
            shapes = " and ".join(f"{v.shape[2]}×{v.shape[1]}" for v in views)
            msg = f"{self.paths[0]} and {self.paths[1]} are {shapes}; two views have one size"
            raise ImageError(msg)
        degraded = as_float(np.stack(views))
        return Sample(self.id, degraded, condition=condition, scale=scale)


def find_inputs(place: Path, views: int) -> list[Input]:
    """The samples in a folder (or the one in a file), by id.

    Two views: ``ID_L ID_R``, ``ID_left ID_right``, ``ID_0 ID_1``, or ``ID/hr0 ID/hr1`` (``lr0
    lr1``). Raises `ImageError` where there are none, or where an image lacks its other view.
    """
    if views == 1 and place.is_file():
        return [Input(place.stem, (place,), (Path(f"{place.stem}.png"),))]
    images = list_images(place)
    if views == 1:
        found = [Input(name, (path,), (Path(f"{name}.png"),)) for name, path in images.items()]
    else:
        found = [*_flat(images, place), *_nested(place)]
    if not found:
        pairs = " (pairs such as ID_L and ID_R)" if views > 1 else ""
        msg = f"{place} holds no images{pairs}"
        raise ImageError(msg)
    return sorted(found, key=lambda item: item.id)


def _flat(images: dict[str, Path], place: Path) -> list[Input]:
    found: list[Input] = []
    left_over = dict(images)
    for left, right in ENDINGS:
        for name in [n for n in left_over if n.endswith(left)]:
            other = name.removesuffix(left) + right
            if other in left_over:
                pair = (left_over.pop(name), left_over.pop(other))
                outputs = (Path(f"{name}.png"), Path(f"{other}.png"))
                found.append(Input(name.removesuffix(left), pair, outputs))
    if left_over:
        endings = ", ".join("/".join(pair) for pair in ENDINGS)
        msg = (
            f"{place} has images without their other view, such as {next(iter(left_over))!r}; "
            f"the names of left and right end in {endings}"
        )
        raise ImageError(msg)
    return found


def _nested(place: Path) -> list[Input]:
    found: list[Input] = []
    for folder in sorted(path for path in place.iterdir() if path.is_dir()):
        images = list_images(folder)
        for left, right in NESTED:
            if left in images and right in images:
                outputs = tuple(Path(folder.name) / f"{name}.png" for name in NESTED[0])
                found.append(Input(folder.name, (images[left], images[right]), outputs))
                break
    return found
