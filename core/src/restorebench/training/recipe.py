"""What is trained on what and how: one validated table of values, read from TOML."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from restorebench.checkpoints.setup import Setup

Named: TypeAlias = str | dict[str, Any]
"""A registered thing: its name, or a table with ``name`` and options."""

Augmentation: TypeAlias = Literal["horizontal", "vertical", "transpose", "exchange", "defocus"]
Whole: TypeAlias = Annotated[int, Field(ge=1)]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Positive: TypeAlias = Annotated[float, Field(gt=0)]
Share: TypeAlias = Annotated[float, Field(ge=0, lt=1)]

SAMPLED = ("diffusion", "distillation")
"""Objectives whose network is sampled along a path."""

COMPRESSING = ("latent-replacement", "kl-vae")
"""Objectives that train a compressor, not a backbone."""


class Part(BaseModel):
    """Base of a recipe's tables: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Data(Part):
    """Which images, and what is cut from them.

    `name` is a data set of the task. `train` and `val` are splits of it, or other data sets in any
    form that ``--data`` takes (``"degraded=lq/{id},target=gt/{id}"``, a folder, ``"nh-haze"``),
    with ``@SPLIT`` where its split has another name; several of `train` are mixed.
    `patch` is the side of a crop in pixels of the target. `augment`, each with probability ½:
    ``"horizontal"`` and ``"vertical"`` flips (the first exchanges the views of a stereo pair, so
    that left stays left), ``"transpose"`` (with the flips: 90° rotations; not for stereo pairs),
    ``"exchange"`` of degraded image and target, ``"defocus"``, one blur of both, which gives the
    smooth parts that photographs have and procedural scenes lack. `enlarge`, `condition`, `guides`
    and `initial` as in a `Setup`.
    `max_samples`: train on so many images only. `scenes`: train on so many scenes, more than the
    split has, of a data set that makes as many as it is asked for.
    """

    name: str
    train: str | Annotated[tuple[str, ...], Field(min_length=1)] = "train"
    val: str = "val"
    patch: Whole
    augment: tuple[Augmentation, ...] = ()
    enlarge: str = "bicubic"
    condition: tuple[int, ...] | None = None
    guides: tuple[str, ...] = ()
    initial: str | None = None
    max_samples: Whole | None = None
    scenes: Whole | None = None


class Objective(Part):
    """What is minimised.

    ``"regression"`` of the target; ``"diffusion"``: the network predicts what `head` names, at the
    path's grid times (``"grid"``, the default where it has them) or any (``"continuous"``);
    ``"distillation"``: the network, which begins with the weights of the diffusion `teacher` (a
    restorer, ``"name"`` or ``"name:key=value"``), predicts at its sampler's times what the teacher
    makes of the same x_t in `teacher_steps` calls;
    ``"latent-replacement"`` and ``"kl-vae"`` train a compressor. `weighting`: ``"uniform"`` or
    ``"maximum-likelihood"``, IR-SDE's, in which an error counts as what it does to one Euler step.
    `own_states`: the share of samples whose x_t holds the network's own x̂0 from t = 1 in place of
    x0, as states are while it is sampled (scheduled sampling, Deng et al., arXiv 2210.05147): it
    learns not to take its own errors for what is known, so that they do not add up over steps.
    `perceptual`: how much of LPIPS (AlexNet) between the image and the target is added. Both need a
    head that predicts the image by itself, "data" or "residual".
    """

    kind: Literal["regression", "diffusion", "distillation", "latent-replacement", "kl-vae"]
    distance: Literal["l1", "l2", "charbonnier"] = "l1"
    head: str = "noise"
    weighting: Literal["uniform", "maximum-likelihood"] = "uniform"
    times: Literal["grid", "continuous"] | None = None
    perceptual: Annotated[float, Field(ge=0)] = 0.0
    own_states: Share = 0.0
    teacher: str | None = None
    teacher_steps: Whole = 4


class Optimiser(Part):
    """Lion, Adam or AdamW; `clip` is the largest norm of the gradient."""

    name: Literal["lion", "adam", "adamw"] = "lion"
    lr: Positive
    betas: tuple[Share, Share] = (0.9, 0.99)
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    clip: Positive | None = None


class Schedule(Part):
    """Of the learning rate: ``"cosine"`` to `minimum`, or halved at each of `milestones`.

    `warmup`: so many steps from 0, linearly.
    """

    name: Literal["cosine", "multistep", "constant"] = "cosine"
    minimum: Annotated[float, Field(ge=0)] = 1e-7
    milestones: tuple[Whole, ...] = ()
    warmup: Count = 0


class Averaging(Part):
    """Exponential moving average of the weights, updated after each `every`-th step; see `ema`."""

    decay: Share = 0.995
    every: Whole = 10
    update_after_step: Count = 100
    warmup_power: Positive = 2 / 3


class Sampler(Part):
    """How a diffusion is sampled when it is validated, and by default afterwards."""

    solver: Named = "unipc-2"
    grid: Named = "uniform-lambda"
    steps: Whole = 12
    start: Annotated[float, Field(gt=0, le=1)] = 1.0
    prior: str = "marginal"


class Monitor(Part):
    """When a run is saved (`checkpoint_minutes`) and validated (every so many steps).

    Validation restores the first `val_samples` of the split, and images `images` of them.
    """

    checkpoint_minutes: Annotated[float, Field(ge=0)] = 2.0
    validate_every: Whole = 1000
    val_samples: Whole = 8
    images: Whole = 4


class Recipe(Part):
    """Everything that decides what a run's weights become.

    `batch` is the whole batch, of all processes; it is worked on in `accumulate` parts. A
    `compressor` under a backbone is frozen, and has ``weights``, the file of its own run. `begin`:
    the restorer whose weights the network begins with (``"name"`` or ``"name:key=value"``): one of
    the same network, or for a NAFNet that predicts residuals a regression of the same blocks.
    """

    summary: str
    citation: str = ""
    steps: Whole
    batch: Whole
    accumulate: Whole = 1
    precision: Literal["float32", "bfloat16"] = "float32"
    seed: Count = 0
    data: Data
    objective: Objective
    path: Named | None = None
    backbone: Named | None = None
    begin: str | None = None
    compressor: Named | None = None
    optimiser: Optimiser
    schedule: Schedule = Schedule()
    ema: Averaging | None = None
    sampler: Sampler = Sampler()
    monitor: Monitor = Monitor()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        kind = self.objective.kind
        if kind in COMPRESSING:
            _require(self.compressor is not None, f"{kind} trains a compressor: name one")
            _require(self.backbone is None, f"{kind} trains a compressor alone: no backbone")
            _require(self.begin is None, f"{kind} trains a compressor, which begins at random")
        else:
            _require(self.backbone is not None, f"{kind} trains a backbone: name one")
        _require(
            (self.path is not None) == (kind in SAMPLED),
            f"{kind if kind in SAMPLED else SAMPLED[0]} needs a path, and nothing else has one",
        )
        _require(
            (self.objective.teacher is not None) == (kind == "distillation"),
            "distillation needs objective.teacher, and nothing else has one",
        )
        _require(self.batch % self.accumulate == 0, "batch must be a multiple of accumulate")
        _require(
            self.compressor is None or not (self.objective.perceptual or kind == "distillation"),
            "distillation and objective.perceptual are for images: leave out the compressor",
        )
        return self

    @property
    def compresses(self) -> bool:
        """Whether a compressor is trained, not a backbone."""
        return self.objective.kind in COMPRESSING

    def setup(self, scale: int) -> Setup:
        """How the trained network is used, on samples of that scale."""
        values: dict[str, Any] = {"backbone": self.backbone, "compressor": self._compressor()}
        if self.compresses:
            return Setup.from_dict(values)
        values |= {"scale": scale, "enlarge": self.data.enlarge}
        if self.data.condition is not None:
            values["condition"] = list(self.data.condition)
        if self.data.guides:
            values["guides"] = list(self.data.guides)
        if self.data.initial is not None:
            values["initial"] = self.data.initial
        if self.path is not None:
            values |= {"path": self.path, "head": self.objective.head}
            values |= self.sampler.model_dump()
        return Setup.from_dict(values)

    def _compressor(self) -> Named | None:
        if not isinstance(self.compressor, dict):
            return self.compressor
        return {key: value for key, value in self.compressor.items() if key != "weights"}


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)
