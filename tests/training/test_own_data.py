"""Training on images of one's own: the same as on a data set of the same pixels, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from restorebench.checkpoints.file import load
from restorebench.data.colour import quantise
from restorebench.errors import OptionError
from restorebench.training.data.split import joined, training_split, validation_split


@pytest.fixture
def own(toys, tmp_path):
    """Write the toy data set's splits as folders of pairs; the text of each."""
    texts = {}
    for split in ("train", "val"):
        for sample in toys.datasets.load("blotches")(split):
            for kind, image in (("lq", sample.degraded), ("gt", sample.target)):
                folder = tmp_path / split / kind
                folder.mkdir(parents=True, exist_ok=True)
                pixels = np.ascontiguousarray(quantise(image)[0].transpose(1, 2, 0))
                Image.fromarray(pixels).save(folder / f"{sample.id}.png")
        place = tmp_path / split
        texts[split] = f"degraded={place}/lq/{{id}},target={place}/gt/{{id}},name=own-{split}"
    return texts


def test_a_folder_of_pairs_trains_the_weights_of_the_data_set_of_its_pixels(
    recipe, train, toys, own
):
    plain = recipe(data={"max_samples": 8})
    folder = recipe(data={"train": own["train"], "val": own["val"], "max_samples": 8})
    expected, made = (
        load(train(r, name).final) for r, name in ((plain, "plain"), (folder, "folder"))
    )
    assert all(torch.equal(v, made.backbone[k]) for k, v in expected.backbone.items())
    assert made.origin["val_psnr"] == expected.origin["val_psnr"]
    assert made.origin["data"] == own["train"]


def test_splits_of_other_data_sets(recipe, toys, own):
    data = recipe(data={"train": own["train"], "val": own["val"]}).data
    assert len(training_split(toys, data)) == len(toys.datasets.load("blotches")("train"))
    assert validation_split(toys, data).name == "own-val"
    named = recipe(data={"train": "blotches@val", "val": f"{own['val']}@test"}).data
    assert training_split(toys, named).split == "val"
    with pytest.raises(OptionError, match="no split 'tests'"):
        validation_split(toys, recipe(data={"val": f"{own['val']}@tests"}).data)


def test_several_data_sets_are_mixed(recipe, toys, own, train):
    data = recipe(data={"train": [own["train"], own["val"]]}).data
    mixed = training_split(toys, data)
    parts = [training_split(toys, recipe(data={"train": t}).data) for t in data.train]
    assert len(mixed) == sum(map(len, parts))
    assert mixed.ids[0].startswith("own-train/")
    first = mixed[mixed.ids[0]]
    assert np.array_equal(first.target, parts[0][parts[0].ids[0]].target)
    assert mixed.name == "own-train + own-val"
    assert joined(parts[:1]) is parts[0]
    made = load(train(recipe(data={"train": list(data.train), "val": own["val"]})).final)
    assert made.origin["data"] == f"{own['train']} + {own['val']}"


def test_data_of_another_task_is_refused(recipe, toys, own):
    data = recipe(data={"train": "stereo-blotches"}).data
    with pytest.raises(OptionError, match=r"of the task .*, the recipe trains for"):
        training_split(toys, data)
