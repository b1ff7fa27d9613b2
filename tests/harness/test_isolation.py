"""Restorers in a process of their own: what ends or hangs there costs one sample."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.errors import OptionError, RestorerError
from restorebench.harness.isolation.isolated import Isolated
from restorebench.harness.isolation.wire import packed, unpacked
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Runner, Settings
from restorebench.harness.store import Store
from restorebench.plugins import suite
from restorebench.restorers.base import Context
from restorebench.restorers.factory import make_restorer
from restorebench.types import Sample

NET = """
import ctypes, os, sys, time
from torch import nn

class Net(nn.Module):
    def __init__(self, how="well"):
        super().__init__()
        self.how = how

    def forward(self, x):
        if self.how == "print":
            print("x" * 300_000)
        if x.mean() < 0.3:  # a dark image
            os.chdir("/")
            if self.how == "exit":
                os._exit(0)
            if self.how == "crash":
                ctypes.string_at(0)
            if self.how == "hang":
                print("waiting", flush=True)
                time.sleep(600)
            if self.how == "raise":
                raise ValueError("too dark")
            if self.how == "sys.exit":
                sys.exit(0)
        return x * 0.9
"""


def sample(level: float = 0.5) -> Sample:
    return Sample(
        "a", np.full((1, 3, 8, 9), level, np.float32), mask=np.ones((1, 8, 9), np.float32)
    )


@pytest.fixture
def net(tmp_path):
    """Options of a network that does something to dark images."""
    (tmp_path / "net.py").write_text(NET)
    return lambda how="well": {"file": str(tmp_path / "net.py"), "how": how}


def test_a_sample_survives_its_message():
    again = unpacked(packed(sample()))
    assert np.array_equal(again.degraded, sample().degraded)
    assert np.array_equal(again.mask, sample().mask)
    assert (again.id, again.scale, again.depth) == ("a", 1, None)


@pytest.mark.slow
def test_a_restoration_is_the_same_in_either_process(net):
    isolated, inside = Isolated("torch", net()), make_restorer(suite(), "torch", **net())
    there, here = (r.restore(sample(), Context("dehaze")) for r in (isolated, inside))
    assert np.array_equal(there.image, here.image)
    assert (there.nfe, there.parameters, there.macs) == (here.nfe, here.parameters, here.macs)
    assert isolated.fingerprint("a", 1) == inside.fingerprint("a", 1)
    isolated.close()


SLOW = pytest.mark.slow  # each begins processes that import PyTorch


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("exit", "ended with exit status 0 in the middle of its work"),
        pytest.param("crash", "was ended by signal SIGSEGV", marks=SLOW),
        pytest.param("hang", "was stopped after 1 s; it printed: waiting", marks=SLOW),
        pytest.param("raise", "ValueError: too dark", marks=SLOW),
        pytest.param("sys.exit", "SystemExit: 0", marks=SLOW),
    ],
)
def test_what_happens_there_costs_one_sample(net, how, says):
    isolated = Isolated("torch", net(how), seconds=None if how != "hang" else 1)
    with pytest.raises(RestorerError, match=says):
        isolated.restore(sample(0.1), Context("dehaze"))
    isolated.seconds = None  # a new process takes longer to begin
    again = isolated.restore(sample(0.5), Context("dehaze"))
    assert np.allclose(again.image, 0.45)
    isolated.close()


@pytest.mark.slow
def test_endless_output_is_not_kept(net):
    isolated = Isolated("torch", net("print"))
    assert np.allclose(isolated.restore(sample(), Context("dehaze")).image, 0.45)
    isolated.close()


@pytest.mark.slow
def test_a_restorer_that_cannot_be_made_is_said_at_once(tmp_path):
    with pytest.raises(OptionError, match=r"^(?!OptionError).*which does not exist"):
        Isolated("torch", {"file": str(tmp_path / "gone.py")})


@pytest.mark.slow
def test_the_records_of_a_run_are_those_without_isolation(net, tmp_path):
    options = tuple(sorted(net("crash").items()))
    cell = Cell("dehaze", "dehaze-scenes", "test", RestorerRef("torch", options))
    (tmp_path / "net.py").write_text(NET.replace("x.mean() < 0.3", "False"))
    records = []
    for isolate in (None, False):
        store = Store(tmp_path / str(isolate))
        runner = Runner(suite(), store, Settings(limit=2, isolate=isolate))
        records.append([outcome.record for outcome in runner.run(cell)])
    (one, two), (three, four) = records
    assert [one.prediction, two.prediction] == [three.prediction, four.prediction]
    assert one.fingerprint == three.fingerprint
    assert one.error is None
