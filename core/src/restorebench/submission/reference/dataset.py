"""A split of an installed data set as the reference of submissions."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from restorebench.data.colour import quantise
from restorebench.data.layouts.fields.views import image_names
from restorebench.errors import ProtocolError, SampleError
from restorebench.harness.dataset_cache import DatasetCache
from restorebench.metrics import Protocol
from restorebench.plugins import Suite
from restorebench.submission.reference.base import Expected, Truth
from restorebench.types import Sample


class DatasetReference:
    """The samples of `dataset` as the plugin makes them.

    `protocol` is that of the data set's task unless named; `memory` is a file beside a store in
    which hashes of generated data sets are remembered. Raises `OptionError` for a split that it
    lacks.
    """

    def __init__(
        self, suite: Suite, dataset: str, split: str, protocol: str | None, memory: Path
    ) -> None:
        spec = suite.datasets[dataset]
        spec.check_split(split)
        self.task, self.dataset, self.split = spec.task, dataset, split
        self.protocol = load_protocol(suite, protocol or suite.tasks[spec.task].protocol)
        self._cache = DatasetCache(suite, memory)

    @cached_property
    def expected(self) -> tuple[Expected, ...]:
        """All images, in the order of samples and views."""
        ids = self._cache.dataset(self.dataset, self.split).ids
        return tuple(p for i in ids for p in expected_of(self.sample(i)))

    @cached_property
    def dataset_hash(self) -> str:
        """The content hash of the whole split."""
        return self._cache.content_hash(self.dataset, self.split)

    def sample(self, sample_id: str) -> Sample:
        """The sample itself."""
        return self._cache.sample(self.dataset, self.split, sample_id)

    def truth(self, sample: str) -> Truth:
        """What is known of one sample; raises `SampleError` if that has no target."""
        made = self.sample(sample)
        if made.target is None:
            msg = f"sample {sample!r} of {self.dataset}/{self.split} has no target to score against"
            raise SampleError(msg)
        known = self._cache.identity(self.dataset, self.split, sample)
        return Truth(quantise(made.target), made.mask, known.input, known.target, known.mask)


def expected_of(sample: Sample) -> tuple[Expected, ...]:
    """The images that a restoration of `sample` consists of."""
    views, _, height, width = sample.target_shape
    return tuple(Expected(name, sample.id, height, width) for name in image_names(sample.id, views))


def load_protocol(suite: Suite, name: str) -> Protocol:
    """The protocol of that name."""
    protocol = suite.protocols.load(name)
    if not isinstance(protocol, Protocol):
        msg = f"the protocol {name!r} is a {type(protocol).__name__}, expected a Protocol"
        raise ProtocolError(msg)
    return protocol
