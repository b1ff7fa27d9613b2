"""Protocols: how two images become numbers, as plain data with a canonical hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from restorebench.errors import ProtocolError

Channels: TypeAlias = Literal[
    "rgb",
    "y-bt601-limited",
    "y-bt601-limited-8bit",
    "y-yiq-full",
    "y-yiq-full-8bit",
    "gray-matlab-8bit",
    "gray-skimage",
    "lab",
]
Kernel: TypeAlias = Literal["cubic", "linear", "linear-opencv"]
Region: TypeAlias = Literal["all", "mask", "outside-mask"]
Rest: TypeAlias = Literal["excluded", "zeroed"]
MaskRule: TypeAlias = Literal["half", "any"]
Views: TypeAlias = Literal["mean", "left"]
Options: TypeAlias = tuple[tuple[str, str | int], ...]

HASH_LENGTH = 16
"""Hexadecimal digits of SHA-256 that name a protocol."""

_COLUMN = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


@dataclass(frozen=True)
class Measure:
    """One column of a protocol: a metric, and all that its number depends on.

    Both images are 8-bit RGB. They go through these steps, in this order:

    `views`      ``"mean"``: each view is scored, the mean taken; ``"left"``: the first view alone
    `resize`     ``(H, W)``, 8 bit again, or None; by the `kernel` ``"cubic"`` or ``"linear"``,
                 antialiased as MATLAB's imresize, or ``"linear-opencv"``, which is not
    `center`     ``(H, W)`` of the part in the middle that is looked at, or None for all
    `crop`       pixels cut from each side; `crop_left`: further ones cut from the left edge
    `region`     of the mask; `mask_rule`: which mask pixels belong to it (``"half"``: at least
                 0.5, ``"any"``: above zero) and `rest` what becomes of the other pixels: they are
                 ``"excluded"``, or ``"zeroed"`` in both images and counted (as some evaluation
                 scripts do, which adds 10·log10(1/area) dB to PSNR)
    `channels`   what the metric sees of the RGB pixels
    `options`    the metric's own, all of them: ``(("window", "uniform-7"), …)``
    `version`    of the metric's implementation; another one refuses to compute

    Raises `ProtocolError` where a value is none of those. `restorebench.metrics.measures` builds
    the ordinary ones.
    """

    metric: str
    version: str
    channels: Channels = "rgb"
    options: Options = ()
    crop: int = 0
    crop_left: int = 0
    resize: tuple[int, int] | None = None
    views: Views = "mean"
    region: Region = "all"
    rest: Rest = "excluded"
    mask_rule: MaskRule = "half"
    kernel: Kernel = "cubic"
    center: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            self._expect(name, getattr(self, name) in allowed, f"one of {', '.join(allowed)}")
        for name in ("metric", "version"):
            self._expect(name, bool(getattr(self, name)), "a name")
        for name in ("crop", "crop_left"):
            self._expect(name, _is_int(getattr(self, name), at_least=0), "pixels, 0 or more")
        for name in ("resize", "center"):
            size = getattr(self, name)
            self._expect(name, size is None or _is_size(size), "(H, W) or None")
        if self.resize is None and self.kernel != "cubic":
            msg = f"{self.metric}: kernel means nothing where nothing is resized"
            raise ProtocolError(msg)
        if self.region == "all" and (self.rest, self.mask_rule) != ("excluded", "half"):
            msg = f"{self.metric}: rest and mask_rule mean nothing where the region is all"
            raise ProtocolError(msg)
        self._expect("options", _are_options(self.options), "pairs of a name and a text or integer")
        object.__setattr__(self, "options", tuple(sorted(self.options)))

    def _expect(self, name: str, fits: bool, expected: str) -> None:
        if not fits:
            msg = f"{self.metric!r}: {name} is {getattr(self, name)!r}; expected {expected}"
            raise ProtocolError(msg)

    def facts(self) -> dict[str, object]:
        """All that the number depends on; what later versions added is left out at its default."""
        return {k: v for k, v in asdict(self).items() if (k, v) not in _ADDED}

    def option(self, name: str, default: str | int | None = None) -> str | int:
        """The option `name`, or `default`; raises `ProtocolError` where there is neither."""
        for key, value in self.options:
            if key == name:
                return value
        if default is not None:
            return default
        msg = f"a measure of {self.metric!r} must state its {name!r}; it states {self.options}"
        raise ProtocolError(msg)


@dataclass(frozen=True)
class Protocol:
    """A named set of measures, ``{column: Measure}``, in the order in which tables show them.

    `hash` is a function of the measures alone: a protocol may be renamed, and two protocols of
    equal hash give equal numbers. Raises `ProtocolError` on a column that is not snake_case.
    """

    name: str
    measures: Mapping[str, Measure]

    def __post_init__(self) -> None:
        for column in self.measures:
            if not isinstance(column, str) or not _COLUMN.fullmatch(column):
                msg = f"protocol {self.name!r}: column {column!r} is not snake_case"
                raise ProtocolError(msg)
        if not self.measures:
            msg = f"protocol {self.name!r} measures nothing"
            raise ProtocolError(msg)
        object.__setattr__(self, "measures", MappingProxyType(dict(self.measures)))

    def __hash__(self) -> int:
        return hash((self.name, self.hash))

    def __reduce__(self) -> tuple[type[Protocol], tuple[str, dict[str, Measure]]]:
        return Protocol, (self.name, dict(self.measures))  # a mapping proxy cannot be pickled

    @cached_property
    def hash(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of `canonical`."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()[:HASH_LENGTH]

    @property
    def canonical(self) -> str:
        """The measures as JSON with sorted keys: equal text means equal protocol."""
        measures = {column: measure.facts() for column, measure in self.measures.items()}
        whole = {"rounding": "8-bit", "images": "mean", "measures": measures}
        return json.dumps(whole, sort_keys=True, separators=(",", ":"))


_ADDED = (("kernel", "cubic"), ("center", None))
"""Fields that hashes of older protocols do not know, at the values that change nothing."""

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "channels": get_args(Channels),
    "views": get_args(Views),
    "region": get_args(Region),
    "rest": get_args(Rest),
    "mask_rule": get_args(MaskRule),
    "kernel": get_args(Kernel),
}


def _is_int(value: object, at_least: int) -> bool:
    return type(value) is int and value >= at_least


def _is_size(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(_is_int(n, 1) for n in value)


def _are_options(value: object) -> bool:
    if not isinstance(value, tuple):
        return False
    pairs = all(isinstance(pair, tuple) and len(pair) == 2 for pair in value)
    if not pairs or len({key for key, _ in value}) != len(value):
        return False
    # Neither floats nor booleans: they equal integers in Python, but not in JSON.
    return all(isinstance(k, str) and type(v) in (str, int) for k, v in value)
