"""The values that travel between the packages: samples in, restorations out, records kept.

Letters of shapes: V views, K condition numbers, H×W the input's pixels, s the scale (target pixels
per input pixel; 1 but for super-resolution).
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import SampleError

Array: TypeAlias = NDArray[np.float32]
"""float32 values; images are RGB in [0, 1], ``(V, 3, H, W)``."""

Pixels: TypeAlias = NDArray[np.uint8]
"""8-bit RGB images, ``(V, 3, H, W)``: the form in which they are stored and scored."""

JSON: TypeAlias = str | int | float | bool | None
"""A value of an option or of a sample's `meta`."""

UPLOADED = "submission"
"""What the records of uploads have as their restorer; a team's name is the label."""

CLAIMED = "claimed_"
"""How the fields of a record's `extra` begin that hold what a team states of its entry."""

_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, eq=False)
class Sample:
    """One problem: a degraded image, what is known beside it, and (for scoring) its target.

    - `degraded`: float32 RGB in [0, 1], ``(V, 3, H, W)``
    - `target`: float32 RGB in [0, 1], ``(V, 3, sH, sW)``, or None where it is not to be seen
    - `condition`: float32 ``(K,)``; names and units stand in the task's spec
    - `mask`: float32 in [0, 1], ``(1, H, W)``: the degraded region (shadow), or None
    - `depth`: float32 metres ≥ 0, ``(1, H, W)``: of the first view, where the task grants it
    - `scale`: target pixels per input pixel, s
    - `meta`: further facts, for people

    Raises `SampleError` where the shapes, types or ranges contradict this.
    """

    id: str
    degraded: Array
    target: Array | None = None
    condition: Array = field(default_factory=lambda: np.zeros(0, np.float32))
    mask: Array | None = None
    depth: Array | None = None
    scale: int = 1
    meta: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        where = f"sample {self.id!r}: "
        _check_names(self.id, self.scale)
        check_image(self.degraded, where + "degraded")
        if self.target is not None:
            check_image(self.target, where + "target")
            self._expect("target", self.target, self.target_shape)
        for name, top in (("mask", 1.0), ("depth", _LARGEST)):
            value = getattr(self, name)
            if value is not None:
                self._expect(name, value, (1, *self.degraded.shape[2:]))
                _check_range(value, top, where + name)
        self._expect("condition", self.condition, (np.size(self.condition),))
        if not np.isfinite(self.condition).all():
            msg = f"{where}condition is {self.condition}; expected finite numbers"
            raise SampleError(msg)

    def _expect(self, name: str, value: Array, shape: tuple[int, ...]) -> None:
        if not _is_float32(value) or value.shape != shape:
            msg = (
                f"sample {self.id!r}: {name} is {_described(value)}; expected float32 of shape "
                f"{shape} beside degraded {self.degraded.shape} at scale {self.scale}"
            )
            raise SampleError(msg)

    @property
    def target_shape(self) -> tuple[int, int, int, int]:
        """The shape that a restoration must have, ``(V, 3, sH, sW)``."""
        views, _, height, width = self.degraded.shape
        return views, 3, height * self.scale, width * self.scale

    def without_target(self) -> Sample:
        """The sample as a restorer may see it: without its target, in arrays of its own.

        A restorer may write into them; the next one finds the sample as it was.
        """
        return replace(
            self,
            degraded=self.degraded.copy(),
            target=None,
            condition=self.condition.copy(),
            mask=None if self.mask is None else self.mask.copy(),
            depth=None if self.depth is None else self.depth.copy(),
        )


@dataclass(frozen=True, eq=False)
class Restoration:
    """A restorer's output: float32 RGB in [0, 1], ``(V, 3, sH, sW)``, and what it took.

    `nfe` is the number of network evaluations, `parameters` of the network, `macs` per image; None
    where there is no network. Values outside [0, 1] are clipped when the image is stored.
    """

    image: Array
    nfe: int | None = None
    parameters: int | None = None
    macs: int | None = None


@dataclass(frozen=True)
class Cost:
    """What one restoration took: wall seconds (device synchronised) and peak bytes above the start.

    None where it could not be measured or does not apply.
    """

    seconds: float
    peak_bytes: int | None = None
    nfe: int | None = None
    parameters: int | None = None
    macs: int | None = None


@dataclass(frozen=True)
class Record:
    """One line of the store: one restorer, one sample, one draw, scored under one protocol.

    `scores` maps the protocol's columns to numbers (``inf`` for the PSNR of equal images);
    `missing` maps columns that could not be computed here to the reason. `error` is None, or says
    why there is no image. `input`, `target` and `prediction` are pixel hashes, `dataset_hash`
    that of the whole split, and `provenance` the key of the run's versions and hardware.

    `options`, `revision` and `fingerprint` (of files, where there are any) say which restorer it
    was, `seed` and `draw` which noise. `extra` holds facts that few records have: the hash of a
    mask, how large images were cut, what the weights were trained on, a traceback.
    """

    task: str
    dataset: str
    split: str
    sample: str
    restorer: str
    options: Mapping[str, JSON]
    revision: int
    draw: int
    seed: int
    protocol: str
    protocol_hash: str
    dataset_hash: str
    input: str
    target: str
    prediction: str | None
    scores: Mapping[str, float]
    missing: Mapping[str, str]
    cost: Cost | None
    error: str | None
    provenance: str
    fingerprint: str = ""
    extra: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def equals_target(self) -> bool:
        """Whether what was restored is the target in every pixel."""
        return self.prediction is not None and self.prediction == self.target


def check_image(value: Array, where: str) -> None:
    """Raise `SampleError` unless `value` is finite float32 RGB in [0, 1], ``(V, 3, H, W)``."""
    if not _is_float32(value) or value.ndim != 4 or value.shape[1] != 3 or 0 in value.shape:
        msg = f"{where} is {_described(value)}; expected float32 RGB (views, 3, height, width)"
        raise SampleError(msg)
    _check_range(value, 1.0, where)


def _check_names(sample_id: str, scale: int) -> None:
    if not isinstance(sample_id, str) or not sample_id:
        msg = f"a sample's id is {reprlib.repr(sample_id)}; expected a text"
        raise SampleError(msg)
    if not isinstance(scale, int) or scale < 1:
        msg = f"sample {sample_id!r}: scale is {scale!r}; expected a whole number from 1"
        raise SampleError(msg)


def _check_range(value: Array, top: float, where: str) -> None:
    low, high = float(value.min()), float(value.max())
    if not (low >= 0.0 and high <= top):  # NaN fails this too
        msg = f"{where} has values in [{low:g}, {high:g}]; expected finite ones in [0, {top:g}]"
        raise SampleError(msg)


def _is_float32(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float32


def _described(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} of shape {value.shape}"
    return f"a {type(value).__name__}"
