"""Whether a device can be used."""

from __future__ import annotations

from restorebench.errors import OptionError


def check_device(name: str) -> None:
    """Raise `OptionError` unless torch can use the device `name`; ``"cpu"`` needs no torch."""
    if name == "cpu":
        return
    try:
        import torch

        torch.empty(0, device=name)
    except Exception as error:  # of a broken torch, anything
        reason = str(error).partition("\n")[0].partition(". ")[0]
        msg = f"the device {name!r} cannot be used here: {reason}; see 'restorebench doctor --deep'"
        raise OptionError(msg) from error
