"""pyiqa's metrics as metrics of their own, with pyiqa's conventions (extra ``iqa``)."""

from __future__ import annotations

import importlib.util
import warnings
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from restorebench.errors import MetricUnavailableError
from restorebench.metrics.metric import Mask, Metric, rgb_only, whole_image_only
from restorebench.metrics.protocol import Measure
from restorebench.torchvision_guard import ensure_torchvision
from restorebench.types import Pixels

WEIGHTLESS = (
    "psnr", "psnry", "ssim", "ssimc", "ms_ssim", "cw_ssim", "fsim",
    "gmsd", "mad", "nlpd", "vif", "vsi", "piqe", "entropy",
)  # fmt: skip
"""The metrics that need no file."""

WEIGHTS = {
    "dists": ("pyiqa/DISTS_weights-f5e65c96.pth", "checkpoints/vgg16-397923af.pth"),
    "niqe": ("pyiqa/niqe_modelparameters.mat",),
    "musiq": ("pyiqa/musiq_koniq_ckpt-e95806b9.pth",),
}
"""The files that the others need, below torch's hub folder; pyiqa would download them unasked."""


class PyIqa(Metric):
    """One metric of pyiqa under its default settings; a no-reference one ignores the target.

    Its numbers are pyiqa's, not ours: `psnr` ends at 80 dB, `ssim` is that of the rounded Y of YIQ.
    """

    def __init__(self, name: str, files: tuple[str, ...] = ()) -> None:
        self.name = name
        self._files = files
        self._model: Any = None

    def check(self, measure: Measure) -> str | None:
        """Why it cannot be computed here: no pyiqa, or no weights."""
        if importlib.util.find_spec("pyiqa") is None:
            return "the package pyiqa is not installed: pip install 'restorebench[iqa]'"
        absent = [str(path) for path in self._paths() if not path.is_file()]
        return (
            f"the weights of pyiqa's {self.name} are not here: {', '.join(absent)}"
            if absent
            else None
        )

    def compute(
        self, prediction: Pixels, target: Pixels, region: Mask | None, measure: Measure
    ) -> float:
        """pyiqa's number for one view, ``(3, H, W)``."""
        whole_image_only(region, measure)
        rgb_only(measure)
        if (reason := self.check(measure)) is not None:
            raise MetricUnavailableError(reason)
        import torch

        model = self._loaded()
        images = (prediction, target) if model.metric_mode == "FR" else (prediction,)
        with torch.inference_mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return float(model(*(torch.tensor(p).float().div_(255)[None] for p in images)))

    def provenance(self, measure: Measure) -> dict[str, Any]:
        """The version of pyiqa."""
        return {**super().provenance(measure), "pyiqa": version("pyiqa")}

    def _paths(self) -> tuple[Path, ...]:
        if not self._files:
            return ()
        import torch

        return tuple(Path(torch.hub.get_dir()) / file for file in self._files)

    def _loaded(self) -> Any:
        if self._model is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ensure_torchvision()
                import pyiqa

                self._model = pyiqa.create_metric(self.name, device="cpu")
        return self._model


metrics = SimpleNamespace(
    **{name: PyIqa(name) for name in WEIGHTLESS},
    **{name: PyIqa(name, files) for name, files in WEIGHTS.items()},
)
"""All of them, as attributes: the targets of the registry."""
