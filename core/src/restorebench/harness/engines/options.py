"""Which engine runs a plan, and where its workers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from restorebench.errors import OptionError
from restorebench.metrics.tiles import processors

KINDS = ("local", "dask")
EXTRA = "pip install 'restorebench[cluster]'"
LOOPBACK = "127.0.0.1"
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""The variables that say how many threads a worker's libraries use."""

_SLURM = {"partition": "queue", "account": "account", "memory": "memory", "walltime": "walltime"}
_CORES, _MEMORY = 4, "16GB"


@dataclass(frozen=True)
class EngineOptions:
    """The engine `kind`, by default ``"dask"`` if anything else is given, else ``"local"``.

    `workers` processes on this machine (as many as cores), or as many jobs of `slurm`
    (``"partition=gpu,gpus=1"``), or those of the `scheduler` at an address. Raises `OptionError`
    where they contradict each other.
    """

    kind: str | None = None
    workers: int | None = None
    scheduler: str | None = None
    slurm: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in {None, *KINDS}:
            self._refuse(f"--engine is {self.kind!r}; expected {' or '.join(KINDS)}")
        if self.kind == "local" and self._dask_only:
            self._refuse("--workers, --scheduler and --slurm need --engine dask")
        if self.scheduler is not None and (self.slurm is not None or self.workers is not None):
            self._refuse("--scheduler brings its own workers; leave out --workers and --slurm")
        if self.workers is not None and self.workers < 1:
            self._refuse(f"--workers is {self.workers}; expected 1 or more")
        if self.slurm is not None:
            slurm_job(self.slurm)

    @property
    def is_dask(self) -> bool:
        """Whether workers do the work."""
        return self.kind == "dask" or self._dask_only

    @property
    def is_elsewhere(self) -> bool:
        """Whether workers are on other machines, which may have other devices."""
        return self.scheduler is not None or self.slurm is not None

    @property
    def count(self) -> int:
        """How many workers are asked for."""
        return self.workers or (1 if self.is_elsewhere else processors())

    @property
    def _dask_only(self) -> bool:
        return any(value is not None for value in (self.workers, self.scheduler, self.slurm))

    @staticmethod
    def _refuse(text: str) -> None:
        raise OptionError(text)


def slurm_job(text: str) -> dict[str, Any]:
    """The keywords of dask-jobqueue's ``SLURMCluster`` for ``partition=gpu,gpus=1,cores=8``.

    What it has no keyword for is passed to sbatch: ``gpus=1`` as ``--gpus=1``. Raises `OptionError`
    for what is not ``key=value``.
    """
    given = dict(map(_pair, filter(None, text.split(","))))
    cores = _cores(given.pop("cores", None))
    job: dict[str, Any] = {"cores": 1, "job_cpu": cores, "processes": 1}  # one range at a time
    job["memory"] = given.pop("memory", _MEMORY)
    job |= {keyword: given.pop(key) for key, keyword in _SLURM.items() if key in given}
    job["job_extra_directives"] = [f"--{key}={value}" for key, value in given.items()]
    return job


def _pair(part: str) -> tuple[str, str]:
    key, equals, value = part.strip().partition("=")
    if not (equals and key and value) or any(c.isspace() for c in part.strip()):
        msg = f"--slurm: {part!r} is not key=value; write partition=gpu,gpus=1,cores=8,memory=32GB"
        raise OptionError(msg)
    return key.lstrip("-"), value


def _cores(text: str | None) -> int:
    if text is None:
        return _CORES
    if not text.isdecimal() or int(text) < 1:
        msg = f"--slurm: cores={text}; expected a whole number"
        raise OptionError(msg)
    return int(text)
