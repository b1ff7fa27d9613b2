"""Where a suite keeps its runs: OUT/STUDY/RUN, with one store of training images for all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from restorebench.ablation.trials import Trial
from restorebench.atomic import replacing
from restorebench.errors import TrainingError
from restorebench.training.networks import compressor_digest
from restorebench.training.recipe import Recipe
from restorebench.training.run_folder import RunFolder

_RUN = "run.json"
_IMAGES = ".images"
_LEFT = (".lock", "cache", "state.pt")
"""What a finished run no longer needs."""
_OF_PATCHES = {"patch", "augment", "max_samples", "condition", "val"}
"""The keys of a recipe's data that do not change the stored images."""


class SharingFolder(RunFolder):
    """The folder of a run whose training images belong to the whole suite."""

    def __init__(self, path: Path, cache: Path) -> None:
        super().__init__(path)
        self.cache = cache

    def tidy(self) -> None:
        """Keep the images: the next run reads them."""


class SuiteFolder:
    """The folder of a suite, used by one process at a time."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser()

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Work in the folder, and delete its images at the end; `TrainingError` where it is in use.

        A kill leaves them for the next time.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path / ".lock", timeout=0):
                yield
                shutil.rmtree(self.path / _IMAGES, ignore_errors=True)
        except Timeout as error:
            msg = f"another process works in {self.path}; wait for it, or name another --output"
            raise TrainingError(msg) from error

    def study(self, name: str) -> Path:
        """The folder of a study."""
        return self.path / name

    def run(self, trial: Trial) -> SharingFolder:
        """The folder of a trial's run of training."""
        (self.path / _IMAGES).mkdir(parents=True, exist_ok=True)
        images = self.path / _IMAGES / _images_key(trial.recipe)
        return SharingFolder(self.study(trial.study) / trial.run, images)

    def take_over(self, folder: RunFolder, recipe: Recipe) -> Path | None:
        """Fill a run's missing folder with a copy of a finished run of the same recipe.

        Studies have runs in common; the folder that was copied, or None.
        """
        twin = None if folder.path.exists() else self._twin(recipe)
        if twin is not None:
            with replacing(folder.path) as part:
                shutil.copytree(twin, part, ignore=shutil.ignore_patterns(*_LEFT))
        return twin

    def _twin(self, recipe: Recipe) -> Path | None:
        expected = (recipe.model_dump(mode="json"), compressor_digest(recipe))
        for path in sorted(self.path.glob(f"*/*/{_RUN}")):
            if path.parent.name.startswith(".") or not RunFolder(path.parent).final.exists():
                continue
            there = json.loads(path.read_text(encoding="utf-8"))
            if (there.get("recipe"), there.get("compressor_sha256")) == expected:
                return path.parent
        return None


def _images_key(recipe: Recipe) -> str:
    """Equal where the stored images are: whole ones, not yet cut.

    The backbone's kind counts, as one may enlarge its inputs itself.
    """
    data = recipe.data.model_dump(mode="json", exclude=_OF_PATCHES)
    what = [data, None if recipe.backbone is None else _kind(recipe.backbone)]
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


def _kind(backbone: str | dict[str, Any]) -> Any:
    """Name and enlargement; a named size stands for its own."""
    if isinstance(backbone, str):
        return backbone
    return {key: backbone[key] for key in ("name", "size", "upscale") if key in backbone}
