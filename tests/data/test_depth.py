"""Depth is in metres: floats are, whole numbers need a stated unit, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from restorebench.data.layouts.beside import files_beside
from restorebench.data.layouts.fields.depth import SUFFIXES, read_depth
from restorebench.errors import ImageError

METRES = np.array([[0.5, 1.25, 80.0], [2.0, 3.5, 100.0]], np.float32)
KITTI = (METRES * 256).astype(np.uint16)
"""Depth as in KITTI's files: 1/256 m (Uhrig et al., 3DV 2017)."""

SIZE = (2, 3)


def write(path: Path, values: NDArray[Any]) -> Path:
    if path.suffix == ".npy":
        np.save(path, values)
    elif path.suffix == ".pfm":
        head = f"Pf\n{values.shape[1]} {values.shape[0]}\n-1.0\n".encode()
        path.write_bytes(head + values[::-1].astype("<f4").tobytes())
    elif path.suffix == ".tif":
        tifffile.imwrite(path, values)
    else:
        Image.fromarray(values).save(path)
    return path


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", ["a.npy", "a.tif", "a.pfm"])
def test_floats_are_metres(tmp_path: Path, name: str, kind: Any) -> None:
    depth = read_depth(write(tmp_path / name, METRES.astype(kind)), SIZE)
    assert depth.dtype == np.float32
    np.testing.assert_array_equal(depth, METRES[None])


def test_a_folder_may_hold_every_kind_of_map(tmp_path: Path) -> None:
    maps = {path.stem: write(path, METRES) for path in (tmp_path / n for n in ("a.pfm", "b.npy"))}
    assert files_beside(tmp_path, maps, "depth maps", SUFFIXES) == maps


@pytest.mark.parametrize("name", ["a.npy", "a.tif", "a.png"])
def test_whole_numbers_need_a_unit(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, KITTI)
    np.testing.assert_array_equal(read_depth(path, SIZE, 1 / 256), METRES[None])
    np.testing.assert_array_equal(read_depth(path.read_bytes(), SIZE, 1 / 256), METRES[None])
    with pytest.raises(ImageError, match=r"a\.\w+ holds whole numbers, whose unit is not stated"):
        read_depth(path, SIZE)


def test_axes_of_one_are_dropped(tmp_path: Path) -> None:
    assert read_depth(write(tmp_path / "a.npy", METRES[None, :, :, None]), SIZE).shape == (1, 2, 3)


HOLES = METRES.copy()
HOLES[0, 0] = 0
REFUSED: dict[str, tuple[str, Callable[[Path], Any], str]] = {
    "absent": ("a.npy", lambda path: None, "does not exist"),
    "another size": ("a.npy", lambda p: write(p, METRES.T), "is 2×3, but its image is 3×2"),
    "8 bits": (
        "a.png",
        lambda p: write(p, METRES.astype(np.uint8)),
        "is 8-bit grey.*not distances",
    ),
    "colour": ("a.png", lambda p: write(p, np.zeros((2, 3, 3), np.uint8)), "not distances"),
    "three channels": (
        "a.tif",
        lambda p: tifffile.imwrite(p, np.ones((2, 3, 3), np.float32), photometric="rgb"),
        "not an upright map of one channel",
    ),
    "holes": ("a.npy", lambda p: write(p, HOLES), "has 1 of 6 values that are not distances"),
    "infinite": ("a.npy", lambda p: write(p, METRES / HOLES), "has 1 of 6 values"),
    "negative": ("a.tif", lambda p: write(p, -METRES), "has 6 of 6 values"),
    "complex": ("a.npy", lambda p: write(p, METRES * 1j), "no map of numbers"),
    "stacked": ("a.npy", lambda p: write(p, np.stack([METRES] * 2)), "no map of numbers"),
    "objects": ("a.npy", lambda p: np.save(p, np.array([{}]), allow_pickle=True), "as an array"),
    "cut": ("a.npy", lambda p: write(p, METRES).write_bytes(p.read_bytes()[:-3]), "as an array"),
    "text": ("a.png", lambda p: p.write_text("far away"), "cannot be read as an image"),
    "EXR": ("a.tif", lambda p: p.write_bytes(b"\x76\x2f\x31\x01..."), "it is OpenEXR; save it as"),
}


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize(("name", "save", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_no_depth_is_refused_by_name(
    tmp_path: Path, name: str, save: Callable[[Path], Any], reason: str
) -> None:
    save(tmp_path / name)
    with pytest.raises(ImageError, match=reason) as caught:
        read_depth(tmp_path / name, SIZE)
    assert str(tmp_path / name) in str(caught.value)
