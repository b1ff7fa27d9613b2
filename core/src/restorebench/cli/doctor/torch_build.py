"""PyTorch and the devices: its build, its libraries and the driver, without importing it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from restorebench.cli.doctor.driver import Driver, nvidia
from restorebench.cli.doctor.finding import Finding

_LOADED_FIRST = "libtorch_python.so"


class Build(NamedTuple):
    """What a package's ``version.py`` says: ``2.13.0+cu130``, and the version of CUDA or ``""``."""

    version: str
    cuda: str = ""

    @property
    def tag(self) -> str:
        """Such as ``"cpu"`` or ``"cu130"``; ``""`` where the version does not say."""
        return self.version.partition("+")[2]


def examine() -> Iterator[Finding]:
    """The build of torch and of torchvision, torch's libraries, and what the driver has."""
    folder = _folder("torch")
    torch = build(folder)
    if folder is None or torch is None:
        yield Finding("torch", "build", "broken", "there is no package 'torch': pip install torch")
        return
    yield Finding("torch", "build", "ok", f"{torch.version}, {_made_for(torch)}")
    yield from libraries(folder / "lib" / _LOADED_FIRST)
    yield from _torchvision(torch)
    yield devices(torch, nvidia())


def build(folder: Path | None) -> Build | None:
    """What a package says of itself, from its sources."""
    try:
        text = ((folder or Path()) / "version.py").read_text(encoding="utf-8")
    except OSError:
        return None
    said = dict(re.findall(r"^(\w+)(?:: [^=]+)? = ['\"](.*)['\"]$", text, re.MULTILINE))
    return Build(said.get("__version__", "unknown"), said.get("cuda", ""))


def devices(torch: Build, driver: Driver | None) -> Finding:
    """Which devices torch should find, with the reason where it cannot use a GPU."""
    if driver is None:
        mps = ", mps on a Mac with an Apple processor" if sys.platform == "darwin" else ""
        return Finding("torch", "devices", "ok", f"cpu{mps}")
    gpus = ", ".join(f"cuda:{i} {name}" for i, name in enumerate(driver.gpus))
    reason = _unusable(torch, driver)
    remark = f"; CUDA_VISIBLE_DEVICES={driver.visible}" if driver.visible is not None else ""
    if reason:
        return Finding("torch", "devices", "missing", f"cpu; not {gpus}: {reason}")
    return Finding("torch", "devices", "ok", f"cpu, {gpus}{remark}")


def _unusable(torch: Build, driver: Driver) -> str:
    if not torch.cuda:
        return f"torch is built for {torch.tag or 'another device'}; install its build for CUDA"
    if int(torch.cuda.partition(".")[0]) > int(driver.cuda.partition(".")[0]):
        return f"the driver has CUDA {driver.cuda}, torch needs {torch.cuda}; update the driver"
    return ""


def _made_for(torch: Build) -> str:
    return f"for CUDA {torch.cuda}" if torch.cuda else f"for {torch.tag or 'this processor'}"


def libraries(first: Path) -> Iterator[Finding]:
    """Whether the system's loader finds every library that torch's first one needs."""
    ldd = shutil.which("ldd")
    if ldd is None or not first.is_file():
        return
    said = subprocess.run([ldd, str(first)], capture_output=True, text=True, check=False)
    names = re.findall(r"^\s*(\S+) => not found", said.stdout, re.MULTILINE)
    lost = [name for name in names if not _preloaded(name)]
    if lost:
        detail = f"{', '.join(lost)}: no such library, which {first} needs; install torch again"
        yield Finding("torch", "libraries", "broken", detail)
    elif said.returncode == 0:
        yield Finding("torch", "libraries", "ok", f"all {said.stdout.count('=>')} are found")


def _preloaded(library: str) -> bool:
    """Whether it is where torch looks for NVIDIA's libraries before it loads its own."""
    return any(any(Path(place).glob(f"nvidia/*/lib/{library}")) for place in sys.path)


def _torchvision(torch: Build) -> Iterator[Finding]:
    vision = build(_folder("torchvision"))
    if vision is None:
        return  # its absence is a finding among the packages
    other = vision.tag and torch.tag and vision.tag != torch.tag
    remark = "; built for another torch than this one, which restorebench works around"
    yield Finding("torch", "torchvision", "ok", f"{vision.version}{remark if other else ''}")


def _folder(package: str) -> Path | None:
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):  # half imported
        return None
    return Path(spec.origin).parent if spec and spec.origin else None
