"""The verbs `train` and `recipes`: networks trained by recipe."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from restorebench.cli.options import AsJson, Patterns, key_value
from restorebench.cli.output import Column, emit, installed, print_table, stderr, stdout
from restorebench.errors import UnknownNameError

if TYPE_CHECKING:
    from restorebench.training.recipe import Recipe
    from restorebench.training.session import News

Name = Annotated[
    str, typer.Argument(metavar="RECIPE", help="A recipe's name, or a file that ends in .toml.")
]
Changes = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="KEY=VALUE",
        help="Values that differ: steps=500, data.patch=64, path.max_sigma=30, ema=null, "
        "compressor.weights=FILE, …",
    ),
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="The run's folder; runs/RECIPE.")
]
Device = Annotated[str, typer.Option("--device", help="A torch device, such as cpu or cuda.")]
Events = Annotated[
    bool, typer.Option("--tensorboard", help="Write curves and images for TensorBoard as well.")
]
Compiled = Annotated[
    bool, typer.Option("--compile", help="Train through torch.compile, which needs a compiler.")
]


def train(
    recipe: Name,
    changes: Changes = None,
    out: Out = None,
    device: Device = "cpu",
    tensorboard: Events = False,
    compiled: Compiled = False,
) -> None:
    """Train a network by a recipe; the same command goes on after an interruption.

    Writes curves (log.csv, validation.csv), images, and final.safetensors for the restorers
    'diffusion' and 'regression'. Several processes: start it with torchrun.
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
    world = ProcessGroup.join(device)
    folder = RunFolder(out or Path("runs") / name)
    with ExitStack() as stack:
        stack.callback(world.leave)
        own = world.device(device)
        options = {"events": tensorboard, "compiled": compiled}
        trainer = Trainer(values, folder, own, name, installed(), world, **options)
        display = stack.enter_context(_Display(values.steps, shown=world.leads))
        trainer.run(display.news, display.preparing)
    if world.leads:
        stdout().print(str(folder.final), markup=False, soft_wrap=True)


def recipes(names: Patterns = None, as_json: AsJson = False) -> None:
    """List the recipes that 'train' takes by name; --json prints all their values."""
    from restorebench.training.library import read_recipe, recipe_names

    known = recipe_names()
    wanted = [n for n in known if not names or any(fnmatchcase(n, p) for p in names)]
    if not wanted:
        msg = f"no recipe matches {' '.join(names or ())}; there are {', '.join(known)}"
        raise UnknownNameError(msg)
    found = {name: read_recipe(name) for name in wanted}
    if as_json:
        emit([{"name": name, **r.model_dump(mode="json")} for name, r in found.items()])
        return
    columns = ("recipe", "task", "steps", "batch × patch", "what it trains")
    rows = (_line(name, recipe) for name, recipe in found.items())
    print_table([Column(c, folds=c == columns[-1]) for c in columns], rows)


def _line(name: str, recipe: Recipe) -> Sequence[str]:
    datasets, data = installed().datasets, recipe.data
    task = datasets[data.name].task if data.name in datasets else "(not installed)"
    size = f"{recipe.batch} × {data.patch}"
    return [name, task, f"{recipe.steps:,}".replace(",", "\u202f"), size, recipe.summary]


class _Display:
    """Progress on stderr: a bar with loss, rate and the last validation."""

    def __init__(self, steps: int, shown: bool) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=stderr(),
            disable=not shown,
        )
        self._steps = steps
        self._task = self._bar.add_task("preparing images", total=None)

    def __enter__(self) -> _Display:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def preparing(self, done: int, total: int) -> None:
        """A sample has been made."""
        self._bar.update(self._task, completed=done, total=total)

    def news(self, news: News) -> None:
        """A step has been taken."""
        text = f"loss {news.update.loss:.4g} · rate {news.update.lr:.2e}"
        if (outcome := news.outcome) is not None:
            text += f" · val {outcome.psnr:.2f} dB (input {outcome.identity:.2f})"
        self._bar.update(self._task, description=text, completed=news.step, total=self._steps)
