"""`weights`: what metrics and models need, and where it may come from."""

from __future__ import annotations

import json
from functools import partial

import pytest


@pytest.fixture
def call(invoke, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    return partial(invoke, "weights")


def test_each_trunk_and_model_has_a_line_with_its_source(call):
    found = {one["name"]: one for one in json.loads(call("--json").stdout)}
    assert found["lpips-squeeze"]["state"] == "missing"
    assert "squeezenet1_1-b8a52dc0.pth" in found["lpips-squeeze"]["detail"]
    assert found["dehaze-regression"]["detail"] == "comes with restorebench_dehaze"


def test_files_of_pyiqas_metrics_and_of_fid_are_listed(call):
    found = {one["name"]: one for one in json.loads(call("--json").stdout)}
    assert found["iqa-musiq"]["needed_by"] == "the metric iqa-musiq"
    assert "musiq_koniq_ckpt-e95806b9.pth at " in found["iqa-musiq"]["detail"]
    assert found["fid-inception-v3"]["state"] == "missing"


def test_a_name_that_there_is_not_is_an_error_with_the_nearest(call):
    result = call("fetch", "lpips-alexnet")
    assert result.exit_code == 2
    assert "did you mean 'lpips-alex'" in result.stderr
