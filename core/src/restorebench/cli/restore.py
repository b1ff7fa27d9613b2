"""The verb `restore`: a folder of images through a network, without a data set or scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restorebench.cli.options import Device, Overwrite, Scale, Seed, Steps, option
from restorebench.cli.output import error, installed, result, warning
from restorebench.cli.progress import ProgressDisplay
from restorebench.errors import OptionError

if TYPE_CHECKING:
    from restorebench.data.layouts.scenes import Scene
    from restorebench.restorers.sampling import Moment
    from restorebench.restorers.trajectory import Trajectory
    from restorebench.types import Array

In = Annotated[Path, typer.Argument(metavar="IN", help="A folder of images, or one image.")]
Out = Annotated[Path, typer.Argument(metavar="OUT", help="The folder for the restored images.")]
WeightsFile = Annotated[
    Path, typer.Option("--weights", "-w", metavar="FILE", help="A checkpoint, ours or a .pth.")
]
Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", metavar="FILE", help="TOML or JSON that changes the setup."),
]
Solver = Annotated[str, option("--solver", "NAME", "A solver; see 'restorebench solvers'.")]
Grid = Annotated[
    str, option("--grid", "NAME", "Its times; uniform-lambda suits high-order solvers.")
]
Head = Annotated[str, option("--head", "NAME", "What the network's output means.")]
Precision = Annotated[str, option("--precision", "NAME", "float32 or bfloat16.")]
MeanOf = Annotated[int, option("--mean-of", "N", "Average this many samples.", min=1)]
Condition = Annotated[
    str,
    option(
        "--condition",
        "NUMBERS",
        "For every image, as 16,1.8,50; or a CSV file of lines NAME,NUMBER,NUMBER,…",
    ),
]
SaveTrajectory = Annotated[
    Path | None,
    option(
        "--save-trajectory",
        "FILE",
        "Save the sampling steps as a strip (.png) or an animation (.gif, .webp); for "
        "several images as FILE-NAME.",
    ),
]


def restore(
    source: In,
    target: Out,
    weights: WeightsFile,
    config: Config = None,
    steps: Steps = None,
    solver: Solver = "",
    grid: Grid = "",
    head: Head = "",
    precision: Precision = "float32",
    mean_of: MeanOf = 1,
    scale: Scale = None,
    condition: Condition = "",
    seed: Seed = 0,
    device: Device = "cpu",
    overwrite: Overwrite = False,
    save_trajectory: SaveTrajectory = None,
) -> None:
    """Restore a folder of images with a network.

    Images that are already in OUT are skipped, so an interrupted run continues where it stopped.
    Two views are files named like ID_L and ID_R, ID_left and ID_right, or ID/lr0 and ID/lr1.
    """
    from restorebench.data.layouts.conditions import parse_conditions
    from restorebench.data.layouts.scenes import scenes_of

    sampling = {"steps": steps, "solver": solver, "grid": grid, "head": head}
    given = {key: value for key, value in sampling.items() if value}
    restorer = _restorer(weights, config, given, precision, mean_of)
    inputs = scenes_of(source, restorer.model.backbone.inputs.views)
    _recorder(save_trajectory)  # rejects the file type before anything is restored
    conditions = parse_conditions(condition, [item.id for item in inputs])
    trajectory = _trajectory_files(save_trajectory, inputs)
    work = Work(restorer, target, scale or restorer.scale, seed, device)
    waiting = [i for i in inputs if overwrite or not work.is_done(i)]
    failed = _all(work, waiting, conditions, trajectory)
    skipped, done = len(inputs) - len(waiting), len(waiting) - failed
    parts = [f"{done} restored"] + ([f"{skipped} already there"] if skipped else [])
    line = ", ".join([*parts, *([f"{failed} failed"] if failed else [])])
    result(f"{target}: {line}")
    if failed:
        raise typer.Exit(1)


@dataclass(frozen=True)
class Work:
    """How each image is restored, and where it goes."""

    restorer: Any
    target: Path
    scale: int
    seed: int
    device: str

    def is_done(self, item: Scene) -> bool:
        """Whether all of its images are there."""
        return all((self.target / name).exists() for name in item.outputs)

    def do(self, item: Scene, condition: Array, callback: Callable[[Moment], None]) -> None:
        """Restore one sample and write its images."""
        from restorebench.data.colour import as_float, quantise
        from restorebench.data.images import write_image
        from restorebench.restorers.base import Context
        from restorebench.types import Sample

        sample = Sample(item.id, as_float(item.read()), condition=condition, scale=self.scale)
        context = Context("restore", self.seed, device=self.device)
        pixels = quantise(self.restorer.restore(sample, context, callback=callback).image)
        for name, view in zip(item.outputs, pixels, strict=True):
            write_image(self.target / name, view)


def _restorer(
    weights: Path, config: Path | None, given: Mapping[str, Any], precision: str, mean_of: int
) -> Any:
    """A `Diffusion`, or a `Regression` where the weights are those of one."""
    from restorebench.restorers.diffusion import Diffusion
    from restorebench.restorers.regression import Regression
    from restorebench.restorers.weights import Weights

    suite, change = installed(), str(config or "")
    found = Weights.read(str(weights), suite)
    if weights.suffix != ".safetensors":
        path = found.checkpoint.setup.path
        assumed = ", ".join(f"{k} = {v}" for k, v in (path.to_dict() if path else {}).items())
        warning(f"{weights} does not say how it is used; assumed: {assumed or 'one call'}")
    if found.setup(change).path is not None:
        options = {**given, "precision": precision, "mean_of": mean_of}
        return Diffusion(found, change, **options, suite=suite)
    if given or mean_of > 1:
        which = ", ".join(f"--{key}" for key in (*given, *["mean-of"] * (mean_of > 1)))
        msg = f"{weights} holds a network of one call, which takes no {which}"
        raise OptionError(msg)
    return Regression(found, change, precision=precision, suite=suite)


def _all(
    work: Work, inputs: list[Scene], conditions: Mapping[str, Array], files: Mapping[str, Path]
) -> int:
    """Restore with progress; how many failed: each is one line, and the others go on."""
    failed = 0
    with ProgressDisplay() as progress:
        overall, steps = progress.bar("images", len(inputs)), progress.bar()
        for item in inputs:
            overall.advance(0, item.id)
            record = _recorder(files.get(item.id))

            def callback(moment: Moment, record: Trajectory | None = record) -> None:
                steps.show("steps", moment.step, moment.steps)
                if record is not None:
                    record(moment)

            try:
                work.do(item, conditions[item.id], callback)
                if record is not None and record.moments:
                    record.save(files[item.id])
            except Exception as problem:  # a damaged image, out of memory: the others go on
                failed += 1
                error(f"{item.id}: {type(problem).__name__}: {problem}")
            overall.advance()
    return failed


def _recorder(path: Path | None) -> Trajectory | None:
    from restorebench.restorers.trajectory import Trajectory

    return None if path is None else Trajectory(path.suffix)


def _trajectory_files(path: Path | None, inputs: list[Scene]) -> dict[str, Path]:
    if path is None:
        return {}
    if len(inputs) == 1:
        return {inputs[0].id: path}
    return {item.id: path.with_stem(f"{path.stem}-{item.id.replace('/', '_')}") for item in inputs}
