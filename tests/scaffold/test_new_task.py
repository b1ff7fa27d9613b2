"""`restorebench new task`: what is written, and which names are refused."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from restorebench.errors import DuplicateNameError, OptionError
from restorebench.plugins import Suite, inline, suite
from restorebench.scaffold import free_names, new_task
from restorebench.testing.conformance import check_plugin
from restorebench.training.library import read_recipe

FILES = {
    ".gitignore",
    "DATA.md",
    "README.md",
    "benchmarks/test_quality.py",
    "pyproject.toml",
    "recipes/regression.toml",
    "src/restorebench_low_light/__init__.py",
    "src/restorebench_low_light/baseline.py",
    "src/restorebench_low_light/datasets.py",
    "src/restorebench_low_light/protocol.py",
    "src/restorebench_low_light/py.typed",
    "tests/test_plugin.py",
}


def test_the_command_writes_a_project_and_says_what_is_next(invoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = invoke("new", "task", "low-light")
    assert done.exit_code == 0, done.stderr
    written = {
        str(path.relative_to(tmp_path / "restorebench-low-light").as_posix())
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert written == FILES
    assert 'pip install -e ".[test]"' in done.stdout
    assert "restorebench check low-light" in done.stdout


def test_its_plugin_keeps_the_contracts(plugin):
    assert check_plugin(Suite([inline(plugin, "low-light")]), "low-light", samples=1) == []


def test_its_recipe_is_one(project):
    recipe = read_recipe(str(project.folder / "recipes" / "regression.toml"))
    assert recipe.data.name == "low-light-scenes"


@pytest.mark.skipif(shutil.which("ruff") is None, reason="ruff is not installed")
@pytest.mark.parametrize("verb", [("check", "--select=E,F,W,I,UP,B,N,RUF"), ("format", "--check")])
def test_its_code_is_clean(project, verb):
    places = [project.folder / name for name in ("src", "tests", "benchmarks")]
    command = ["ruff", *verb, "--isolated", "--no-cache", "--line-length=100", *places]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Low_Light", "single hyphens, such as 'low-light'"),
        ("low--light", "single hyphens, such as 'low-light'"),
        ("low light", "such as 'low-light'"),
        ("2x-zoom", "such as 'x-zoom'"),
        ("", "such as 'low-light'"),
        ("Ü", "such as 'low-light'"),
        ("../x", "such as 'x'"),
        ("class", "a keyword of Python"),
        ("match", "a keyword of Python"),
        ("a" * 41, "it has 41 letters"),
    ],
)
def test_a_name_that_cannot_be_a_tasks(name, why):
    with pytest.raises(OptionError, match=why):
        free_names(name, Suite([]))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("dehaze", "the task 'dehaze' comes with restorebench-dehaze"),
        ("ntire", "the protocol 'ntire-rgb' comes with restorebench "),
    ],
)
def test_a_name_that_is_taken(name, why):
    with pytest.raises(DuplicateNameError, match=why):
        free_names(name, suite())


def test_the_name_of_a_plugin_that_is_left_out_is_taken():
    broken = inline(3, "low-light")
    with pytest.raises(DuplicateNameError, match="has a plugin of that name"):
        free_names("low-light", Suite([broken]))


def test_a_package_that_would_be_imported_in_its_place(tmp_path, monkeypatch):
    (tmp_path / "restorebench_night.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(DuplicateNameError, match="package restorebench_night"):
        free_names("night", Suite([]))


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OptionError, match="is there already"):
        new_task("low-light", Suite([]), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
