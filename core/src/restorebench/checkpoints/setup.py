"""Everything about a restorer but its weights: networks, path, head, solver, times."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from restorebench.errors import OptionError
from restorebench.registry import nearest

ENLARGEMENTS = ("bicubic", "bicubic-0.75", "nearest")
PRIORS = ("marginal", "stationary")


@dataclass(frozen=True)
class Choice:
    """A registered thing by name, and the options it is made with."""

    name: str
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def read(cls, value: object, key: str) -> Choice:
        """From ``"name"`` or ``{"name": …, option: …}``; `key` is where it stands."""
        if isinstance(value, str) and value:
            return cls(value)
        if isinstance(value, Mapping) and isinstance(value.get("name"), str) and value["name"]:
            return cls(value["name"], {k: v for k, v in value.items() if k != "name"})
        msg = f"{key} is {value!r}; expected a name, or a table with a name and options"
        raise OptionError(msg)

    def to_dict(self) -> dict[str, Any]:
        """Plain data; `read` takes it back."""
        return {"name": self.name, **self.options}


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What is restored by which networks, and how they are sampled.

    `backbone` predicts (None where a file holds a compressor alone), on the latents of
    `compressor` if there is one. With a `path` it is sampled: what it predicts is `head`, `solver`
    steps over `steps` times of `grid` from `start` (1 is the prior; less for a head that says
    nothing there). `prior`: x_1 from the path's ``"marginal"`` with μ for the unknown x_0, or from
    the ``"stationary"`` law N(μ, λ²) of IR-SDE, as its authors' code does. `noise_level` (of the
    input, /255 from 1 on) starts a denoising path where it is as noisy. Without a path the network
    answers in one call.

    `scale`: target pixels per input pixel it was trained for (None: any); a network that does not
    enlarge itself is given the input enlarged by `enlarge`: MATLAB's ``"bicubic"``, PyTorch's
    ``"bicubic-0.75"``, or ``"nearest"``. `condition`: which numbers of a sample's condition the
    network reads, by place (None: all of them). `guides`: names of the maps that it reads
    beside the degraded image, in their order. `initial`: the restorer whose answer is the degraded
    image of all this (None: the sample's own), for networks that go on where it ends.
    """

    backbone: Choice | None = None
    compressor: Choice | None = None
    path: Choice | None = None
    head: str = "noise"
    solver: Choice = field(default_factory=lambda: Choice("unipc-2"))
    grid: Choice = field(default_factory=lambda: Choice("uniform-lambda"))
    steps: int = 12
    start: float = 1.0
    prior: str = "marginal"
    noise_level: float | None = None
    scale: int | None = None
    enlarge: str = "bicubic"
    condition: tuple[int, ...] | None = None
    guides: tuple[str, ...] = ()
    initial: str | None = None

    def __post_init__(self) -> None:
        self._require(_whole(self.steps, 1), "steps", "a whole number from 1")
        self._require(self.scale is None or _whole(self.scale, 1), "scale", "a whole number from 1")
        number = isinstance(self.start, int | float) and not isinstance(self.start, bool)
        self._require(number and 0 < self.start <= 1, "start", "a number above 0, at most 1")
        level = self.noise_level
        self._require(level is None or isinstance(level, int | float), "noise_level", "a number")
        self._require(self.prior in PRIORS, "prior", f"one of {', '.join(PRIORS)}")
        self._require(self.enlarge in ENLARGEMENTS, "enlarge", f"one of {', '.join(ENLARGEMENTS)}")
        places = self.condition is None or (
            isinstance(self.condition, tuple) and all(_whole(k, 0) for k in self.condition)
        )
        self._require(places, "condition", "a list of places, counted from 0")
        names = isinstance(self.guides, tuple) and all(isinstance(g, str) for g in self.guides)
        self._require(names, "guides", "a list of names")
        named = self.initial is None or (isinstance(self.initial, str) and bool(self.initial))
        self._require(named, "initial", "the name of a restorer")
        self._require(isinstance(self.head, str), "head", "a name")

    def _require(self, holds: bool, key: str, wanted: str) -> None:
        if not holds:
            msg = f"{key} is {getattr(self, key)!r}; expected {wanted}"
            raise OptionError(msg)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold: only what differs from the defaults, and the solver."""
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        plain = {key: _plain(value) for key, value in given.items() if value is not None}
        unchanged = Setup()
        return {
            key: value
            for key, value in plain.items()
            if key in _ALWAYS or value != _plain(getattr(unchanged, key))
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """From plain data; `OptionError` names a key that there is not, with the nearest ones."""
        known = [f.name for f in fields(cls)]
        if unknown := [key for key in values if key not in known]:
            msg = f"a setup has no key {unknown[0]!r}; {nearest(unknown[0], known)}"
            raise OptionError(msg)
        return cls(**{key: _READ.get(key, _same)(value, key) for key, value in values.items()})

    def changed(self, values: Mapping[str, Any]) -> Setup:
        """This setup with other values; a table changes key by key if it names the same thing."""
        own = self.to_dict()
        for key, value in values.items():
            if key in _TABLES and value is not None:
                new, old = Choice.read(_named(value, own.get(key)), key), own.get(key, {})
                value = new.to_dict()
                if new.name == old.get("name"):
                    value = {**old, **value}
            own[key] = value
        return Setup.from_dict(own)


_ALWAYS = ("solver", "head", "grid", "steps")
_TABLES = ("backbone", "compressor", "path", "solver", "grid")


def _choice(value: object, key: str) -> Choice | None:
    return None if value is None else Choice.read(value, key)


def _places(value: object, key: str) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _same(value: object, key: str) -> Any:
    return value


_READ: Mapping[str, Callable[[object, str], Any]] = MappingProxyType(
    {**dict.fromkeys(_TABLES, _choice), "condition": _places, "guides": _places}
)


def read_setup(path: str | Path) -> dict[str, Any]:
    """What a TOML or JSON file says, for `Setup.from_dict` or `Setup.changed`.

    Raises `OptionError`, which names the file, where it is absent or is neither.
    """
    path = Path(path).expanduser()
    try:
        text = path.read_text(encoding="utf-8")
        values = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        msg = f"the setup {path} cannot be read as TOML (or as JSON, if its name ends so): {error}"
        raise OptionError(msg) from error
    if not isinstance(values, dict):
        msg = f"the setup {path} holds a {type(values).__name__}; expected a table of keys"
        raise OptionError(msg)
    return values


def _named(value: object, own: Mapping[str, Any] | None) -> object:
    """A table without a name is about the thing that is there."""
    if isinstance(value, Mapping) and "name" not in value and own:
        return {"name": own["name"], **value}
    return value


def _whole(value: object, low: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= low


def _plain(value: object) -> Any:
    if isinstance(value, Choice):
        return value.to_dict()
    return list(value) if isinstance(value, tuple) else value
