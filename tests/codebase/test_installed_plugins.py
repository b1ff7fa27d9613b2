"""Plugins as a third party ships them: a distribution with an entry point, found by installing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Install = Callable[..., Path]

GOOD = """
from restorebench import TaskSpec, ProtocolSpec, DatasetSpec, RestorerSpec, hookimpl

@hookimpl
def restorebench_tasks():
    return [TaskSpec(name="{name}", title="Toy", summary="A toy", protocol="{name}-protocol")]

@hookimpl
def restorebench_protocols():
    return [ProtocolSpec(name="{name}-protocol", summary="A toy", target="json:dumps")]

@hookimpl
def restorebench_datasets():
    return [DatasetSpec(name="{name}-set", summary="A toy", target="json:dumps", task="{name}")]
"""

REPORT = """
import json
from restorebench.plugins import Suite
suite = Suite()
print(json.dumps({
    "reports": [
        [r.name, str(r.provider), list(r.hooks), r.error, r.traceback] for r in suite.reports
    ],
    "tasks": {s.name: str(suite.tasks.provider(s.name)) for s in suite.tasks},
    "datasets": list(suite.datasets.names()),
    "restorers": list(suite.restorers.names()),
}))
"""


@pytest.fixture
def install(tmp_path: Path, write_dist_info: Callable[..., Path]) -> Install:
    """Lay a distribution out as pip would: a module and its dist-info folder."""

    def lay_out(module: str, code: str, name: str = "", entry: str = "") -> Path:
        distribution = module.replace("_", "-")
        folder = tmp_path / distribution
        point = entry or f"{name or module} = {module}"
        write_dist_info(folder, distribution, [point], "1.5")
        (folder / f"{module}.py").write_text(code)
        return folder

    return lay_out


@pytest.fixture
def installed(warm_start: ModuleType, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """What a new process finds with these folders on its path."""

    def find(*folders: Path, **variables: str) -> dict[str, Any]:
        inherited = filter(None, [os.environ.get("PYTHONPATH")])
        path = os.pathsep.join([*map(str, folders), *inherited])
        environment = {**os.environ, "PYTHONPATH": path, **variables}
        done = warm_start.run(("-c", REPORT), tmp_path, environment)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return find


Installed = Callable[..., dict[str, Any]]


@pytest.mark.slow
def test_an_installed_plugin_is_found_with_its_distribution_and_version(
    install: Install, installed: Installed
) -> None:
    found = installed(install("toy_deblur", GOOD.format(name="deblur")))
    assert found["tasks"]["deblur"] == "toy-deblur 1.5"
    assert "deblur-set" in found["datasets"]
    (report,) = [r for r in found["reports"] if r[0] == "toy_deblur"]
    hooks = ["restorebench_datasets", "restorebench_protocols", "restorebench_tasks"]
    assert report[1:4] == ["toy-deblur 1.5", hooks, None]


@pytest.mark.parametrize(
    ("code", "entry", "error"),
    [
        ("import package_that_was_removed", "", "ModuleNotFoundError: No module named 'package"),
        ("raise SystemExit('old Python')", "", "SystemExit: old Python"),
        ("def f(:", "", "SyntaxError"),
        ("", "broken = toy_broken.gone", "ModuleNotFoundError"),
        ("", "broken = toy_broken:gone", "AttributeError"),
        ("", "broken = !!", ""),
    ],
)
def test_a_broken_one_beside_it_is_reported_and_disturbs_nothing(
    install: Install, installed: Installed, code: str, entry: str, error: str
) -> None:
    good = install("toy_deblur", GOOD.format(name="deblur"))
    found = installed(install("toy_broken", code, "broken", entry), good)
    (report,) = [r for r in found["reports"] if r[3] and "toy-" in r[1]]
    assert report[:3] == ["broken", "toy-broken 1.5", []]
    assert error in report[3]
    assert report[4].startswith("Traceback")
    assert "deblur" in found["tasks"]
    assert "identity" in found["restorers"]


def test_plugins_are_sorted_by_name_whatever_the_order_on_the_path(
    install: Install, installed: Installed
) -> None:
    folders = [
        install("toy_one", GOOD.format(name="one"), "zebra"),
        install("toy_two", GOOD.format(name="two"), "aardvark"),
    ]
    forth, back = installed(*folders), installed(*folders[::-1])
    names = [report[0] for report in forth["reports"]]
    assert names[0] == "restorebench"
    assert names[1:] == sorted(names[1:])
    assert {"zebra", "aardvark"} <= set(names)
    assert forth == back


def test_of_two_distributions_with_one_plugin_name_the_same_one_wins_every_time(
    install: Install, installed: Installed
) -> None:
    folders = [
        install("toy_b", GOOD.format(name="b"), "toy"),
        install("toy_a", GOOD.format(name="a"), "toy"),
    ]
    for found in (installed(*folders), installed(*folders[::-1])):
        assert found["tasks"]["a"] == "toy-a 1.5"
        assert "b" not in found["tasks"]
        (error,) = [r[3] for r in found["reports"] if r[3] and "toy-" in r[1]]
        assert "of toy-a 1.5 (toy_a) and of toy-b 1.5 (toy_b)" in error


def test_plugins_can_be_disabled_by_name(install: Install, installed: Installed) -> None:
    folders = [install(f"toy_{n}", GOOD.format(name=n), n) for n in ("one", "two", "three")]
    found = installed(*folders, RESTOREBENCH_DISABLED_PLUGINS="one, three,unheard-of")
    assert "two" in found["tasks"]
    assert not {"one", "three"} & set(found["tasks"])
    assert not {"one", "three"} & {report[0] for report in found["reports"]}


def test_disabling_a_broken_plugin_silences_it(install: Install, installed: Installed) -> None:
    broken = install("toy_broken", "1 / 0", "broken")
    assert [r for r in installed(broken)["reports"] if r[3] and "toy-" in r[1]]
    found = installed(broken, RESTOREBENCH_DISABLED_PLUGINS="broken")
    assert not [r for r in found["reports"] if r[3] and "toy-" in r[1]]


def test_a_folder_without_name_and_version_does_not_stop_the_others(
    install: Install, installed: Installed
) -> None:
    folder = install("toy_deblur", GOOD.format(name="deblur"))
    (folder / "toy_deblur-1.5.dist-info" / "METADATA").unlink()
    found = installed(folder, install("toy_other", GOOD.format(name="other")))
    assert {"deblur", "other"} <= set(found["tasks"])
