"""What lies in the plugins' folders of weights is what they offer, and what their wheels bring."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from restorebench.plugins import suite

ROOT = Path(__file__).parents[3]
PACKAGES = [path.parent for path in sorted(ROOT.glob("plugins/*/src/*/packaged.py"))]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_file_is_a_restorer_and_has_a_card(package, restorers):
    files = {path.name for path in package.glob("weights/*")}
    offered = {model.name for model in restorers.values() if model.package == package.name}
    assert files == {f"{name}{end}" for name in offered for end in (".safetensors", ".md")}


def test_there_are_files():
    """Else the tests of this file would pass on nothing."""
    assert len(PACKAGES) == 4
    assert list(ROOT.glob("plugins/*/src/*/weights/*.safetensors"))


def test_the_page_of_models_is_current():
    spec = importlib.util.spec_from_file_location("make_models", ROOT / "docs" / "make_models.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    page = maker.PAGE.read_text(encoding="utf-8")
    assert maker.current(suite()) == page, "run `python docs/make_models.py`"


@pytest.mark.slow
@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_a_wheel_brings_weights_cards_and_layouts(package, tmp_path):
    project = package.parents[1]
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(tmp_path)]
    done = subprocess.run([*command, str(project)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [
            n
            for n in archive.namelist()
            if n.startswith(tuple(f"{package.name}/{folder}/" for folder in ("weights", "layouts")))
        ]
        brought = {name: archive.read(name) for name in names}
    files = [*package.glob("weights/*"), *package.glob("layouts/*.toml")]
    assert brought == {
        path.relative_to(package.parent).as_posix(): path.read_bytes() for path in files
    }
    assert any(name.endswith(".toml") for name in brought)
