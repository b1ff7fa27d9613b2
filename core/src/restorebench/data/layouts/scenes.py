"""The images of a folder, and the scenes that they are views of."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restorebench.data.formats.colour_pfm import colour_pfm_size
from restorebench.data.images import SUFFIXES, read_image
from restorebench.data.inputs import read_input
from restorebench.data.layouts.fields.views import CONVENTIONS, names_of, output_names, paired
from restorebench.data.layouts.files import Suffixes, files_below, files_in, other_images
from restorebench.data.layouts.names import instead, lacks, natural, normal
from restorebench.data.mapped import large_pixels
from restorebench.errors import ImageError
from restorebench.types import Array, Pixels


@dataclass(frozen=True)
class Scene:
    """One scene's name and files, left view first; `names` are those of the files in their folder.

    Without suffix, with ``/`` between folders, as NFC.
    """

    id: str
    files: tuple[Path, ...]
    names: tuple[str, ...]

    @property
    def outputs(self) -> tuple[str, ...]:
        """The relative paths of its restored images, by which it is found again."""
        return output_names(self.names)

    def size(self) -> tuple[int, int]:
        """Height and width in its first file's header; zeros where it has none."""
        with warnings.catch_warnings(), suppress(Exception):
            warnings.simplefilter("ignore")  # as of damaged EXIF data, which reading it says
            with Image.open(self.files[0]) as image:
                return image.height, image.width
        with suppress(OSError):
            return colour_pfm_size(self.files[0]) or (0, 0)
        return 0, 0

    def read(self) -> Pixels:
        """The images, ``(V, 3, H, W)``; `ImageError` names the one that cannot be used.

        Large ones lie in files, as `large_pixels` has it.
        """
        views = [read_image(path, allocate=large_pixels) for path in self.files]
        self._check_sizes(views)
        if len(views) == 1:
            return views[0][None]
        return np.stack(views, out=large_pixels((len(views), *views[0].shape)))

    def read_inputs(self) -> tuple[Array, tuple[str, ...]]:
        """The images as they are to be restored, ``(V, 3, H, W)``, and what was converted.

        Raises `ImageError`, which names the file, as `read_input` does.
        """
        found = [read_input(path, allocate=large_pixels) for path in self.files]
        self._check_sizes([image.pixels for image in found])
        notes = tuple(dict.fromkeys(note for image in found for note in image.notes))
        if len(found) == 1:
            return np.require(found[0].as_float(), np.float32, ("C", "W"))[None], notes
        views = np.empty((len(found), *found[0].pixels.shape), np.float32)
        for view, image in zip(views, found, strict=True):
            view[...] = image.as_float()
        return views, notes

    def _check_sizes(self, views: Sequence[NDArray[Any]]) -> None:
        if len({view.shape for view in views}) > 1:
            sizes = " and ".join(f"{view.shape[2]}×{view.shape[1]}" for view in views)
            files = " and ".join(map(str, self.files))
            msg = f"{files} are {sizes}; two views of a scene have one size"
            raise ImageError(msg)


class ImageFolder:
    """The images in a folder, by name without suffix, in natural order.

    Those directly in it; where there are none, those of its folders, as ``folder/name``. Hidden
    files and the folders ``masks`` and ``depth`` are skipped. Suffixes may be in any case, names
    are case-sensitive and compared as NFC.
    `suffixes` are those of images by default. Raises `ImageError` if it is not a folder.
    """

    def __init__(self, path: str | Path, suffixes: Suffixes = SUFFIXES) -> None:
        self.path, self.suffixes = Path(path), suffixes
        self._folders: dict[str, ImageFolder] = {}
        if not self.path.is_dir():
            what = "is not a folder of images" if self.path.exists() else "does not exist"
            msg = f"{self.path} {what}"
            raise ImageError(msg)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the images; `ImageError` where there are none."""
        if not self._files:
            msg = f"{self.path} holds no images ({', '.join(s[1:] for s in self.suffixes)})"
            there = other_images(self.path, self.suffixes)
            raise ImageError(f"{msg}, but {there[0]}; save it as PNG" if there else msg)
        return tuple(self._files)

    def file(self, name: str) -> Path | None:
        """The image of that name, if there is one; `ImageError` if there are several."""
        folder, _, stem = normal(name).rpartition("/")
        if not folder:
            return self._only(self._here.get(stem, ()))
        inside = self.path / folder
        if not inside.is_dir():  # or its name is not in NFC
            return self._only(self._files.get(f"{folder}/{stem}", ()))
        return self._folders.setdefault(folder, ImageFolder(inside, self.suffixes)).file(stem)

    def scenes(self, views: int | None = None) -> dict[str, Scene]:
        """All scenes by name, each of `views` images; by default of two if all images pair up.

        Raises `ImageError` where an image lacks its other view.
        """
        names = self.names
        if views != 1:
            pairs, alone = paired(names)
            if not alone:
                ids = sorted(pairs, key=natural)
                return {i: Scene(i, self._all(pairs[i]), pairs[i]) for i in ids}
            if views == 2:
                msg = f"{self.path} has images without their other view: {', '.join(alone[:5])}"
                raise ImageError(f"{msg}; two views are called {CONVENTIONS}")
        return {name: Scene(name, self._all((name,)), (name,)) for name in names}

    def scene(self, scene: str, views: int) -> Scene | None:
        """The scene of that name, under any of its possible file names; None if it is absent."""
        for names in names_of(scene, views):
            found = [self.file(name) for name in names]
            if all(found):
                return Scene(scene, tuple(path for path in found if path), names)
        return None

    def files(self, scene: str, views: int) -> tuple[Path, ...]:
        """The images of a scene, left view first; none where it is absent."""
        found = self.scene(scene, views)
        return found.files if found else ()

    def lacks(
        self, absent: list[str], expected: Mapping[str, object], views: int, what: str
    ) -> str:
        """An error about scenes that are absent; `ImageError` where there are no images at all."""
        taken = {n for scene in expected for names in names_of(scene, views) for n in names}
        there = [name for name in self.names if name not in taken]
        other = next(
            (n for n in other_images(self.path, self.suffixes) if normal(Path(n).stem) in absent),
            "",
        )
        unread = f"; {other} is of a kind that is not read: save it as PNG" if other else ""
        return lacks(self.path, absent, len(expected), what, there) + unread

    def why_absent(self, scene: str, views: int) -> str:
        """Of an absent scene: what was looked for, and what is there."""
        expected = list(names_of(scene, views))
        found = [path for names in expected for name in names if (path := self.file(name))]
        there = f"only {', '.join(path.name for path in found)} is there"
        looked = ", or ".join(" ".join(names) for names in expected)
        return (
            f"looked for {looked} with one of the suffixes {', '.join(self.suffixes)}; "
            f"{there if found else instead(scene, tuple(self._files))}"
        )

    def _all(self, names: tuple[str, ...]) -> tuple[Path, ...]:
        return tuple(path for n in names if (path := self._only(self._files[n])))

    def _only(self, found: tuple[Path, ...]) -> Path | None:
        if len(found) > 1:
            msg = f"{self.path} has both {found[0].name} and {found[1].name}: which is meant?"
            raise ImageError(f"{msg} Remove one")
        return found[0] if found else None

    @cached_property
    def _here(self) -> dict[str, tuple[Path, ...]]:
        return files_in(self.path, self.suffixes)

    @cached_property
    def _files(self) -> dict[str, tuple[Path, ...]]:
        return self._here or files_below(self.path, self.suffixes)
