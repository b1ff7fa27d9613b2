"""What a killed process leaves of images is removed by the next one; what others write is not.

So in a store, and in the folder that `restore` writes.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from restorebench.cli.app import app
from restorebench.data.images import write_image
from restorebench.harness.images import ImageStore

WRITER = """
import sys
from pathlib import Path
from restorebench.harness.images import ImageStore
images = ImageStore(Path(sys.argv[1]))
with images.replacing(Path(sys.argv[1], "ab", "abcd.0.png")) as part:
    part.write_bytes(b"a half")
    print(part, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writer(tmp_path):
    """A process that is writing an image, and its part."""
    command = (sys.executable, "-c", WRITER, str(tmp_path))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process, Path(process.stdout.readline().decode().strip())
        process.kill()


def image() -> np.ndarray:
    return np.zeros((1, 3, 4, 4), np.uint8)


def test_the_next_process_removes_what_a_killed_one_has_left(tmp_path, writer):
    process, part = writer
    ImageStore(tmp_path).prepare()
    assert part.read_bytes() == b"a half", "it is being written"
    process.kill()
    process.wait()
    assert part.exists()
    images = ImageStore(tmp_path)
    images.prepare()
    key = images.put(image())
    assert not part.parent.exists()
    del images
    gc.collect()
    assert left(tmp_path) == [f"{key[:2]}/{key}.0.png", ".parts/lock"]


def test_an_image_that_was_being_written_takes_its_place(tmp_path, writer):
    process, part = writer
    ImageStore(tmp_path).prepare()
    process.communicate()
    assert process.returncode == 0
    assert tmp_path.joinpath("ab", "abcd.0.png").read_bytes() == b"a half"
    assert not part.parent.exists()


def test_images_are_kept_where_the_folder_was_emptied_meanwhile(tmp_path):
    images = ImageStore(tmp_path / "images")
    images.prepare()
    os.rename(tmp_path / "images", tmp_path / "away")
    assert images.get(images.put(image()), 1).shape == (1, 3, 4, 4)


def test_restore_removes_what_a_killed_restore_has_left_and_says_so(tmp_path, writer):
    """The process of the fixture has parts in the folder's root, as `restore` has."""
    (process, part), out = writer, tmp_path
    source = tmp_path.with_name("in")

    def restore(name):
        write_image(source / f"{name}.png", image()[0])
        places = (source, out)
        done = CliRunner().invoke(app, ["restore", "--restorer", "identity", *map(str, places)])
        assert done.exit_code == 0, done.stderr
        return done.stderr

    assert "unfinished" not in restore("a")
    assert part.read_bytes() == b"a half", "it is being written"
    process.kill()
    process.wait()
    said = f"removed from {out} what a killed run had left unfinished: 1 file\n"
    assert said in restore("a"), "also where all is there"
    assert not part.parent.exists()
    assert "unfinished" not in restore("b")


def left(folder: Path) -> list[str]:
    found = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(found, reverse=True)
