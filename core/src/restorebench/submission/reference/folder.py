"""A folder of targets as the reference of submissions.

Targets are scenes as `restorebench.data.layouts` reads them, masks lie in ``masks/ID.png``. Uploads
use the names ``ID.png``, or ``ID_L.png`` and ``ID_R.png``. With a ``reference.json`` (as bundles
have it) its scores are those of the data set that it was made from; without one it is a data set of
its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from restorebench.data.hashing import array_hash, dataset_hash, pixel_hash
from restorebench.data.images import upright
from restorebench.data.layouts.fields.masks import mask_pixels, read_mask
from restorebench.data.layouts.fields.views import image_names
from restorebench.data.layouts.files import MASKS
from restorebench.data.layouts.image_places import images_at
from restorebench.data.layouts.scenes import ImageFolder, Scene
from restorebench.errors import ImageError, OptionError, ProtocolError, StoreError
from restorebench.metrics import Protocol
from restorebench.plugins import Suite
from restorebench.submission.reference.base import Expected, Truth
from restorebench.submission.reference.dataset import load_protocol
from restorebench.submission.reference.manifest import Entry, Manifest, read_manifest
from restorebench.types import Pixels

_UNKNOWN = "-"


class FolderReference:
    """The images of `folder`, or of a pattern such as ``set/{id}_GT.png``.

    `task` and `protocol` may be left out where ``reference.json`` says them. Raises `OptionError`
    where the task is unknown, `ImageError` where images are absent or unpaired, `ProtocolError`
    where the protocol of that name is another one by now.
    """

    def __init__(
        self, suite: Suite, folder: Path, task: str | None = None, protocol: str | None = None
    ) -> None:
        images = images_at(folder)
        self._folder = folder = images.path
        manifest = read_manifest(folder)
        if manifest is not None and task not in {None, manifest.task}:
            msg = f"{folder} is of the task {manifest.task!r}, not {task!r}"
            raise OptionError(msg)
        if manifest is not None:
            self._entries = {entry.id: entry for entry in manifest.samples}
            self._scenes = _listed(folder, self._entries, manifest.views)
        elif task is not None:
            self._scenes = images.scenes(suite.tasks[task].views)
            self._entries = {i: Entry(i, _UNKNOWN, _UNKNOWN) for i in self._scenes}
        else:
            msg = f"{folder} has no reference.json; say which task its targets are of (--task)"
            raise OptionError(msg)
        self.task = manifest.task if manifest else str(task)
        self.dataset = manifest.dataset if manifest else folder.resolve().name
        self.split = manifest.split if manifest else "test"
        self.protocol = _protocol(suite, manifest, self.task, protocol)
        self._known_hash = manifest.dataset_hash if manifest else None
        self._masks = _masks(folder / MASKS, self._scenes)
        _check_names(folder, self._scenes.values())

    @cached_property
    def expected(self) -> tuple[Expected, ...]:
        """All images, with the sizes that their headers give."""
        return tuple(
            Expected(name, scene.id, *_size(path))
            for scene in self._scenes.values()
            for name, path in zip(_upload_names(scene), scene.files, strict=True)
        )

    @cached_property
    def dataset_hash(self) -> str:
        """The content hash of the whole split."""
        if self._known_hash is not None:
            return self._known_hash
        return dataset_hash((i, _UNKNOWN, pixel_hash(self._target(i))) for i in self._entries)

    def truth(self, sample: str) -> Truth:
        """What is known of one sample.

        Raises `StoreError` if its target or mask is not that of the manifest, and `ImageError` if
        one cannot be read.
        """
        target, entry = self._target(sample), self._entries[sample]
        found = pixel_hash(target)
        if entry.target not in {_UNKNOWN, found}:
            msg = f"the target of {sample!r} in {self._folder} was changed; make the bundle again"
            raise StoreError(msg)
        path = self._masks.get(sample)
        mask = None if path is None else read_mask(path, target.shape[2:])
        if entry.mask_file and (mask is None or array_hash(mask_pixels(mask)) != entry.mask_file):
            msg = f"the mask of {sample!r} in {self._folder} was changed; make the bundle again"
            raise StoreError(msg)
        mask_hash = entry.mask or ("" if mask is None else array_hash(mask))
        return Truth(target, mask, entry.input, found, mask_hash)

    def _target(self, sample: str) -> Pixels:
        return self._scenes[sample].read()


def _listed(folder: Path, ids: Iterable[str], views: int) -> dict[str, Scene]:
    """The scenes of a manifest, which are stored under the names that uploads use."""
    found, images = {}, ImageFolder(folder)
    for sample in ids:
        names = image_names(sample, views)
        paths = tuple(p for name in names if (p := images.file(name.removesuffix(".png"))))
        if len(paths) < views:
            absent = next(n for n in names if images.file(n.removesuffix(".png")) is None)
            msg = f"{images.path} lacks the target {absent}"
            raise ImageError(msg)
        found[sample] = Scene(sample, paths, names)
    return found


def _masks(folder: Path, scenes: Iterable[str]) -> dict[str, Path]:
    """The masks by sample; `ImageError` for one that belongs to none."""
    if not folder.is_dir():
        return {}
    images = ImageFolder(folder)
    names = {i: image_names(i, 1)[0].removesuffix(".png") for i in scenes}
    paths = {i: images.file(i) or images.file(name) for i, name in names.items()}
    found = {i: path for i, path in paths.items() if path is not None}
    if stray := [name for name in images.names if images.file(name) not in found.values()]:
        such = next(iter(names.values()))
        msg = f"{folder} holds {stray[0]}, but no sample is called so; masks are named like {such}"
        raise ImageError(msg)
    return found


def _check_names(folder: Path, scenes: Iterable[Scene]) -> None:
    """`ImageError` where an upload could not tell two images apart."""
    names = Counter(name.casefold() for scene in scenes for name in _upload_names(scene))
    if twice := [name for name, count in names.items() if count > 1]:
        msg = f"{folder} has two targets that uploads would both call {twice[0]}; rename one"
        raise ImageError(msg)


def _upload_names(scene: Scene) -> tuple[str, ...]:
    return image_names(scene.id, len(scene.files))


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
    with upright(path, f"the target {path}", "8-bit RGB PNG") as found:
        return found.image.height, found.image.width
