"""A TorchScript program as a restorer."""

from __future__ import annotations

from typing import Any

import torch

from restorebench.errors import OptionError
from restorebench.restorers.base import Context
from restorebench.restorers.outside.costs import NetworkCosts
from restorebench.restorers.outside.files import digest_of, existing_file
from restorebench.restorers.outside.network import Network
from restorebench.restorers.plan.plan import Limits
from restorebench.types import Restoration, Sample


class TorchScript:
    """The program in `file`, as `torch.jit.save` wrote it; other options are those of `Network`.

    Raises `OptionError` where the file is absent or holds no program.
    """

    def __init__(self, file: str = "", label: str = "", **options: Any) -> None:
        self.label = label
        path = existing_file("torchscript", "file", file)
        try:
            program = torch.jit.load(str(path), map_location="cpu")  # type: ignore[no-untyped-call]
        except (RuntimeError, ValueError) as error:
            reason = str(error).strip().splitlines()[-1]
            msg = f"{path} holds no TorchScript program: {reason}; a state dict needs its class: "
            raise OptionError(f"{msg}torch:file=NET.py,weights={path.name}") from error
        self._network = Network(program, **options, digest=digest_of([path]))

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """The program's output; see `Network`."""
        return self._network.restore(sample, context)

    def costs(self, limits: Limits) -> NetworkCosts:
        """The plans that there are within limits; see `Network`."""
        return self._network.costs(limits)

    def fingerprint(self, sample_id: str, views: int) -> str:
        """A hash of the file."""
        return self._network.fingerprint(sample_id, views)
