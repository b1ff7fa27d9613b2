"""The append-only file: torn ends are mended, other damage is an error, writers do not collide."""

from __future__ import annotations

import subprocess
import sys

import pytest

from restorebench.errors import StoreError
from restorebench.harness.jsonl import JsonLines, checked

ONE, TWO = (checked({"n": n}).decode() for n in (1, 2))
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
    path.write_text(f"{ONE}\n{TWO[:8]}")
    lines = JsonLines(path)
    assert lines.read_new() == [{"n": 1}]
    path.write_text(f"{ONE}\n{TWO}\n")
    assert lines.read_new() == [{"n": 2}]


@pytest.mark.parametrize(
    ("torn", "kept"),
    [('{"n": ', []), (TWO[:-1], []), ('{"n": 2}', []), (TWO, [{"n": 2}]), ("[2]", [])],
)
def test_a_torn_end_is_mended_by_the_next_writer(tmp_path, torn, kept):
    path = tmp_path / "a.jsonl"
    path.write_text(f"{ONE}\n{torn}")
    write(JsonLines(path), {"n": 3})
    assert JsonLines(path).read_new() == [{"n": 1}, *kept, {"n": 3}]


def test_a_broken_line_in_the_middle_is_an_error_that_names_it(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(f"{ONE}\nrubbish\n{TWO}\n")
    with pytest.raises(StoreError, match=r"a\.jsonl, line 2 is not a JSON object"):
        JsonLines(path).read_new()


@pytest.mark.parametrize("place", range(len(ONE)))
@pytest.mark.parametrize("flip", [1, 4])
def test_a_changed_character_never_passes(tmp_path, place, flip):
    path = tmp_path / "a.jsonl"
    changed = ONE[:place] + chr(ord(ONE[place]) ^ flip) + ONE[place + 1 :]
    path.write_text(f"{changed}\n{TWO}\n")
    with pytest.raises(StoreError, match=r"a\.jsonl, line 1 .* delete that line"):
        JsonLines(path).read_new()


def test_a_line_that_something_else_wrote_is_refused(tmp_path):
    (path := tmp_path / "a.jsonl").write_text('{"n": 1}\n')
    with pytest.raises(StoreError, match="line 1 has no checksum"):
        JsonLines(path).read_new()


def test_a_line_nested_beyond_reading_is_refused(tmp_path):
    (path := tmp_path / "a.jsonl").write_text('{"n": ' + "[" * 200_000 + "\n")
    with pytest.raises(StoreError, match="line 1 is not a JSON object"):
        JsonLines(path).read_new()


def test_blank_lines_are_passed_over(tmp_path):
    (path := tmp_path / "a.jsonl").write_text(f"{ONE}\n\n{TWO}\n \n")
    assert JsonLines(path).read_new() == [{"n": 1}, {"n": 2}]


def removed(path):
    path.unlink()


def emptied(path):
    path.write_bytes(b"")


def shortened(path):
    path.write_bytes(path.read_bytes()[:-5])


def replaced(path):
    other = path.with_suffix(".other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def rewritten(path):
    path.write_text(f"{TWO}\n{TWO}\n")


@pytest.mark.parametrize("change", [removed, emptied, shortened, replaced, rewritten])
def test_a_file_that_is_no_longer_the_same_is_noticed_by_readers_and_writers(tmp_path, change):
    lines = JsonLines(tmp_path / "a.jsonl")
    write(lines, {"n": 1})
    lines.read_new()
    change(lines.path)
    before = lines.path.read_bytes() if lines.path.exists() else None
    for action in (lines.read_new, lambda: write(lines, {"n": 3})):
        with pytest.raises(StoreError, match=f"a.jsonl has been {change.__name__[:4]}|changed"):
            action()
    assert (lines.path.read_bytes() if lines.path.exists() else None) == before


def test_two_writers_do_not_corrupt_each_other(tmp_path):
    path = tmp_path / "a.jsonl"
    commands = [[sys.executable, "-c", WRITER, str(path), name] for name in "ab"]
    writers = [subprocess.Popen(command) for command in commands]
    assert [w.wait(60) for w in writers] == [0, 0]
    lines = JsonLines(path).read_new()
    for name in "ab":
        assert [v["number"] for v in lines if v["writer"] == name] == list(range(100))
