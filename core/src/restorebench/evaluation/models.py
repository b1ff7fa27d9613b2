"""What may be evaluated: modules, callables, restorers, and names of installed ones."""

from __future__ import annotations

import hashlib
import inspect
import re
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from restorebench.data.hashing import array_hash
from restorebench.errors import ImageError, OptionError
from restorebench.harness.plan import RestorerRef
from restorebench.plugins import Suite
from restorebench.restorers.base import Context, Restorer
from restorebench.specs import RestorerSpec
from restorebench.types import Array, Restoration, Sample

if TYPE_CHECKING:
    from torch import nn

Model: TypeAlias = "str | nn.Module | Restorer | Callable[[Array], Any]"
"""A restorer's name (with options), a network, a restorer, or a function of an array."""

Models: TypeAlias = "Model | list[Model] | Mapping[str, Model]"
"""One model or several; a mapping gives them labels."""


def with_models(
    suite: Suite, models: Models, options: Mapping[str, Any]
) -> tuple[Suite, list[RestorerRef]]:
    """The suite with models as restorers, and how to ask for each.

    `options` are those of `restorers.outside.network.Network`, for modules. Raises `OptionError`
    where something is not a model, two have one name, or options are given without a module.
    """
    refs: list[RestorerRef] = []
    made: list[tuple[RestorerSpec, object]] = []
    for label, model in _labelled(models):
        if isinstance(model, str):
            refs += _named(suite, model, label)
            continue
        spec = _spec(suite, label or _name_of(model), model)
        made.append((spec, _restorer(model, options)))
        refs.append(RestorerRef(spec.name, (("label", label),) if label else ()))
    if options and not any(hasattr(model, "forward") for _, model in _labelled(models)):
        msg = f"{', '.join(options)}: options of networks, but there is no nn.Module"
        raise OptionError(msg)
    if not refs:
        msg = f"{models!r:.60} holds no model; give one at least"
        raise OptionError(msg)
    names = [ref.label for ref in refs]
    if repeated := [name for name in names if names.count(name) > 1]:
        msg = f"two models are called {repeated[0]!r}; name them: evaluate({{'a': …, 'b': …}})"
        raise OptionError(msg)
    return suite.with_restorers(made), refs


def _labelled(models: Models) -> list[tuple[str, Model]]:
    if isinstance(models, Mapping):
        return list(models.items())
    return [("", model) for model in (models if isinstance(models, list | tuple) else [models])]


def _named(suite: Suite, text: str, label: str) -> list[RestorerRef]:
    ref = RestorerRef.parse(text)
    if label:
        options = {**dict(ref.options), "label": label}
        return [RestorerRef(ref.name, tuple(sorted(options.items())))]
    names = suite.restorers.matching(ref.name)
    return [RestorerRef(name, ref.options) for name in names]


def _spec(suite: Suite, label: str, model: Model) -> RestorerSpec:
    name = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-") or "model"
    if name in suite.restorers:
        name = f"your-{name}"
    summary = f"{type(model).__name__} of a program"
    return RestorerSpec(name=name, summary=summary, target="restorebench:evaluate", default=False)


def _name_of(model: Model) -> str:
    name = getattr(model, "__name__", "") or type(model).__name__
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name)
    return "function" if name == "<lambda>" else spaced


def _restorer(model: Model, options: Mapping[str, Any]) -> object:
    from torch import nn

    if isinstance(model, nn.Module):
        from restorebench.restorers.outside.network import Network

        return Network(model, **options, digest=_digest(model))
    if isinstance(model, type):
        msg = f"{model.__name__} is a class; give an object of it: {model.__name__}(…)"
        raise OptionError(msg)
    if callable(getattr(model, "restore", None)):
        return model
    if callable(model):
        return Function(model)
    msg = (
        f"{model!r:.60} is not a model; expected an nn.Module, a function of an array, a restorer, "
        "its name, or a list of these"
    )
    raise OptionError(msg)


def _digest(module: nn.Module) -> str:
    """A hash of a module's code, structure and numbers."""
    digest = hashlib.sha256(f"{type(module).__qualname__}\0{module}".encode())
    with suppress(OSError, TypeError):  # a class without a file, as of a notebook
        digest.update(inspect.getsource(type(module)).encode())
    for key, value in module.state_dict().items():
        array = value.detach().cpu().float().numpy()
        digest.update(f"{key}\0{value.dtype}\0{array_hash(np.ascontiguousarray(array))}".encode())
    return digest.hexdigest()[:32]


class Function:
    """A function from an image to an image: float32 RGB in [0, 1], ``(H, W, 3)``.

    It is called for each view. What it depends on cannot be known, so that its results are never
    taken from the store.
    """

    def __init__(self, function: Callable[[Array], Any]) -> None:
        self._function = function
        self._digest = uuid.uuid4().hex

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """What it gives; raises `ImageError`, which says what is wrong with it."""
        height, width = sample.target_shape[2:]
        views = []
        for view in sample.degraded:
            out = np.asarray(self._function(np.ascontiguousarray(view.transpose(1, 2, 0))))
            if out.dtype == np.uint8:
                out = out.astype(np.float32) / np.float32(255)
            _check_shape(out.shape, height, width)
            views.append(out.transpose(2, 0, 1).astype(np.float32))
        return Restoration(np.stack(views))

    def fingerprint(self, sample_id: str, views: int) -> str:
        """Another one for each object."""
        return self._digest


def _check_shape(shape: tuple[int, ...], height: int, width: int) -> None:
    if shape == (height, width, 3):
        return
    if shape == (3, height, width):
        msg = f"the function gives {shape}, channels first; expected (H, W, 3)"
    else:
        msg = f"the function gives {shape}, expected {(height, width, 3)}"
        msg += "; images are never resized to fit"
    raise ImageError(msg)
