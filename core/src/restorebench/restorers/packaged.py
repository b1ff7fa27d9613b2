"""Weights in a plugin's own package, as restorers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from restorebench.errors import CheckpointError, ChecksumError, OptionError, PluginError
from restorebench.plugins import Suite
from restorebench.registry import nearest

if TYPE_CHECKING:
    from restorebench.restorers.diffusion import Diffusion
    from restorebench.restorers.regression import Regression
    from restorebench.restorers.weights import Weights

FOLDER = "weights"
SUFFIX = ".safetensors"
CARD = ".md"
DRAWS = 4
"""How many draws `Packaged.mean` averages. A change of it raises the `revision` of its specs."""


@dataclass(frozen=True)
class Packaged:
    """``weights/NAME.safetensors`` of a package, as the target of a `RestorerSpec`.

    Called with options, it gives a `Regression` or a `Diffusion`, by what the file says; `options`
    are the defaults of the caller's options. NAME.md beside the file is its model card.
    Nothing is read before the first call.
    """

    package: str
    name: str
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __call__(self, *, suite: Suite, **options: Any) -> Regression | Diffusion:
        """The restorer; raises what `read` does, and `OptionError` for options that do not fit."""
        from restorebench.restorers.diffusion import Diffusion
        from restorebench.restorers.regression import Regression

        if "weights" in options:
            msg = f"{self.name} brings its weights; give yours to 'diffusion' or 'regression'"
            raise OptionError(msg)
        weights = self.read()
        kind = Regression if weights.checkpoint.setup.path is None else Diffusion
        return kind(weights, **{**self.options, **options}, suite=suite)

    def mean(self) -> Packaged:
        """The mean of `DRAWS` draws of a diffusion, as a restorer of its own."""
        return replace(self, options={**self.options, "mean_of": DRAWS})

    def read(self) -> Weights:
        """The file, opened.

        Raises `CheckpointError` where it is absent or damaged, and `ChecksumError` where its card
        is of another file.
        """
        from restorebench.checkpoints.file import load, sha256
        from restorebench.restorers.weights import Weights

        with as_file(self._there(SUFFIX)) as path:
            try:
                weights = Weights(str(path), load(path), sha256(path))
            except CheckpointError as error:
                msg = f"the weights {self.name!r} in {self.package} are damaged; {self._again}"
                raise CheckpointError(f"{msg}: {error}") from error
        card = self._file(CARD)
        if card.is_file() and weights.digest not in card.read_text(encoding="utf-8"):
            msg = f"the card {card} does not name the hash of the weights beside it"
            raise ChecksumError(f"{msg} ({weights.digest}): one of them was changed; {self._again}")
        return weights

    @property
    def path(self) -> Path:
        """The file of weights; `CheckpointError` where it is absent, or inside an archive."""
        found = self._there(SUFFIX)
        if not isinstance(found, Path):
            msg = f"{found} is inside an archive, where it has no path; install {self.package}"
            raise CheckpointError(msg)
        return found

    @property
    def card(self) -> str:
        """The model card, Markdown; `CheckpointError` where it is absent."""
        return self._there(CARD).read_text(encoding="utf-8")

    @property
    def _again(self) -> str:
        return f"install the distribution of {self.package} again, or export the weights again"

    def _file(self, suffix: str) -> Traversable:
        try:
            return files(self.package) / FOLDER / f"{self.name}{suffix}"
        except ModuleNotFoundError as error:
            msg = f"there is no package {self.package!r}, which should bring {self.name!r}"
            raise PluginError(msg) from error

    def _there(self, suffix: str) -> Traversable:
        found = self._file(suffix)
        if not found.is_file():
            folder = files(self.package) / FOLDER
            names = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
            known = [n.removesuffix(suffix) for n in names if n.endswith(suffix)]
            what = "model card" if suffix == CARD else "weights"
            hint = nearest(self.name, known) if known else "it brings none"
            msg = f"{self.package} has no {what} {self.name!r} in its folder {FOLDER}/; {hint}"
            raise CheckpointError(msg)
        return found


def packaged(suite: Suite) -> dict[str, Packaged]:
    """The restorers that bring their weights, by name; one that cannot be loaded is left out."""
    loaded = {name: _loaded(suite, name) for name in suite.restorers.names()}
    return {name: target for name, target in loaded.items() if isinstance(target, Packaged)}


def _loaded(suite: Suite, name: str) -> object:
    try:
        return suite.restorers.load(name)
    except PluginError:
        return None
