"""A network whose couplings are known, or are found while it runs on window after window."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from torch import Tensor, nn

from restorebench.backbones.tiling.couplings import Coupling, Sums, coupling_of
from restorebench.backbones.tiling.windows import Region, Window

Net = TypeVar("Net", bound=nn.Module)


class CouplingFound(Exception):  # noqa: N818  # not an error
    """The coupling that was asked for has been found; the rest of the network is not needed."""


@dataclass
class Ledger:
    """What is known of a network's couplings, by their number, in the order of their use.

    Those that are not known are taken from the window itself. With `record` what every window's
    core adds is put down in `found`; with `stop` only of the first that is not known, and there the
    network stops with `CouplingFound`.
    """

    known: dict[int, Sums] = field(default_factory=dict)
    found: dict[int, Sums] = field(default_factory=dict)
    record: bool = False
    stop: bool = False
    core: Region | None = None
    extent: int = 0

    def place(self, window: Window) -> None:
        """The next call is on this window."""
        self.core, self.extent = window.core.within(window.outer), window.outer.rows.size

    def take(self, number: int, coupling: Coupling, x: Tensor) -> Tensor:
        """What coupling `number` gives for `x`."""
        stop = self.stop and number not in self.known
        if self.record or stop:
            self.put(number, coupling, coupling.sums(self._core_of(x)))
        if stop:
            raise CouplingFound
        return coupling.act(x, self.known[number] if number in self.known else coupling.sums(x))

    def learn(self) -> None:
        """What was found is known from now on."""
        self.known.update(self.found)
        self.found = {}

    def put(self, number: int, coupling: Coupling, sums: Sums) -> None:
        """Add what some positions give."""
        there = self.found.get(number)
        self.found[number] = sums if there is None else coupling.joined(there, sums)

    def _core_of(self, x: Tensor) -> Tensor:
        if self.core is None:
            return x
        return self.core.scaled(x.shape[-2], self.extent).of(x)


class Held(nn.Module):
    """A layer in whose place a ledger is asked."""

    def __init__(self, number: int, coupling: Coupling, ledger: Ledger) -> None:
        super().__init__()
        self.number, self.coupling, self.ledger = number, coupling, ledger

    def forward(self, x: Tensor) -> Tensor:
        """As the layer, with what the ledger knows."""
        return self.ledger.take(self.number, self.coupling, x)


def held(network: Net, ledger: Ledger) -> Net:
    """A copy of `network` with the same weights, whose couplings ask `ledger`."""
    weights = chain(network.parameters(), network.buffers())
    twin = deepcopy(network, {id(tensor): tensor for tensor in weights})
    for number, (name, coupling) in enumerate(couplings(twin)):
        parent, _, own = name.rpartition(".")
        setattr(twin.get_submodule(parent), own, Held(number, coupling, ledger))
    return twin


def couplings(network: nn.Module) -> list[tuple[str, Coupling]]:
    """The names of the layers that couple the whole image, in the order of their use."""
    found = ((name, coupling_of(module)) for name, module in network.named_modules())
    return [(name, coupling) for name, coupling in found if coupling is not None]
