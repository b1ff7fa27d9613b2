"""Data sets written as tables that hold their files: parquet for the Hub, or Arrow."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from restorebench.atomic import naming, replacing
from restorebench.data.dataset import Dataset
from restorebench.data.tables.columns import features_of
from restorebench.data.tables.embed import embedded_row
from restorebench.errors import OptionError

if TYPE_CHECKING:
    from datasets import Dataset as Table

Form = Literal["parquet", "arrow"]

_BATCH = 16
"""Rows that are held in memory."""
_SHARD = 500 << 20
"""Bytes of a file of parquet, about."""


def export(
    dataset: Dataset,
    folder: Path,
    form: Form = "parquet",
    progress: Callable[[], None] | None = None,
) -> None:
    """Write a split so that ``hub:FOLDER,split=…`` and ``datasets.load_dataset`` give it again.

    As parquet, in files that are named as on the Hub; or as `datasets` saves tables. Its content
    hash stays the same. `progress` is called for each sample. Raises `OptionError` where the folder
    holds that split already.
    """
    place = folder / "data" if form == "parquet" else folder
    if (folder / "state.json").exists() or any(place.glob(f"{dataset.split}-*.parquet")):
        msg = f"{folder} holds {dataset.split} already; name another folder, or delete it"
        raise OptionError(msg)
    place.mkdir(parents=True, exist_ok=True)
    with naming(place), tempfile.TemporaryDirectory(dir=place, prefix=".making-") as making:
        table = _embedded(dataset, Path(making) / "rows.arrow", progress)
        if form == "arrow":
            table.save_to_disk(folder)
        else:
            _write_parquet(table, place, dataset.split)


def _embedded(dataset: Dataset, path: Path, progress: Callable[[], None] | None) -> Table:
    """The table with all files inside, written to `path` row by row."""
    from datasets import Dataset as Table
    from datasets import NamedSplit, disable_progress_bars
    from datasets.arrow_writer import ArrowWriter

    disable_progress_bars()  # restorebench shows its own
    columns = dataset.rows.columns if dataset.rows else embedded_row(dataset, dataset.ids[0])
    features = features_of(tuple(columns), decode=True)
    with ArrowWriter(features=features, path=str(path), writer_batch_size=_BATCH) as writer:
        for sample_id in dataset.ids:
            row = embedded_row(dataset, sample_id)
            writer.write({name: row.get(name) for name in features})
            if progress is not None:
                progress()
        writer.finalize()
    return Table.from_file(str(path), split=NamedSplit(dataset.split))


def _write_parquet(table: Table, folder: Path, split: str) -> None:
    size = sum(Path(file["filename"]).stat().st_size for file in table.cache_files)
    count = min(max(1, -(-size // _SHARD)), len(table))
    for number in range(count):
        rows = table.shard(count, number, contiguous=True)
        with replacing(folder / f"{split}-{number:05d}-of-{count:05d}.parquet") as part:
            rows.to_parquet(part, batch_size=_BATCH)
