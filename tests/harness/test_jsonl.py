"""The append-only file: torn ends are mended, other damage is an error, writers do not collide."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from restorebench.errors import StoreError
from restorebench.harness.jsonl import JsonLines

WRITER = """
import sys
from pathlib import Path
from restorebench.harness.jsonl import JsonLines
lines = JsonLines(Path(sys.argv[1]))
for number in range(100):
    with lines.locked():
        lines.read_new()
        lines.append({"writer": sys.argv[2], "number": number, "padding": "x" * 2000})
"""


def write(lines: JsonLines, value: dict) -> None:
    with lines.locked():
        lines.read_new()
        lines.append(value)


def test_reads_each_line_once(tmp_path):
    lines = JsonLines(tmp_path / "a.jsonl")
    write(lines, {"n": 1})
    assert lines.read_new() == [{"n": 1}]
    assert lines.read_new() == []


def test_a_reader_waits_for_the_end_of_a_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"n": 1}\n{"n": ')
    lines = JsonLines(path)
    assert lines.read_new() == [{"n": 1}]
    path.write_text('{"n": 1}\n{"n": 2}\n')
    assert lines.read_new() == [{"n": 2}]


@pytest.mark.parametrize(
    ("torn", "kept"), [('{"n": ', []), ('{"n": 2', []), ('{"n": 2}', [{"n": 2}]), ("[2]", [])]
)
def test_a_torn_end_is_mended_by_the_next_writer(tmp_path, torn, kept):
    path = tmp_path / "a.jsonl"
    path.write_text('{"n": 1}\n' + torn)
    write(JsonLines(path), {"n": 3})
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"n": 1},
        *kept,
        {"n": 3},
    ]


def test_a_broken_line_in_the_middle_is_an_error_that_names_it(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"n": 1}\nrubbish\n{"n": 2}\n')
    with pytest.raises(StoreError, match=r"a\.jsonl, line 2"):
        JsonLines(path).read_new()


def test_two_writers_do_not_corrupt_each_other(tmp_path):
    path = tmp_path / "a.jsonl"
    commands = [[sys.executable, "-c", WRITER, str(path), name] for name in "ab"]
    writers = [subprocess.Popen(command) for command in commands]
    assert [w.wait(60) for w in writers] == [0, 0]
    lines = JsonLines(path).read_new()
    for name in "ab":
        assert [v["number"] for v in lines if v["writer"] == name] == list(range(100))
