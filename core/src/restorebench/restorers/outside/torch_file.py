"""A PyTorch network from a Python file of its author's, and its weights."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import Tensor, nn

from restorebench.checkpoints.match_weights import fit
from restorebench.checkpoints.pth import read_state
from restorebench.errors import CheckpointError, OptionError
from restorebench.restorers.base import Context
from restorebench.restorers.outside.costs import NetworkCosts
from restorebench.restorers.outside.files import digest_of, existing_file
from restorebench.restorers.outside.network import Network
from restorebench.restorers.plan.plan import Limits
from restorebench.types import Restoration, Sample

_OWN = {
    *("values", "multiple", "views", "output", "enlarge"),
    *("tile", "halo", "precision"),
}
"""Options of `Network`; others go to the class."""


class TorchFile:
    """The class ``class`` of the Python file `file`, with the state dict in `weights`.

    ``class`` may be left out where the file defines one `nn.Module` only; a function that returns a
    module will do. Options that are none of `Network`'s are its arguments. The file's code is run:
    it must be yours, or one that you trust. Its folder is on the path while it is imported. Weights
    are read as `restorebench convert` reads them (`wrapper` picks one of several state dicts); a
    prefix of their names is taken off where exactly one makes them fit. A changed file of code or
    weights is another restorer.

    Raises `OptionError` for files, classes and arguments that are not there, `CheckpointError`
    where weights do not fit.
    """

    def __init__(
        self, file: str = "", weights: str = "", wrapper: str = "", label: str = "", **options: Any
    ) -> None:
        self.label = label
        path = existing_file("torch", "file", file)
        name = str(options.pop("class", ""))
        own = {key: options.pop(key) for key in _OWN & options.keys()}
        module, beside = _imported(path)
        network = _made(_target(module, name, path), options, path)
        files = [path, *beside]
        if weights:
            files.append(where := existing_file("torch", "weights", weights))
            _load(network, read_state(where, wrapper).tensors, str(where))
        self._network = Network(network, **own, digest=digest_of(files, name, repr(options)))

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """The network's output; see `Network`."""
        return self._network.restore(sample, context)

    def costs(self, limits: Limits) -> NetworkCosts:
        """The plans that there are within limits; see `Network`."""
        return self._network.costs(limits)

    def fingerprint(self, sample_id: str, views: int) -> str:
        """A hash of the code and the weights."""
        return self._network.fingerprint(sample_id, views)


def _imported(path: Path) -> tuple[ModuleType, list[Path]]:
    """The module of a file, and the files beside it that it imported.

    Whatever it raises is an `OptionError`.
    """
    folder, name = path.resolve().parent, f"restorebench_outside_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        msg = f"{path} is not a Python file; its name must end in .py"
        raise OptionError(msg)
    module = importlib.util.module_from_spec(spec)
    with _imports_of(folder) as own:
        sys.modules[name] = module  # as dataclasses in it need
        try:
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as error:
            msg = f"{path} cannot be imported: {type(error).__name__}: {error}"
            raise OptionError(msg) from error
    files = {Path(str(m.__file__)).resolve() for m in own} - {path.resolve()}
    return module, sorted(files)


@contextmanager
def _imports_of(folder: Path) -> Iterator[list[ModuleType]]:
    """Have a folder on the path; gives what was imported from there, which is forgotten again.

    So two networks may both have a ``blocks.py``.
    """
    own: list[ModuleType] = []
    hidden = {key: m for key, m in sys.modules.items() if key.partition(".")[0] in _names(folder)}
    for key in hidden:
        del sys.modules[key]
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield own
    finally:
        sys.path.remove(str(folder))
        for key in [key for key in sys.modules if key not in before]:
            if _in(folder, sys.modules[key]):
                own.append(sys.modules.pop(key))
        sys.modules.update(hidden)


def _names(folder: Path) -> set[str]:
    """What can be imported from a folder."""
    return {p.stem for p in folder.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}


def _in(folder: Path, module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    place = Path(file).resolve() if file else None
    return place is not None and place.is_relative_to(folder) and "site-packages" not in place.parts


def _target(module: ModuleType, name: str, path: Path) -> Any:
    own = {
        key: value
        for key, value in vars(module).items()
        if inspect.isclass(value)
        and issubclass(value, nn.Module)
        and value.__module__ == module.__name__
    }
    if name:
        if callable(found := getattr(module, name, None)):
            return found
        msg = (
            f"{path} defines nothing to call named {name!r}; it has {', '.join(own) or 'no class'}"
        )
        raise OptionError(msg)
    if len(own) == 1:
        return next(iter(own.values()))
    if not own:
        msg = f"{path} defines no class of nn.Module; name the function that makes one: class=NAME"
        raise OptionError(msg)
    msg = f"{path} defines {len(own)} networks ({', '.join(own)}); say which: class=NAME"
    raise OptionError(msg)


def _made(target: Any, arguments: Mapping[str, Any], path: Path) -> nn.Module:
    try:
        network = target(**arguments)
    except (Exception, SystemExit) as error:
        given = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
        msg = f"{path}: {target.__name__}({given}) raised {type(error).__name__}: {error}"
        raise OptionError(msg) from error
    if not isinstance(network, nn.Module):
        msg = f"{path}: {target.__name__} gave a {type(network).__name__}, expected an nn.Module"
        raise OptionError(msg)
    return network


def _load(network: nn.Module, state: Mapping[str, Tensor], where: str) -> None:
    """Load weights, without the one prefix of their names that makes them fit."""
    own = set(network.state_dict())
    if own != set(state):
        prefixes = {name[: -len(k)] for k in list(own)[:1] for name in state if name.endswith(k)}
        for prefix in sorted(filter(None, prefixes)):
            inside = {n.removeprefix(prefix): v for n, v in state.items() if n.startswith(prefix)}
            if own == set(inside):
                state = inside
                break
    try:
        fit(network, state, f"{where} does not fit {type(network).__name__}")
    except RuntimeError as error:
        msg = f"{where} cannot be loaded into {type(network).__name__}: {error}"
        raise CheckpointError(msg) from error
