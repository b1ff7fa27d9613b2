"""What a plugin declares: small frozen descriptions that import nothing heavy.

A spec says what a thing is called and where its code is (`target`, ``"module:object"``), so that
listing everything that is installed is instant; the code is imported when it is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, fields

from restorebench.errors import OptionError, PluginError

_TARGET = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


def _holds_only(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, tuple) and all(isinstance(v, kind) for v in value)


@dataclass(frozen=True, kw_only=True)
class ConditionField:
    """One number of a task's condition vector, with its unit (``""`` for a pure number)."""

    name: str
    unit: str = ""
    summary: str = ""


_HOLDS: dict[str, Callable[[object], bool]] = {
    "str": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int),
    "bool": lambda value: isinstance(value, bool),
    "tuple[str, ...]": _holds_only(str),
    "tuple[ConditionField, ...]": _holds_only(ConditionField),
}


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A named thing with a one-line summary.

    Raises `PluginError`, as every spec does, where a field cannot be what it says.
    """

    name: str
    summary: str

    def __post_init__(self) -> None:
        for spec_field in fields(self):  # else tasks="dehaze" would be read letter by letter
            expected = str(spec_field.type)
            if (holds := _HOLDS.get(expected)) is not None:
                self._require(holds(getattr(self, spec_field.name)), spec_field.name, expected)

    def _require(self, holds: bool, field: str, expected: str) -> None:
        if not holds:
            kind, given = type(self).__name__, getattr(self, field)
            msg = f"{kind} {self.name!r}: {field} is {given!r}; expected {expected}"
            raise PluginError(msg)


@dataclass(frozen=True, kw_only=True)
class LazySpec(Spec):
    """A named thing whose code is imported on use from `target`, ``"module:object"``."""

    target: str

    def __post_init__(self) -> None:
        super().__post_init__()
        holds = _TARGET.fullmatch(self.target) is not None
        self._require(holds, "target", "'module:object'")


@dataclass(frozen=True, kw_only=True)
class TaskSpec(Spec):
    """What is being restored; `title` is the heading of its board.

    `views` is 1 or 2 (left, right); `condition` names the numbers of the condition vector (K of
    them); `protocol` is how its results are scored and `rank_by` the column that ranks them, or
    that leads where `ranking` is a rule of several (``"rank-sum:psnr,ssim,lpips"``);
    `reference` is the restorer that every other row is read against; `resizes` says that targets
    are larger than inputs.
    """

    title: str
    views: int = 1
    condition: tuple[ConditionField, ...] = ()
    protocol: str = "ntire-rgb"
    rank_by: str = "psnr"
    ranking: str = ""
    reference: str = "identity"
    resizes: bool = False
    citation: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._require(self.views in {1, 2}, "views", "1 or 2")
        names = [number.name for number in self.condition]
        self._require(len(set(names)) == len(names), "condition", "each name once")


@dataclass(frozen=True, kw_only=True)
class DatasetSpec(LazySpec):
    """A data set of one task: ``target(split, **options)`` gives a `Dataset`.

    `splits` are the ones it has; `default` puts it in the default benchmark (its ``test`` split).
    `generated` says that its pixels are a function of its plugin's and core's code alone, so that
    their hashes may be remembered; a data set that reads files must leave it off. `options` are
    keywords of `target`, with their values. `licence` and `citation` are shown to its users.
    """

    task: str
    splits: tuple[str, ...] = ("train", "val", "test")
    default: bool = True
    generated: bool = False
    options: tuple[tuple[str, str], ...] = ()
    licence: str = ""
    citation: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        holds = "test" in self.splits or not self.default
        self._require(holds, "splits", "'test' among them, or default=False")

    def check_split(self, split: str) -> None:
        """Raise `OptionError`, which lists the splits, unless it has this one."""
        if split not in self.splits:
            msg = f"{self.name} has no split {split!r}; it has {', '.join(self.splits)}"
            raise OptionError(msg)


@dataclass(frozen=True, kw_only=True)
class RestorerSpec(LazySpec):
    """A restorer: `target` is called as ``target(**options)`` and gives a `Restorer`.

    `tasks` are shell patterns of task names. A generic restorer (``"*"``) is offered only to tasks
    whose `resizes` equals its own, unless that is None (any). `revision` is raised when its
    images change, so that stored ones are not taken for new ones. `default` puts it in the
    default benchmark; `draws` is how many restorations a stochastic one makes of each sample.
    `datasets` are shell patterns of the data sets that it is run on, such as those of one scale.
    `method` is what it has in common with restorers of other tasks (``"classical"``): the board
    over all tasks has one row for each method. Without one, the restorer is a method of its own.
    `needs` are options without which it cannot be made (``("weights",)``): a pattern such as ``*``
    leaves it out unless they are given. `isolated` ones run in a process of their own, because
    their code is somebody's. `initial` is the restorer whose image it starts from, if any.
    """

    tasks: tuple[str, ...] = ("*",)
    resizes: bool | None = None
    revision: int = 1
    default: bool = True
    draws: int = 1
    datasets: tuple[str, ...] = ("*",)
    method: str = ""
    needs: tuple[str, ...] = ()
    isolated: bool = False
    initial: str = ""
    citation: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._require(self.draws >= 1, "draws", "1 or more")
        line = self.method.isprintable() and self.method == self.method.strip()
        self._require(line, "method", "a short text on one line")


def packaged_specs(
    package: str,
    task: str,
    rows: Iterable[tuple[str, str, str, str]],
    *,
    resizes: bool = False,
    datasets: tuple[str, ...] = ("*",),
    on_request: Container[str] = (),
    initial: str = "",
) -> tuple[RestorerSpec, ...]:
    """The restorers that a plugin declares for the weights it brings.

    `rows` are name, summary, method and citation. The row "diffusion-mean" of the task "dehaze" is
    the restorer "dehaze-diffusion-mean"; its target is ``diffusion_mean``, a `Packaged` of
    `restorers.packaged`, in the plugin's module ``packaged``. Names in `on_request` are left out of
    the default benchmark; `initial` is the restorer whose images all of them start from.
    """
    return tuple(
        RestorerSpec(
            name=f"{task}-{name}",
            tasks=(task,),
            summary=summary,
            target=f"{package}.packaged:{name.replace('-', '_')}",
            resizes=resizes,
            datasets=datasets,
            default=name not in on_request,
            method=method,
            initial=initial,
            citation=citation,
        )
        for name, summary, method, citation in rows
    )


@dataclass(frozen=True, kw_only=True)
class GuideSpec(LazySpec):
    """Maps that a network reads beside the degraded image, such as a mask.

    `target` is called as ``target(sample)`` and gives float32 ``(channels, H, W)``, of about unit
    size. `tasks` are shell patterns of the tasks whose samples have what it needs.
    """

    channels: int = 1
    tasks: tuple[str, ...] = ("*",)
    citation: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._require(self.channels >= 1, "channels", "1 or more")


@dataclass(frozen=True, kw_only=True)
class MetricSpec(LazySpec):
    """A metric: `target` is a `restorebench.metrics.Metric`; `digits` are shown in tables.

    `best` is the score of two equal images where that is a finite number other than 0 (1 for SSIM);
    what a score lacks to it is its error. `unit` is ``""`` for a pure number.
    """

    higher_is_better: bool
    unit: str = ""
    digits: int = 4
    best: float | None = None
    citation: str = ""


@dataclass(frozen=True, kw_only=True)
class ProtocolSpec(LazySpec):
    """A scoring protocol: `target` is a `restorebench.metrics.Protocol`."""

    citation: str = ""
