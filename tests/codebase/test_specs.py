"""A spec that cannot be what it says is refused where it is written, in the plugin's own line."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from restorebench import (
    ConditionField,
    DatasetSpec,
    LazySpec,
    MetricSpec,
    ProtocolSpec,
    RestorerSpec,
    TaskSpec,
)
from restorebench.errors import PluginError

GOOD: dict[type, dict[str, Any]] = {
    LazySpec: {"target": "toy.module:Thing.make"},
    TaskSpec: {"title": "Deblurring"},
    DatasetSpec: {"target": "toy:blurs", "task": "deblur"},
    RestorerSpec: {"target": "toy:Wiener"},
    MetricSpec: {"target": "toy:psnr", "higher_is_better": True},
    ProtocolSpec: {"target": "toy:PROTOCOL"},
}
NUMBER = ConditionField(name="f-number")


def made(kind: type, **changes: Any) -> Any:
    return kind(**{"name": "toy", "summary": "A toy", **GOOD[kind], **changes})


@pytest.mark.parametrize("kind", GOOD)
def test_specs_are_frozen_and_hashable(kind: type) -> None:
    spec = made(kind)
    assert spec == made(kind)
    assert hash(spec) == hash(made(kind))
    with pytest.raises(FrozenInstanceError):
        spec.name = "other"


@pytest.mark.parametrize(
    ("kind", "wrong", "expected"),
    [
        (TaskSpec, {"name": 5}, "name is 5; expected str"),
        (TaskSpec, {"views": 0}, "views is 0; expected 1 or 2"),
        (TaskSpec, {"condition": (NUMBER, NUMBER)}, "expected each name once"),
        (TaskSpec, {"condition": ("f-number",)}, "ConditionField, ...]"),
        (TaskSpec, {"protocol": None}, "protocol is None; expected str"),
        (LazySpec, {"target": "toy.module"}, "target is 'toy.module'; expected 'module:object'"),
        (LazySpec, {"target": "toy:"}, "expected 'module:object'"),
        (LazySpec, {"target": "toy/blur.py:make"}, "expected 'module:object'"),
        (LazySpec, {"target": print}, "expected str"),
        (DatasetSpec, {"task": ["deblur"]}, "expected str"),
        (DatasetSpec, {"splits": "test"}, "splits is 'test'; expected tuple[str, ...]"),
        (DatasetSpec, {"splits": ("train",)}, "expected 'test' among them, or default=False"),
        (RestorerSpec, {"tasks": "deblur"}, "tasks is 'deblur'; expected tuple[str, ...]"),
        (RestorerSpec, {"tasks": (1,)}, "expected tuple[str, ...]"),
        (RestorerSpec, {"draws": 0}, "draws is 0; expected 1 or more"),
        (RestorerSpec, {"default": "no"}, "default is 'no'; expected bool"),
        (MetricSpec, {"digits": 2.5}, "digits is 2.5; expected int"),
    ],
)
def test_impossible_specs_are_refused(kind: type, wrong: dict[str, Any], expected: str) -> None:
    with pytest.raises(PluginError) as caught:
        made(kind, **wrong)
    assert expected in str(caught.value)
    assert kind.__name__ in str(caught.value)


def test_a_set_outside_the_default_benchmark_needs_no_test_split() -> None:
    assert made(DatasetSpec, splits=("train",), default=False).splits == ("train",)
