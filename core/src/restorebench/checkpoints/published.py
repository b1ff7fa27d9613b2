"""Released weights of IR-SDE, Refusion, NAFNet, NAFSSR, Restormer and DiT, as our checkpoints.

`recognise` tells the architecture by the names of its weights; sizes are read off their shapes.
How a network was trained to be used is not in its weights: `usage` has what the authors' public
configurations say, and every value of it can be given as an option.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from restorebench.backbones.config import BackboneConfig
from restorebench.checkpoints import parts
from restorebench.checkpoints.file import SUFFIX, Checkpoint, load, sha256
from restorebench.checkpoints.match_weights import fit
from restorebench.checkpoints.pth import read_state
from restorebench.checkpoints.recognise import Release, recognise
from restorebench.checkpoints.setup import Choice, Setup
from restorebench.checkpoints.usage import usage
from restorebench.errors import CheckpointError, OptionError
from restorebench.plugins import Suite
from restorebench.registry import nearest
from restorebench.types import JSON


def convert(path: str | Path, suite: Suite, options: Mapping[str, Any] | None = None) -> Checkpoint:
    """An authors' ``.pth`` file as a checkpoint of ours.

    `options`: what the weights do not determine (``intro_skip``, ``local_pool``, ``heads``,
    ``norm_eps``); ``reference_compat``, for use as in the authors' programs (see `usage`);
    ``compressor``, the file of the compressor on whose latents the network works; ``wrapper``, the
    key of the weights in the file; ``prefix``, of their names; and any key of a `Setup`, with a
    dot for one in a table (``path.max_sigma``). Raises `CheckpointError` where the file is of no
    known release, and `OptionError` for an option that does not fit.
    """
    given = dict(options or {})
    other, compat = given.pop("compressor", None), bool(given.pop("reference_compat", False))
    read = read_state(path, str(given.pop("wrapper", "")))
    found = recognise(read.tensors, str(path), given.pop("prefix", None))
    release, state = found.release, found.tensors
    inferred = {key: given.pop(key) for key in release.extra_options if key in given}
    changes = _nested(given, release)
    origin: dict[str, JSON] = {"file": Path(path).name, "sha256": sha256(path)}
    origin |= {"read": "; ".join(notes)} if (notes := (*read.notes, *found.notes)) else {}
    config, ours = _converted(suite, release, state, inferred, str(path))
    if release.compresses:
        setup = Setup(compressor=parts.resolved(Choice(release.family), config)).changed(changes)
        return Checkpoint(setup, compressor=ours, origin=origin)
    _check_intro_skip(config, inferred, str(path))
    setup = Setup(backbone=parts.resolved(Choice(release.family), config))
    compressed, weights = _compressor(suite, other, str(path), config)
    setup = usage(setup.replace(compressor=compressed), config, reference_compat=compat)
    setup = setup.changed(changes)
    return Checkpoint(setup, ours, weights, origin)


def open_weights(path: str | Path, suite: Suite) -> Checkpoint:
    """Ours if its name ends in ``.safetensors``, else a release with what is assumed of it."""
    return load(path) if Path(path).suffix == SUFFIX else convert(path, suite)


def _converted(
    suite: Suite,
    release: Release,
    state: Mapping[str, Tensor],
    inferred: Mapping[str, Any],
    where: str,
) -> tuple[BackboneConfig, dict[str, Tensor]]:
    """Configuration and weights under our names, tried on a network."""
    try:
        config: BackboneConfig = release.keys.infer_config(state, **_pairs(inferred))
    except OptionError as error:
        msg = f"{where} looks like {release.title}, but its configuration cannot be read: {error}"
        raise CheckpointError(msg) from error
    ours: dict[str, Tensor] = release.keys.convert(state)
    build: Callable[..., Any] = parts.compressor if release.compresses else parts.backbone
    network = build(suite, parts.resolved(Choice(release.family), config))
    called = dict(zip(ours, state, strict=True)) if len(ours) == len(state) else {}
    fit(network, ours, f"{where} looks like {release.title}, but does not fit it", called)
    return config, dict(network.state_dict())


def _check_intro_skip(config: BackboneConfig, inferred: Mapping[str, Any], where: str) -> None:
    """Refuse to guess where a wrong guess would load without an error and restore wrongly."""
    known = "intro_skip" in inferred or not hasattr(config, "intro_skip")
    if known or getattr(config, "channels", 3) == 3 or getattr(config, "condition_dim", 0):
        return
    msg = (
        f"{where} is a NAFNet on latents, of which there are two with the same weights: say "
        "intro_skip=true for Refusion's network for hazy images, else intro_skip=false"
    )
    raise OptionError(msg)


def _compressor(
    suite: Suite, path: Any, where: str, config: BackboneConfig
) -> tuple[Choice | None, Mapping[str, Tensor]]:
    """The compressor in the file `path`, if the network needs one; checked against its channels."""
    channels = getattr(config, "channels", 3)
    if path is None:
        if channels != 3:
            msg = (
                f"{where} works on latents of {channels} channels; name the file of its "
                "compressor too: compressor=FILE"
            )
            raise CheckpointError(msg)
        return None, {}
    found = open_weights(path, suite)
    if found.setup.compressor is None:
        msg = f"compressor={path} holds no compressor"
        raise CheckpointError(msg)
    made = parts.compressor(suite, found.setup.compressor)
    if made.latent_channels != channels:
        msg = (
            f"{where} works on {channels} channels, but the latents of compressor={path} have "
            f"{made.latent_channels}: they do not fit together"
        )
        raise CheckpointError(msg)
    return found.setup.compressor, found.compressor


def _pairs(inferred: Mapping[str, Any]) -> dict[str, Any]:
    """``local_pool=256`` or ``[256, 256]`` as the pair that it means."""
    made = dict(inferred)
    if "local_pool" in made:
        value = made["local_pool"]
        pair = (value, value) if isinstance(value, int) else value
        made["local_pool"] = tuple(pair) if isinstance(pair, list) else pair
    return made


def _nested(options: Mapping[str, Any], release: Release) -> dict[str, Any]:
    """``{"path.max_sigma": 30}`` as ``{"path": {"max_sigma": 30}}``; unknown keys are errors."""
    known = (*Setup.model_fields, *release.extra_options, "wrapper", "prefix", "reference_compat")
    nested: dict[str, Any] = {}
    for key, value in options.items():
        head, dot, rest = key.partition(".")
        if head not in known:
            hint = nearest(head, [*known, "path.max_sigma", "path.T"])
            msg = f"{release.title} takes no option {key!r}; {hint}"
            raise OptionError(msg)
        if dot:
            nested[head] = {**nested.get(head, {}), rest: value}
        else:
            nested[key] = value
    return nested
