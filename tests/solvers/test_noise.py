"""The noise source: normal, and a function of key, step and absolute pixel alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats

from restorebench.errors import OptionError
from restorebench.solvers.noise import START, PixelNoise, noise_key, philox

KEYS = tuple(noise_key(0, "shadow", name, 0) for name in ("a", "b", "c"))
LIKE = torch.zeros(3, 2, 3, 24, 31)


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), 0, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((2**32 - 1,) * 4, 2**64 - 1, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            0x299F31D0A4093822,
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_philox_gives_the_words_of_its_authors(counter, key, words):
    # Random123's known answers, kat_vectors: philox 4x32 10
    drawn = philox([torch.tensor([word]) for word in counter], key)
    assert " ".join(f"{int(word):08x}" for word in drawn) == words


def test_it_is_standard_normal_and_white():
    z = PixelNoise((5,))(0, torch.zeros(1, 3, 256, 256))[0].double()
    n = z.numel()
    assert abs(float(z.mean())) < 4 / n**0.5
    assert abs(float(z.std()) - 1) < 4 / (2 * n) ** 0.5
    assert stats.kstest(z.flatten().numpy()[::7], "norm").pvalue > 1e-3
    neighbours = [(z[0] * z[1]), (z[1] * z[2]), (z[:, 1:] * z[:, :-1]), (z[..., 1:] * z[..., :-1])]
    for product in neighbours:
        assert abs(float(product.mean())) < 4.5 / product.numel() ** 0.5


@pytest.mark.parametrize(("y", "x", "h", "w"), [(0, 0, 24, 31), (5, 7, 9, 11), (23, 30, 1, 1)])
def test_a_tile_has_the_noise_of_the_whole(y, x, h, w):
    source = PixelNoise(KEYS)
    whole = source(3, LIKE)
    tile = source.tile(y, x)(3, LIKE[..., :h, :w])
    assert torch.equal(tile, whole[..., y : y + h, x : x + w])


def test_large_images_are_drawn_in_strips(monkeypatch):
    whole = PixelNoise(KEYS)(3, LIKE)
    monkeypatch.setattr("restorebench.solvers.noise._AT_ONCE", 5 * 31 * 2)
    assert torch.equal(PixelNoise(KEYS)(3, LIKE), whole)


def test_a_sample_has_its_noise_in_any_batch_and_order():
    together = PixelNoise(KEYS)(0, LIKE)
    backwards = PixelNoise(KEYS[::-1])(0, LIKE)
    alone = PixelNoise(KEYS[1:2])(0, LIKE[:1])
    assert torch.equal(together.flip(0), backwards)
    assert torch.equal(together[1:2], alone)


def test_one_view_is_the_first_of_two():
    two, one = PixelNoise(KEYS)(0, LIKE), PixelNoise(KEYS)(0, LIKE[:, 0])
    assert torch.equal(two[:, 0], one)


def test_steps_views_channels_and_keys_differ():
    z = torch.stack([PixelNoise(KEYS)(step, LIKE) for step in (0, 1, START)])
    parts = z.reshape(3 * 3 * 2 * 3, -1)
    correlation = np.corrcoef(parts.numpy()) - np.eye(len(parts))
    assert np.abs(correlation).max() < 5.5 / parts.shape[1] ** 0.5


def test_many_channels_have_noise_each():
    z = PixelNoise((1,))(0, torch.zeros(1, 9, 16, 16))[0]
    assert len({float(channel[0, 0]) for channel in z}) == 9


def test_keys_are_stable_and_tell_draws_apart():
    assert noise_key(0, "shadow", "test-0001", 0) == 0xBF64D17A3A7ED019
    assert noise_key(1, "2") != noise_key(12, "")


def test_a_state_without_keys_of_its_own_is_refused():
    with pytest.raises(OptionError, match="a key for each"):
        PixelNoise((1, 2))(0, torch.zeros(3, 3, 4, 4))
