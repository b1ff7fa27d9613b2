"""What `restore` reads: the images of a folder, with the mask, depth and numbers of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from restorebench.data.hashing import array_hash, combined_hash
from restorebench.data.inputs import INPUT_SUFFIXES
from restorebench.data.layouts.beside import files_beside
from restorebench.data.layouts.fields.conditions import parse_conditions
from restorebench.data.layouts.fields.depth import SUFFIXES, read_depth
from restorebench.data.layouts.fields.masks import read_mask
from restorebench.data.layouts.image_places import scenes_of
from restorebench.data.layouts.scenes import Scene
from restorebench.errors import OptionError
from restorebench.metrics.hub_file import file_sha256
from restorebench.types import Array, Sample

if TYPE_CHECKING:
    from restorebench.specs import TaskSpec


@dataclass(frozen=True)
class Input:
    """One scene to be restored; `unit` is that of its depth, in metres."""

    scene: Scene
    condition: Array
    mask: Path | None = None
    depth: Path | None = None
    unit: float | None = None

    @property
    def files(self) -> Iterator[Path]:
        """All that is read of it."""
        yield from self.scene.files
        yield from filter(None, (self.mask, self.depth))

    @property
    def digest(self) -> str:
        """A hash of everything that it is read from."""
        files = list(map(file_sha256, self.files))
        roles = f"{len(self.scene.files)} {bool(self.mask)} {bool(self.depth)} {self.unit}"
        return combined_hash([roles, array_hash(self.condition), *files])

    def sample(self, scale: int) -> tuple[Sample, tuple[str, ...]]:
        """It as a restorer takes it, and notes on what was converted."""
        images, notes = self.scene.read_inputs()
        size = images.shape[2:]
        mask = None if self.mask is None else read_mask(self.mask, size)
        depth = None if self.depth is None else read_depth(self.depth, size, self.unit)
        sample = Sample(
            self.scene.id, images, condition=self.condition, mask=mask, depth=depth, scale=scale
        )
        return sample, notes


def inputs_of(
    source: Path,
    views: int,
    condition: str = "",
    mask: Path | None = None,
    depth: Path | None = None,
    unit: float | None = None,
) -> list[Input]:
    """The scenes of a folder or file, with what belongs to each.

    Raises `ImageError` and `OptionError` where something is absent; no image is opened yet.
    """
    scenes = {scene.id: scene for scene in scenes_of(source, views, INPUT_SUFFIXES)}
    numbers = parse_conditions(condition, scenes)
    masks = files_beside(mask, scenes, "masks", INPUT_SUFFIXES) if mask else {}
    maps = files_beside(depth, scenes, "depth maps", SUFFIXES) if depth else {}
    return [
        Input(scene, numbers[name], masks.get(name), maps.get(name), unit)
        for name, scene in scenes.items()
    ]


def check_numbers(inputs: Mapping[str, Array], task: TaskSpec | None) -> None:
    """Raise `OptionError` where a scene has other numbers than its task has."""
    for name, given in inputs.items():
        if task is not None and len(given) not in {0, len(task.condition)}:
            msg = f"--condition gives {len(given)} numbers for {name!r}"
            raise OptionError(f"{msg}, but the task {task.name} has {numbers_of(task)}")


def numbers_of(task: TaskSpec) -> str:
    """The numbers of a task's condition, in words."""
    names = [f"{f.name} ({f.unit})" if f.unit else f.name for f in task.condition]
    return f"{len(names)} numbers, {', '.join(names)}" if names else "no condition numbers"
