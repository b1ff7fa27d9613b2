"""The tables of a model card: the network, its scores, its training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from restorebench.checkpoints.setup import Choice
from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.training.model_card.card_file import CardFile
from restorebench.training.model_card.evaluation import Row

_PRECISION = {"float32": "float32", "bfloat16": "bfloat16 by autocast, float32 weights"}
_DISTANCES = {"l1": "L1", "l2": "squared error", "charbonnier": "Charbonnier's distance"}
UNITS = {"psnr": "PSNR (dB)", "ssim": "SSIM", "lpips": "LPIPS"}


def network(file: CardFile) -> str:
    """What it is and what a restoration takes."""
    setup, first = file.setup, file.facts.evaluation.rows[0]
    latents = "" if setup.compressor is None else f" on the latents of {setup.compressor.name}"
    name = "" if setup.backbone is None else setup.backbone.name
    rows = {
        "file": f"`{file.name}`, {file.size / 1e6:.2f} MB; float16, it computes in float32",
        "SHA-256": f"`{file.digest}`",
        "network": f"{name}{latents}, {first.parameters:,} parameters",
        "network calls (NFE)": f"{first.nfe}",
    }
    if setup.path is not None:
        rows["path"] = f"{_choice(setup.path)}; the network predicts the {setup.head}"
        rows["sampler"] = (
            f"{_choice(setup.solver)}, {setup.steps} steps of {_choice(setup.grid)}; the options "
            "`solver`, `steps` and `grid` change it"
        )
    if first.macs is not None:
        rows["multiply–adds"] = f"{first.macs / 1e9:.1f} G for an image of the validation split"
    if setup.initial is not None:
        rows["starts from"] = f"what the restorer `{setup.initial}` makes of the image"
    rows["reads beside the image"] = ", ".join(file.facts.reads) or "nothing"
    return _rows(rows)


def scores(file: CardFile) -> str:
    """A line for each restorer."""
    rows = file.facts.evaluation.rows
    heads = ["restorer", "NFE", *(UNITS.get(c, c) for c in rows[0].scores)]
    lines = [_line(heads), _line(["---", *["---:"] * (len(heads) - 1)])]
    own = file.facts.name
    return "\n".join([*lines, *(_line(_cells(row, row.restorer.startswith(own))) for row in rows)])


def training(file: CardFile) -> str:
    """What it was trained on, how, and by which machine."""
    facts, origin, values = file.facts, file.origin, file.values
    patch, batch = values["data"]["patch"], values["batch"]
    images = f"{facts.images} images of the split `{facts.split}`"
    rows = {
        "recipe": _recipe(origin, facts.changes),
        "data": f"`{origin['data']}`: {facts.data}; {images}",
        "hash of the split": f"`{origin['data_hash']}`",
        **({"other splits seen": others} if (others := _others(origin)) else {}),
        "steps": f"{origin['steps']} of {batch} patches of {patch}×{patch}",
        "loss": _loss(values["objective"]),
        "seed": f"{origin['seed']}",
        "precision": _PRECISION[values["precision"]],
        "time": _time(origin),
        "hardware": _hardware(origin),
    }
    if (teacher := values["objective"].get("teacher")) is not None:
        rows["teacher"] = f"`{teacher}`, in {values['objective']['teacher_steps']} steps of ddim"
    if (begun := origin.get("begin_sha256")) is not None:
        rows["begins as"] = f"`{values.get('begin') or teacher}` (SHA-256 `{begun}`)"
    if (below := facts.compressor) is not None:
        rows["compressor"] = f"{_recipe(below, below['changes'])}; {below['steps']} steps, seed "
        rows["compressor"] += f"{below['seed']}, {_time(below)} on {_hardware(below)}; then frozen"
    return _rows(rows)


def _loss(objective: Mapping[str, Any]) -> str:
    """The distance, and whether what boards measure as perceptual quality is in it."""
    of = {"diffusion": objective["head"], "distillation": "image, to the teacher's"}
    named = f"{_DISTANCES[objective['distance']]} of the {of.get(objective['kind'], 'image')}"
    if not (weight := objective.get("perceptual", 0)):
        return f"{named}; LPIPS is not in it"
    return f"{named}, and {weight:g} × LPIPS (AlexNet) of the image: its LPIPS is what it minimised"


def _others(origin: Mapping[str, Any]) -> str:
    """The hashes of splits that weights which it begins with or works on were trained on."""
    splits = TrainedOn.of(origin).splits
    return ", ".join(f"`{split}`" for split in splits if split != origin["data_hash"])


def _recipe(origin: Mapping[str, Any], changed: Iterable[str] | None) -> str:
    if changed is None:
        return f"`{origin['recipe']}`, which does not come with restorebench (values below)"
    listed = ", ".join(f"`{word}`" for word in changed)
    return f"`{origin['recipe']}`" + (f", with {listed}" if listed else ", as it is")


def _time(origin: Mapping[str, Any]) -> str:
    return f"{origin['seconds'] / 60:.1f} minutes ({origin['seconds']:.0f} s)"


def _hardware(origin: Mapping[str, Any]) -> str:
    threads = origin["threads"]
    many = f"{threads} thread{'s' if threads != 1 else ''}"
    return f"{origin['processor']}, {many}, torch {origin['torch']}"


def _choice(choice: Choice) -> str:
    inner = ", ".join(f"{key} {value}" for key, value in choice.options.items())
    return f"`{choice.name}`" + (f" ({inner})" if inner else "")


def _cells(row: Row, own: bool) -> list[str]:
    name = f"**{row.restorer}**" if own else row.restorer
    digits = {"psnr": 2, "ssim": 4, "lpips": 4}
    numbers = [f"{value:.{digits.get(c, 3)}f}" for c, value in row.scores.items()]
    return [name, "–" if row.nfe is None else str(row.nfe), *numbers]


def _rows(rows: Mapping[str, str]) -> str:
    return "\n".join(_line(row) for row in rows.items())


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '∣') for cell in cells)} |"
