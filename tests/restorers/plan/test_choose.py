"""The first plan that fits into the memory that there is; where none does, what would do."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from tempfile import gettempdir

import pytest

from restorebench.errors import MemoryLimitError, OptionError
from restorebench.restorers.plan import memory
from restorebench.restorers.plan.choose import Budget, choose
from restorebench.restorers.plan.plan import HALVED, WHOLE, Limits, Plan, Size
from restorebench.restorers.plan.text import computed, described

SIZE = Size(4000, 6000)
GIB = 1 << 30


class Costs:
    """Whole 16 GiB, then tiles: 1 GiB and 8 bytes for each of their pixels."""

    uncut = ""

    def plans(self, size):
        return [WHOLE, *(Plan(tile) for tile in (2048, 1024, 256))]

    def bytes(self, size, plan):
        return 16 * GIB if plan.whole else GIB + 1024 * plan.tile**2

    def halved(self, size, plan):
        return None


class Uncut(Costs):
    uncut = "a DiT cannot be cut into tiles"

    def plans(self, size):
        return [WHOLE]


class Unknown(Costs):
    def bytes(self, size, plan):
        return None


@pytest.mark.parametrize(
    ("available", "tile"),
    [(16 * GIB, 0), (16 * GIB - 1, 2048), (5 * GIB, 2048), (2 * GIB, 1024), (1.1 * GIB, 256)],
)
def test_the_first_that_fits(available, tile):
    assert choose(SIZE, Budget(available), Costs()).tile == tile


class OfASolver(Costs):
    """Whole 16 GiB, tiles 3 GiB; 1 GiB with 2 GiB of the solver's state on disk."""

    def plans(self, size):
        return [WHOLE, Plan(256), Plan(256, state=2 * GIB)]

    def bytes(self, size, plan):
        return 16 * GIB if plan.whole else GIB if plan.state else 3 * GIB


def test_a_plan_needs_its_space_on_disk_too():
    costs = OfASolver()
    assert choose(SIZE, Budget(3 * GIB, disk=2 * GIB), costs) == Plan(256)
    assert choose(SIZE, Budget(2 * GIB, disk=2 * GIB), costs) == Plan(256, state=2 * GIB)
    said = (
        r"need 3.0 GiB in the smallest pieces, 2.0 GiB may be used; give --memory 3072MiB or more, "
        r"or a smaller image, or keep the solver's state on disk: it takes 2.0 GiB, and "
        rf"{gettempdir()}, the folder for temporary files, has 1.0 GiB of disk; set TMPDIR to anot"
    )
    with pytest.raises(MemoryLimitError, match=said):
        choose(SIZE, Budget(2 * GIB, disk=GIB), costs)
    with pytest.raises(MemoryLimitError, match=r"or a smaller image$"):
        choose(SIZE, Budget(GIB - 1, disk=GIB), costs)


@pytest.mark.parametrize(("kind", "there"), [("ext4", True), ("tmpfs", False)])
def test_a_file_system_in_memory_is_no_disk(tmp_path, monkeypatch, kind, there):
    (mounts := tmp_path / "mounts").write_text(
        f"/dev/sda / ext4 rw 0 0\nany {tmp_path} {kind} rw 0 0\n"
    )
    monkeypatch.setattr(memory, "_MOUNTS", mounts)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert (memory.budget(Limits(memory=GIB)).disk > 0) == there


def test_what_is_not_known_fits():
    assert choose(SIZE, Budget(0), Unknown()) == WHOLE


@pytest.mark.parametrize(
    ("plan", "pixels"),
    [
        (WHOLE, 4000 * 6000),
        (Plan(256), 4000 * 6000),
        (Plan(2048, halo=100), (4000 + 2 * 100) * (6000 + 4 * 100)),
        (Plan(4000, halo=3000), 4000 * (6000 + 5000)),
    ],
)
def test_the_time_is_in_proportion_to_all_pixels_that_are_computed(plan, pixels):
    """A tile has no halo beyond the image."""
    assert computed(SIZE, plan) == pixels


def test_where_none_fits_the_least_and_the_option_are_said():
    said = r"6000×4000 pixels need 1.1 GiB in the smallest pieces, 512 MiB may be used; "
    with pytest.raises(MemoryLimitError, match=said + "give --memory 1388MiB or more, or a sma"):
        choose(SIZE, Budget(GIB // 2, 300 << 20), Costs())


def test_what_cannot_be_cut_is_named():
    said = r"need 16.0 GiB, 0 MiB may be used; give --memory 16384MiB or more; a DiT cannot"
    with pytest.raises(MemoryLimitError, match=said):
        choose(SIZE, Budget(-5), Uncut())


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="reads /proc")
def test_what_may_be_used():
    """What a limit leaves beside what is in use, or three quarters of what is free."""
    free = int(re.search(r"MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) * 1024
    by_default = memory.budget(Limits())
    assert by_default.available == pytest.approx(0.75 * free, rel=0.2)
    limited = memory.budget(Limits(memory=GIB))
    assert limited.in_use == pytest.approx(by_default.in_use, rel=0.1)
    assert limited.available == GIB - limited.in_use


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (WHOLE, "24.0 MP, whole"),
        (Plan(1024, "frozen", halo=272), "24.0 MP, 24 tiles of 1024², halo 272, frozen statistics"),
        (
            Plan(256, state=1 << 30),
            "24.0 MP, 367 strips of 256², exact statistics, solver state on disk, 1.0 GiB in "
            + gettempdir(),
        ),
        (Plan(256), "24.0 MP, 367 strips of 256², exact statistics"),
        (
            Plan(256, recomputed=1, halo=4),
            "24.0 MP, 384 tiles of 256², halo 4, exact statistics, 1 level computed again",
        ),
    ],
)
def test_a_plan_is_one_line(plan, says):
    assert described(SIZE, plan) == says
    assert described(SIZE, plan, 130) == f"{says}, about 2 min"


def test_plans_that_change_numbers_have_identities_of_their_own():
    plans = [WHOLE, Plan(256), Plan(256, "frozen"), Plan(512, "frozen"), Plan(256, "local"), HALVED]
    assert WHOLE.identity == ""
    assert len({plan.identity for plan in plans}) == len(plans)
    assert Plan(256).identity == Plan(512, recomputed=1).identity, "but for rounding"


def test_options_of_a_restorer_hold_where_the_command_says_nothing():
    own = Limits(tile=512, statistics="frozen")
    assert Limits(7).within(own) == Limits(7, 512, "frozen")
    assert Limits(7, 256).within(own) == Limits(7, 256)


def test_local_statistics_need_a_tile():
    with pytest.raises(OptionError, match="give a tile, such as 384"):
        Limits(statistics="local")
