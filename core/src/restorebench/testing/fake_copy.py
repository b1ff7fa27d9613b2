"""Small made-up copies of a layout's data set, to test layouts and what reads them."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from restorebench.data.layouts.layout import Layout, SplitFiles
from restorebench.data.seeding import rng_of
from restorebench.types import Pixels

SIZE = (24, 16)
"""Width and height of the degraded images of a layout that states no size of its own."""


def fake_copy(layout: Layout, folder: Path, scenes: int = 4) -> None:
    """Write a few scenes of each split into `folder`, by the first pattern of each field.

    Where several files share an identifier, as ``1400_*.png``, there are two of each scene.
    Degraded images look as the layout's `degraded_is` says; masks are half white. Conditions are
    written if they are CSV; a plugin's own format is left to its tests.
    """
    for number, (name, split) in enumerate(layout.splits.items()):
        ids = identifiers(split, scenes, number)
        for key in ids:
            _write_scene(layout, split, folder, f"{name}/{key}", key)
        if split.condition is not None and split.condition.file and not split.condition.reader:
            lines = "".join(f"{key},16,1.8\n" for key in ids)
            (folder / split.condition.file[0]).write_text(lines, encoding="utf-8")


def identifiers(split: SplitFiles, scenes: int, number: int) -> list[str]:
    """Identifiers of a few scenes that belong to a split, and to no other `number`."""
    ranges = [re.fullmatch(r"(\d+)-(\d+)", one) for one in split.only]
    listed = [
        str(n).zfill(len(found[1]))
        for found in ranges
        if found
        for n in range(int(found[1]), int(found[2]) + 1)
    ]
    return (listed or [f"{100 * number + n:04d}" for n in range(1, scenes + 1)])[:scenes]


def scene_paths(pattern: str, key: str) -> list[list[str]]:
    """The files of a scene at a pattern, by view: two where a ``*`` follows the identifier."""
    above, _, last = pattern.replace("**/", "").rpartition("/")
    above = re.sub(r"^\*|(?<=/)\*", key, above).replace("*", "1").replace("{id}", key)
    last = last.replace("{id}", key) + ("" if PurePosixPath(last).suffix else ".png")
    names = [last.replace("*", number) for number in (("2", "10") if "*" in last else ("",))]
    files = [f"{above}/{name}" if above else name for name in names]
    return [[file.replace("{view}", view) for file in files] for view in _views(pattern)]


def _write_scene(layout: Layout, split: SplitFiles, folder: Path, seed: str, key: str) -> None:
    scale = layout.scale or 1
    size = layout.size or (SIZE[0] * scale, SIZE[1] * scale)
    targets = [_noise(f"{seed}/{view}", size) for view in _views(split.degraded[0])]
    degraded = [_degraded(image[:, ::scale, ::scale], layout.degraded_is) for image in targets]
    if layout.degraded_is == "sharper":
        targets = [_soft(image) for image in targets]
    for patterns, images in ((split.degraded, degraded), (split.target, targets)):
        views = scene_paths(patterns[0], key) if patterns else []
        for paths, image in zip(views, images, strict=bool(patterns)):
            for number, path in enumerate(paths):
                _save(folder / path, _marked(image, number))
    if split.mask:
        mask = np.zeros_like(degraded[0][0])
        mask[:, : mask.shape[-1] // 2] = 255
        for path in scene_paths(split.mask[0], key)[0]:
            _save(folder / path, mask)


def _views(pattern: str) -> tuple[str, ...]:
    if "{view}" not in pattern:
        return ("",)
    return ("0", "1") if re.search(r"[a-z]\{view\}", pattern) else ("L", "R")


def _noise(seed: str, size: tuple[int, int]) -> Pixels:
    """A random image ``(3, H, W)`` of high contrast and of neither dark nor bright colours."""
    values = rng_of(f"fake/{seed}").integers(60, 196, (3, size[1], size[0]))
    return values.astype(np.uint8)


def _degraded(target: Pixels, looks: str) -> Pixels:
    if looks == "paler":
        return (target // 2 + 90).astype(np.uint8)
    return target if looks == "sharper" else (target * 0.8).astype(np.uint8)


def _soft(image: Pixels) -> Pixels:
    wide = np.pad(image.astype(np.uint16), ((0, 0), (0, 0), (1, 1)), mode="edge")
    return ((wide[..., :-2] + wide[..., 1:-1] + wide[..., 2:]) // 3).astype(np.uint8)


def _marked(image: Pixels, number: int) -> Pixels:
    """The image, a little brighter with each number, so that no two are the same."""
    return (image + 10 * number).astype(np.uint8)


def _save(path: Path, image: Pixels) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = image.transpose(1, 2, 0) if image.ndim == 3 else image
    Image.fromarray(pixels).save(path, quality=95)
