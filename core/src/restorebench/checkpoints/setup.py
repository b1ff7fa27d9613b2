"""Everything about a restorer but its weights: networks, path, head, solver, times."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass

from restorebench.errors import OptionError
from restorebench.strict_model import Count, Number, StrictModel, Whole

_ALWAYS = ("solver", "head", "grid", "steps")
"""What is written even where it is the default."""
_TABLES = ("backbone", "compressor", "path", "solver", "grid")
"""What has a name and options."""


@dataclass(frozen=True)
class Choice:
    """A registered thing by name, and the options it is made with."""

    name: str
    options: Mapping[str, Any] = Field(default_factory=dict)

    @classmethod
    def read(cls, value: object, key: str) -> Choice:
        """From ``"name"`` or ``{"name": …, option: …}``; `key` is its key in the setup.

        Raises `OptionError` for anything else.
        """
        try:
            return _choice(value)
        except ValueError as error:
            msg = f"{key} is {value!r}; {error}"
            raise OptionError(msg) from error

    def to_dict(self) -> dict[str, Any]:
        """Plain data; `read` takes it back."""
        return {"name": self.name, **self.options}


def _choice(value: object) -> Choice:
    if isinstance(value, Choice):
        return value
    if isinstance(value, str) and value:
        return Choice(value)
    if isinstance(value, Mapping) and isinstance(value.get("name"), str) and value["name"]:
        return Choice(value["name"], {k: v for k, v in value.items() if k != "name"})
    msg = "expected a name, or a table with a name and options"
    raise ValueError(msg)


Chosen = Annotated[Choice, BeforeValidator(_choice)]


class Setup(StrictModel):
    """What is restored by which networks, and how they are sampled.

    `backbone` predicts (None where a file holds a compressor alone), on the latents of
    `compressor` if there is one. With a `path` it is sampled: what it predicts is `head`, `solver`
    steps over `steps` times of `grid` from `start` (1 is the prior; less for a head without x_0
    there). `prior`: x_1 from the path's ``"marginal"`` with μ for the unknown x_0, or from the
    ``"stationary"`` law N(μ, λ²) of IR-SDE, as its authors' code does. `noise_level` (of the input,
    /255 from 1 on) starts a denoising path where it is as noisy. Without a path the network
    restores in one call.

    `temperature` multiplies all noise that is drawn, at the start and in the steps: draws lie
    closer together below 1, where their mean hardly moves.

    `scale`: target pixels per input pixel it was trained for (None: any); a network that does not
    enlarge itself is given the input enlarged by `enlarge`: MATLAB's ``"bicubic"``, PyTorch's
    ``"bicubic-0.75"``, or ``"nearest"``. `condition`: which numbers of a sample's condition the
    network reads, by place (None: all of them). `guides`: names of the maps that it reads
    beside the degraded image, in their order. `initial`: the restorer whose output is the degraded
    image of all this (None: the sample's own), for networks that go on where it ends; it may
    enlarge, or leave that to `enlarge`.
    """

    backbone: Chosen | None = None
    compressor: Chosen | None = None
    path: Chosen | None = None
    head: str = "noise"
    solver: Chosen = Choice("unipc-2")
    grid: Chosen = Choice("uniform-lambda")
    steps: Whole = 12
    start: Annotated[Number, Field(gt=0, le=1)] = 1.0
    prior: Literal["marginal", "stationary"] = "marginal"
    noise_level: Number | None = None
    temperature: Annotated[Number, Field(gt=0)] = 1.0
    scale: Whole | None = None
    enlarge: Literal["bicubic", "bicubic-0.75", "nearest"] = "bicubic"
    condition: tuple[Count, ...] | None = None
    guides: tuple[str, ...] = ()
    initial: Annotated[str, Field(min_length=1)] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold: only what differs from the defaults, and the solver."""
        default = dict(Setup())
        return {
            key: _plain(value)
            for key, value in self
            if value is not None and (key in _ALWAYS or value != default[key])
        }

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


def read_setup(path: str | Path) -> dict[str, Any]:
    """The table in a TOML or JSON file, for `Setup.from_dict` or `Setup.changed`.

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


def _plain(value: object) -> Any:
    if isinstance(value, Choice):
        return value.to_dict()
    return list(value) if isinstance(value, tuple) else value
