"""The sentences of a model card: what it does well, what it is for, and what not to expect."""

from __future__ import annotations

from collections.abc import Iterator

from restorebench.restorers.packaged import DRAWS
from restorebench.training.model_card.card_file import CardFile
from restorebench.training.model_card.recipe_diff import command, final


def opening(file: CardFile) -> str:
    """What it is, in a sentence."""
    facts, begun = file.facts, _begun(file)
    start = f"the weights of `{begun}`" if begun else "scratch"
    return (
        f"{facts.summary}. For the task `{facts.task}` ({facts.title}), trained from {start} on "
        f"{facts.images} images of `{file.origin['data']}`."
    )


def scored(file: CardFile) -> str:
    """On what, and by which protocol."""
    found = file.facts.evaluation
    return (
        f"Means over the {len(found.rows[0].samples)} images of `{found.dataset}`, split "
        f"`{found.split}`, by the task's protocol, `{found.protocol}` ({found.protocol_hash}), of "
        "the weights as they are in this file:"
    )


def verdict(file: CardFile) -> str:
    """How the first row stands to those of restorers without a network, and to the run's own."""
    first, *others = file.facts.evaluation.rows
    column = next(iter(first.scores))
    unit = " dB" if column == "psnr" else ""
    gaps = {r.restorer: first.scores[column] - r.scores[column] for r in others if r.nfe is None}
    above = [f"{gap:.2f}{unit} above `{name}`" for name, gap in gaps.items() if gap > 0]
    below = [f"{-gap:.2f}{unit} below `{name}`" for name, gap in gaps.items() if gap <= 0]
    sentences = [f"It is {_listed(above)}."] if above else []
    if below:
        sentences.append(
            f"It is {_listed(below)}: in its budget this network does not get further."
        )
    return " ".join([*sentences, *_before(file)])


def retraining(file: CardFile) -> str:
    """The commands that train it again, that of its compressor first."""
    facts, lines = file.facts, []
    if (below := facts.compressor) is not None:
        lines.append(command(below["recipe"], below["changes"], below["recipe"]))
    return "\n".join([*lines, command(str(file.origin["recipe"]), facts.changes, facts.name)])


def usage(file: CardFile) -> str:
    """The commands that score and use it."""
    facts, found = file.facts, file.facts.evaluation
    kind = "diffusion" if file.is_sampled else "regression"
    again = f"{kind}:weights={final(facts.name)},label=again"
    split = f"--dataset {found.dataset} --split {found.split}"
    lines = [
        f"restorebench run --task {facts.task} --restorer {facts.name}",
        f"restorebench run {split} --restorer {facts.name} --restorer {again}",
    ]
    if not file.setup.guides:
        numbers = f" --condition {','.join(['NUMBER'] * len(facts.reads))}" if facts.reads else ""
        path = f'"$(restorebench card {facts.name} --path)"'
        lines.append(f"restorebench restore --weights {path} IN OUT{numbers}")
    return "\n".join(lines)


def purpose(file: CardFile) -> str:
    """What it is for."""
    third = "" if file.setup.guides else " The third restores a folder of images."
    return (
        "The first command scores it on the test splits. The second gives the scores above, beside "
        f"those of a network that you have trained again.{third} It is a row of the default "
        "benchmark: what a network of this size learns in this time, beside others of about the "
        "same size and time."
    )


def limits(file: CardFile) -> str:
    """What not to expect."""
    return "\n".join(f"- {line}" for line in _limits(file))


def _limits(file: CardFile) -> Iterator[str]:
    facts, setup = file.facts, file.setup
    begun = _begun(file)
    before = f", besides what `{begun}` has" if begun else ""
    yield (
        f"It has seen {facts.images} images of `{file.origin['data']}` and nothing else{before}. "
        "On others it may do worse than doing nothing; leaderboards show how it does on "
        "photographs."
    )
    yield "It does not stand for what its authors' networks reach with their data and time."
    if setup.scale not in (None, 1):
        yield f"It enlarges {setup.scale} times; samples of other scales are refused."
    if facts.reads:
        yield "Wrong numbers or maps beside the image give wrong images, without a warning."
    if file.is_sampled:
        yield (
            "A restoration is one draw: detail that the input does not decide is made up, and "
            f"another seed makes up other detail. The mean of {DRAWS} draws is smoother, mostly "
            f"nearer to the target in PSNR, and takes {DRAWS} times as long."
        )
    else:
        yield "Where the input does not decide, it answers with something like the median: blur."
    yield "Do not use it where made-up detail can do harm: evidence, medicine, measurement."


def _begun(file: CardFile) -> str | None:
    """The restorer whose weights it began with."""
    begun: str | None = file.values.get("begin") or file.values["objective"].get("teacher")
    return begun


def _before(file: CardFile) -> Iterator[str]:
    """The score of the run itself, whose weights were float32."""
    value = file.origin.get("val_psnr")
    if value is not None:
        count = file.values["monitor"]["val_samples"]
        total = len(file.facts.evaluation.rows[0].samples)
        which = "" if count >= total else f" (of the first {count} of {total} images)"
        steps = file.origin.get("val_steps")
        how = f", sampled in {steps} steps" if steps else ""
        yield f"The run itself ended with {value:.2f} dB{which}, in float32{how}."


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
