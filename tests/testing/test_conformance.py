"""Mistakes of plugin authors, planted one at a time: each is found, with its place and a remedy."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from restorebench.data.dataset import Dataset
from restorebench.hookspecs import hookimpl
from restorebench.metrics import Measure, Protocol
from restorebench.metrics.measures import psnr
from restorebench.plugins import Suite, inline
from restorebench.specs import ConditionField, DatasetSpec, ProtocolSpec, RestorerSpec, TaskSpec
from restorebench.testing.conformance import check_plugin
from restorebench.types import Restoration, Sample

PROTOCOL = Protocol("own", {"psnr": psnr()})


def pixels(*key: object, views: int = 1) -> np.ndarray:
    random = np.random.default_rng([ord(c) for c in repr(key)])
    return np.round(random.random((views, 3, 48, 56)) * 255).astype(np.float32) / np.float32(255)


def sample(split: str, k: int, **changes: Any) -> Sample:
    target = pixels(split, k)
    return replace(Sample(f"{split}-{k}", target * np.float32(0.5), target), **changes)


def dataset(split: str) -> Dataset:
    return Dataset("own", split, (f"{split}-0", f"{split}-1"), lambda i: sample(split, int(i[-1])))


class Brighten:
    def restore(self, given, context):
        return Restoration(np.minimum(given.degraded * 2, 1))


class Noisy:
    def restore(self, given, context):
        return Restoration(np.random.default_rng().random(given.target_shape, np.float32))


class Failing:
    def restore(self, given, context):
        raise ZeroDivisionError("no luck")


@dataclass
class Parts:
    """What a plugin is made of; each test changes one part."""

    task: dict[str, Any] = field(default_factory=dict)
    spec: dict[str, Any] = field(default_factory=dict)
    restorer_spec: dict[str, Any] = field(default_factory=dict)
    dataset: Any = None
    restorer: Any = Brighten
    protocol: Any = PROTOCOL


@pytest.fixture
def problems(monkeypatch):
    """What is found in a plugin of these parts, as texts."""

    def find(**changes: Any) -> list[str]:
        parts = Parts(**changes)
        module = SimpleNamespace(
            dataset=parts.dataset or dataset, Restorer=parts.restorer, PROTOCOL=parts.protocol
        )
        monkeypatch.setitem(__import__("sys").modules, "own_plugin", module)
        task = {"title": "Own", "summary": "Own", "protocol": "own", **parts.task}
        data = {"task": "own", "summary": "Own", "splits": ("val", "test"), **parts.spec}
        restorer = {"summary": "Own", "tasks": ("own",), **parts.restorer_spec}

        class Plugin:
            @hookimpl
            def restorebench_tasks(self):
                return [TaskSpec(name="own", **task)]

            @hookimpl
            def restorebench_protocols(self):
                return [ProtocolSpec(name="own", summary="Own", target="own_plugin:PROTOCOL")]

            @hookimpl
            def restorebench_datasets(self):
                return [DatasetSpec(name="own", target="own_plugin:dataset", **data)]

            @hookimpl
            def restorebench_restorers(self):
                return [RestorerSpec(name="own", target="own_plugin:Restorer", **restorer)]

        return [str(p) for p in check_plugin(Suite([inline(Plugin(), "own")]), "own", samples=2)]

    return find


def test_a_plugin_without_mistakes(problems):
    assert problems() == []


def changed(**changes):
    """A data set whose samples are changed."""

    def make(split):
        return Dataset("own", split, (f"{split}-0",), lambda i: sample(split, 0, **changes))

    return make


def unstable(split):
    return Dataset(
        "own", split, (f"{split}-0",), lambda i: sample(split, 0, degraded=pixels(os.urandom(4)))
    )


def overlapping(split):
    shared = pixels("shared")
    return Dataset("own", split, (f"{split}-0",), lambda i: sample(split, 0, target=shared))


def renamed(split):
    return replace(dataset(split), name="other")


def later(split):
    """A data set whose first samples are right."""

    def make(i):
        return sample(split, int(i[-1]), condition=np.zeros(int(i[-1]), np.float32))

    return replace(dataset(split), make=make)


def of_another_split(split):
    return replace(dataset("test"), split="test")


def restoring(change):
    class Restorer:
        def restore(self, given, context):
            return change(given)

    return Restorer


RAIN = ConditionField(name="rain")
SSIM = Protocol("own", {"psnr": psnr(), "ssim": Measure("ssim", "1")})
UNKNOWN = Protocol("own", {"psnr": psnr(), "x": Measure("nothing", "1")})
CASES = [
    ({"dataset": overlapping}, "has pixels of", "no scene may be in two splits"),
    ({"dataset": unstable}, "gives another 'val-0' than before", "seeded by its id"),
    ({"dataset": renamed}, "called other/val, expected own/val", "mend"),
    ({"dataset": of_another_split}, "called own/test, expected own/val", "mend"),
    ({"task": {"condition": (RAIN,)}}, "has 0 condition numbers", "declared"),
    (
        {"dataset": changed(condition=np.ones(2, np.float32))},
        "has 2 condition numbers, the task declares none",
        "one number for each",
    ),
    (
        {"dataset": changed(degraded=pixels(1, views=2), target=pixels(2, views=2))},
        "has 2 views, the task 'own' has 1",
        "agree",
    ),
    ({"dataset": changed(target=None)}, "has no target", "needs targets"),
    ({"dataset": changed(degraded=pixels("test", 0), target=pixels("test", 0))}, "own target", ""),
    ({"dataset": later}, "sample 'val-1' of 'val' has 1 condition numbers", "one number for each"),
    ({"task": {"resizes": True}}, "its reference 'identity' is not offered to it", "'bicubic'"),
    ({"task": {"reference": "folder"}}, "its reference 'folder' needs options: path", "needs none"),
    ({"dataset": lambda split: 3}, "its split 'val' raised PluginError", "mend"),
    ({"task": {"rank_by": "ssim"}}, "rank_by is 'ssim', which is not a column", "take one of psnr"),
    ({"task": {"ranking": "rank-sum:psnr,lpips"}}, "its ranking names lpips", "among psnr"),
    ({"protocol": SSIM}, "the column 'ssim' of own raised ProtocolError", "state what"),
    ({"protocol": UNKNOWN}, "unknown metric, 'nothing'", "take one of"),
    ({"protocol": Protocol("x", {"psnr": psnr()})}, "it is called 'x', by", "Protocol('own'"),
    ({"protocol": 3}, "is a int", "restorebench.metrics.Protocol"),
    ({"restorer": Noisy}, "differs from a second one with the same seed", "context.rng(sample)"),
    ({"restorer": Failing}, "raised ZeroDivisionError: no luck", "return Restoration(image)"),
    (
        {"restorer": restoring(lambda s: Restoration(s.degraded * 255))},
        "as 8-bit images; expected [0, 1]",
        "RGB in [0, 1]",
    ),
    (
        {"restorer": restoring(lambda s: Restoration(s.degraded[..., 1:]))},
        "expected (1, 3, 48, 56)",
        "RGB in [0, 1]",
    ),
    ({"restorer": restoring(lambda s: s.degraded)}, "is a ndarray; return", "return Restoration"),
    (
        {"restorer": restoring(lambda s: Restoration(s.degraded * 2 - 1))},
        "read as [−1, 1] the output is far nearer",
        "RGB in [0, 1]",
    ),
    ({"restorer": lambda: 3}, "is a int, without a method restore(sample", "must be made"),
    ({"restorer": restoring(lambda s: Restoration(s.degraded, nfe=2.5))}, "nfe=2.5", "whole"),
    ({"restorer": lambda path: None}, "making it raised OptionError", "name them in `needs`"),
    ({"restorer_spec": {"tasks": ("other",)}}, "offered to no data set", "name a task"),
    ({"spec": {"task": "absent"}}, "is left out: its task is an unknown task", "mend"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "what", "remedy"), CASES, ids=[case[1] for case in CASES])
def test_each_mistake_is_found(problems, changes, what, remedy):
    found = problems(**changes)
    assert any(what in text and remedy in text for text in found), found


def test_a_restorer_that_needs_options_is_not_tried(problems):
    changes = {"restorer": lambda path: None, "restorer_spec": {"needs": ("path",)}}
    assert problems(**changes) == []


def test_samples_that_differ_between_processes(monkeypatch, tmp_path, write_dist_info):
    """A data set that is installed is made in another process, with another seed of `hash`."""
    from restorebench.testing.conformance.datasets import check_dataset

    (tmp_path / "hashing.py").write_text("""
import numpy as np
from restorebench import DatasetSpec, Sample, TaskSpec, hookimpl
from restorebench.data.dataset import Dataset

def make(i):
    random = np.random.default_rng(abs(hash(i)))
    image = (random.integers(0, 256, (1, 3, 16, 16)) / 255).astype(np.float32)
    return Sample(i, image, np.zeros_like(image))

def dataset(split):
    return Dataset("hashing", split, (f"{split}-0",), make)

@hookimpl
def restorebench_tasks():
    return [TaskSpec(name="hashing", title="H", summary="H")]

@hookimpl
def restorebench_datasets():
    return [DatasetSpec(name="hashing", task="hashing", summary="H", target="hashing:dataset")]
""")
    write_dist_info(tmp_path, "hashing", ["hashing = hashing"])
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    suite = Suite()
    found = [str(p) for p in check_dataset(suite, suite.datasets["hashing"], 1, installed=True)]
    assert any("has other pixels in another process" in text for text in found), found
    assert any("such as hash()" in text for text in found)
