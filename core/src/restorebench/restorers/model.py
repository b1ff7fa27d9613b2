"""Networks with weights on a device, and what they do to a batch of images."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import Tensor

from restorebench.backbones.backbone import Backbone
from restorebench.backbones.cost import cost_of, macs_of, parameters_of
from restorebench.backbones.tiling.geometry import statistics_of
from restorebench.backbones.tiling.tiled import Tiled
from restorebench.backbones.unet import UNet
from restorebench.checkpoints.setup import Setup
from restorebench.compressors.compressor import Compressor, Latent
from restorebench.compressors.tiling import TiledCompressor
from restorebench.errors import OptionError, SampleError
from restorebench.plugins import Suite
from restorebench.restorers.guides import check_guides, guide_maps
from restorebench.restorers.plan.plan import Plan
from restorebench.restorers.sampling import Callback, Moment, Process, known
from restorebench.solvers.state import InMemory, OnDisk, State
from restorebench.solvers.stepping import Noise
from restorebench.types import Sample

PRECISIONS: Mapping[str, torch.dtype] = MappingProxyType(
    {"float32": torch.float32, "bfloat16": torch.bfloat16}
)


class Output(NamedTuple):
    """Restored images (B, V, 3, sH, sW), the network calls that they took, and at what size.

    `working`: height and width of what the backbone read, (a latent of) the images.
    """

    images: Tensor
    nfe: int
    working: tuple[int, int]


class Model:
    """A backbone, on the latents of a compressor if there is one, used as a setup says.

    It keeps no state between calls but costs that it has counted.
    """

    def __init__(
        self, suite: Suite, setup: Setup, backbone: Backbone, compressor: Compressor | None = None
    ) -> None:
        self.suite, self.setup = suite, setup
        self.backbone, self.compressor = backbone, compressor
        self.process = None if setup.path is None else Process(suite, setup)
        self.state: Callable[[], State] = InMemory
        self._macs: dict[tuple[int, ...], tuple[int, int] | None] = {}
        _check_channels(backbone, compressor)
        inputs = backbone.inputs
        check_guides(suite, setup.guides, inputs.guides, compressor is not None, inputs.views)
        if self.process is None and backbone.inputs.timed:
            msg = "this network is conditioned on the time: its setup needs a path to sample"
            raise OptionError(msg)

    def to(self, device: str, precision: str = "float32") -> None:
        """Move to a torch device; `precision` is the backbone's alone."""
        if precision not in PRECISIONS:
            msg = f"precision is {precision!r}; there are {', '.join(PRECISIONS)}"
            raise OptionError(msg)
        self.backbone.to(device, PRECISIONS[precision])
        if self.compressor is not None:
            self.compressor.to(device)

    def planned(self, plan: Plan) -> Model:
        """The same networks, worked on as `plan` says; `OptionError` where they cannot be.

        On latents a backbone that cannot be cut is given all of them: they are far smaller. So is
        a U-Net, whose exact tiles take a pass for each attention.
        """
        if plan.whole:
            return self
        made = copy(self)
        if plan.state:
            made.state = partial(OnDisk, plan.state)
        if self.compressor is not None:
            made.compressor = TiledCompressor(self.compressor, plan.tile)
        cut = plan.statistics in statistics_of(self.backbone)
        if self.compressor is None or (cut and not isinstance(self.backbone, UNet)):
            made.backbone = Tiled(self.backbone, plan.tiling)
        return made

    def with_backbone(self, backbone: Backbone) -> Model:
        """The same with another backbone of the same inputs."""
        made = copy(self)
        made.backbone = backbone
        return made

    @property
    def parameters(self) -> int:
        """Learned numbers of all networks."""
        networks = (self.backbone, self.compressor)
        return sum(parameters_of(net) for net in networks if net is not None)

    def enlargement(self, sample: Sample) -> int:
        """How often the input is enlarged; `SampleError` if the sample is of another task."""
        inputs, expected = self.backbone.inputs, self.setup.scale
        views = sample.degraded.shape[0]
        if views != inputs.views:
            given = "one view" if views == 1 else f"{views} views"
            msg = f"sample {sample.id!r} has {given}, the network takes {inputs.views}"
            raise SampleError(f"{msg}; these weights are of another task")
        if expected is not None and expected != sample.scale:
            msg = f"sample {sample.id!r} is to be enlarged {sample.scale} times"
            raise SampleError(f"{msg}; these weights are for {expected} times")
        larger, rest = divmod(sample.scale, inputs.upscale)
        if rest or (inputs.upscale > 1 and larger > 1):
            msg = f"sample {sample.id!r} is to be enlarged {sample.scale} times"
            raise SampleError(f"{msg}; the network enlarges {inputs.upscale} times")
        return larger

    def condition(self, sample: Sample) -> Tensor | None:
        """What the network reads of a sample's condition, (1, K), or None; `SampleError`."""
        places, given = self.setup.condition, sample.condition
        if places is not None and any(place >= len(given) for place in places):
            stated = f"only the first {len(given)}" if len(given) else "none"
            which = ", ".join(str(place + 1) for place in places)
            msg = f"the network reads number {which} of the task's condition"
            raise SampleError(f"{msg}; sample {sample.id!r} states {stated}")
        read = given if places is None else given[list(places)]
        expected = self.backbone.inputs.condition_dim
        if len(read) != expected:
            msg = (
                f"sample {sample.id!r} has a condition of {len(read)} numbers, the network takes "
                f"{expected}; these weights are of another task, or the setup must say which "
                "numbers to read (condition = [places]; [] for none)"
            )
            raise SampleError(msg)
        return torch.from_numpy(read.copy())[None] if expected else None

    def guides(self, sample: Sample) -> Tensor | None:
        """The maps that the network reads of a sample, (1, 1, G, H, W), or None; `SampleError`."""
        if not self.setup.guides:
            return None
        return torch.from_numpy(guide_maps(self.suite, self.setup.guides, sample))[None, None]

    @torch.inference_mode()
    def restore(
        self,
        images: Tensor,
        condition: Tensor | None = None,
        noise: Noise | None = None,
        callback: Callback | None = None,
        guides: Tensor | None = None,
    ) -> Output:
        """Degraded (B, V, 3, H, W) to restored images; condition (B, K), noise for (B, V, …).

        `guides` (B, V, G, H, W), where the setup names some.
        `noise` is a function of place, so that the output for a sample depends neither on the batch
        nor on its order. `callback` gets every moment of a trajectory, as images.
        """
        mu, latent = self._encode(images)
        size = (mu.shape[-2], mu.shape[-1])
        if self.process is None:
            dtype = next(self.backbone.parameters()).dtype
            seen = known(mu, guides).to(dtype)
            out = self.backbone(mu.to(dtype), seen, None, condition).to(mu.dtype)
            return Output(self._decode(out, latent, images), 1, size)
        if noise is None:
            msg = "a path is sampled from noise: give a noise source"
            raise OptionError(msg)

        as_image = torch.inference_mode()(partial(self._decode, latent=latent, like=images))

        def shown(moment: Moment) -> None:
            if callback is not None:
                callback(replace(moment, image=as_image))

        follow = None if callback is None else shown
        x0, nfe = self.process.run(
            self.backbone, mu, condition, noise, follow, guides, self.state()
        )
        return Output(self._decode(x0, latent, images), nfe, size)

    def macs(self, output: Output) -> int | None:
        """Multiply–adds for one sample of an output, all of its views.

        None for a network whose control flow depends on values: it cannot be counted by shapes.
        """
        key = (*output.images.shape[-2:], *output.working)
        if key not in self._macs:
            try:
                self._macs[key] = self._count(*key)
            except (RuntimeError, ValueError, NotImplementedError):
                self._macs[key] = None
        counted = self._macs[key]
        return None if counted is None else counted[0] * output.nfe + counted[1]

    def _count(self, height: int, width: int, rows: int, columns: int) -> tuple[int, int]:
        """Those of a call of the backbone, and of encoding and decoding."""
        call = cost_of(self.backbone, rows, columns).macs
        if self.compressor is None:
            return call, 0
        image = torch.empty(self.backbone.inputs.views, self.compressor.channels, height, width)
        return call, macs_of(self.compressor, image)

    def _encode(self, images: Tensor) -> tuple[Tensor, Latent | None]:
        if self.compressor is None:
            return images, None
        latent = self.compressor.encode(images.flatten(0, 1))
        return latent.z.reshape(*images.shape[:2], *latent.z.shape[1:]), latent

    def _decode(self, z: Tensor, latent: Latent | None, like: Tensor) -> Tensor:
        """Images of latents, with the skips of the degraded ones."""
        if self.compressor is None or latent is None:
            return z
        height, width = like.shape[-2:]
        decoded = self.compressor.decode(z.flatten(0, 1), latent.skips, (height, width))
        return decoded.reshape(*like.shape[:2], *decoded.shape[1:])


def _check_channels(backbone: Backbone, compressor: Compressor | None) -> None:
    channels = 3 if compressor is None else compressor.latent_channels
    if backbone.inputs.channels != channels:
        what = "images have" if compressor is None else "the compressor's latents have"
        msg = f"the network works on {backbone.inputs.channels} channels, {what} {channels}"
        raise OptionError(f"{msg}; name the compressor that belongs to it")
    if compressor is not None and backbone.inputs.upscale > 1:
        msg = "a network that enlarges cannot work on latents"
        raise OptionError(msg)
