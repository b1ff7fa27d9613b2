"""A folder is a data set where its names are usual, or an error that shows what to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from restorebench.data.dataset import Dataset
from restorebench.errors import OptionError
from restorebench.plugins import Suite


@pytest.mark.parametrize("text", ["degraded=in,target=gt/", "degraded=in/{id}.png,target=gt"])
def test_a_folder_stands_for_its_images(
    opened: Callable[..., Dataset], suite: Suite, image: Callable[..., None], text: str
) -> None:
    image("in/a.png", "in/b.png", "gt/a.png", "gt/b.png")
    assert opened(suite, text).ids == ("a", "b")
    with pytest.raises(
        OptionError, match=r"gt/a\.png is neither a folder .*such as target=gt/\{id\}\.png"
    ):
        opened(suite, "degraded=in,target=gt/a.png")


@pytest.mark.parametrize(
    ("degraded", "target"), [("hazy", "GT"), ("Input", "Target"), ("LQ", "clear"), ("src", "tgt")]
)
def test_a_folder_of_usual_names_is_a_data_set(
    opened: Callable[..., Dataset],
    suite: Suite,
    image: Callable[..., None],
    degraded: str,
    target: str,
) -> None:
    image(*(f"My Data/{side}/{n}.png" for side in (degraded, target, "masks") for n in "21"))
    dataset = opened(suite, "My Data")
    assert (dataset.name, dataset.ids) == ("my-data", ("1", "2"))


def test_its_scenes_may_lie_in_folders_and_have_two_views(
    opened: Callable[..., Dataset], suite: Suite, image: Callable[..., None]
) -> None:
    image(*(f"one/{side}/GOPR1/{n}.png" for side in ("blur", "sharp") for n in "12"))
    assert opened(suite, "one").ids == ("GOPR1/1", "GOPR1/2")
    image(*(f"two/lr_x4/s/lr{n}.png" for n in "01"))
    image(*(f"two/hr/s/hr{n}.png" for n in "01"), size=(16, 24))
    (sample,) = opened(suite, "two", "stereo")
    assert (sample.id, sample.scale) == ("s", 4)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("hazy/1400_9", "hazy/1401_2", "gt/1400", "gt/1401"), ["hazy/{id}_*,", "gt/{id}'"]),
        (("hazy/1_hazy", "hazy/2_hazy", "gt/1_GT", "gt/2_GT"), ["{id}_hazy,", "gt/{id}_GT'"]),
        (("hazy/0801x2", "gt/0801"), ["hazy/{id}x2,", "gt/{id}'"]),
        (("lr/lr_1", "lr/lr_2", "hr/hr_2", "hr/hr_1"), ["lr/lr_{id},", "hr/hr_{id}'"]),
        (("hazy/a", "gt/b"), ["hazy/ has a; gt/ has b", "1 of 1 have no target (a)"]),
        (("Nebel/1", "klar/1"), ["holds Nebel/, klar/", "target=", "gt/{id}'"]),
        (("1_hazy", "1_GT"), ["holds 1_GT, 1_hazy", "set/{id}_hazy,target=", "set/{id}_GT'"]),
        (("train/hazy/1", "train/gt/1"), ["Name the folder of one split, such as", "set/train"]),
        (("hazy/1", "hazy/2", "gt/1"), ["1 of 2 have no target (2)"]),
    ],
)
def test_a_folder_of_other_names_shows_what_to_write(
    opened: Callable[..., Dataset],
    suite: Suite,
    image: Callable[..., None],
    folder: Path,
    names: list[str],
    said: list[str],
) -> None:
    image(*(f"set/{name}.png" for name in names))
    with pytest.raises(OptionError) as error:
        opened(suite, "set")
    assert [part for part in said if part not in str(error.value)] == []
