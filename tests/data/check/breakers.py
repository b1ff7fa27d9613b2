"""Ways in which copies of data sets are broken, and what a check should call each of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image

from restorebench.data.layouts.layout import Layout
from restorebench.data.layouts.listing import list_split
from restorebench.data.layouts.scene_files import SceneFiles


@dataclass(frozen=True)
class Copy:
    """A copy to break: its layout, its folder, and the scenes of a split that has targets."""

    layout: Layout
    folder: Path
    split: str
    scenes: tuple[SceneFiles, ...]

    @classmethod
    def of(cls, layout: Layout, folder: Path) -> Copy:
        split = next(name for name, rule in layout.splits.items() if rule.target)
        bare = {
            name: rule.model_copy(update={"condition": None})
            for name, rule in layout.splits.items()
        }
        listed = list_split(layout.model_copy(update={"splits": bare}), folder, split)
        return cls(layout, folder, split, listed.checked())

    @property
    def first(self) -> SceneFiles:
        return self.scenes[0]

    @property
    def last(self) -> SceneFiles:
        return self.scenes[-1]


Breaker: TypeAlias = Callable[[Copy], Path]
"""Breaks a copy, and returns the file that a finding should name."""


def degraded_is_gone(copy: Copy) -> Path:
    """Of every degraded image of a target; a target is spoken of."""
    for scene in copy.scenes:
        if scene.target == copy.first.target or scene.degraded == copy.first.degraded:
            for path in scene.degraded:
                path.unlink(missing_ok=True)
    return copy.first.target[0]


def target_is_gone(copy: Copy) -> Path:
    for scene in copy.scenes:
        if scene.degraded == copy.first.degraded or scene.target == copy.first.target:
            for path in scene.target:
                path.unlink(missing_ok=True)
    return copy.first.degraded[0]


def one_view_is_gone(copy: Copy) -> Path:
    copy.first.target[1].unlink()
    return copy.first.target[0]


def target_is_cut_off(copy: Copy) -> Path:
    path = copy.first.target[0]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def degraded_is_empty(copy: Copy) -> Path:
    copy.first.degraded[0].write_bytes(b"")
    return copy.first.degraded[0]


def target_is_a_web_page(copy: Copy) -> Path:
    copy.first.target[0].write_text("<!doctype html><title>Sign in</title>", encoding="utf-8")
    return copy.first.target[0]


def target_is_resized(copy: Copy) -> Path:
    path = copy.first.target[0]
    with Image.open(path) as image:
        image.resize((image.width // 2, image.height // 2)).save(path)
    return path


def degraded_is_grey(copy: Copy) -> Path:
    path = copy.first.degraded[0]
    with Image.open(path) as image:
        image.convert("L").save(path)
    return path


def target_is_16_bit(copy: Copy) -> Path:
    path = copy.first.target[0]
    with Image.open(path) as image:
        levels = np.asarray(image.convert("L")).astype(np.uint16) * 257
    Image.fromarray(levels).save(path, "PNG")
    return path


def degraded_has_alpha(copy: Copy) -> Path:
    path = copy.first.degraded[0]
    with Image.open(path) as image:
        image.convert("RGBA").save(path, "PNG")
    return path


def one_image_is_there_twice(copy: Copy) -> Path:
    shutil.copy(copy.first.degraded[0], copy.last.degraded[0])
    return copy.last.degraded[0]


def target_is_the_degraded_image(copy: Copy) -> Path:
    shutil.copy(copy.first.degraded[0], copy.first.target[0])
    return copy.first.degraded[0]


def both_views_are_one(copy: Copy) -> Path:
    shutil.copy(copy.first.target[0], copy.first.target[1])
    return copy.first.target[1]


def target_has_another_number_of_zeros(copy: Copy) -> Path:
    path = copy.first.target[0]
    number = "".join(filter(str.isdigit, copy.first.id.split("_")[0]))
    return path.rename(path.with_name(path.name.replace(number, f"0{number}", 1)))


def target_is_marked_as_a_copy(copy: Copy) -> Path:
    path = copy.first.target[0]
    return path.rename(path.with_name(f"{path.stem} (1){path.suffix}"))


def target_has_another_suffix(copy: Copy) -> Path:
    path = copy.first.target[0]
    return path.rename(path.with_suffix(".tif"))


def mask_is_gone(copy: Copy) -> Path:
    assert copy.first.mask is not None
    copy.first.mask.unlink()
    return copy.first.degraded[0]


def mask_is_in_colour(copy: Copy) -> Path:
    assert copy.first.mask is not None
    with Image.open(copy.first.degraded[0]) as image:
        image.save(copy.first.mask, "PNG")
    return copy.first.mask


def mask_is_smaller(copy: Copy) -> Path:
    assert copy.first.mask is not None
    with Image.open(copy.first.mask) as image:
        image.resize((8, 8)).save(copy.first.mask)
    return copy.first.mask


def images_have_changed_places(copy: Copy) -> Path:
    """Of which their folder is spoken, where the looks of all of them tell."""
    for scene in copy.scenes:
        for degraded, target in zip(scene.degraded, scene.target, strict=True):
            content = degraded.read_bytes()
            degraded.write_bytes(target.read_bytes())
            target.write_bytes(content)
    return copy.first.degraded[0] if copy.layout.scale != 1 else copy.first.degraded[0].parent


ALWAYS: Mapping[Breaker, tuple[str, ...]] = {
    degraded_is_gone: ("no-degraded",),
    target_is_gone: ("no-target",),
    target_is_cut_off: ("image",),
    degraded_is_empty: ("empty",),
    target_is_a_web_page: ("image",),
    target_is_resized: ("size",),
    degraded_is_grey: ("image",),
    target_is_16_bit: ("image",),
    degraded_has_alpha: ("image",),
    one_image_is_there_twice: ("duplicate", "size"),
    target_is_marked_as_a_copy: ("misnamed", "view"),
}
"""What can happen to every data set, and the kinds of findings that tell of it."""


def fits(breaker: Breaker, layout: Layout) -> bool:
    """Whether a copy of the layout can be broken in that way."""
    split = next(rule for rule in layout.splits.values() if rule.target)
    views, scale = "{view}" in split.degraded[0], layout.scale or 1
    several = "*" in split.degraded[0].rpartition("/")[2] + split.target[0].rpartition("/")[2]
    stated = split.target[0].endswith((".png", ".jpg"))
    return {
        one_view_is_gone: views,
        both_views_are_one: views,
        target_is_the_degraded_image: scale == 1,
        target_is_marked_as_a_copy: "*" not in split.target[0].rpartition("/")[2],
        target_has_another_suffix: stated and not several,
        target_has_another_number_of_zeros: not views and not several,
        mask_is_gone: bool(split.mask),
        mask_is_in_colour: bool(split.mask),
        mask_is_smaller: bool(split.mask),
        images_have_changed_places: (bool(layout.degraded_is) or scale > 1) and not several,
    }.get(breaker, True)


SOMETIMES: Mapping[Breaker, tuple[str, ...]] = {
    one_view_is_gone: ("view",),
    both_views_are_one: ("identical",),
    target_is_the_degraded_image: ("identical",),
    target_has_another_suffix: ("misnamed",),
    target_has_another_number_of_zeros: ("misnamed",),
    mask_is_gone: ("mask",),
    mask_is_in_colour: ("image",),
    mask_is_smaller: ("image",),
    images_have_changed_places: ("exchanged", "size"),
}
"""What can happen to those that have masks, two views, one scale, targets of their own."""
