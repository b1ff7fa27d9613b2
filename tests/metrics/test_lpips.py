"""LPIPS: the authors' package on a trunk that is checked, and never fetched.

The trunks here have random weights, saved under a name that carries the hash of their content as
torchvision's names do; the numbers mean nothing, but must be those of the package.
"""

from __future__ import annotations

import hashlib
import sys

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
from restorebench.metrics.lpips import Lpips, build
from restorebench.metrics.trunks import TRUNKS, Trunk


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """An empty folder of torch checkpoints."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    checkpoints = tmp_path / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True)
    return checkpoints


def measure(net: str, trunk: Trunk) -> Measure:
    options = (("heads", "0.1"), ("net", net), ("trunk", trunk.file))
    return Measure("lpips", "1", options=options)


@pytest.fixture(params=["alex", "squeeze"])
def random(request, folder):
    """A network of the package with a random trunk, that trunk as a file, and our metric."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # else each process has a trunk of its own
        network = build(request.param, "0.1")
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


def test_provenance_names_the_trunk_by_its_whole_hash(random, folder):
    _, metric, own = random
    facts = metric.provenance(own)
    assert (
        facts["trunk_sha256"] == hashlib.sha256((folder / facts["trunk"]).read_bytes()).hexdigest()
    )
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
    network = build(net, "0.1")
    with torch.no_grad():
        fits = torch.zeros(1, 3, smallest, smallest)
        assert torch.isfinite(network(fits, fits)).all()
        with pytest.raises(RuntimeError):
            network(fits[..., 1:], fits[..., 1:])


def test_a_image_that_is_too_small_is_an_error(random, noisy):
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
