"""What ``--help`` looks like: verbs in groups, the same options everywhere, 80 columns."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise

import pytest
from typer.main import get_command

from restorebench.cli.app import VERBS, app

COMMANDS = dict(get_command(app).commands)


@pytest.fixture
def help_of(invoke, monkeypatch):
    """The help of a command, 80 columns wide, as lines."""

    def show(*arguments: str) -> list[str]:
        monkeypatch.setenv("COLUMNS", "80")
        return invoke(*arguments, "--help").stdout.splitlines()

    return show


def test_verbs_are_in_groups(help_of):
    titles = [found[1] for line in help_of() if (found := re.match(r"╭─ (\w+) ─", line))]
    assert titles == ["Options", *VERBS]


def test_each_verb_has_one_plain_line(help_of):
    lines = help_of()
    for name in COMMANDS:
        (line,) = (text for text in lines if text.startswith(f"│ {name} "))
        assert line.rstrip("│ ").endswith("."), line


@pytest.mark.parametrize("verb", sorted(COMMANDS))
def test_help_fits_and_its_sentences_flow(help_of, verb):
    lines = help_of(verb)
    assert max(map(len, lines)) <= 80
    about = lines[3 : next(n for n, line in enumerate(lines) if line.startswith("╭"))]
    paragraphs = "\n".join(line.strip() for line in about).strip().split("\n\n")
    for paragraph in paragraphs:  # a line ends where the next word would not have fitted
        parts = paragraph.split("\n")
        for line, following in pairwise(parts):
            assert len(line) + 1 + len(following.split()[0]) > 78


@pytest.mark.parametrize("verb", sorted(COMMANDS))
def test_no_flag_and_no_argument_shows_a_type(help_of, verb):
    assert not re.search(r"<\w", "\n".join(help_of(verb)))


def test_an_option_has_one_name_and_one_metavar_in_all_verbs():
    """``-o`` differs in what it writes, ``--results`` of `score` in its default."""
    seen: dict[str, set[str | None]] = {}
    for command in COMMANDS.values():
        for parameter in command.params:
            for name in parameter.opts:
                seen.setdefault(name, set()).add(parameter.metavar)
    assert seen["--output"] == seen["-o"]
    differing = {name for name, metavars in seen.items() if len(metavars) > 1}
    assert differing <= {"--output", "-o", "--name", "name", "names"}
    assert "--out" not in seen


def test_it_is_a_module_too():
    done = subprocess.run(
        [sys.executable, "-m", "restorebench", "--version"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"restorebench \d+\.\d+\.\d+\n", done.stdout)


def test_help_imports_neither_numpy_nor_plugins():
    program = (
        "import sys\nfrom restorebench.cli.app import app\n"
        "app(['--help'], standalone_mode=False)\n"
        "print({'torch', 'pandas', 'numpy', 'pluggy'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == "set()"
