"""What is installed, as tables and as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from restorebench import __version__, hookimpl
from restorebench.builtin import restorebench_restorers
from restorebench.plugins import Source, inline
from restorebench.registry import Provider

LISTINGS = ("tasks", "datasets", "restorers", "metrics", "protocols", "plugins")


def broken(name: str = "rotten") -> Source:
    def load() -> object:
        raise ImportError("no module named 'liver'")

    return Source(Provider("restorebench-rotten", "3.1", "rotten"), name, load)


@pytest.mark.parametrize("verb", LISTINGS)
def test_json_names_the_provider(json_of, verb):
    entries = json_of(verb, "--json")
    assert entries
    for entry in entries:
        provider = entry.get("provider", entry)
        assert {"distribution", "version", "module"} <= set(provider)


@pytest.mark.parametrize("verb", LISTINGS)
def test_tables_fit_and_name_the_provider(call, verb):
    result = call(verb)
    assert result.exit_code == 0
    assert __version__ in result.stdout or "inline 0" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_json_has_the_fields_of_the_spec(json_of):
    (task,) = json_of("tasks", "--json")
    assert (task["name"], task["title"], task["rank_by"]) == ("dark", "Dark squares", "psnr")
    assert task["provider"] == {"distribution": "inline", "version": "0", "module": "squares"}


def test_patterns_and_tasks_narrow_a_listing(json_of):
    names = [entry["name"] for entry in json_of("restorers", "--task", "dark", "--json")]
    enlarge = {"bicubic"}  # what only enlarges is not for a task whose images keep their size
    generic = {spec.name for spec in restorebench_restorers()} - enlarge
    assert {"identity", "folder", "command"} <= generic
    assert names == sorted({"brighten", "failing", *generic})
    assert [e["name"] for e in json_of("restorers", "b*", "--json")] == ["bicubic", "brighten"]
    assert [e["name"] for e in json_of("datasets", "--task", "dark", "--json")] == ["squares"]


def test_protocols_show_hash_and_columns(json_of):
    (entry,) = json_of("protocols", "ntire-crop1", "--json")
    assert (len(entry["hash"]), entry["columns"]) == (16, ["psnr", "ssim"])


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("restorers", "brigten"), "did you mean 'brighten'?"),
        (("datasets", "--task", "drak"), "did you mean 'dark'?"),
        (("tasks", "x*"), "no task matches 'x*'; there are dark"),
    ],
)
def test_unknown_names_are_one_line_with_suggestions(call, arguments, hint):
    result = call(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")
    assert hint in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_traceback_can_be_had(call, monkeypatch):
    monkeypatch.setenv("RESTOREBENCH_TRACEBACK", "1")
    with pytest.raises(KeyError, match="brighten"):
        call("restorers", "brigten")


def test_plugins_ends_with_the_broken_ones(call, install, squares):
    install(inline(squares, "squares"), broken())
    result = call("plugins")
    assert result.exit_code == 0
    last = result.stdout.splitlines()[-1]
    assert "left out: rotten (restorebench-rotten 3.1): ImportError: no module named" in last
    assert "Traceback" not in result.stdout
    assert "Traceback" in call("plugins", "--verbose").stdout


def test_one_plugin_is_shown_with_all_it_provides(call):
    shown = call("plugins", "squares").stdout
    assert shown.startswith("squares: inline 0 (squares)\n")
    for name in ("dark", "squares", "brighten", "failing"):
        assert f" {name} " in shown
    assert "restorebench: " not in shown


def test_a_broken_plugin_is_shown_with_its_traceback(call, install, squares):
    install(inline(squares, "squares"), broken())
    shown = call("plugins", "rot*").stdout
    assert shown.startswith("rotten: restorebench-rotten 3.1 (rotten)\n")
    assert "ImportError: no module named 'liver'" in shown
    assert "Traceback" in shown


def test_an_unknown_plugin_has_suggestions(call):
    result = call("plugins", "sqares")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: unknown plugin 'sqares'; did you mean 'squares'?\n",
    )


def test_plugins_json_has_what_each_provides_and_why_not(json_of, install, squares):
    install(inline(squares, "squares"), broken())
    core, mine, bad = json_of("plugins", "--json")
    assert "restorers" in core["provides"]
    assert mine["provides"]["tasks"] == ["dark"]
    assert bad["error"].startswith("ImportError")
    assert "Traceback" in bad["traceback"]


@pytest.mark.parametrize("verb", LISTINGS[:-1])
def test_other_verbs_work_beside_a_broken_plugin(call, install, squares, verb):
    install(inline(squares, "squares"), broken())
    result = call(verb, "--json")
    assert result.exit_code == 0
    assert result.stderr == (
        "warning: a plugin has a problem (rotten); see 'restorebench plugins'\n"
    )


def test_a_protocol_that_does_not_load_is_listed_as_broken(json_of, install):
    from restorebench import ProtocolSpec, hookimpl

    @hookimpl
    def restorebench_protocols():
        return [ProtocolSpec(name="gone", summary="Gone", target="no_such_module:rule")]

    install(inline(SimpleNamespace(restorebench_protocols=restorebench_protocols), "gone"))
    (entry,) = json_of("protocols", "gone", "--json")
    assert entry["hash"] is None
    assert "no_such_module" in entry["error"]


def test_the_console_script_prints_its_version():
    script = Path(sys.executable).with_name("restorebench")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"restorebench {__version__}\n", "")


def test_listing_imports_neither_torch_nor_pandas():
    program = (
        "import sys\n"
        "from restorebench.cli.app import app\n"
        "app(['restorers', '--json'], standalone_mode=False)\n"
        "print({'torch', 'pandas', 'scipy'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == "set()"


def test_names_are_completed(call):
    from restorebench.cli import completion

    assert completion.restorer_names("b") == ["bicubic", "brighten"]
    assert completion.task_names("x") == []
    assert completion.dataset_names("sq") == ["squares"]
    assert completion.protocol_names("ntire-c") == ["ntire-crop1"]
    assert completion.renderer_names("m") == ["markdown"]


LAYOUT = """
name = "public"
title = "Public pairs"
task = "dark"
summary = "Two dark pairs"
terms = "research only"
obtain = "ask its authors"
folders = ["PUBLIC"]
[splits.test]
count = 1200
degraded = "in/{id}.png"
target = ["gt/{id}.png", "GT/{id}.png"]
only = ["1-9"]
condition = { numbers = [1.5] }
"""


@pytest.fixture
def public(install, squares, tmp_path):
    """The task of squares, and a layout whose files are in ``data/PUBLIC``, two of 1,200."""
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "public.toml").write_text(LAYOUT)
    for name in ("in/1.png", "in/2.png", "gt/1.png", "gt/2.png"):
        path = tmp_path / "data" / "PUBLIC" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    layouts = SimpleNamespace(
        restorebench_layouts=hookimpl(lambda: [tmp_path / "layouts"]), __name__="layouts"
    )
    install(inline(squares, "squares"), inline(layouts, "layouts"))


def test_a_data_set_of_files_is_listed_as_here_or_not(call, public):
    result = call("datasets")
    assert "not on" in result.stdout
    assert "'restorebench datasets show NAME' says how to get" in result.stderr
    for options, here in (((), False), (("--data-root", "data"), True)):
        result = call("datasets", *options, "--json")
        found = {one["name"]: one["here"] for one in json.loads(result.stdout)}
        assert found == {"public": here, "squares": True}


def test_one_that_is_not_here_is_shown_with_how_to_get_it(call, public):
    lines = call("datasets", "show", "public").stdout.splitlines()
    assert [line.rstrip() for line in lines] == [
        "public · dark · Public pairs",
        "Two dark pairs",
        "not on this machine: put it into DIR/PUBLIC and give --data-root DIR",
        "terms: research only",
        "to get it: ask its authors",
        "test: 1,200 samples",
        "  degraded  in/{id}.png",
        "  target    gt/{id}.png or GT/{id}.png",
        "  only      1-9",
        "  condition 1.5",
    ]


def test_one_that_is_here_is_shown_with_its_first_files(call, public, tmp_path):
    result = call("datasets", "show", "public", "--data-root", "data")
    assert "here: data/PUBLIC" in result.stdout
    assert "test: 1,200 samples, 2 here" in result.stdout
    assert "such as   data/PUBLIC/in/1.png · data/PUBLIC/gt/1.png" in result.stdout
    assert "note      2 of 1200 samples are there" in result.stdout
    (tmp_path / "data/PUBLIC/gt/2.png").rename(tmp_path / "data/PUBLIC/gt/two.png")
    result = call("datasets", "show", "public", "--data-root", "data")
    assert "problem   no target of 1 of 2 samples (2)" in result.stdout


def test_a_description_can_be_shown_before_it_is_run(call, public):
    text = "degraded=data/PUBLIC/in/{id}.png,target=data/PUBLIC/gt/{id}.png"
    result = call("datasets", "show", text, "--task", "dark")
    assert "public-2 · dark" in result.stdout
    assert "test: 2 here" in result.stdout


def test_one_that_a_plugin_makes_is_shown(call):
    assert "inline 0 makes its samples" in call("datasets", "show", "squares").stdout
    assert call("datasets", "show", "sqares").exit_code == 2


def test_patterns_need_no_verb(call, json_of):
    for arguments in (("sq*",), ("list",), ("list", "sq*"), ("--task", "dark")):
        assert [e["name"] for e in json_of("datasets", *arguments, "--json")] == ["squares"]
    for verb in ("list", "show"):
        assert verb in call("datasets", "--help").stdout
