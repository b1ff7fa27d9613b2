"""Where a photographer would focus in a layered scene: on a near plane of which much is seen."""

from __future__ import annotations

import numpy as np

from restorebench.data.scenes import Scene

NEAR, FAR = 1.8, 5.0
"""Metres between which the subject is sought."""

SEEN = 0.02
"""The share of the image that a subject shows at least."""


def choose_focus(scene: Scene, rng: np.random.Generator) -> float:
    """The depth of a plane near a drawn distance in [1.8 m, 5 m] that shows 2 % of the image.

    Without such a plane, the depth of the one that is seen most.
    """
    aim = float(np.exp(rng.uniform(np.log(NEAR), np.log(FAR))))
    depths, counts = np.unique(scene.depth_map(), return_counts=True)
    share = counts / counts.sum()
    subjects = depths[(share >= SEEN) & (depths >= NEAR) & (depths <= FAR)]
    if not subjects.size:
        return float(depths[share.argmax()])
    return float(subjects[np.abs(np.log(subjects / aim)).argmin()])
