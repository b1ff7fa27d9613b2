"""BETD's metadata: read strictly, written back, turned into the task's condition."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from restorebench.errors import OptionError, SampleError
from restorebench_bokeh import CONDITION
from restorebench_bokeh.condition import Condition
from restorebench_bokeh.metadata import BETD_LENSES, Lens, LensPair, read_metadata

LINE = "00000, Sony50mmf1.8BS, Sony50mmf16.0BS, 35"


def test_the_line_of_the_challenge_parses() -> None:
    pair = LensPair.parse(LINE)
    assert pair.id == "00000"
    assert pair.source == Lens("Sony", 50, 1.8)
    assert pair.target == Lens("Sony", 50, 16.0)
    assert pair.disparity == 35.0


@pytest.mark.parametrize("line", [LINE, "7, Canon50mmf1.4BS, Sony50mmf1.8BS, 12.50"])
def test_lines_survive_the_round_trip(line: str) -> None:
    assert str(LensPair.parse(line)) == line


@pytest.mark.parametrize("name", BETD_LENSES)
def test_every_lens_of_the_data_set_keeps_brand_and_f_number(name: str) -> None:
    # a table in circulation gives Sony50mmf1.4BS the value 1.8; no table is used here
    lens = Lens.parse(name)
    assert str(lens) == name
    assert name.startswith(lens.brand)
    assert lens.f_number == float(name.split("f")[1].removesuffix("BS"))


def test_the_condition_is_in_the_order_of_the_task_s_spec() -> None:
    vector = LensPair.parse(LINE).condition(width=1920, focus=2.0).vector()
    by_name = dict(zip([field.name for field in CONDITION], vector.tolist(), strict=True))
    assert by_name == pytest.approx(
        {
            "source-f-number": 1.8,
            "target-f-number": 16.0,
            "focal-length": 50.0,
            "focus-distance": 2.0,
            "disparity": 35.0,
        }
    )


def test_without_a_focus_distance_the_disparity_implies_it() -> None:
    # 35 px on 1920 is 0.65625 mm of 36: Z_f = 50 + 2500/0.65625 mm = 3.8595 m
    condition = LensPair.parse(LINE).condition(width=1920)
    assert condition.focus_distance == pytest.approx(3.8595, abs=1e-4)


def test_a_disparity_of_nothing_implies_no_focus() -> None:
    pair = LensPair.parse("1, Sony50mmf1.8BS, Sony50mmf16.0BS, 0")
    with pytest.raises(OptionError, match="no finite focus distance"):
        pair.condition(width=1920)


def test_a_condition_reads_back_from_its_vector() -> None:
    condition = LensPair.parse(LINE).condition(width=1920)
    again = Condition.read(condition.vector(), "here")
    np.testing.assert_array_equal(again.vector(), condition.vector())


@pytest.mark.parametrize(
    ("vector", "message"),
    [
        (np.zeros(6, np.float32), r"sample 'x': the condition has shape \(6,\)"),
        (
            np.array([16, 1.8, 50], np.float32),
            "sample 'x' states only source_f_number, target_f_number, focal_length; "
            "also needed: focus_distance, disparity",
        ),
        (np.zeros(0, np.float32), "sample 'x' states no condition; also needed: source_f_number"),
        (np.array([1.8, -16, 50, 2, 35], np.float32), "target_f_number is -16"),
        (np.array([1.8, 16, 50, np.nan, 35], np.float32), "focus_distance is nan"),
    ],
)
def test_a_malformed_condition_is_refused(vector: np.ndarray, message: str) -> None:
    with pytest.raises(SampleError, match=message):
        Condition.read(vector, "sample 'x'")


def test_a_whole_file_is_read_in_its_order(tmp_path: Path) -> None:
    path = tmp_path / "meta.txt"
    path.write_text(f"{LINE}\n\n00001, Canon50mmf1.4BS, Sony50mmf1.8BS, 62\n")
    pairs = read_metadata(path)
    assert list(pairs) == ["00000", "00001"]
    assert pairs["00001"].source.brand == "Canon"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1, Sony50mmf1.8BS, 35", "expected 'id, source lens, target lens, disparity'"),
        ("1, Nikon50mmf1.8BS, Sony50mmf1.8BS, 35", "unknown lens 'Nikon50mmf1.8BS'"),
        ("1, Sony50mmf1.8, Sony50mmf1.8BS, 35", "unknown lens 'Sony50mmf1.8'"),
        ("1, Sony50mmf0.0BS, Sony50mmf1.8BS, 35", "unknown lens 'Sony50mmf0.0BS'"),
        ("1, Sony50mmf1.8BS, Sony85mmf1.8BS, 35", "focal lengths differ"),
        ("1, Sony50mmf1.8BS, Sony50mmf16.0BS, -3", "disparity is '-3'"),
        ("1, Sony50mmf1.8BS, Sony50mmf16.0BS, nan", "disparity is 'nan'"),
        ("00000, Sony50mmf1.8BS, Sony50mmf1.4BS, 3", "'00000' occurs a second time"),
    ],
)
def test_a_bad_line_is_named_by_file_and_number(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "meta.txt"
    path.write_text(f"{LINE}\n{line}\n")
    with pytest.raises(SampleError, match=r"meta\.txt, line 2: .*" + message):
        read_metadata(path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match=r"gone\.txt: cannot be read"):
        read_metadata(tmp_path / "gone.txt")
