"""What the engine costs beside restoring: seconds of a processor, and bytes.

``python benchmarks/scaling/costs.py`` takes a minute of one core. Times are those that processors
worked, so that a busy machine changes them little.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from restorebench.harness.engines.cluster import connected
from restorebench.harness.engines.options import EngineOptions
from restorebench.harness.engines.ranges import RangeResult
from restorebench.harness.plan import Selection, plan
from restorebench.harness.run import Runner, Settings
from restorebench.harness.store import Store
from restorebench.plugins import suite

HERE = Path(__file__).parent
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
sys.path.insert(0, str(HERE))


@contextmanager
def installed(folder: Path) -> Iterator[None]:
    """The plugin of skewed_task.py, for this process and those that it begins."""
    info = folder / "skewed-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: skewed\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[restorebench]\nskewed = skewed_task\n")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), os.environ["PYTHONPATH"]])
    os.environ["RESTOREBENCH_DISABLED_PLUGINS"] = "bokeh,dehaze,shadow,stereo"
    sys.path.insert(0, str(folder))
    yield


def spent(call: Callable[[], object]) -> float:
    """Seconds that this process works meanwhile."""
    start = time.process_time()
    call()
    return time.process_time() - start


def restored(folder: Path, images: int) -> tuple[list[Any], float]:
    """Outcomes of a serial run, and a worker's seconds for each: made, scored, stored."""
    cells = plan(suite(), Selection(restorers=("skewed:seconds=0",)))
    store, settings = Store(folder), Settings(limit=images)
    Runner(suite(), store, settings).splits.prepare(cells[0])
    runner = Runner(suite(), store, settings)  # knows the hashes; as a worker it makes the samples
    next(runner.run(cells[0]))  # imports
    found: list[Any] = []
    seconds = spent(lambda: found.extend(runner.run(cells[0])))
    return found, seconds / images


def of_records(folder: Path, outcomes: list[Any]) -> tuple[float, float]:
    """The driver's seconds to keep the records of a range: once, and for each of them."""
    alone, together = (Runner(suite(), Store(folder / name), Settings()) for name in "ab")
    single = spent(lambda: [alone.keep([outcome]) for outcome in outcomes]) / len(outcomes)
    each = spent(lambda: together.keep(outcomes)) / len(outcomes)
    return single - each, each


def of_range(folder: Path, outcomes: list[Any]) -> tuple[float, float, float]:
    """The driver's seconds to send and collect a range of two, for each record more in a range, and
    for each second of a run."""
    with connected(EngineOptions(workers=1), folder) as connection:

        def sent_and_collected(size: int) -> None:
            given = RangeResult(tuple(outcomes[:size]), None, {}, 0.0)
            connection.client.submit(echo, given, pure=False, retries=0).result()
            connection.has_lost_workers()

        def seconds(size: int, rounds: int = 100) -> float:
            sent_and_collected(size)
            start = time.monotonic()
            found = spent(lambda: [sent_and_collected(size) for _ in range(rounds)])
            return (found - background * (time.monotonic() - start)) / rounds

        sent_and_collected(2)
        background = spent(partial(time.sleep, 5)) / 5
        small, large = seconds(2), seconds(len(outcomes))
        return small, (large - small) / (len(outcomes) - 2), background


def echo(value: Any) -> Any:
    return value


def of_store(folder: Path) -> dict[str, float]:
    """Of a store with records: bytes of memory and of lines, and seconds to read one."""
    lines = (folder / "records.jsonl").read_bytes()
    count = lines.count(b"\n")
    tracemalloc.start()
    store = Store(folder)
    memory = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    seconds = min(spent(lambda: Store(folder)) for _ in range(3))
    assert len(list(store.records())) == count
    return {
        "bytes of a record's line": len(lines) / count,
        "bytes of a record in memory": memory / count,
        "µs to read a record": 1e6 * seconds / count,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=400)
    given = parser.parse_args()
    os.environ["SKEWED_COUNT"] = str(given.images)
    with tempfile.TemporaryDirectory() as name, installed(Path(name)):
        place = Path(name)
        outcomes, per_image = restored(place / "serial", given.images)
        print(f"worker: {1e3 * per_image:.1f} ms for an image")
        once, each = of_records(place / "kept", outcomes)
        print(f"driver: {1e3 * once:.2f} ms to keep a range, {1e3 * each:.3f} ms for each record")
        per_range, more, background = of_range(place, outcomes)
        print(f"driver: {1e3 * per_range:.2f} ms to send and collect a range of two")
        print(
            f"driver: {1e3 * more:.3f} ms for each record more, {background:.1%} of a core at rest"
        )
        for what, value in of_store(place / "serial").items():
            print(f"store: {value:.0f} {what}")


if __name__ == "__main__":
    main()
