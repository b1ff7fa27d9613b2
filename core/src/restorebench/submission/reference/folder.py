"""A folder of targets as the reference of submissions.

Targets lie in its root under the names that uploads must use (``ID.png``, or ``ID_L.png`` and
``ID_R.png``), masks in ``masks/ID.png``. With a ``reference.json`` (as bundles have it) its scores
are those of the data set that it was made from; without one it is a data set of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from restorebench.data.hashing import array_hash, dataset_hash, pixel_hash
from restorebench.data.images import list_images, read_image
from restorebench.errors import ImageError, OptionError, ProtocolError, StoreError
from restorebench.metrics import Protocol
from restorebench.plugins import Suite
from restorebench.submission.reference.base import VIEWS, Expected, Truth, image_names
from restorebench.submission.reference.dataset import load_protocol
from restorebench.submission.reference.manifest import Entry, Manifest, read_manifest
from restorebench.types import Array, Pixels

MASKS = "masks"

_UNKNOWN = "-"


class FolderReference:
    """The images of `folder`.

    `task` and `protocol` may be left out where ``reference.json`` says them. Raises `OptionError`
    where the task is unknown, `ImageError` where images are absent or unpaired, `ProtocolError`
    where the protocol of that name is another one by now.
    """

    def __init__(
        self, suite: Suite, folder: Path, task: str | None = None, protocol: str | None = None
    ) -> None:
        self._folder = folder
        self._files = list_images(folder)
        manifest = read_manifest(folder)
        if manifest is not None and task not in {None, manifest.task}:
            msg = f"{folder} is of the task {manifest.task!r}, not {task!r}"
            raise OptionError(msg)
        self._views, self._entries = _samples(suite, folder, self._files, manifest, task)
        self.task = manifest.task if manifest else str(task)
        self.dataset = manifest.dataset if manifest else folder.resolve().name
        self.split = manifest.split if manifest else "test"
        self.protocol = _protocol(suite, manifest, self.task, protocol)
        self._known_hash = manifest.dataset_hash if manifest else None

    @cached_property
    def expected(self) -> tuple[Expected, ...]:
        """All images, with the sizes that their headers give."""
        return tuple(
            Expected(name, sample, *_size(self._path(name)))
            for sample in self._entries
            for name in image_names(sample, self._views)
        )

    @cached_property
    def dataset_hash(self) -> str:
        """The content hash of the whole split."""
        if self._known_hash is not None:
            return self._known_hash
        return dataset_hash((i, _UNKNOWN, pixel_hash(self._target(i))) for i in self._entries)

    def truth(self, sample: str) -> Truth:
        """What is known of one sample; `StoreError` if its pixels are not those of the manifest."""
        target, mask, entry = self._target(sample), self._mask(sample), self._entries[sample]
        found = pixel_hash(target)
        if entry.target not in {_UNKNOWN, found}:
            msg = f"the target of {sample!r} in {self._folder} was changed; make the bundle again"
            raise StoreError(msg)
        mask_hash = entry.mask or ("" if mask is None else array_hash(mask))
        return Truth(target, mask, entry.input, found, mask_hash)

    def _target(self, sample: str) -> Pixels:
        views = [read_image(self._path(name)) for name in image_names(sample, self._views)]
        if len({view.shape for view in views}) > 1:
            msg = f"the views of {sample!r} in {self._folder} differ in size"
            raise ImageError(msg)
        return np.stack(views)

    def _path(self, name: str) -> Path:
        path = self._files.get(Path(name).stem)
        if path is None:
            msg = f"{self._folder} lacks the target {name}"
            raise ImageError(msg)
        return path

    def _mask(self, sample: str) -> Array | None:
        path = self._folder / MASKS / image_names(sample, 1)[0]
        if not path.exists():
            return None
        with Image.open(path, formats=("PNG",)) as image:
            grey = np.asarray(image.convert("L"), np.float32) / np.float32(255)
        return grey[None]


def mask_pixels(mask: Array) -> Pixels:
    """A mask in [0, 1] as 8 bit: a pixel that is above zero stays so, and one half stays one half.

    Those are the two thresholds by which protocols make regions of masks.
    """
    levels = np.floor(mask * 255.0 + 0.5)
    return np.where(mask > 0, np.maximum(levels, 1), 0).astype(np.uint8)


def _samples(
    suite: Suite,
    folder: Path,
    files: Mapping[str, Path],
    manifest: Manifest | None,
    task: str | None,
) -> tuple[int, dict[str, Entry]]:
    """The number of views, and the entries by id: the manifest's, or read from file names."""
    if manifest is not None:
        return manifest.views, {entry.id: entry for entry in manifest.samples}
    if task is None:
        msg = f"{folder} has no reference.json; say which task its targets are of (--task)"
        raise OptionError(msg)
    views = suite.tasks[task].views
    ids = list(files) if views == 1 else _paired(files, folder)
    if not ids:
        msg = f"{folder} holds no images"
        raise ImageError(msg)
    return views, {i: Entry(i, _UNKNOWN, _UNKNOWN) for i in ids}


def _paired(stems: Mapping[str, Path], folder: Path) -> list[str]:
    views = "|".join(VIEWS)
    matches = {stem: re.fullmatch(rf"(.+)_({views})", stem) for stem in stems}
    ids = dict.fromkeys(m.group(1) for m in matches.values() if m)
    alone = [s for s, m in matches.items() if m is None]
    alone += [f"{i}_{v}" for i in ids for v in VIEWS if f"{i}_{v}" not in stems]
    if alone:
        msg = f"{folder} needs ID_L and ID_R of each sample; without its counterpart: {alone[:5]}"
        raise ImageError(msg)
    return list(ids)


def _protocol(suite: Suite, manifest: Manifest | None, task: str, name: str | None) -> Protocol:
    if name is not None or manifest is None:
        return load_protocol(suite, name or suite.tasks[task].protocol)
    protocol = load_protocol(suite, manifest.protocol)
    if protocol.hash != manifest.protocol_hash:
        msg = (
            f"the protocol {manifest.protocol!r} is {protocol.hash} here, but the reference was "
            f"made for {manifest.protocol_hash}; use the restorebench that made it"
        )
        raise ProtocolError(msg)
    return protocol


def _size(path: Path) -> tuple[int, int]:
    try:
        with Image.open(path) as image:
            return image.height, image.width
    except Exception as error:
        msg = f"the target {path} cannot be read: {error}"
        raise ImageError(msg) from error
