"""Released weights: recognised, read off, converted, and their outputs stay the same.

Expected outputs are those of the authors' code (tests/vectors/engine/README.md).
"""

from __future__ import annotations

import pytest
import torch

from restorebench.checkpoints.file import load, save
from restorebench.checkpoints.published import convert
from restorebench.checkpoints.setup import Choice
from restorebench.errors import CheckpointError, OptionError
from restorebench.plugins import suite

STEREO = "net_stereo_nafnet_tiny"
COMPRESSOR = "net_compressor_tiny_a"


def round_trip(path, **options):
    """.pth to .safetensors to networks."""
    new = path.with_suffix(".safetensors")
    save(new, convert(path, suite(), options), suite())
    return load(new)


def in_views(x):
    """Channels (left RGB, right RGB) as views."""
    return x.unflatten(1, (2, 3))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("net_nafnet_tiny", {}),
        ("net_latent_unet_tiny", {}),
        ("net_nafnet_local_tiny", {"intro_skip": True, "local_pool": 16}),
        (STEREO, {}),
        ("net_original_nafnet_local_tiny", {"local_pool": [16, 16]}),
    ],
)
def test_outputs_are_the_published_ones(published, released, name, options):
    vectors = published(name)
    backbone, _ = round_trip(released(name), **options).networks(suite())
    split = in_views if name == STEREO else (lambda x: x)
    x, mu = vectors.given["x"], vectors.given.get("cond", vectors.given["x"])
    time = vectors.given.get("t", torch.tensor(50.0))
    expected = vectors.out.get("y")
    if expected is None:
        (expected,) = (v for key, v in vectors.out.items() if key.endswith("t50"))
        x, mu, time = x[:1], mu[:1], 50.0
    with torch.inference_mode():
        y = backbone(split(x), split(mu), time if backbone.inputs.timed else None)
    assert (y.reshape(expected.shape) - expected).abs().max() < 1.2e-5


def test_lens_metadata_are_read_as_the_task_gives_them(published, released):
    """Released: 10 × f-number (negative for Canon) and disparity; the task: f-number, disparity."""
    compressor = released(COMPRESSOR)
    found = round_trip(released("net_bokeh_nafnet_tiny"), compressor=str(compressor))
    vectors = published("net_bokeh_nafnet_tiny")
    lens = [vectors.given[key][:1] for key in ("src", "tgt", "disparity")]
    condition = torch.stack(lens, 1) / torch.tensor([10.0, 10.0, 1.0])
    backbone, _ = found.networks(suite())
    with torch.inference_mode():
        y = backbone(vectors.given["x"][:1], vectors.given["cond"][:1], 50.0, condition)
    assert (y - vectors.out["y_b1_t50"]).abs().max() < 1.2e-5
    assert found.setup.condition == (0, 1, 4)


def test_a_compressor_is_converted_alone_or_with_the_network_on_its_latents(published, released):
    alone = round_trip(released(COMPRESSOR))
    assert alone.setup.backbone is None
    _, compressor = alone.networks(suite())
    vectors = published(COMPRESSOR)
    z, skips = compressor.encode(vectors.given["lq"])
    with torch.inference_mode():
        restored = compressor.decode(z, skips, vectors.given["lq"].shape[-2:])
    key = "forward_lq" if "forward_lq" in vectors.out else "dec_zlq_hlq"
    assert (restored - vectors.out[key]).abs().max() < 1e-5


@pytest.mark.parametrize("wrapper", ["params", "params_ema", "state_dict"])
def test_what_training_programs_put_around_weights_is_taken_off(released, wrapper):
    def wrap(state):
        return {wrapper: {f"module.{key}": value for key, value in state.items()}, "epoch": 3}

    plain, wrapped = (convert(released("net_nafnet_tiny", w), suite()) for w in (lambda s: s, wrap))
    assert plain.setup == wrapped.setup
    assert all(torch.equal(v, wrapped.backbone[k]) for k, v in plain.backbone.items())


def test_averaged_weights_are_taken_unless_others_are_named(released):
    def wrap(state):
        return {"params": state, "params_ema": {k: v * 0 for k, v in state.items()}}

    path = released("net_nafnet_tiny", wrap)
    assert not convert(path, suite()).backbone["intro.weight"].any()
    assert convert(path, suite(), {"wrapper": "params"}).backbone["intro.weight"].any()
    with pytest.raises(CheckpointError, match=r"nothing called 'parms'; did you mean 'params'"):
        convert(path, suite(), {"wrapper": "parms"})


def test_usage_is_that_of_the_authors_and_can_be_changed(released):
    setup = convert(released("net_latent_unet_tiny"), suite()).setup
    assert (setup.steps, setup.prior, setup.head) == (100, "stationary", "irsde-ml")
    assert setup.path.options["max_sigma"] == 10
    options = {"path.max_sigma": 30, "scale": 4, "enlarge": "nearest", "solver": "euler-maruyama"}
    changed = convert(released("net_latent_unet_tiny"), suite(), options).setup
    assert changed.path == Choice("irsde", {**setup.path.options, "max_sigma": 30})
    assert (changed.scale, changed.enlarge, changed.solver.name) == (4, "nearest", "euler-maruyama")


@pytest.mark.parametrize("name", ["net_latent_unet_tiny", "net_nafnet_tiny"])
def test_the_objectives_head_is_on_unless_the_reference_is_to_be_repeated(released, name):
    ours, theirs = (
        convert(released(name), suite(), options).setup
        for options in ({}, {"reference_compat": True})
    )
    assert (ours.head, theirs.head) == ("irsde-ml", "noise")
    assert "reference_compat" not in ours.path.options
    assert theirs.path.options["reference_compat"] is True


def test_stereo_and_regression_are_used_as_they_were_trained(released):
    stereo = convert(released(STEREO), suite()).setup
    assert (stereo.scale, stereo.enlarge) == (4, "bicubic-0.75")
    plain = convert(released("net_original_nafnet_local_tiny"), suite()).setup
    assert (plain.path, plain.scale) == (None, 1)


def test_a_partial_file_says_which_weights_are_missing(published, released):
    state = published("net_nafnet_tiny").state
    gone = [key for key in state if key.startswith("encoders.1.0.conv")]
    path = released("net_nafnet_tiny", lambda s: {k: v for k, v in s.items() if k not in gone})
    with pytest.raises(CheckpointError, match=rf"does not fit it .* {len(gone)} missing: encoder"):
        convert(path, suite())


def test_more_than_ten_keys_are_counted(released):
    extra = {f"body.{k}": torch.zeros(1) for k in range(13)}
    with pytest.raises(CheckpointError, match=r"13 unexpected: body\.0, .*body\.9 and 3 more"):
        convert(released("net_nafnet_tiny", **extra), suite())


def test_a_wrong_shape_is_reported_in_the_names_of_the_file(released):
    path = released("net_nafnet_tiny", **{"middle_blks.0.sca.1.weight": torch.zeros(1, 2)})
    with pytest.raises(
        CheckpointError, match=r"another shape: middle_blks\.0\.sca\.1\.weight \(1, 2\)"
    ):
        convert(path, suite())


def test_other_architectures_are_refused(tmp_path):
    torch.save({"e_conv1.weight": torch.zeros(3, 3, 1, 1)}, tmp_path / "aod.pth")
    with pytest.raises(CheckpointError, match=r"of an unknown architecture .* 'folder'"):
        convert(tmp_path / "aod.pth", suite())


@pytest.mark.parametrize("content", [[1, 2], {}, {"mine": {"a": 1}}, {"a": 3}])
def test_only_state_dicts_are_read(tmp_path, content):
    torch.save(content, tmp_path / "odd.pth")
    with pytest.raises(CheckpointError, match=r"odd\.pth (holds a|is not a state dict)"):
        convert(tmp_path / "odd.pth", suite())


def test_a_pickle_that_would_run_code_is_not_run(tmp_path):
    class Trap:
        def __reduce__(self):
            return open, (str(tmp_path / "sprung"), "w")

    torch.save({"a": Trap()}, tmp_path / "trap.pth")
    with pytest.raises(CheckpointError, match=r"trap\.pth cannot be read as weights"):
        convert(tmp_path / "trap.pth", suite())
    assert not (tmp_path / "sprung").exists()


def test_a_network_on_latents_wants_its_compressor(released):
    path = released("net_bokeh_nafnet_tiny")
    with pytest.raises(CheckpointError, match=r"latents of 4 channels; name .* compressor=FILE"):
        convert(path, suite())
    other = released("net_nafnet_tiny")
    with pytest.raises(CheckpointError, match="holds no compressor"):
        convert(path, suite(), {"compressor": str(other)})


def test_what_would_load_wrongly_without_a_word_is_asked_for(released):
    """Refusion's network for hazy latents has the keys of the plain one, and one more skip."""
    on_latents = {"intro.weight": torch.zeros(8, 8, 3, 3), "ending.weight": torch.zeros(4, 8, 3, 3)}
    path = released("net_nafnet_tiny", **on_latents, **{"ending.bias": torch.zeros(4)})
    options = {"compressor": str(released(COMPRESSOR))}
    with pytest.raises(OptionError, match="say intro_skip=true"):
        convert(path, suite(), options)
    setup = convert(path, suite(), {**options, "intro_skip": True}).setup
    assert setup.backbone.options["intro_skip"] is True
    assert (setup.solver.name, setup.compressor.name) == ("euler-maruyama", "unet")


def test_the_compressor_must_be_the_right_one(released):
    with pytest.raises(CheckpointError, match=r"3 channels, but the latents .* have 4"):
        convert(released("net_nafnet_tiny"), suite(), {"compressor": str(released(COMPRESSOR))})


@pytest.mark.parametrize(
    ("option", "says"),
    [("max_sigma", "path.max_sigma"), ("intro_skp", "intro_skip"), ("heads", "takes no option")],
)
def test_unknown_options_are_refused_with_a_suggestion(released, option, says):
    with pytest.raises(OptionError, match=says):
        convert(released("net_nafnet_tiny"), suite(), {option: 1})
