"""The verb `compact`: the records of a store as Parquet."""

from __future__ import annotations

from restorebench.cli.options import AsJson, Results
from restorebench.cli.output import emit, result
from restorebench.cli.resolve import results_folder


def compact(results: Results = None, as_json: AsJson = False) -> None:
    """Turn the records of a large store into Parquet files.

    They are read faster, and take less space. Every command reads both forms, and runs may go on
    meanwhile. Each line of records.jsonl is kept as it is, beside the columns that boards read.
    """
    from restorebench.cli.progress import ProgressDisplay
    from restorebench.harness.parquet.compaction import compact as compact_store

    folder = results_folder(results)
    with ProgressDisplay() as display:
        bar = display.bar("records", None)
        done = compact_store(folder, lambda count: bar.show("records", count, None))
    if as_json:
        emit({"records": done.records, "bytes_before": done.before, "bytes_after": done.after})
        return
    sizes = f": {done.before / 1e6:.1f} MB of lines became {done.after / 1e6:.1f} MB"
    result(f"{done.records} records compacted" + sizes * bool(done.records))
