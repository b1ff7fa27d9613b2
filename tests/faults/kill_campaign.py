"""Kill a thousand runs at random points; docs/scaling.md has its command and figures.

``python tests/faults/kill_campaign.py [POINTS [SEED]]`` kills driver, worker or both until there
were so many kills, going on with the same store after each, and prints how many records that lost
and doubled. A wrong number, record, image or exit status ends it at once; the store stays there.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
SHARES = {"driver": 0.70, "compaction": 0.20}
DASK = ("dask_driver", "dask_worker", "dask_both", "cluster_workers", "cluster")
SHARES |= dict.fromkeys(DASK, 0.02)
"""How many of the kills are of which kind."""


def main(points: int = 1000, seed: int = 0) -> None:
    """Kill, go on and compare until there were `points` kills."""
    sys.path.append(str(HERE.parent))
    import conftest
    import dist_info
    import kill_points
    import kill_workers
    import warm_start

    warm_start.SERVER.set_forkserver_preload([*warm_start.PRELOADED, "distributed.cli.dask_worker"])
    folder = Path(tempfile.mkdtemp(prefix="kill-campaign-"))
    place = conftest.make_place(folder, warm_start.run, dist_info.write_dist_info)
    workers = kill_workers.Workers(place, warm_start)
    try:
        kills = kill_points.Kills(place, warm_start, workers, seed)
        whole, start = kill_points.Toll(), time.monotonic()
        for kind, share in SHARES.items():
            toll, stores = kill_points.Toll(), 0
            while toll.kills < share * points:
                toll, stores = toll | getattr(kills, kind)(), stores + 1
                print(f"{kind}: {stores} stores, {toll}", flush=True)
            whole |= toll
        print(f"in {time.monotonic() - start:.0f} s: {whole}")
    finally:
        workers.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
