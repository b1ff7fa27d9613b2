"""Predictions, their references and their masks, paired by name and never by order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from restorebench.data.layouts.beside import files_beside
from restorebench.data.layouts.masks import read_mask
from restorebench.data.layouts.scenes import ImageFolder, Scene
from restorebench.errors import ImageError
from restorebench.types import Array, Pixels

SINGLE = "image"
"""What a pair of files is called."""


@dataclass(frozen=True)
class Match:
    """A scene of the references, with what was restored of it and its mask."""

    restored: Scene
    target: Scene
    mask: Path | None = None

    def read(self) -> tuple[Pixels, Pixels, Array | None]:
        """Restored images and targets, ``(V, 3, H, W)``, and the mask, ``(1, H, W)`` or None.

        Raises `ImageError`, which names the file, for one that cannot be read, and where sizes
        differ: nothing is resized to fit.
        """
        x, y = self.restored.read(), self.target.read()
        if x.shape != y.shape:
            msg = (
                f"{self.restored.files[0]} is {_size(x)}, its reference {self.target.files[0]} "
                f"{_size(y)}; images are never resized to fit"
            )
            raise ImageError(msg)
        return x, y, None if self.mask is None else read_mask(self.mask, y.shape[2:])


def matches(
    pred: Path, ref: Path, views: int | None = None, mask: Path | None = None
) -> dict[str, Match]:
    """For each scene of `ref` its counterpart in `pred`, by name.

    Both are images, or both are folders. `views` are those of each scene; without it a folder of
    references is of two if all its images pair up (see `ImageFolder.scenes`). Predictions may be
    named by another of the conventions for views. `mask` is a folder of masks of the scenes'
    names, or a file where there is one scene. Raises `ImageError`, which says what there is
    instead, where a scene has no counterpart.
    """
    if pred.is_file() and ref.is_file():
        one, other = (Scene(SINGLE, (path,), (path.stem,)) for path in (pred, ref))
        found = {SINGLE: Match(one, other)}
    elif pred.is_file() or ref.is_file():
        msg = f"{pred} and {ref} must both be images or both be folders of them"
        raise ImageError(msg)
    else:
        found = _in_folders(ImageFolder(pred), ImageFolder(ref), views)
    if mask is None:
        return found
    masks = files_beside(mask, found, "masks")
    return {name: Match(m.restored, m.target, masks[name]) for name, m in found.items()}


def _in_folders(pred: ImageFolder, ref: ImageFolder, views: int | None) -> dict[str, Match]:
    wanted = ref.scenes(views)
    views = len(next(iter(wanted.values())).files)
    there = {name: pred.scene(name, views) for name in wanted}
    if absent := [name for name, scene in there.items() if scene is None]:
        raise ImageError(pred.lacks(absent, wanted, views, "references"))
    return {name: Match(scene, wanted[name]) for name, scene in there.items() if scene}


def _size(images: Pixels) -> str:
    return f"{images.shape[3]}×{images.shape[2]}"
