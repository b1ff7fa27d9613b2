"""Makes what a release consists of: ``python docs/make_release.py DIST`` (or ``tox -e release``).

DIST gets the wheels of the five distributions, each built twice with the same bytes; SHA256SUMS;
``sbom.cdx.json``, what an environment with all of them holds (CycloneDX); and ``audit.json``, the
known weaknesses of that. Ends with an error where two builds differ, or where an index cannot say
of each package whether it has a known weakness.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECTS = (ROOT / "core", *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml")))


def build(project: Path, folder: Path) -> Path:
    """Build a wheel of a copy of `project`, whose files are all new; its path in `folder`."""
    with tempfile.TemporaryDirectory() as place:
        source = Path(place, project.name)
        unclean = shutil.ignore_patterns("__pycache__", "*.egg-info", "dist")
        shutil.copytree(project, source, copy_function=shutil.copyfile, ignore=unclean)
        _python("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=source)
    prefix = "restorebench-" if project.name == "core" else f"restorebench_{project.name}-"
    (wheel,) = folder.glob(f"{prefix}*.whl")
    return wheel


def wheels(dist: Path) -> list[Path]:
    """Build all wheels into `dist`, and again; `SystemExit` where the second is another one."""
    found = []
    with tempfile.TemporaryDirectory() as again:
        for project in PROJECTS:
            wheel, other = build(project, dist), build(project, Path(again))
            if wheel.read_bytes() != other.read_bytes():
                sys.exit(f"two builds of {wheel.name} are not the same")
            found.append(wheel)
    return found


def check_dependencies(dist: Path, made: list[Path]) -> None:
    """Install the wheels alone, and write what came with them and its known weaknesses."""
    with tempfile.TemporaryDirectory() as place:
        venv.create(place, with_pip=True)
        python = str(Path(place, "bin", "python"))
        pip = (python, "-m", "pip", "--disable-pip-version-check")
        constraints = ("-c", str(ROOT / "constraints.txt"))
        subprocess.run((*pip, "install", "-q", *constraints, *map(str, made)), check=True)
        ours = [f"--exclude={wheel.name.partition('-')[0].replace('_', '-')}" for wheel in made]
        frozen = subprocess.run((*pip, "freeze", *ours), check=True, stdout=subprocess.PIPE).stdout
        listed = Path(place, "frozen.txt")
        listed.write_bytes(frozen)
        sbom = ("environment", "--output-reproducible", "-o", str(dist / "sbom.cdx.json"), python)
        _python("-m", "cyclonedx_py", *sbom)
        audit = ("--strict", "--no-deps", "--disable-pip", "-r", str(listed))
        _python("-m", "pip_audit", *audit, "-f", "json", "-o", str(dist / "audit.json"))


def _python(*arguments: str, cwd: Path | None = None) -> None:
    subprocess.run((sys.executable, *arguments), cwd=cwd, check=True)


def main(dist: Path) -> None:
    """Make everything."""
    dist.mkdir(parents=True, exist_ok=True)
    made = wheels(dist)
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made]
    (dist / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    check_dependencies(dist, made)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
