"""Files of weights as people have them: what is around them is taken off, what is none is named."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from restorebench.checkpoints.file import load
from restorebench.checkpoints.published import convert
from restorebench.errors import CheckpointError, OptionError
from restorebench.plugins import suite

NAME = "net_nafnet_tiny"


def prefixed(prefix):
    return lambda state: {f"{prefix}{key}": value for key, value in state.items()}


def profiled(state):
    ops = {"total_ops": torch.zeros(1), "intro.total_params": torch.zeros(1)}
    return {**state, **ops}


def compiled_inside(state):
    return {key.replace("encoders.0.", "encoders.0._orig_mod.", 1): v for key, v in state.items()}


def lightning(state):
    return {"state_dict": prefixed("net.")(state), "epoch": 1, "hyper_parameters": {"lr": 1e-4}}


def mmedit(state):
    inside = {**prefixed("generator.")(state), "step_counter": torch.zeros(1)}
    return {"meta": {"iter": 3}, "state_dict": inside}


def averaged(state):
    zeros = {key: value * 0 for key, value in state.items()}
    return {"state_dict": {**prefixed("generator.")(zeros), **prefixed("generator_ema.")(state)}}


@pytest.mark.parametrize(
    ("wrap", "says"),
    [
        *((prefixed(p), f"{p} is taken off") for p in ("module.", "net.", "model.", "generator.")),
        (prefixed("_orig_mod."), "_orig_mod. is taken off"),
        (prefixed("module._orig_mod."), "_orig_mod. is taken off"),
        (prefixed("model.net.backbone."), "model.net.backbone. is taken off"),
        (compiled_inside, "_orig_mod. is taken off"),
        (profiled, "2 buffers of the profiler thop are left out"),
        (lightning, "weights under state_dict; net. is taken off"),
        (mmedit, "1 weights of other names are left out (step_counter, …)"),
        (averaged, r"averaged weights \(not those of generator\.\)"),
        (lambda s: {"ema": s, "model": s}, "weights under ema (not model"),
        (lambda s: {"model_state_dict": s, "optimizer": {}}, "weights under model_state_dict"),
        (lambda s: {"module": s, "optimizer": {"state": {0: {}}}}, "weights under module"),
        (lambda s: {"checkpoint": {"state_dict": s}}, "weights under checkpoint; weights under st"),
    ],
)
def test_what_people_have_around_weights_is_taken_off_and_said(released, wrap, says):
    plain = convert(released(NAME), suite())
    found = convert(released(NAME, wrap), suite())
    assert found.setup == plain.setup
    assert all(torch.equal(v, found.backbone[k]) for k, v in plain.backbone.items())
    assert says.replace("\\", "") in found.origin["read"]


def test_two_networks_in_one_file_are_asked_about(released):
    def both(state):
        return {**prefixed("net_a.")(state), **prefixed("net_b.")(state)}

    path = released(NAME, both)
    with pytest.raises(CheckpointError, match=r"several networks; .*prefix=net_a or prefix=net_b"):
        convert(path, suite())
    assert convert(path, suite(), {"prefix": "net_b"}).backbone
    with pytest.raises(CheckpointError, match="unknown architecture"):
        convert(path, suite(), {"prefix": "net_c"})


def test_weights_in_somebody_elses_safetensors_are_read(published, tmp_path):
    path = tmp_path / "theirs.safetensors"
    save_file(prefixed("module.")(published(NAME).state), path)
    assert convert(path, suite()).backbone


def test_files_are_read_by_what_is_in_them_whatever_their_suffix(released, published, tmp_path):
    theirs = released(NAME).rename(tmp_path / "theirs.safetensors")
    others = tmp_path / "others.bin"
    save_file(published(NAME).state, others)
    found = [convert(path, suite()).backbone for path in (theirs, others)]
    assert all(torch.equal(value, found[1][key]) for key, value in found[0].items())


def test_a_bit_that_was_flipped_is_found_by_its_checksum(released, tmp_path):
    path = released(NAME)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = max(archive.infolist(), key=lambda entry: entry.file_size)
    data[entry.header_offset + 200] ^= 1  # its header is aligned by zeros to 64 bytes
    path.write_bytes(data)
    with pytest.raises(CheckpointError, match=rf"the checksum of {entry.filename} in it is wrong"):
        convert(path, suite())


def test_files_without_checksums_are_read(released):
    torch.serialization.set_crc32_options(False)
    try:
        path = released(NAME)
    finally:
        torch.serialization.set_crc32_options(True)
    assert convert(path, suite()).backbone


@pytest.mark.parametrize("kind", [torch.int8, torch.complex64])
def test_weights_that_are_no_floating_point_are_refused(released, kind):
    path = released(NAME, lambda state: {key: v.to(kind) for key, v in state.items()})
    with pytest.raises(CheckpointError, match=rf"\(0 of \d+ .* not floating point: .*{kind}"):
        convert(path, suite())


def test_weights_that_are_not_numbers_are_refused(released):
    bias = torch.tensor([0.0, float("nan"), 0.0, 0.0])
    with pytest.raises(CheckpointError, match=r"holds NaN in 'intro\.bias'"):
        convert(released(NAME, **{"intro.bias": bias}), suite())


def test_of_a_folder_the_files_in_it_are_named(tmp_path):
    for name in ("model.safetensors", "optimizer.bin", "config.json"):
        (tmp_path / name).touch()
    with pytest.raises(CheckpointError, match=r"its files: model\.safetensors, optimizer\.bin"):
        convert(tmp_path, suite())


@pytest.mark.parametrize("names", [{}, {b"a": torch.zeros(1)}, [torch.zeros(1)]])
def test_what_is_no_state_dict_is_said(tmp_path, names):
    torch.save(names, tmp_path / "a.pth")
    says = r"an empty dict|its key b'a' is not a text|holds a list"
    with pytest.raises(CheckpointError, match=says):
        convert(tmp_path / "a.pth", suite())


def zipped(compression, *names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name in names:
            archive.writestr(name, b"0" * 100)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty (0 bytes)"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "Git LFS pointer"),
        (b"<!DOCTYPE html><html></html>", "is a web page"),
        (b"\xef\xbb\xbf\n <html>", "is a web page"),
        (b'{"error": "not found"}', "is JSON"),
        (b"name,psnr\na,1\n", "is a text file that begins with 'name,psnr"),
        (b"\x89PNG\r\n\x1a\n", "is a PNG image"),
        (b"\x89HDF\r\n", "is HDF5"),
        (b"\x1f\x8b\x08\x00", "is compressed by gzip"),
        (b"\x00\x01\x02\x03" * 9, "is not a file of PyTorch's"),
        (zipped(zipfile.ZIP_STORED, "a/data.pkl")[:-30], "is cut off"),
        (zipped(zipfile.ZIP_STORED, "jit/constants.pkl", "jit/data.pkl"), "is TorchScript"),
        (zipped(zipfile.ZIP_STORED, "photos/a.png"), "is a zip archive of other files (photos/"),
        (zipped(zipfile.ZIP_DEFLATED, "a/data.pkl"), "was packed again by a zip program"),
        (b"\x80\x02}q\x01(", "is damaged or was not written by torch.save"),
    ],
)
@pytest.mark.parametrize("name", ["odd.pth", "odd.safetensors"])
def test_a_file_that_holds_no_weights_is_named_as_what_it_is(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CheckpointError) as caught:
        convert(path, suite())
    assert says in str(caught.value)
    assert "weights_only" not in str(caught.value)
    if path.suffix == ".safetensors":
        with pytest.raises(CheckpointError, match=r"odd\.safetensors "):
            load(path)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_torchscript_is_named(tmp_path):
    torch.jit.script(torch.nn.Conv2d(1, 1, 1)).save(str(tmp_path / "net.pt"))
    with pytest.raises(CheckpointError, match=r"net\.pt is TorchScript"):
        convert(tmp_path / "net.pt", suite())


@pytest.mark.parametrize("value", [np.float64(0.5), np.int32(3)])
def test_a_numpy_scalar_is_named(released, value):
    with pytest.raises(CheckpointError, match=r"object of numpy\S*scalar"):
        convert(released(NAME, lambda state: {"params": state, "best": value}), suite())


def test_a_few_bytes_that_stand_for_many_are_refused(released):
    large = torch.zeros(1).expand(10**9)
    with pytest.raises(CheckpointError, match=r"'intro\.bias' as a sparse or expanded tensor"):
        convert(released(NAME, **{"intro.bias": large}), suite())


def test_the_number_of_heads_is_asked_for_where_it_cannot_be_known(released):
    options = {"compressor": str(released("net_compressor_tiny_a"))}
    with pytest.raises(CheckpointError, match=r"width 32 is none of the published .* heads=N"):
        convert(released("net_dit_tiny"), suite(), options)
    setup = convert(released("net_dit_tiny"), suite(), {**options, "heads": 4}).setup
    assert setup.backbone.options["heads"] == 4


def description(text):
    return {"restorebench": text}


NAFNET = {"name": "nafnet", "size": "compact", "width": 4}


@pytest.mark.parametrize(
    "text",
    [
        *("", "nonsense", "[]", "null", "3", '{"format": 2}', '{"format": 2, "setup": []}'),
        *('{"format": 2, "setup": {}, "origin": 3}', "[" * 100_000, '{"setup": null}'),
        *(
            json.dumps({"format": 2, "setup": setup})
            for setup in (
                {"backbone": 3}, {"backbone": {}}, {"backbone": {"name": None}}, {"steps": "many"},
                {"steps": 10**400}, {"head": []}, {"path": {"name": ["irsde"]}}, {"guides": "mask"},
                {"condition": ["a"]}, {"scale": 0}, {"start": "x"}, {"solver": None}, {"grid": 1},
            )
        ),
    ],
)  # fmt: skip
def test_a_description_that_cannot_be_read_names_the_file(tmp_path, text):
    save_file({"backbone.a": torch.zeros(1)}, tmp_path / "a.safetensors", description(text))
    with pytest.raises(CheckpointError, match=r"a\.safetensors"):
        load(tmp_path / "a.safetensors")


@pytest.mark.parametrize(
    "change",
    [{"width": 4096}, {"width": 10**9}, {"middle": 10**9}, {"encoder": [1] * 99}, {"width": "8"}],
)
def test_a_network_of_another_size_is_refused_before_memory_is_taken(tiny, tmp_path, change):
    _, network = tiny
    described = {"format": 2, "setup": {"backbone": {**NAFNET, **change}}}
    tensors = {f"backbone.{k}": v.contiguous() for k, v in network.state_dict().items()}
    save_file(tensors, tmp_path / "a.safetensors", description(json.dumps(described)))
    with pytest.raises((CheckpointError, OptionError)):
        load(tmp_path / "a.safetensors").networks(suite())


@pytest.mark.parametrize("name", ["irsde", "denoising-sde"])
def test_a_path_of_endless_tables_is_refused(name):
    from restorebench.checkpoints.parts import path
    from restorebench.checkpoints.setup import Choice

    for compat in ({}, {"reference_compat": True}):
        with pytest.raises(OptionError, match="T from 1 to 1000000"):
            path(suite(), Choice(name, {"T": 7 * 10**9, **compat}))
