"""Each check of `doctor`, on installations that are made here."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

from restorebench.cli.doctor.driver import Driver
from restorebench.cli.doctor.installed import find
from restorebench.cli.doctor.installed_files import damage
from restorebench.cli.doctor.machine import writable
from restorebench.cli.doctor.packages import examine
from restorebench.cli.doctor.targets import problem
from restorebench.cli.doctor.torch_build import Build, build, devices, libraries
from restorebench.cli.doctor.weights import stated


@pytest.fixture
def site(monkeypatch, tmp_path):
    """A folder of installed packages; `install(name, files, requires)` adds one."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))

    def install(name, files=(), requires=(), version="1.0"):
        info = folder / f"{name}-{version}.dist-info"
        info.mkdir()
        needed = "".join(f"Requires-Dist: {line}\n" for line in requires)
        (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n{needed}\n")
        for path, content in dict(files).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(content)
        rows = (f"{path},sha256=x,{len(content)}\n" for path, content in dict(files).items())
        (info / "RECORD").write_text("".join(rows))
        find.cache_clear()
        return find(name).distribution

    install.folder = folder
    return install


def states(roots):
    return {f.name: (f.state, f.detail) for f in examine(roots) if f.state != "ok"}


def test_what_a_plugin_needs_must_be_there_in_a_version_that_does(site):
    site("tool", requires=["numpy<1", "no-such-thing>=2", "pluggy", "gone; python_version<'3'"])
    found = states(["tool"])
    assert found["numpy"][0] == found["no-such-thing"][0] == "broken"
    assert "but tool needs <1: pip install 'numpy<1'" in found["numpy"][1]
    assert "pip install 'no-such-thing>=2'" in found["no-such-thing"][1]
    assert found.keys().isdisjoint({"pluggy", "gone"})


def test_what_that_needs_in_turn_is_checked_but_only_an_import_shows_whether_it_works(site):
    site("tool", requires=["middle"])
    site("middle", requires=["numpy<1", "no-such-thing"])
    found = states(["tool"])
    assert found["numpy"][0] == "unchecked"
    assert found["no-such-thing"][0] == "broken"


def test_lost_modules_and_cut_libraries_are_damage_and_lost_tests_are_none(site):
    library = Path(importlib.util.find_spec("numpy._core._simd").origin)
    files = {
        "tool/__init__.py": b"",
        "tool/part.py": b"x = 1\n",
        "tool/tests/test_part.py": b"x = 1\n",
        "tool/fast.so": library.read_bytes(),
    }
    tool = site("tool", files)
    assert damage(tool) == ""
    (site.folder / "tool" / "tests" / "test_part.py").unlink()
    (site.folder / "tool" / "part.py").write_text("x = 2  # changed by its user\n")
    assert damage(tool) == ""
    (site.folder / "tool" / "fast.so").write_bytes(library.read_bytes()[:-1000])
    assert "fast.so is cut off after" in damage(tool)
    (site.folder / "tool" / "part.py").unlink()
    assert "part.py is gone and 1 more; install it again: pip install" in damage(tool)


def test_a_package_in_whose_place_another_file_is_found_is_damage(site, monkeypatch, tmp_path):
    tool = site("tool", {"tool/__init__.py": b""})
    (tmp_path / "tool.py").write_text("# a script of the user's\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert f"'import tool' finds {tmp_path / 'tool.py'}; rename that" in damage(tool)


def test_targets_are_found_in_the_sources(monkeypatch, tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (tmp_path / "parts" / "good.py").write_text("import json\nif json:\n    tool = 1\n")
    (tmp_path / "parts" / "cut.py").write_text("def tool(:\n")
    (tmp_path / "parts" / "poor.py").write_text("\nfrom no_such_package.x import tool\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert problem("parts.good:tool") == ""
    assert "good.py has no 'hammer'" in problem("parts.good:hammer")
    assert "cut.py cannot be read as Python" in problem("parts.cut:tool")
    assert "poor.py:2 imports no_such_package.x" in problem("parts.poor:tool")
    assert problem("parts.none:tool") == "there is no module 'parts.none'"
    assert problem("nowhere.none:tool") == "there is no module 'nowhere.none'"


def test_models_are_the_files_of_their_cards(tmp_path):
    for name, content in (("good", b"abc"), ("other", b"abd")):
        (tmp_path / f"{name}.safetensors").write_bytes(content)
        (tmp_path / f"{name}.md").write_text(f"SHA-256 {hashlib.sha256(b'abc').hexdigest()}\n")
    (tmp_path / "gone.md").write_text("a card without its model\n")
    found = stated("tool", tmp_path)
    assert found.state == "broken"
    assert found.detail.startswith("gone.safetensors, other.safetensors in ")
    (tmp_path / "gone.md").unlink()
    (tmp_path / "other.safetensors").write_bytes(b"abc")
    assert stated("tool", tmp_path).state == "ok"


CUDA, CPU = Build("2.13.0+cu130", "13.0"), Build("2.13.0+cpu")


@pytest.mark.parametrize(
    ("torch", "driver", "state", "says"),
    [
        (CPU, None, "ok", "cpu"),
        (CUDA, Driver(("H200",), "13.1"), "ok", "cpu, cuda:0 H200"),
        (CUDA, Driver(("H200",), "12.8"), "missing", "the driver has CUDA 12.8, torch needs 13.0"),
        (CPU, Driver(("H200",), "13.0"), "missing", "torch is built for cpu; install its build"),
        (CUDA, Driver(("H200",), "13.0", "1"), "ok", "CUDA_VISIBLE_DEVICES=1"),
    ],
)
def test_devices_are_what_the_driver_has_and_the_build_can_use(torch, driver, state, says):
    found = devices(torch, driver)
    assert found.state == state
    assert says in found.detail


def test_a_build_is_read_from_the_sources(tmp_path):
    lines = "__version__ = '2.13.0+cu130'\ndebug = False\ncuda: Optional[str] = '13.0'\n"
    (tmp_path / "version.py").write_text(lines)
    assert build(tmp_path) == CUDA
    assert build(tmp_path / "nowhere") is None


@pytest.mark.skipif(not (shutil.which("cc") and shutil.which("ldd")), reason="needs cc and ldd")
def test_a_library_that_torch_needs_and_that_is_lost_is_broken(tmp_path):
    (tmp_path / "a.c").write_text("int a(void) { return 1; }\n")
    command = ["cc", "-shared", "-o", "liba-of-this-test.so", "a.c"]
    subprocess.run(command, cwd=tmp_path, check=True)
    command = ["cc", "-shared", "-o", "torch.so", "a.c", "-Wl,--no-as-needed", *["-L.", "-l"]]
    command[-1] += "a-of-this-test"
    subprocess.run(command, cwd=tmp_path, check=True)
    (found,) = libraries(tmp_path / "torch.so")
    assert (found.state, "liba-of-this-test.so" in found.detail) == ("broken", True)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that no user can write")
def test_a_folder_that_cannot_be_written_says_so_with_a_remedy(tmp_path):
    assert writable("cache", tmp_path / "later" / "folder", "").state == "ok"
    found = writable("cache", Path("/proc/self/results"), "HOME names another")
    assert found.state == "broken"
    assert "/proc/self cannot be written" in found.detail
    assert found.detail.endswith("HOME names another")
