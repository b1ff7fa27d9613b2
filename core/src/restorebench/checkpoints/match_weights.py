"""Loading weights into a network: all of them, or an error that lists those that do not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from restorebench.errors import CheckpointError

SHOWN = 10


def fit(
    module: nn.Module,
    state: Mapping[str, Tensor],
    where: str,
    names: Mapping[str, str] | None = None,
) -> None:
    """Load `state` into `module`, strictly; raises what `check_fit` raises."""
    check_fit(module, state, where, names)
    module.load_state_dict(dict(state))


def check_fit(
    module: nn.Module,
    state: Mapping[str, Tensor],
    where: str,
    names: Mapping[str, str] | None = None,
) -> None:
    """Raise `CheckpointError` unless `state` has the weights of `module`, and no others.

    `names`: what a key is called in the file, where that differs. The error starts with `where` and
    lists the keys that are absent, left over, of another shape, or not floating point where
    `module` is: quantised weights are other numbers. `module` may be on "meta".
    """
    own, called = module.state_dict(), names or {}
    unfit = {
        "missing": [key for key in own if key not in state],
        "unexpected": [called.get(key, key) for key in state if key not in own],
        "of another shape": [
            f"{called.get(key, key)} {tuple(state[key].shape)}, expected {tuple(own[key].shape)}"
            for key in own
            if key in state and state[key].shape != own[key].shape
        ],
        "not floating point": [
            f"{called.get(key, key)} {state[key].dtype}"
            for key in own
            if key in state and own[key].is_floating_point() > state[key].is_floating_point()
        ],
    }
    if found := [_listed(kind, keys) for kind, keys in unfit.items() if keys]:
        wrong = len(unfit["of another shape"]) + len(unfit["not floating point"])
        fitting = max(len(own) - len(unfit["missing"]) - wrong, 0)
        msg = f"{where} ({fitting} of {len(own)} weights do): " + "; ".join(found)
        raise CheckpointError(msg)


def _listed(kind: str, keys: Sequence[str]) -> str:
    more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
    return f"{len(keys)} {kind}: {', '.join(keys[:SHOWN])}{more}"
