"""Text by strangers, poor encodings, full disks, Ctrl-C: never a traceback."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from restorebench.cli.app import app
from restorebench.cli.output import error, print_table
from restorebench.console import escape_unencodable, visible


def restorebench(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "restorebench", *arguments]
    return subprocess.run(command, capture_output=True, env={**os.environ, **environment})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é ∞ \t\n", "plain é ∞ \t\n"),
        ("\x1b[2J\x07", r"\x1b[2J\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("gpj.\u202eexe", r"gpj.\u202eexe"),
        ("b\udce9.png", r"b\xe9.png"),
    ],
)
def test_control_characters_are_shown_as_escapes(text, shown):
    assert visible(text) == shown


def test_names_are_neither_emoji_nor_markup_nor_terminal_escapes(capsys):
    error("a:car:[bold]b\x1b[31m.png: no image")
    print_table(["image"], [["a:car:[bold]b\x1b[31m.png"]])
    out, err = capsys.readouterr()
    assert err == "error: a:car:[bold]b\\x1b[31m.png: no image\n"
    assert "a:car:[bold]b\\x1b[31m.png" in out


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_poor_encoding_of_the_console_costs_characters_only(encoding):
    done = restorebench("restorers", PYTHONIOENCODING=encoding)
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0
    assert b"\\u" in done.stdout


@pytest.fixture
def printed(call, monkeypatch):
    """The bytes that a command prints on a console of some encoding."""

    def run(encoding: str, *arguments: str) -> bytes:
        stream = io.TextIOWrapper(io.BytesIO(), encoding)
        escape_unencodable(stream)
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdout", stream)
            app(arguments, standalone_mode=False)
        stream.flush()
        return stream.buffer.getvalue()

    return run


def test_the_doctors_marks_are_escaped(printed):
    assert b"\\u2713" in printed("ascii", "doctor")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_json_and_documents_stay_valid_in_any_encoding(printed, encoding, tmp_path):
    """JSON is escaped where the console lacks a character; documents are UTF-8 everywhere."""
    (tmp_path / "t.csv").write_text("team,psnr\né ∞ \U0001f600,1\nb,2\n", "utf-8")
    for name in ("json", "html", "csv", "markdown", "latex"):
        table = ("leaderboard", "--table", "t.csv", "--rank-by", "psnr", "--format", name)
        text = printed(encoding, *table).decode("utf-8")
        assert "é ∞ \U0001f600" in text or name == "latex"
    assert json.loads(printed(encoding, "rules", "--json").decode(encoding))
    assert b"PSNR" in printed(encoding, *table[:-2])


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_file_names_that_are_not_utf_8_are_shown_as_escapes(printed, encoding, tmp_path):
    for folder in (tmp_path / "pred", tmp_path / "gt"):
        folder.mkdir()
        try:
            for name in (b"caf\xe9.png", "∞é:car:.png".encode()):
                Image.new("RGB", (16, 16)).save(os.path.join(os.fsencode(folder), name))
        except OSError:
            pytest.skip("this file system has no such names")
    call = ("score", "pred", "gt", "--protocol", "ntire-crop1")
    text = printed(encoding, *call)
    assert b":car:" in text
    assert rb"caf\xe9" in text
    found = json.loads(printed(encoding, *call, "--json").decode(encoding))
    assert {"caf\\xe9", "∞é:car:"} == {pair["name"] for pair in found["pairs"]}


def test_what_the_system_refuses_is_one_line_with_the_path(call, tmp_path):
    call("run", "--restorer", "identity", "--results", "here")
    (tmp_path / "file").write_text("")
    result = call("leaderboard", "--results", "here", "--output", "file/reports")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: file")
    assert "Not a directory" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("loop", "Symlink loop from"),
        ("dangling", "dangling is not a folder, but a file or a link"),
        ("file/sub", "is not a folder, but a file or a link"),
    ],
)
def test_places_that_can_be_no_folders_are_said_in_one_line(call, tmp_path, out, said):
    (tmp_path / "in").mkdir()
    Image.new("RGB", (16, 16)).save(tmp_path / "in" / "a.png")
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    result = call("restore", "in", out, "--task", "dark", "--restorer", "identity")
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_plan_writes_nothing(call, tmp_path):
    """So that it can be made of a store on a read-only disk."""
    result = call("plan", "--task", "dark", "--restorer", "brighten", "--results", "new")
    assert result.exit_code == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line():
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "restorebench", "tasks", "--json"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode != 0
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


INTERRUPTED = """
import os, signal, sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)
module, sys.argv[1:] = sys.argv[1], ["tasks"]
signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a terminal, also in the background
sys.meta_path.insert(0, Interrupt())
from restorebench.cli import main
main()
"""


@pytest.mark.parametrize("module", ["restorebench.cli.app", "typer", "restorebench.plugins"])
def test_ctrl_c_while_modules_are_imported_is_quiet(module):
    command = [sys.executable, "-c", INTERRUPTED, module]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 130
    assert done.stdout == ""
    assert re.fullmatch("error: interrupted.*\n", done.stderr)
