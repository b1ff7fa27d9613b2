"""Lens metadata in the format of BETD, the data set of the NTIRE 2023 challenge.

A line of ``meta.txt`` is ``id, source lens, target lens, disparity``, such as
``00000, Sony50mmf1.8BS, Sony50mmf16.0BS, 35`` (Conde et al., CVPRW 2023).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from restorebench.errors import SampleError
from restorebench_bokeh.aperture import DISC
from restorebench_bokeh.condition import Condition
from restorebench_bokeh.lens import focus_distance

BETD_LENSES = (
    "Sony50mmf1.4BS",
    "Sony50mmf1.8BS",
    "Sony50mmf16.0BS",
    "Canon50mmf1.4BS",
    "Canon50mmf1.8BS",
)
"""The lenses that occur in BETD."""

BLADES = {"Sony": DISC, "Canon": 8}
"""Aperture shape per brand in images that are rendered here: a disc, and a regular octagon."""

_LENS = re.compile(r"(Sony|Canon)([1-9][0-9]*)mmf([0-9]+\.[0-9]+)BS")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Lens:
    """A lens at an aperture: `brand`, focal length in whole millimetres, f-number."""

    brand: str
    focal_length: int
    f_number: float

    def __str__(self) -> str:
        return f"{self.brand}{self.focal_length}mmf{self.f_number!r}BS"

    @classmethod
    def parse(cls, text: str, where: str = "lens") -> Lens:
        """Read ``Sony50mmf1.8BS``; the digits decide and no table, so f/1.4 stays f/1.4.

        Raises `SampleError`, which starts with `where`, for anything else.
        """
        match = _LENS.fullmatch(text)
        if match is None or not float(match[3]) > 0:
            msg = f"{where}: unknown lens {text!r}; expected a name such as {BETD_LENSES[1]!r}"
            raise SampleError(msg)
        return cls(match[1], int(match[2]), float(match[3]))

    @property
    def blades(self) -> int:
        """Straight edges of the aperture; 0 is a disc."""
        return BLADES[self.brand]


@dataclass(frozen=True)
class LensPair:
    """One line of metadata: the source lens, the target lens, and how strong the blur is.

    `disparity` is in pixels of the image; see `lens` for what it measures here.
    """

    id: str
    source: Lens
    target: Lens
    disparity: float

    def __str__(self) -> str:
        return f"{self.id}, {self.source}, {self.target}, {_plain(self.disparity)}"

    @classmethod
    def parse(cls, line: str, where: str = "metadata") -> LensPair:
        """Read ``id, source, target, disparity``; `SampleError`, which starts with `where`."""
        parts = [part.strip() for part in line.split(",")]
        if len(parts) != 4 or not parts[0]:
            msg = f"{where}: expected 'id, source lens, target lens, disparity', got {line!r}"
            raise SampleError(msg)
        source, target = (Lens.parse(text, where) for text in parts[1:3])
        if source.focal_length != target.focal_length:
            msg = f"{where}: focal lengths differ ({source}, {target}); the views would not match"
            raise SampleError(msg)
        if not _NUMBER.fullmatch(parts[3]):
            msg = f"{where}: the disparity is {parts[3]!r}; expected a number of pixels, 0 or more"
            raise SampleError(msg)
        return cls(parts[0], source, target, float(parts[3]))

    def condition(self, width: int, focus: float | None = None) -> Condition:
        """The task's condition for an image of `width` pixels.

        BETD states no focus distance: without `focus` (metres) it is the one that the disparity
        implies on a full-frame sensor. Raises `OptionError` if the disparity is 0 and implies none.
        """
        f = self.source.focal_length
        return Condition(
            source_f_number=self.source.f_number,
            target_f_number=self.target.f_number,
            focal_length=f,
            focus_distance=focus_distance(self.disparity, f, width) if focus is None else focus,
            disparity=self.disparity,
        )


def read_metadata(path: Path) -> dict[str, LensPair]:
    """A whole ``meta.txt``: pairs by id, in the file's order; blank lines are skipped.

    Raises `SampleError` with a line for each one that is malformed or whose id repeats; it names
    file and number.
    """
    pairs: dict[str, LensPair] = {}
    wrong = []
    for number, line in enumerate(_text(path).splitlines(), start=1):
        try:
            pair = LensPair.parse(line, where := f"{path}, line {number}") if line.strip() else None
        except SampleError as error:
            wrong.append(str(error))
            continue
        if pair and pair.id in pairs:
            wrong.append(f"{where}: the id {pair.id!r} occurs a second time")
        elif pair:
            pairs[pair.id] = pair
    if wrong:
        raise SampleError("\n".join(wrong))
    return pairs


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read as lens metadata: {error}"
        raise SampleError(msg) from error


def _plain(number: float) -> str:
    """Whole numbers as BETD writes them, others with two decimals."""
    return str(int(number)) if number == int(number) else f"{number:.2f}"
