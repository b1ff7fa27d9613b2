"""A program that restores files, as a restorer."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from restorebench.data.colour import as_float, quantise
from restorebench.data.images import read_image, write_image
from restorebench.data.layouts.fields.views import image_names
from restorebench.errors import ImageError, OptionError
from restorebench.restorers.base import Context
from restorebench.restorers.last_lines import LastLines
from restorebench.restorers.outside.files import digest_of
from restorebench.restorers.process_group import kill_group, signal_name
from restorebench.types import Pixels, Restoration, Sample

_PLACES = (("{input}", "{output}"), ("{input_dir}", "{output_dir}"))
"""What a command has to name: files, or folders of them."""


class Command:
    """Runs a program for every sample, without a shell, and reads the images that it writes.

    `run` is split as a shell splits it, and in each part ``{input}`` and ``{output}`` stand for a
    PNG file to read and one to write (one view), or ``{input_dir}`` and ``{output_dir}`` for
    folders of them (``ID.png``, or ``ID_L.png ID_R.png``, in both); ``{scale}``, ``{seed}`` and
    ``{device}`` for those numbers and names. It runs in the current folder and is killed, with all
    that it started, after `timeout` seconds. Files among its parts, such as scripts and weights,
    are hashed: a changed one is another restorer. The input is written as 8 bit.

    Raises `OptionError` for a template without input and output, and for a program that is not
    there. Restoring raises `ImageError`, with the last lines that the program printed, where it
    fails, takes too long, or writes no image of the target's size.
    """

    def __init__(self, run: str = "", timeout: float = 600, label: str = "") -> None:
        self.label = label
        self._parts = _split(run)
        if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not timeout > 0:
            msg = f"timeout is {timeout!r}; expected seconds above 0"
            raise OptionError(msg)
        self._timeout = float(timeout)
        program = shutil.which(self._parts[0])
        if program is None:
            msg = f"the restorer 'command' cannot find the program {self._parts[0]!r}"
            raise OptionError(msg)
        files = [path for part in (program, *self._parts[1:]) if (path := Path(part)).is_file()]
        self._digest = digest_of(files, *self._parts)

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """What the program makes of the sample's images."""
        names = image_names(sample.id, sample.degraded.shape[0])
        self._check_views(names, sample)
        with tempfile.TemporaryDirectory(prefix="restorebench-") as place:
            given, made = Path(place, "input"), Path(place, "output")
            made.mkdir()
            for name, view in zip(names, quantise(sample.degraded), strict=True):
                write_image(given / name, view)
            texts = {
                "input": str(given / names[0]),
                "output": str(made / names[0]),
                "input_dir": str(given),
                "output_dir": str(made),
                "scale": str(sample.scale),
                "seed": str(context.seed),
                "device": context.device,
            }
            self._run([_filled(part, texts) for part in self._parts])
            images = [_read(made / name, sample) for name in names]
        return Restoration(as_float(np.stack(images)))

    def fingerprint(self, sample_id: str, views: int) -> str:
        """A hash of the command and of the files that it names."""
        return self._digest

    def _check_views(self, names: Sequence[str], sample: Sample) -> None:
        """`OptionError` where there are several files and the command takes one."""
        if len(names) > 1 and "{input_dir}" not in " ".join(self._parts):
            msg = f"sample {sample.id!r} has {len(names)} views; use {{input_dir}} {{output_dir}}"
            raise OptionError(msg)

    def _run(self, arguments: list[str]) -> None:
        try:
            process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            msg = f"{arguments[0]} cannot be run: {error.strerror or error}"
            raise ImageError(msg) from error
        assert process.stdout is not None
        last = LastLines(process.stdout)
        try:
            status = process.wait(self._timeout)
        except subprocess.TimeoutExpired as error:
            msg = f"{arguments[0]} was stopped after {self._timeout:g} s (timeout=SECONDS)"
            raise ImageError(msg + last.text()) from error
        finally:
            kill_group(process)
            last.join()
        if status:
            msg = f"{arguments[0]} ended with {_status(status)}"
            raise ImageError(msg + last.text())


def _split(run: str) -> list[str]:
    try:
        parts = shlex.split(run)
    except ValueError as error:
        msg = f"the command {run!r} cannot be split: {error}"
        raise OptionError(msg) from error
    if not any(all(f in run for f in pair) for pair in _PLACES) or not parts:
        msg = (
            f"the restorer 'command' was given run={run!r}; expected a program with {{input}} and "
            "{output}, or {input_dir} and {output_dir}, such as "
            'command:run="python net.py {input} {output}"'
        )
        raise OptionError(msg)
    return parts


def _filled(part: str, texts: dict[str, str]) -> str:
    """A part with its fields filled in; other braces stay."""
    for key, text in texts.items():
        part = part.replace(f"{{{key}}}", text)
    return part


def _read(path: Path, sample: Sample) -> Pixels:
    if not path.exists():
        others = sorted(p.name for p in path.parent.iterdir())
        there = f"; it wrote {', '.join(others[:5])}" if others else "; it wrote nothing"
        msg = f"the command wrote no {path.name} for sample {sample.id!r}{there}"
        raise ImageError(msg)
    pixels = read_image(path)
    height, width = sample.target_shape[2:]
    if pixels.shape[1:] != (height, width):
        msg = f"the command wrote {path.name} as {pixels.shape[2]}×{pixels.shape[1]}"
        raise ImageError(f"{msg}, expected {width}×{height}; images are never resized to fit")
    return pixels


def _status(status: int) -> str:
    return f"exit status {status}" if status > 0 else f"signal {signal_name(-status)}"
