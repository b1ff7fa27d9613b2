"""The verbs `train` and `recipes`: networks trained by recipe."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restorebench.cli.options import AsJson, Device, Patterns, key_value, output
from restorebench.cli.output import emit, installed, print_table, result
from restorebench.cli.progress import ProgressDisplay
from restorebench.errors import UnknownNameError

if TYPE_CHECKING:
    from restorebench.training.recipe import Recipe
    from restorebench.training.session import Progress

Name = Annotated[
    str, typer.Argument(metavar="RECIPE", help="A recipe's name, or a file that ends in .toml.")
]
Changes = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="KEY=VALUE",
        help="Changed values: steps=500, data.patch=64, path.max_sigma=30, ema=null, "
        "compressor.weights=FILE, …",
    ),
]
Output = Annotated[Path | None, output("DIR", "The run's folder; by default runs/RECIPE.")]
Events = Annotated[bool, typer.Option("--tensorboard", help="Also log to TensorBoard.")]
Compiled = Annotated[
    bool, typer.Option("--compile", help="Train through torch.compile, which needs a compiler.")
]


def train(
    recipe: Name,
    changes: Changes = None,
    output: Output = None,
    device: Device = "cpu",
    tensorboard: Events = False,
    compiled: Compiled = False,
) -> None:
    """Train a network by a recipe.

    After an interruption, the same command continues. Writes curves (log.csv, validation.csv),
    images, and final.safetensors for the restorers 'diffusion' and 'regression'. To use several
    processes, start it with torchrun.
    """
    from restorebench.harness.device import check_device
    from restorebench.training.distributed import ProcessGroup
    from restorebench.training.library import read_recipe
    from restorebench.training.run_folder import RunFolder
    from restorebench.training.trainer import Trainer

    check_device(device)
    values, name = read_recipe(recipe, dict(map(key_value, changes or []))), Path(recipe).stem
    if not recipe.endswith(".toml"):
        name = recipe
    group = ProcessGroup.from_environment(device)
    folder = RunFolder(output or Path("runs") / name)
    with ExitStack() as stack:
        stack.callback(group.destroy)
        own = group.device(device)
        options = {"events": tensorboard, "compiled": compiled}
        trainer = Trainer(values, folder, installed(), own, name, group, **options)
        progress = ProgressDisplay(shown=group.is_main, transient=False)
        display = _Display(stack.enter_context(progress), values.steps)
        trainer.run(display.on_step_end, display.on_image_prepared)
    if group.is_main:
        result(folder.final)


def recipes(names: Patterns = None, as_json: AsJson = False) -> None:
    """List the recipes of 'train'; --json prints all their values."""
    from restorebench.training.library import read_recipe, recipe_names

    known = recipe_names()
    chosen = [n for n in known if not names or any(fnmatchcase(n, p) for p in names)]
    if not chosen:
        msg = f"no recipe matches {' '.join(names or ())}; there are {', '.join(known)}"
        raise UnknownNameError(msg)
    found = {name: read_recipe(name) for name in chosen}
    if as_json:
        emit([{"name": name, **r.model_dump(mode="json")} for name, r in found.items()])
        return
    columns = ("recipe", "task", "steps", "batch × patch", "what it trains")
    rows = (_line(name, recipe) for name, recipe in found.items())
    print_table(columns, rows, folds=columns[-1:])


def _line(name: str, recipe: Recipe) -> Sequence[str]:
    datasets, data = installed().datasets, recipe.data
    task = datasets[data.name].task if data.name in datasets else "(not installed)"
    size = f"{recipe.batch} × {data.patch}"
    return [name, task, f"{recipe.steps:,}".replace(",", "\u202f"), size, recipe.summary]


class _Display:
    """A bar with loss, rate and the last validation."""

    def __init__(self, progress: ProgressDisplay, steps: int) -> None:
        self._bar = progress.bar("preparing images")
        self._steps, self._validated = steps, ""

    def on_image_prepared(self, done: int, total: int) -> None:
        """A sample has been made."""
        self._bar.show("preparing images", done, total)

    def on_step_end(self, progress: Progress) -> None:
        """A step has been taken."""
        validated = validation_text(progress)
        new = validated != self._validated or progress.step == self._steps
        self._validated = validated
        text = f"loss {progress.update.loss:.4g} · rate {progress.update.lr:.2e}{validated}"
        self._bar.show(text, progress.step, self._steps, now=new)


def validation_text(progress: Progress) -> str:
    """The last validation, for the text of a bar; empty before the first."""
    if (found := progress.validation) is None:
        return ""
    return f" · val {found.psnr:.2f} dB (input {found.identity:.2f})"
