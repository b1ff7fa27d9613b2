"""An atheris campaign on the readers of `readers/`; SECURITY.md has its command and counts.

``python tests/fuzz/campaign.py CORPUS [READER=RUNS …]`` runs each reader in a process of its own,
beginning with its seeds and with what an earlier campaign left in ``CORPUS/READER``. An input that
makes a reader raise anything else than the project's errors, or take over ten seconds, is kept in
``CORPUS/found`` and ends the campaign with status 1.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

RUNS = dict.fromkeys(("text", "readme", "csv", "jsonl", "record"), 1_200_000)
RUNS |= dict.fromkeys(("layout", "recipe", "study", "setup", "published", "png"), 500_000)
RUNS |= dict.fromkeys(("safetensors", "pickle", "zip"), 300_000)
RUNS |= dict.fromkeys(("pth", "image", "input", "mask", "depth", "index", "parquet"), 100_000)
"""Cases of each reader: over ten million, most of them where one takes microseconds."""
_DONE = re.compile(r"Done (\d+) runs in (\d+) second|stat::number_of_executed_units: (\d+)")
_LONGEST = 16384


def attack(name: str, corpus: Path, runs: int) -> bool:
    """Run one reader in a process; whether nothing was found."""
    folder, found = corpus / name, corpus / "found"
    for place in (folder, found):
        place.mkdir(parents=True, exist_ok=True)
    options = (f"-runs={runs}", f"-max_len={_LONGEST}", "-timeout=10", "-rss_limit_mb=4096")
    kept = f"-artifact_prefix={found}/{name}-"
    command = [sys.executable, __file__, "--one", name, *options, kept, str(folder)]
    done = subprocess.run(command, stderr=subprocess.PIPE, check=False)
    said = done.stderr.decode(errors="replace")
    counts = _DONE.findall(said)
    print(f"{name}: {counts[-1][0] if counts else 0} cases, exit {done.returncode}", flush=True)
    if done.returncode:
        print(said[-4000:], flush=True)
    return done.returncode == 0


def one(name: str, arguments: list[str]) -> None:
    """Fuzz one reader in this process, which libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=["restorebench"]):
        import readers

    reader = readers.READERS[name]
    folder = Path(arguments[-1])
    for number, seed in enumerate(reader.seeds()):
        (folder / f"seed-{number}").write_bytes(seed)
    atheris.Setup([name, *arguments], lambda data: reader(data))
    atheris.Fuzz()


def main(arguments: list[str]) -> int:
    """Every reader, or those that are named; the exit status."""
    if arguments[0] == "--one":
        one(arguments[1], arguments[2:])
    corpus, *named = arguments
    runs = {name: int(count) for name, _, count in (text.partition("=") for text in named)} or RUNS
    good = [attack(name, Path(corpus), count) for name, count in runs.items()]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
