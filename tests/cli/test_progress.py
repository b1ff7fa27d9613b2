"""Progress: bars in a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from restorebench.cli import progress
from restorebench.cli.progress import ProgressDisplay, Rate, track


def test_without_a_terminal_a_line_comes_every_few_seconds(capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with ProgressDisplay() as display:
        bar = display.bar("scoring", 5)
        for now[0] in (1.0, 10.0, 11.0, 19.0, 20.0):
            bar.advance()
    assert capsys.readouterr().err == "[2/5, ETA 0:27] scoring\n[5/5] scoring\n"


def test_the_rate_is_that_of_what_was_made(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    rate = Rate()
    assert rate.text() == ""
    for now[0] in (101.0, 101.5, 102.0):
        rate.add()
    assert rate.text() == " · 2 images/s"


def test_what_is_worth_a_line_gets_one_at_once(capsys):
    with ProgressDisplay() as display:
        bar = display.bar("steps")
        bar.show("loss 2", 1, 9)
        bar.show("loss 1 · val 20 dB", 2, 9, now=True)
        display.line("a line: [bold]:car:")
    assert capsys.readouterr().err == "[2/9, ETA 0:00] loss 1 · val 20 dB\na line: [bold]:car:\n"


def test_a_process_that_does_not_lead_shows_nothing(capsys):
    with ProgressDisplay(shown=False) as display:
        display.bar("steps").show("loss 2", 1, 9, now=True)
    assert capsys.readouterr().err == ""


def test_tracking_gives_the_items(capsys):
    assert list(track("abc", "letters", 3)) == ["a", "b", "c"]
    assert capsys.readouterr().err == ""


def test_in_a_terminal_there_is_a_bar():
    program = (
        "from restorebench.cli.progress import ProgressDisplay\n"
        "with ProgressDisplay(transient=False) as display:\n"
        "    display.bar('images [b]', 4).advance(3)\n"
        "    display.line('a.png: done')\n"
    )
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    subprocess.run([sys.executable, "-c", program], stderr=follower, env=environment, check=True)
    os.close(follower)
    shown = os.read(leader, 65536).decode()
    os.close(leader)
    assert "images [b]" in shown
    assert "3/4" in shown
    assert "━" in shown
    assert "a.png: done" in shown


def test_a_run_in_a_log_says_what_each_cell_came_to(call):
    result = call("run", "--dataset", "squares", "--restorer", "identity")
    assert "squares-identity: 3 restored\n" in result.stderr
    assert pytest.approx(len(result.stderr.splitlines()), abs=1) == 2
