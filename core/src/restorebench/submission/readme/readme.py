"""``readme.txt`` of a submission: NTIRE's four lines, the five of 2026, and what others add.

The two forms, as challenges give them::

    runtime per image [s] : 10.43               Architecture Name:NAFNet-L
    CPU[1] / GPU[0] : 0                         Parameters:23.10M
    Extra Data [1] / No Extra Data [0] : 0      Runtime:0.123s
    Other description : free text, over         Device:NVIDIA GeForce RTX 3090
    as many lines as it takes                   Extra data:No
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from restorebench.submission.archive.finding import Finding

NAME = "readme.txt"

TEMPLATE = """runtime per image [s] :
CPU[1] / GPU[0] :
Extra Data [1] / No Extra Data [0] :
Other description :
"""


@dataclass(frozen=True)
class Readme:
    """What a team says of itself; None, or ``""``, where it does not, or not readably.

    `runtime` in seconds per image, `cpu` (else GPU), `extra_data`, the free `description`,
    `architecture`, `device`, the number of `parameters`, and `others`: further choices by their
    label, such as ``{"LLM / No LLM": "No LLM"}``. `findings` are all warnings.
    """

    runtime: float | None = None
    cpu: bool | None = None
    extra_data: bool | None = None
    description: str = ""
    architecture: str = ""
    device: str = ""
    parameters: int | None = None
    others: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    findings: tuple[Finding, ...] = ()

    def numbers(self) -> dict[str, float]:
        """What of it is a number, under the names that score files use."""
        flags = {"cpu": self.cpu, "extra_data": self.extra_data}
        given = {"runtime": self.runtime, "parameters": self.parameters}
        given |= {name: None if flag is None else int(flag) for name, flag in flags.items()}
        return {name: value for name, value in given.items() if value is not None}

    def claims(self) -> dict[str, float | str]:
        """What of it is shown beside the scores."""
        return {**self.numbers(), **({"device": self.device} if self.device else {})}
