"""A solver's state on disk: the same numbers, in files that nobody has to remove."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest
import torch

from restorebench.errors import DiskSpaceError
from restorebench.paths.heads import DATA, predictor
from restorebench.paths.irsde import irsde
from restorebench.solvers import state
from restorebench.solvers.grids import uniform_t
from restorebench.solvers.noise import START, PixelNoise
from restorebench.solvers.state import MEMORY, OnDisk

MU = torch.rand(1, 2, 3, 12, 10, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """That of temporary files; steps are taken on two rows at once."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(state, "AT_ONCE", 2 * MU.numel() // MU.shape[-2])
    return tmp_path


def run(solver, kept, seen=lambda: None):
    """Four steps with a network that mixes channels; `seen` is called by each of its calls."""
    path, noise = irsde(), PixelNoise((7,))

    def network(x, mu, time):
        seen()
        return torch.tanh(0.5 * x + 0.4 * mu + 0.1 * x.flip(-3) + 0.001 * time)

    predict = predictor(path, DATA, network, MU)
    start = kept.kept(path.prior(MU, noise(START, MU)))
    return solver(path, predict, start, MU, uniform_t(path, 4), noise, state=kept)


def test_the_same_bits_and_no_file_is_seen(solvers, name, folder):
    files = []
    made = run(solvers[name], OnDisk(), lambda: files.extend(folder.iterdir()))
    assert torch.equal(made, run(solvers[name], MEMORY))
    assert files == []


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="reads /proc")
def test_what_is_not_needed_any_more_is_gone(solvers, folder):
    """Of the images of four steps one is left, the restored one."""

    def mapped():
        lines = Path("/proc/self/maps").read_text().splitlines()
        return sum(str(folder) in line for line in lines)

    counts = []
    made = run(solvers["heun"], OnDisk(), lambda: counts.append(mapped()))
    assert max(counts) == 5, "where it began, x, x̂0, ε̂ and the trial"
    assert mapped() == 1
    del made
    assert mapped() == 0


def test_what_is_kept_needs_no_memory_until_it_is_read(folder):
    if not Path("/proc/self/statm").exists():
        pytest.skip("reads /proc")

    def shared():  # pages of files
        return int(Path("/proc/self/statm").read_text().split()[2]) * os.sysconf("SC_PAGE_SIZE")

    kept, before = OnDisk(), shared()
    made = kept.kept(image := torch.rand(1, 3, 1000, 1000))
    assert shared() - before < image.nbytes / 2
    assert torch.equal(made, image)
    assert shared() - before > image.nbytes / 2
    kept.rest()
    assert shared() - before < image.nbytes / 2


def test_too_little_space_is_said_before_anything_is_restored(folder):
    said = rf"file in {folder} for a solver's state of 1099511627776 MiB cannot be made: \d+ MiB"
    with pytest.raises(DiskSpaceError, match=said + " are free there; set TMPDIR to a folder"):
        OnDisk(1 << 60)


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="space is reserved by it")
def test_a_disk_that_is_full_by_then_is_an_error_that_names_folder_and_size(folder, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    kept = OnDisk()
    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(DiskSpaceError, match=rf"in {folder} .* of 4 MiB .*: No space left on devi"):
        kept.kept(torch.zeros(1, 1, 1024, 1024))
