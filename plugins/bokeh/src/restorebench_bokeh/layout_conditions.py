"""The task's condition from the files of public data sets, as far as they state it.

Readers for layouts: each is called with the path of a file or folder and with the degraded image
of each sample by its name. What a data set does not state is left out at the end of the vector.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from restorebench.errors import OptionError
from restorebench_bokeh.condition import Condition
from restorebench_bokeh.lens import disparity
from restorebench_bokeh.metadata import LensPair, read_metadata

_TARGET = re.compile(r"(.+)_f(\d+(?:\.\d+)?)")
"""The name of a target of RealBokeh: its scene and its f-number."""


def betd(path: Path, images: Mapping[str, Path]) -> dict[str, tuple[float, ...]]:
    """The condition of each sample of BETD that has a line in its ``meta.txt``.

    The focus distance is the one that the disparity implies on a full-frame sensor; a disparity of
    0 implies none, and then only both f-numbers and the focal length are known.
    """
    pairs = read_metadata(path)
    return {name: _of_pair(pairs[name], images[name]) for name in images if name in pairs}


def realbokeh(folder: Path, images: Mapping[str, Path]) -> dict[str, tuple[float, ...]]:
    """The condition of each sample of RealBokeh, from ``metadata/SCENE.json``.

    A sample is named as its target, ``SCENE_fN``. The disparity follows from the focus distance in
    metres and the focal length in millimetres, on a full-frame sensor.
    """
    scenes: dict[str, Mapping[str, Any]] = {}
    found = {}
    for name, image in images.items():
        match = _TARGET.fullmatch(name)
        if match and (file := folder / f"{match[1]}.json").is_file():
            facts = scenes[match[1]] = scenes.get(match[1]) or _read(file)
            found[name] = _of_scene(facts, float(match[2]), image, file)
    return found


def _of_pair(pair: LensPair, image: Path) -> tuple[float, ...]:
    if not pair.disparity:
        return pair.source.f_number, pair.target.f_number, float(pair.source.focal_length)
    return tuple(map(float, pair.condition(_long_side(image)).vector()))


def _of_scene(
    facts: Mapping[str, Any], number: float, image: Path, file: Path
) -> tuple[float, ...]:
    try:
        focal, focus = float(facts["focal_length"]), float(facts["focus_plane_distance"])
        blur = disparity(focus, focal, _long_side(image))
        source = float(facts["source_av"])
    except (KeyError, TypeError, ValueError) as error:
        msg = f"{file}: expected source_av, focal_length and focus_plane_distance: {error!r}"
        raise OptionError(msg) from error
    known = Condition(
        source_f_number=source,
        target_f_number=number,
        focal_length=focal,
        focus_distance=focus,
        disparity=blur,
    )
    return tuple(map(float, known.vector()))


def _long_side(image: Path) -> int:
    with Image.open(image) as opened:
        return max(opened.size)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read as JSON: {error}"
        raise OptionError(msg) from error
    return facts if isinstance(facts, dict) else {}
