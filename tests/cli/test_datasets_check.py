"""``datasets check``: a report for people, JSON for programs, and an honest exit status."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from restorebench.data.images import write_image

PAIRS = "degraded=data/hazy/{id}_*.png,target=data/gt/{id}.png"


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    for number in range(3):
        target = np.random.default_rng(number).integers(100, 255, (3, 32, 40), np.uint8)
        write_image(tmp_path / f"data/hazy/{number}_9.png", target // 2)
        write_image(tmp_path / f"data/gt/{number}.png", target)
    return tmp_path / "data"


@pytest.fixture
def check(call, pairs):
    def run(*more: str, source: str = PAIRS):
        return call("datasets", "check", source, "--task", "dark", *more)

    return run


def test_a_clean_copy_is_called_so(check, pairs):
    result = check()
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == [
        f"data in {pairs}",
        "test: 3 samples, clean",
        "data: clean",
    ]


def test_problems_are_printed_with_their_remedies(check, pairs):
    (pairs / "gt/1.png").write_bytes(b"")
    (pairs / "gt/2.png").rename(pairs / "gt/02.png")
    result = check()
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1:] == [
        "test: 2 samples, 2 problems",
        "  problem: gt/02.png seems to be the target of hazy/2_9.png, but its name differs only in "
        "leading zeros; rename it to gt/2.png",
        "  problem: gt/1.png is empty (0 bytes); was it still being written, or is the disk full?",
        "data: 2 problems",
    ]


def test_json_has_the_same_as_data(check, pairs):
    (pairs / "gt/1.png").unlink()
    result = check("--json")
    assert result.exit_code == 1
    facts = json.loads(result.stdout)
    assert facts["clean"] is False
    (problem,) = facts["splits"][0]["problems"]
    assert (problem["kind"], problem["file"]) == ("no-target", "hazy/1_9.png")


def test_thousands_of_one_kind_are_not_printed(check, pairs):
    for number in range(3, 30):
        write_image(pairs / f"hazy/{number}_9.png", np.full((3, 8, 8), number, np.uint8))
    lines = check().stdout.splitlines()
    assert sum("has no target" in line for line in lines) == 20
    assert "  and 7 more of the kind 'no-target'; --json lists them all" in lines


def test_made_data_is_checked_sample_by_sample(call):
    result = call("datasets", "check", "squares")
    assert result.exit_code == 0, result.stdout
    assert "squares: clean" in result.stdout


def test_content_that_changed_behind_size_and_time_is_found(call, check, pairs):
    assert call("run", "--task", "dark", "--data", PAIRS, "--restorer", "identity").exit_code == 0
    assert check().exit_code == 0
    path = pairs / "gt/1.png"
    before, stat = path.read_bytes(), path.stat()
    image = np.random.default_rng(1).integers(100, 255, (3, 32, 40), np.uint8)
    image[0, 0, 0] ^= 1
    write_image(path, image)
    path.write_bytes(path.read_bytes().ljust(len(before), b"\0"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size
    result = check()
    assert result.exit_code == 1
    assert "1_9 has changed, although size and time of its files have not" in result.stdout
    assert check().exit_code == 0
