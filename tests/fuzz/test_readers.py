"""Readers raise nothing but the project's own errors, whatever hypothesis makes of good files."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NAMES = (
    *("image", "input", "mask", "depth", "png", "zip", "readme", "csv", "record", "jsonl"),
    *("index", "parquet"),
    *("layout", "recipe", "study", "setup", "published", "text", "safetensors", "pickle", "pth"),
)
QUICK, SLOW = 6, 300


@pytest.fixture(scope="module")
def readers() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent))
        return importlib.import_module("readers")


@st.composite
def edits(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """A good file with a few places changed, cut, doubled or filled with NUL."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 1, 2, 4, 40])))
        what = draw(st.sampled_from(["change", "cut", "double", "nul", "flip", "end"]))
        if what == "change":
            data[start:end] = draw(st.binary(max_size=8))
        elif what == "cut":
            del data[start:end]
        elif what == "double":
            data[start:start] = data[start:end]
        elif what == "nul":
            data[start:end] = bytes(end - start)
        elif what == "flip" and start < len(data):
            data[start] ^= 1 << draw(st.integers(0, 7))
        elif what == "end":
            del data[start:]
    return bytes(data)


def attack(readers: ModuleType, name: str, examples: int) -> int:
    """Read that many changed files, which raises where a reader does; how many there were."""
    count = 0
    reader = readers.READERS[name]
    checks: list[Any] = [HealthCheck.too_slow, HealthCheck.data_too_large]

    @settings(
        max_examples=examples, deadline=None, suppress_health_check=checks, database=None,
        derandomize="FUZZ_AT_RANDOM" not in os.environ,
    )  # fmt: skip
    @given(edits(reader.seeds()))
    def reads(data: bytes) -> None:
        nonlocal count
        reader(data)
        count += 1

    reads()
    return count


def test_every_reader_is_here(readers):
    assert set(readers.READERS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_seeds_are_understood_or_refused_in_words(readers, name):
    reader = readers.READERS[name]
    understood = [reader(seed) for seed in reader.seeds()]
    assert any(understood)


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_file_is_read_or_refused_in_words(readers, name):
    assert attack(readers, name, QUICK) >= QUICK


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_many_changed_files_are_read_or_refused_in_words(readers, name):
    assert attack(readers, name, SLOW) >= SLOW
