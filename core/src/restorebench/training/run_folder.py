"""The folder of a run: its recipe, state, curves and images. One folder holds one run."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout

from restorebench.atomic import discard_parts, replacing, write_text
from restorebench.checkpoints.file import sha256
from restorebench.errors import TrainingError

FORMAT = 1
_RUN = "run.json"
_STEPS = "recipe.steps"

_log = logging.getLogger("restorebench")


class RunFolder:
    """Paths in a run's folder, and the rules for using it."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser()
        self.state = self.path / "state.pt"
        self._before = self.path / "state-before.pt"
        self._sums = self.path / "state.sha256"
        self.cache = self.path / "cache"
        self.final = self.path / "final.safetensors"
        self.images = self.path / "images"
        self.events = self.path / "tensorboard"

    @contextmanager
    def claimed(self, description: Mapping[str, Any], *, extend: bool = False) -> Iterator[None]:
        """Work in the folder as the run that `description` (plain data) stands for.

        With `extend` it may hold the same run of fewer steps. Raises `TrainingError` where it holds
        another run or something else, or is in use.
        """
        described = json.loads(json.dumps({"format": FORMAT, **description}))
        self._check(described, extend)
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path / ".lock", timeout=0):
                self._check(described, extend)
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
        """Write everything that a run goes on from; the state before is kept, too.

        The file is written whole or not at all, and its hash beside it.
        """
        with replacing(self.state) as part:
            with part.open("wb") as file:
                torch.save(dict(state), file)
                file.flush()
                os.fsync(file.fileno())
            known = [sha256(part), *self._hashes()[:2]]
            write_text(self._sums, json.dumps(known))
            if self.state.exists():
                os.replace(self.state, self._before)

    def load(self) -> dict[str, Any] | None:
        """The last state that was saved, or None.

        A damaged one is passed over for the one before, with a warning. Raises `TrainingError`
        where no whole one is left.
        """
        there = [path for path in (self.state, self._before) if path.exists()]
        for path in there:
            with suppress(Exception):  # PyTorch raises what it likes on a damaged file
                if not self._sums.exists() or sha256(path) in self._hashes():
                    found: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
                    return found
            _log.warning("%s is damaged; the state before it is taken, if there is one", path)
        if there:
            msg = f"{there[0]} is damaged; start again in another folder"
            raise TrainingError(msg)
        return None

    def _hashes(self) -> list[str]:
        """Those of the states that were saved, the last first."""
        if not self._sums.exists():
            return []
        return [str(known) for known in self._json(self._sums, list)]

    def _json(self, path: Path, kind: type) -> Any:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            found = None
        if not isinstance(found, kind):
            msg = f"{path} is damaged; start again in another folder"
            raise TrainingError(msg)
        return found

    def tidy(self) -> None:
        """Delete what a finished run no longer needs."""
        shutil.rmtree(self.cache, ignore_errors=True)

    def _check(self, described: Mapping[str, Any], extend: bool) -> None:
        path = self.path / _RUN
        if path.exists():
            there = self._json(path, dict)
            differing = sorted(_differences(there, described))
            if differing == [_STEPS]:
                self._check_steps(there, described, extend)
            elif differing and not (self.state.exists() or self.final.exists()):
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

    def _check_steps(
        self, there: Mapping[str, Any], described: Mapping[str, Any], extend: bool
    ) -> None:
        before, now = there["recipe"]["steps"], described["recipe"]["steps"]
        if not extend:
            msg = f"{self.path} holds this run of {before} steps, not {now}"
            raise TrainingError(
                f"{msg}; go on to {now} with --steps {now}, or name another --output"
            )
        if now < before:
            msg = f"{self.path} holds this run of {before} steps; --steps {now} is fewer"
            raise TrainingError(msg)


def _differences(a: Any, b: Any, where: str = "") -> Iterator[str]:
    """The keys, with dots, at which two plain values differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in {*a, *b}:
            yield from _differences(a.get(key), b.get(key), f"{where}.{key}" if where else key)
    elif a != b:
        yield where
