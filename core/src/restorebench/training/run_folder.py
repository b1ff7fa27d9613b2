"""The folder of a run: its recipe, state, curves and images. One folder holds one run."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout

from restorebench.atomic import discard_parts, replacing, write_text
from restorebench.errors import TrainingError

FORMAT = 1
_RUN = "run.json"


class RunFolder:
    """Paths in a run's folder, and the rules for using it."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser()
        self.state = self.path / "state.pt"
        self.cache = self.path / "cache"
        self.final = self.path / "final.safetensors"
        self.images = self.path / "images"
        self.events = self.path / "tensorboard"

    @contextmanager
    def claimed(self, description: Mapping[str, Any]) -> Iterator[None]:
        """Work in the folder as the run that `description` (plain data) stands for.

        Raises `TrainingError` where it holds another run or something else, or is in use.
        """
        described = json.loads(json.dumps({"format": FORMAT, **description}))
        self._check(described)
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path / ".lock", timeout=0):
                self._check(described)
                discard_parts(self.path)
                text = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
                write_text(self.path / _RUN, text)
                yield
        except Timeout as error:
            msg = (
                f"another process is training in {self.path}; wait for it, or name another --output"
            )
            raise TrainingError(msg) from error

    def save(self, state: Mapping[str, Any]) -> None:
        """Write everything that a run goes on from; the file is written whole or not at all."""
        with replacing(self.state) as part, part.open("wb") as file:
            torch.save(dict(state), file)
            file.flush()
            os.fsync(file.fileno())

    def load(self) -> dict[str, Any] | None:
        """The last state that was saved, or None."""
        if not self.state.exists():
            return None
        try:
            found: dict[str, Any] = torch.load(self.state, map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
            msg = f"{self.state} cannot be read ({error}); start again in another folder"
            raise TrainingError(msg) from error
        return found

    def tidy(self) -> None:
        """Delete what a finished run no longer needs."""
        shutil.rmtree(self.cache, ignore_errors=True)

    def _check(self, described: Mapping[str, Any]) -> None:
        path = self.path / _RUN
        if path.exists():
            there = json.loads(path.read_text(encoding="utf-8"))
            differing = sorted(_differences(there, described))
            if differing and not (self.state.exists() or self.final.exists()):
                self.tidy()  # that run saved nothing
            elif differing:
                shown = ", ".join(differing[:6])
                msg = (
                    f"{self.path} holds another run, which differs in {shown}; name another "
                    "--output, or give the values of that run to go on with it"
                )
                raise TrainingError(msg)
        elif self.path.exists() and any(p.name != ".lock" for p in self.path.iterdir()):
            msg = f"{self.path} is not empty and holds no run; name another --output"
            raise TrainingError(msg)


def _differences(a: Any, b: Any, where: str = "") -> Iterator[str]:
    """The keys, with dots, at which two plain values differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in {*a, *b}:
            yield from _differences(a.get(key), b.get(key), f"{where}.{key}" if where else key)
    elif a != b:
        yield where
