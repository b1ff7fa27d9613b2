"""Predictions, their references and their masks, paired by name and never by order."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from pathlib import Path

from restorebench.data.layouts.beside import files_beside
from restorebench.data.layouts.fields.masks import read_mask
from restorebench.data.layouts.files import passed_over
from restorebench.data.layouts.image_places import is_pattern
from restorebench.data.layouts.pattern_pairing import paired_files
from restorebench.data.layouts.scenes import ImageFolder, Scene
from restorebench.data.layouts.suggestion import suggested
from restorebench.errors import ImageError, ImageWarning, OptionError
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

    Both are images, or both are folders, or one is a pattern (see `Pattern`). `views` are those of
    each scene; without it a folder of references is of two if all its images pair up (see
    `ImageFolder.scenes`). Predictions may be named by another of the conventions for views. `mask`
    is a folder of masks of the scenes' names, or a file where there is one scene. Raises
    `ImageError`, which says what there is instead, where a scene has no counterpart.
    """
    found = _matches(pred, ref, views, mask)
    _warn_of_one_file(found)
    return found


def _matches(pred: Path, ref: Path, views: int | None, mask: Path | None) -> dict[str, Match]:
    if any(map(is_pattern, (pred, ref))):
        return _by_patterns(pred, ref, views, mask)
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


def _by_patterns(pred: Path, ref: Path, views: int | None, mask: Path | None) -> dict[str, Match]:
    scenes = paired_files(pred, ref, mask)
    if views not in {None, len(scenes[0].target)}:
        msg = f"--views is {views}, but the patterns have {len(scenes[0].target)}: write {{view}}"
        raise OptionError(msg)
    return {s.id: Match(_scene(s.id, s.degraded), _scene(s.id, s.target), s.mask) for s in scenes}


def _scene(scene: str, files: tuple[Path, ...]) -> Scene:
    return Scene(scene, files, tuple(path.stem for path in files))


def _in_folders(pred: ImageFolder, ref: ImageFolder, views: int | None) -> dict[str, Match]:
    expected = ref.scenes(views)
    _warn(pred, ref)
    views = len(next(iter(expected.values())).files)
    there = {name: pred.scene(name, views) for name in expected}
    if absent := [name for name, scene in there.items() if scene is None]:
        said = pred.lacks(absent, expected, views, "references")
        raise ImageError(said + _patterns_to_write(pred, ref, absent, expected))
    return {name: Match(scene, expected[name]) for name, scene in there.items() if scene}


def _warn_of_one_file(found: Mapping[str, Match]) -> None:
    """Of images that are their own references."""
    places = ((m.restored.files, m.target.files) for m in found.values())
    both = (pair for files in places for pair in zip(*files, strict=True))
    if same := [a for a, b in both if a.exists() and b.exists() and a.samefile(b)]:
        more = f" (and {len(same) - 1} more images)" if len(same) > 1 else ""
        line = f"{same[0]} is its own reference{more}: both names are of one file"
        warnings.warn(line, ImageWarning, stacklevel=3)


def _warn(pred: ImageFolder, ref: ImageFolder) -> None:
    """Of images that are passed over."""
    for folder in (pred, ref):
        for line in passed_over(folder.path):
            warnings.warn(line, ImageWarning, stacklevel=4)


def _patterns_to_write(
    pred: ImageFolder, ref: ImageFolder, absent: Collection[str], expected: Container[str]
) -> str:
    """How absent scenes may pair up with the images that have no reference of their name."""
    found = suggested([name for name in pred.names if name not in expected] or pred.names, absent)
    if found is None:
        return ""
    written = " ".join(f"'{f.path / text}'" for f, text in zip((pred, ref), found, strict=True))
    return f". If they belong together, write {written}"


def _size(images: Pixels) -> str:
    return f"{images.shape[3]}×{images.shape[2]}"
