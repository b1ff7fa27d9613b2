"""The verb `fid`: FID and KID of restored images against their targets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restorebench.cli.options import (
    AsJson,
    DataRoot,
    Dataset,
    OneData,
    Results,
    Split,
    Task,
    Views,
    option,
    output,
)
from restorebench.cli.output import emit, installed, note, print_table, result
from restorebench.cli.progress import track
from restorebench.cli.resolve import results_folder, with_one
from restorebench.errors import MetricUnavailableError, OptionError

if TYPE_CHECKING:
    from restorebench.metrics.fid.distances import Values
    from restorebench.metrics.fid.extractors import Extractor
    from restorebench.metrics.fid.score import SetScore
    from restorebench.plugins import Suite
    from restorebench.types import Pixels

Folders = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", help="A folder of restored images, and one of references."),
]
Network = Annotated[
    str,
    option("--extractor", "NAME", "inception-v3 (FID as in papers), vgg16-conv5, alexnet-conv5."),
]
Minimum = Annotated[int, option("--minimum", "N", "Fewer scenes have no score.", min=2)]
Output = Annotated[Path | None, output("CSV", "Write the scores for 'leaderboard --scores'.")]


def fid(
    paths: Folders = None,
    task: Task = None,
    dataset: Dataset = None,
    data: OneData = None,
    data_root: DataRoot = None,
    split: Split = "test",
    results: Results = None,
    extractor: Network = "inception-v3",
    minimum: Minimum = 50,
    views: Views = None,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Score sets of images by FID and KID, with bootstrap intervals.

    Two folders, or all rows that the store has of a data set. The features are those of a named
    network, whose weights are checked by their hash. Compare such numbers for the same network
    and number of images alone.
    """
    from restorebench.metrics.fid.extractors import extractor_of

    network = extractor_of(extractor)
    if dataset is None and data is None:
        scores = {_label(paths): _of_folders(network, _two(paths), views, minimum)}
    elif paths or views:
        msg = "give either two folders or a data set (--dataset, --data)"
        raise OptionError(msg)
    else:
        suite, name = with_one(installed(), task, dataset, data, data_root)
        assert name is not None
        dataset = name
        scores = _of_store(suite, network, (name, split), results_folder(results), minimum)
    if as_json:
        rows = {label: {k: asdict(s) for k, s in both.items()} for label, both in scores.items()}
        emit({"extractor": network.name, "minimum": minimum, "scores": rows})
    else:
        _print(scores, network)
    if output is not None:
        output.write_text(_csv(scores, network, dataset), encoding="utf-8")
        note(f"wrote {output}")
    if not any(s.value is not None for both in scores.values() for s in both.values()):
        raise typer.Exit(1)


def _two(paths: list[Path] | None) -> tuple[Path, Path]:
    if not paths or len(paths) != 2:
        msg = "give two folders, restored images and references, or --dataset"
        raise OptionError(msg)
    return paths[0], paths[1]


def _label(paths: list[Path] | None) -> str:
    return _two(paths)[0].resolve().name


def _of_folders(
    network: Extractor, folders: tuple[Path, Path], views: int | None, minimum: int
) -> Mapping[str, SetScore]:
    from restorebench.data.layouts.pairing import matches

    found = matches(*folders, views)
    if (reason := network.absence()) is not None:  # said once it is known that there are images
        raise MetricUnavailableError(reason)
    pairs = (match.read()[:2] for match in track(found.values(), "features", len(found)))
    own, targets = zip(*([_features(network, p) for p in pair] for pair in pairs), strict=True)
    return _scores(list(own), list(targets), minimum)


def _of_store(
    suite: Suite, network: Extractor, where: tuple[str, str], folder: Path, minimum: int
) -> dict[str, Mapping[str, SetScore]]:
    """The scores of every row of one split of a data set."""
    from restorebench.harness.image_sets import stored_sets
    from restorebench.harness.store import Store

    sets = stored_sets(
        *(suite, Store(folder), where),
        features=lambda pixels: _features(network, pixels),
        track=lambda ids: track(ids, "features", len(ids)),
    )
    return {label: _scores(own, sets.targets, minimum) for label, own in sets.restored.items()}


def _scores(own: list[Values], targets: list[Values], minimum: int) -> Mapping[str, SetScore]:
    import numpy as np

    from restorebench.metrics.fid.score import SetScore, set_scores

    if len(own) == len(targets):
        return set_scores(np.stack(own), np.stack(targets), minimum)
    why = f"{len(own)} of {len(targets)} images are stored"
    return dict.fromkeys(("fid", "kid"), SetScore(len(own), reason=why))


def _features(network: Extractor, pixels: Pixels) -> Values:
    """Of each view, ``(V, d)``."""
    import numpy as np

    return np.stack([network.features(view) for view in pixels])


def _print(scores: Mapping[str, Mapping[str, SetScore]], network: Extractor) -> None:
    rows = [
        (label, str(both["fid"].scenes), *(text for s in both.values() for text in _cells(s)))
        for label, both in scores.items()
    ]
    titles = ("restorer", "scenes", "FID ↓", "95 % interval", "KID ↓", "95 % interval")
    print_table(titles, rows, folds=("restorer",))
    for line in dict.fromkeys(f"{s.reason}" for both in scores.values() for s in both.values()):
        if line:
            result(line)
    result(f"extractor {network.name}: {network.summary}")


def _cells(score: SetScore) -> Iterator[str]:
    yield "–" if score.value is None else f"{score.value:.4g}"
    yield "" if score.interval is None else "{:.4g} … {:.4g}".format(*score.interval)


def _csv(
    scores: Mapping[str, Mapping[str, SetScore]], network: Extractor, dataset: str | None
) -> str:
    """Columns of which lower is better, as `leaderboard --scores` reads them."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    where = ["dataset"] * (dataset is not None)
    writer.writerow(["restorer", *where, *(f"{n}{network.suffix}-" for n in ("fid", "kid"))])
    for label, both in scores.items():
        own: Iterable[float | None] = (both[n].value for n in ("fid", "kid"))
        cells = ["" if value is None else f"{value:.6g}" for value in own]
        writer.writerow([label, *([dataset] * len(where)), *cells])
    return file.getvalue()
