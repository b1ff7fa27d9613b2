"""The verb `restore`: a folder of images through a restorer, without a data set or scores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restorebench.cli import completion
from restorebench.cli.options import (
    Device,
    Memory,
    Overwrite,
    Scale,
    Seed,
    Statistics,
    Steps,
    Tile,
    option,
)
from restorebench.cli.output import installed, note, result, warning

if TYPE_CHECKING:
    from restorebench.cli.restore.inputs import Input

In = Annotated[Path, typer.Argument(metavar="IN", help="A folder of images, or one image.")]
Out = Annotated[Path, typer.Argument(metavar="OUT", help="The folder for the restored images.")]
RestorerName = Annotated[
    str,
    option(
        "--restorer",
        "RESTORER",
        "Any restorer; NAME:key=value,… passes options. See 'restorebench restorers'.",
        autocompletion=completion.restorer_names,
    ),
]
WeightsFile = Annotated[
    Path | None,
    typer.Option(
        "--weights",
        "-w",
        metavar="FILE",
        help="Instead: a checkpoint, ours or a .pth; or the name of a packaged network.",
    ),
]
TaskName = Annotated[
    str | None,
    option(
        "--task",
        "TASK",
        "The task, where the restorer is for several: its views and condition numbers.",
        autocompletion=completion.task_names,
    ),
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
MaskPlace = Annotated[
    Path | None,
    option("--mask", "PATH", "A folder or pattern of masks named as the images, or one."),
]
DepthPlace = Annotated[
    Path | None,
    option("--depth", "PATH", "As --mask: depth maps (.npy, .pfm, .tif, 16-bit .png)."),
]
DepthUnit = Annotated[
    float | None,
    option("--depth-unit", "METRES", "What a value of 1 means; needed for whole numbers.", min=0),
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
    restorer: RestorerName = "",
    weights: WeightsFile = None,
    task: TaskName = None,
    config: Config = None,
    steps: Steps = None,
    solver: Solver = "",
    grid: Grid = "",
    head: Head = "",
    precision: Precision = "float32",
    mean_of: MeanOf = 1,
    scale: Scale = None,
    condition: Condition = "",
    mask: MaskPlace = None,
    depth: DepthPlace = None,
    depth_unit: DepthUnit = None,
    seed: Seed = 0,
    device: Device = "cpu",
    memory: Memory = None,
    tile: Tile = 0,
    statistics: Statistics = "exact",
    overwrite: Overwrite = False,
    save_trajectory: SaveTrajectory = None,
) -> None:
    """Restore a folder of images with any restorer or network.

    Images that the same restorer made of the same inputs are skipped, so an interrupted run
    continues where it stopped; what something else made is not replaced without --overwrite.
    Two views are files named like ID_L and ID_R, ID_left and ID_right, or ID/lr0 and ID/lr1.
    Networks work on large images in tiles, as --memory needs it; how is printed before they start.
    """
    from restorebench.cli.restore.choice import choose
    from restorebench.cli.restore.inputs import check_numbers, inputs_of, numbers_of
    from restorebench.cli.restore.output import OutputFolder, check_places
    from restorebench.cli.restore.plans import Plans
    from restorebench.cli.restore.work import Work, recorder
    from restorebench.harness.device import check_device
    from restorebench.restorers.base import Context
    from restorebench.restorers.plan.limits import limits_of

    limits = limits_of(memory, tile, statistics)
    check_device(device)
    recorder(save_trajectory)  # rejects the file type before anything is restored
    sampling = {"steps": steps, "solver": solver, "grid": grid, "head": head}
    special = {"precision": precision if precision != "float32" else "", "config": config or ""}
    given = {**sampling, **special, "mean_of": mean_of if mean_of > 1 else None}
    options = {k: str(v) if isinstance(v, Path) else v for k, v in given.items() if v}
    choice = choose(installed(), restorer, weights, options, task, scale)
    inputs = inputs_of(source, choice.views, condition, mask, depth, depth_unit)
    check_numbers({item.scene.id: item.condition for item in inputs}, choice.task)
    names = [name for item in inputs for name in item.scene.outputs]
    trajectories = _trajectory_files(save_trajectory, inputs)
    written = [*(target / name for name in names), *trajectories.values()]
    check_places(source, target, written, [path for item in inputs for path in item.files])
    output = OutputFolder(target, choice.maker(seed))
    output.check(names, overwrite)
    _say_what_is_passed_over(source)
    if left := output.tidied():
        files = "1 file" if left == 1 else f"{left} files"
        note(f"removed from {target} what a killed run had left unfinished: {files}")
    plans = Plans(choice, limits, Context(choice.context, seed, device=device))
    work = Work(choice, output, plans, trajectories)
    waiting = [item for item in inputs if overwrite or not work.is_done(item)]
    if again := [item for item in waiting if not overwrite and work.is_there(item)]:
        note(f"{len(again)} are restored again: what they are made from, or they, have changed")
    if waiting:
        output.begin()
        plans.say(waiting)
    failed = work.all(waiting)
    if failed and choice.task and choice.task.condition and not condition:
        note(f"the task {choice.task.name} has {numbers_of(choice.task)}: give --condition")
    _report(target, len(waiting) - failed, len(inputs) - len(waiting), failed)
    if failed:
        raise typer.Exit(1)


def _say_what_is_passed_over(source: Path) -> None:
    from restorebench.data.inputs import INPUT_SUFFIXES
    from restorebench.data.layouts.files import passed_over

    for line in passed_over(source, INPUT_SUFFIXES) if source.is_dir() else ():
        warning(line)


def _report(target: Path, done: int, skipped: int, failed: int) -> None:
    parts = [f"{done} restored"] + ([f"{skipped} already there"] if skipped else [])
    result(f"{target}: {', '.join([*parts, *([f'{failed} failed'] if failed else [])])}")


def _trajectory_files(path: Path | None, inputs: list[Input]) -> dict[str, Path]:
    if path is None:
        return {}
    ids = [item.scene.id for item in inputs]
    if len(ids) == 1:
        return {ids[0]: path}
    return {name: path.with_stem(f"{path.stem}-{name.replace('/', '_')}") for name in ids}
