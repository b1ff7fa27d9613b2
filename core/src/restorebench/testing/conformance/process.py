"""A sample's hashes, made in a fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from restorebench.errors import PluginError

_CODE = """
import json, sys
from restorebench.data.dataset import open_split
from restorebench.data.hashing import input_hash, target_hash
from restorebench.plugins import suite
sample = open_split(suite(), *sys.argv[1:3])[sys.argv[3]]
print(json.dumps([input_hash(sample), "" if sample.target is None else target_hash(sample)]))
"""


def hashes_elsewhere(dataset: str, split: str, sample_id: str) -> list[str]:
    """Input and target hash of a sample of an installed data set, as another process makes it.

    With another seed of `hash`. Raises `PluginError` where that process fails.
    """
    command = [sys.executable, "-c", _CODE, dataset, split, sample_id]
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": seed}
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        msg = f"another process could not make sample {sample_id!r} of {dataset}/{split}: {last}"
        raise PluginError(msg)
    found: list[str] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
