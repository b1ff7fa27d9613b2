"""Protocols are data: equal data, equal hash; any change, another hash."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from restorebench.errors import ProtocolError
from restorebench.metrics import Measure, Protocol
from restorebench.metrics.measures import lpips, psnr, ssim
from restorebench.metrics.protocols import NTIRE_RGB, STEREO_LEFT_CROP64
from restorebench.plugins import suite

names = st.sampled_from(["psnr", "ssim", "lpips"])
values = st.integers(-3, 300) | st.text("ab1-", max_size=3)
options = st.dictionaries(st.sampled_from(["peak", "window", "net"]), values)
measures = st.builds(
    Measure,
    metric=names,
    version=st.sampled_from(["1", "2"]),
    channels=st.sampled_from(["rgb", "y-bt601-limited", "y-yiq-full", "gray-skimage", "lab"]),
    options=options.map(lambda d: tuple(d.items())),
    crop=st.integers(0, 2),
    crop_left=st.sampled_from([0, 64]),
    resize=st.none() | st.tuples(st.integers(1, 3), st.integers(1, 3)),
    views=st.sampled_from(["mean", "left"]),
    region=st.sampled_from(["mask", "outside-mask"]),
    rest=st.sampled_from(["excluded", "zeroed"]),
    mask_rule=st.sampled_from(["half", "any"]),
)
columns = st.dictionaries(st.sampled_from(["psnr", "ssim", "psnr_mask"]), measures, min_size=1)

# Scores under these hashes may have been published: a new hash is a new protocol.
PUBLISHED = {
    "bokeh-betd": "5c4777db31d86769",
    "bokeh-real-tm": "bfb701fa5696baa4",
    "istd-legacy-256": "af920aae80018a16",
    "ntire-crop1": "244564008c60f9c9",
    "ntire-rgb": "1de9775d80b7bbcc",
    "shadow-native-regions": "f8969b88d8da33dc",
    "sr-y-crop2": "7c028378df759891",
    "sr-y-crop3": "b9ae1bb88485bfb6",
    "sr-y-crop4": "dbd841c2399de89c",
    "ssim-3d-legacy": "1cc5f3d9ef70df1d",
    "stereo-left-crop64": "1654008cb962de9d",
    "stereo-lr-mean": "7f46a4ba683ff24d",
}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(columns, columns)
def test_hashes_are_equal_exactly_where_the_measures_are(a, b):
    assert (Protocol("a", a).hash == Protocol("b", b).hash) == (a == b)


@given(measures, st.data())
def test_changing_any_field_changes_the_hash(measure, data):
    other = data.draw(measures)
    for field in ("metric", "version", "channels", "options", "crop", "resize", "rest", "views"):
        changed = replace(measure, **{field: getattr(other, field)})
        same = Protocol("p", {"x": changed}).hash == Protocol("p", {"x": measure}).hash
        assert same == (changed == measure)


def test_the_hash_is_not_of_the_name_nor_of_the_order():
    reordered = dict(reversed(NTIRE_RGB.measures.items()))
    assert Protocol("renamed", reordered).hash == NTIRE_RGB.hash


def test_the_order_of_options_does_not_matter():
    measure = ssim()
    assert replace(measure, options=measure.options[::-1]) == measure


@pytest.mark.parametrize("seed", ["0", "1"])
def test_every_process_computes_the_same_hash(seed):
    code = "from restorebench.metrics.protocols import NTIRE_RGB; print(NTIRE_RGB.hash)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == NTIRE_RGB.hash


def test_a_protocol_travels_between_processes():
    copy = pickle.loads(pickle.dumps(STEREO_LEFT_CROP64))
    assert copy == STEREO_LEFT_CROP64
    assert hash(copy) == hash(STEREO_LEFT_CROP64)


@pytest.mark.parametrize(("name", "expected"), PUBLISHED.items())
def test_published_hashes_stay(name, expected):
    assert suite().protocols.load(name).hash == expected


def test_every_protocol_has_its_registry_name_and_known_metrics(load):
    protocols = {name: suite().protocols.load(name) for name in suite().protocols.names()}
    assert set(PUBLISHED) <= set(protocols)
    for name, protocol in protocols.items():
        assert protocol.name == name
        assert {m.version for m in protocol.measures.values()} == {"1"}
        assert all(m.metric in suite().metrics for m in protocol.measures.values())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channels", "bgr"),
        ("views", "right"),
        ("region", "shadow"),
        ("rest", "mean"),
        ("mask_rule", "most"),
        ("crop", -1),
        ("crop", 1.0),
        ("crop_left", True),
        ("resize", (256,)),
        ("resize", [256, 256]),
        ("metric", ""),
        ("version", ""),
        ("options", (("peak", 255.0),)),
        ("options", (("peak", 255), ("peak", 1))),
        ("options", {"peak": 255}),
    ],
)
def test_a_measure_checks_its_fields(field, value):
    with pytest.raises(ProtocolError, match=f"{field} is "):
        replace(psnr(region="mask"), **{field: value})


def test_a_rule_for_a_region_that_is_not_there_is_refused():
    with pytest.raises(ProtocolError, match="mean nothing where the region is all"):
        psnr(rest="zeroed")


@pytest.mark.parametrize("column", ["PSNR", "psnr-y", "", "a b"])
def test_columns_are_snake_case(column):
    with pytest.raises(ProtocolError, match="not snake_case"):
        Protocol("p", {column: psnr()})


def test_a_protocol_measures_something():
    with pytest.raises(ProtocolError, match="measures nothing"):
        Protocol("p", {})


def test_an_option_that_is_not_stated_is_an_error():
    with pytest.raises(ProtocolError, match="must state its 'window'"):
        lpips().option("window")


def test_protocols_cannot_be_changed():
    with pytest.raises(TypeError):
        NTIRE_RGB.measures["psnr"] = psnr(crop=1)
