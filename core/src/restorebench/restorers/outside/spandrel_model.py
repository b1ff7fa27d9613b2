"""Released networks of the field, recognised by their weights, by the library spandrel."""

from __future__ import annotations

from typing import Any

from restorebench.checkpoints.pth import read_state
from restorebench.errors import OptionError
from restorebench.restorers.base import Context
from restorebench.restorers.outside.costs import NetworkCosts
from restorebench.restorers.outside.files import digest_of, existing_file
from restorebench.restorers.outside.network import Network
from restorebench.restorers.plan.plan import Limits
from restorebench.torchvision_guard import ensure_torchvision
from restorebench.types import Restoration, Sample


class Spandrel:
    """The network in `weights`: NAFNet, Restormer, SwinIR, HAT, and whatever else spandrel knows.

    Other options are those of `Network`. Raises `OptionError` where spandrel is not installed or
    knows no such network, and `CheckpointError` for a file that holds no weights.
    """

    def __init__(
        self, weights: str = "", wrapper: str = "", label: str = "", **options: Any
    ) -> None:
        self.label = label
        path = existing_file("spandrel", "weights", weights)
        spandrel = _spandrel()
        state = read_state(path, wrapper).tensors
        try:
            found = spandrel.ModelLoader(device="cpu").load_from_state_dict(
                spandrel.canonicalize_state_dict(state)
            )
        except Exception as error:  # of an architecture's loader too, whose weights are damaged
            msg = f"spandrel {spandrel.__version__} cannot load {path}"
            raise OptionError(f"{msg} ({type(error).__name__}: {error})") from error
        if not isinstance(found, spandrel.ImageModelDescriptor) or found.input_channels != 3:
            msg = f"{path} is a {found.architecture.name}, which does not restore RGB images alone"
            raise OptionError(msg)
        self._found = found
        options.setdefault("multiple", found.size_requirements.multiple_of)
        self._network = Network(found.model, **options, digest=digest_of([path]))

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """The network's output; raises `OptionError` where it enlarges by another factor."""
        if self._found.scale not in {1, sample.scale}:
            msg = f"sample {sample.id!r} is to be enlarged {sample.scale} times"
            raise OptionError(f"{msg}; these weights are for {self._found.scale} times")
        return self._network.restore(sample, context)

    def costs(self, limits: Limits) -> NetworkCosts:
        """The plans that there are within limits; see `Network`."""
        return self._network.costs(limits)

    def fingerprint(self, sample_id: str, views: int) -> str:
        """A hash of the file."""
        return self._network.fingerprint(sample_id, views)


def _spandrel() -> Any:
    ensure_torchvision()
    try:
        import spandrel
    except ImportError as error:
        msg = f"the restorer 'spandrel' needs it: pip install 'restorebench[spandrel]' ({error})"
        raise OptionError(msg) from error
    return spandrel
