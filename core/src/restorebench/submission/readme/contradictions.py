"""Where the free text of a readme contradicts its flags. GPU is 0 and CPU is 1: often inverted."""

from __future__ import annotations

import re
from collections.abc import Iterator

_GPU = re.compile(
    r"\b(?:gpus?|cuda|geforce|rtx|gtx|quadro|tesla|titan(?: ?x[p]?| ?v)?|[ahvp]100|a6000|a40|l40s?"
    r"|t4|[234]0[6789]0(?: ?ti)?|radeon|mi[123]\d0x?)\b",
    re.IGNORECASE,
)
_CPU = re.compile(
    r"\b(?:cpus?|xeon|ryzen|epyc|core[ -]i[3579]|i[3579]-\d+\w*|apple m[1-9])\b", re.IGNORECASE
)
_NOT_GPU = re.compile(r"\b(?:no|without(?: an?)?|not use(?: an?| any)?) gpus?\b", re.IGNORECASE)
_NO_EXTRA = re.compile(
    r"\b(?:no|without(?: any)?|not use(?: any)?|n't use(?: any)?)\s+(?:extra|external|additional)"
    r"(?: training)? (?:data|datasets?|images?)\b",
    re.IGNORECASE,
)
_EXTRA = re.compile(
    r"\b(?:extra|external|additional)(?: training)? (?:data|datasets?|images?)\b"
    r"|\bpre-?train(?:ed|ing) on\b",
    re.IGNORECASE,
)


def contradictions(text: str, cpu: object, extra: object) -> Iterator[str]:
    """Sentences about what the free `text` says against the flags; None contradicts nothing."""
    without = _NOT_GPU.sub(" ", text)
    gpu_named, cpu_named = _GPU.search(without), _CPU.search(text)
    if cpu is True and gpu_named and not cpu_named:
        yield (
            f"1 means CPU, but the description mentions {gpu_named.group()!r}; GPU is 0 (ask the "
            "team: the two are often confused)"
        )
    if cpu is False and not gpu_named and (cpu_named or without != text):
        named = cpu_named.group() if cpu_named else "no GPU"
        yield (
            f"0 means GPU, but the description mentions {named!r}; CPU is 1 (ask the team: the two "
            "are often confused)"
        )
    denied = _NO_EXTRA.search(text)
    claimed = _EXTRA.search(_NO_EXTRA.sub(" ", text))
    if extra is False and claimed:
        yield f"0 means no extra data, but the description says {claimed.group()!r}"
    if extra is True and denied and not claimed:
        yield f"1 means extra data, but the description says {denied.group()!r}"
