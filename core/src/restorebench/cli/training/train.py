"""The verbs `train` and `recipes`: networks trained by recipe."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restorebench.cli.key_value import key_value
from restorebench.cli.options import AsJson, DataRoot, Device, Patterns, option, output
from restorebench.cli.output import emit, installed, print_table, result
from restorebench.cli.progress import ProgressDisplay
from restorebench.cli.resolve import with_data
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
Steps = Annotated[
    int | None,
    option("--steps", "N", "Train to N steps; a finished run of fewer goes on.", min=1),
]
Init = Annotated[
    str | None,
    option("--init", "FILE", "Begin with these weights, or with those of a restorer (NAME)."),
]
Compiled = Annotated[
    bool, typer.Option("--compile", help="Train through torch.compile, which needs a compiler.")
]


def train(
    recipe: Name,
    changes: Changes = None,
    output: Output = None,
    device: Device = "cpu",
    steps: Steps = None,
    init: Init = None,
    data_root: DataRoot = None,
    tensorboard: Events = False,
    compiled: Compiled = False,
) -> None:
    """Train a network by a recipe.

    After an interruption, the same command continues. To train on images of your own, say
    data.train='degraded=lq/{id},target=gt/{id}', and data.val likewise. Writes curves (log.csv,
    validation.csv), images, and final.safetensors for the restorers 'diffusion' and 'regression'.
    To use several processes, start it with torchrun.
    """
    from restorebench.harness.device import check_device
    from restorebench.training.distributed import ProcessGroup
    from restorebench.training.library import read_recipe
    from restorebench.training.run_folder import RunFolder
    from restorebench.training.trainer import Trainer

    check_device(device)
    changed = dict(map(key_value, changes or []))
    changed |= {"steps": steps} if steps is not None else {}
    changed |= {"begin": _begun(init)} if init is not None else {}
    values, name = read_recipe(recipe, changed), Path(recipe).stem
    if not recipe.endswith(".toml"):
        name = recipe
    group = ProcessGroup.from_environment(device)
    folder = RunFolder(output or Path("runs") / name)
    with ExitStack() as stack:
        stack.callback(group.destroy)
        own = group.device(device)
        suite, _ = with_data(installed(), None, None, None, data_root)
        options = {"events": tensorboard, "compiled": compiled, "extend": steps is not None}
        trainer = Trainer(values, folder, suite, own, name, group, **options)
        progress = ProgressDisplay(shown=group.is_main, transient=False)
        display = _Display(stack.enter_context(progress), values.steps)
        trainer.run(display.on_step_end, display.on_image_prepared)
    if group.is_main:
        result(folder.final)


def _begun(init: str) -> str:
    """The restorer whose weights a network begins with: named, or that of a file of weights."""
    if not Path(init).expanduser().is_file():
        return init
    from restorebench.checkpoints.published import open_weights
    from restorebench.harness.plan import RestorerRef

    setup = open_weights(init, installed()).setup
    name = "regression" if setup.path is None else "diffusion"
    return str(RestorerRef(name, (("weights", init),)))


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
