"""Images in folders, as scenes of one view or of two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np

from restorebench.cli.pairs import read_mask
from restorebench.data.images import list_images, read_image
from restorebench.errors import ImageError, OptionError
from restorebench.metrics.pair import Pair
from restorebench.restorers.folder import ONE_VIEW, TWO_VIEWS
from restorebench.types import Pixels

Files: TypeAlias = tuple[Path, ...]
"""One image per view."""

SINGLE = "image"
"""What a pair of files is called."""


def scenes(pred: Path, ref: Path, views: int | None = None) -> dict[str, tuple[Files, Files]]:
    """For each scene of `ref` the files of its views in `pred` and in `ref`, by name.

    Both are images, or both are folders. Without `views` a folder of references is of two if
    all its images pair up under one of the names that the restorer ``folder`` knows. Raises
    `ImageError` where one has no counterpart.
    """
    if pred.is_file() and ref.is_file():
        return {SINGLE: ((pred,), (ref,))}
    if pred.is_file() or ref.is_file():
        msg = f"{pred} and {ref} must both be images or both be folders of them"
        raise ImageError(msg)
    there, wanted = _named(pred), _by_scene(_named(ref), views, ref)
    found = {name: (_counterpart(name, there, len(files)), files) for name, files in wanted.items()}
    absent = [name for name, (files, _) in found.items() if not files]
    if absent:
        more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
        msg = (
            f"{pred} lacks {', '.join(absent[:5])}{more} (of {len(wanted)} references); images "
            "are matched by name, whatever their suffix"
        )
        raise ImageError(msg)
    return found


def read_pairs(
    found: Mapping[str, tuple[Files, Files]], mask: Path | None = None
) -> Iterator[tuple[str, Pair]]:
    """Each scene's pair of images, read when it is asked for.

    `mask` is a folder of masks of the scenes' names, or a file where there is one scene. Raises
    `ImageError`, which names the file, on sizes that differ: nothing is resized to fit.
    """
    masks = _masks(found, mask)
    for name, (restored, target) in found.items():
        x, y = _stacked(restored), _stacked(target)
        if x.shape != y.shape:
            sizes = " and ".join(f"{p.shape[3]}×{p.shape[2]}" for p in (x, y))
            msg = f"{restored[0]} and its reference {target[0]} are {sizes}; nothing is resized"
            raise ImageError(msg)
        region = read_mask(masks[name], y.shape[2:]) if name in masks else None
        yield name, Pair(x, y, region)


def _named(folder: Path) -> dict[str, Path]:
    """The images of a folder by stem, or, without any, those of its folders as ``sub/stem``."""
    found = list_images(folder)
    if not found:
        for sub in sorted(p for p in folder.iterdir() if p.is_dir() and p.name[:1] != "."):
            found |= {f"{sub.name}/{stem}": path for stem, path in list_images(sub).items()}
    if not found:
        msg = f"{folder} holds no images"
        raise ImageError(msg)
    return found


def _by_scene(named: dict[str, Path], views: int | None, folder: Path) -> dict[str, Files]:
    if views != 1:
        for left, right in map(_endings, TWO_VIEWS):
            ids = [name.removesuffix(left) for name in named if name.endswith(left)]
            names = {i: (i + left, i + right) for i in ids}
            if ids and {n for pair in names.values() for n in pair} == set(named):
                return {i: tuple(named[n] for n in pair) for i, pair in names.items()}
    if views == 2:
        msg = f"the images of {folder} do not pair up as views: {' or '.join(TWO_VIEWS)}"
        raise OptionError(msg.replace("{id}", "ID"))
    return {name: (path,) for name, path in named.items()}


def _counterpart(name: str, there: Mapping[str, Path], views: int) -> Files:
    for pattern in ONE_VIEW if views == 1 else TWO_VIEWS:
        names = [part.format(id=name) for part in pattern.split(" ")]
        if all(n in there for n in names):
            return tuple(there[n] for n in names)
    return ()


def _endings(pattern: str) -> tuple[str, str]:
    left, right = (part.removeprefix("{id}") for part in pattern.split(" "))
    return left, right


def _masks(found: Mapping[str, object], mask: Path | None) -> Mapping[str, Path]:
    if mask is None:
        return {}
    if mask.is_file():
        if len(found) > 1:
            msg = f"{mask} is one mask, but there are {len(found)} scenes; give a folder"
            raise OptionError(msg)
        return dict.fromkeys(found, mask)
    masks = _named(mask)
    absent = [name for name in found if name not in masks]
    if absent:
        msg = f"{mask} lacks masks of {', '.join(absent[:5])} ({len(absent)} of {len(found)})"
        raise ImageError(msg)
    return masks


def _stacked(files: Files) -> Pixels:
    images = [read_image(path) for path in files]
    if len({p.shape for p in images}) > 1:
        msg = (
            f"{files[0]} and {files[1].name} are taken for two views of one scene, but differ in "
            "size; if they are images of their own, say --views 1"
        )
        raise ImageError(msg)
    return np.stack(images)
