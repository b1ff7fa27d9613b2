"""pyiqa's metrics as metrics of their own, with pyiqa's conventions (extra ``iqa``)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

from restorebench.errors import ImageError, MetricUnavailableError
from restorebench.metrics.iqa.needs import NEEDS, Needs
from restorebench.metrics.metric import Mask, Metric, rgb_only, whole_image_only
from restorebench.metrics.protocol import Measure
from restorebench.torchvision_guard import ensure_torchvision
from restorebench.types import Pixels


class PyIqa(Metric):
    """One metric of pyiqa under its default settings; a no-reference one ignores the target.

    Its numbers are pyiqa's, not ours: `psnr` ends at 80 dB, `ssim` is that of the rounded Y of YIQ.
    Nothing is downloaded: without its files or packages the metric is not available.
    """

    def __init__(self, name: str, needs: Needs) -> None:
        self.name = name
        self.needs = needs
        self._model: Any = None

    def check(self, measure: Measure) -> str | None:
        """Why it cannot be computed here: no pyiqa, or no weights."""
        reason = self.needs.absent()
        return None if reason is None else f"pyiqa's {self.name} cannot run: {reason}"

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
            try:
                return float(model(*(torch.tensor(p).float().div_(255)[None] for p in images)))
            except (RuntimeError, ValueError, AssertionError) as error:  # each too small its way
                first = (str(error).strip().splitlines() or [type(error).__name__])[0]
                msg = f"pyiqa's {self.name} cannot score {_size(target)} px: {first}"
                raise ImageError(msg) from error

    def provenance(self, measure: Measure) -> dict[str, Any]:
        """The version of pyiqa, and the hashes of the files."""
        files = {file.name: file.read_sha256() for file in self.needs.files}
        return {**super().provenance(measure), "pyiqa": version("pyiqa"), **files}

    def _loaded(self) -> Any:
        if self._model is None:
            for file in self.needs.files:
                file.read_sha256()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ensure_torchvision()
                import pyiqa

                with _untrained_backbones():
                    self._model = pyiqa.create_metric(self.name, device="cpu")
        return self._model


@contextmanager
def _untrained_backbones() -> Iterator[None]:
    """timm's networks without a download: a metric's own file has the weights of all of it."""
    import timm

    plain = timm.create_model

    def untrained(*args: Any, **options: Any) -> Any:
        return plain(*args, **{**options, "pretrained": False})

    timm.create_model = untrained
    try:
        yield
    finally:
        timm.create_model = plain


def _size(pixels: Pixels) -> str:
    return f"{pixels.shape[1]}×{pixels.shape[2]}"


metrics = SimpleNamespace(**{name: PyIqa(name, needs) for name, needs in NEEDS.items()})
"""All of them, as attributes: the targets of the registry."""
