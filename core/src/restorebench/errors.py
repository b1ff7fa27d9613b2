"""The project's own exceptions: each message says what was wrong, where, and what to do."""

from __future__ import annotations


class RestorebenchError(Exception):
    """Base of every error that restorebench raises on purpose."""


class ImageError(RestorebenchError, ValueError):
    """An image cannot be used: wrong size, mode, depth, range, or unreadable."""


class ImageWarning(UserWarning):
    """An image is read, but something in its file beside the pixels is damaged."""


class SampleError(RestorebenchError, ValueError):
    """A sample's arrays contradict each other or its task."""


class ChangedDataError(SampleError):
    """A data set's samples are not those that it gave before, under the same code or files."""


class RegistryNameError(RestorebenchError, KeyError):
    """A registry name is malformed, taken or unknown."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class UnknownNameError(RegistryNameError):
    """No entry of that name; the message offers the nearest ones."""


class DuplicateNameError(RegistryNameError):
    """Two distributions provide the same name; the message names both."""


class PluginError(RestorebenchError):
    """A plugin could not be imported, or what it provides is not what it promised."""


class OptionError(RestorebenchError, ValueError):
    """An option given to a restorer, a data set or a command does not fit."""


class ProtocolError(RestorebenchError, ValueError):
    """Scores of different protocols were about to be mixed, or a protocol is ill-formed."""


class MetricUnavailableError(RestorebenchError):
    """A metric cannot be computed here (absent weights or package); the score is *missing*."""


class ChecksumError(RestorebenchError):
    """A file exists, but its content is not what its name promises."""


class CheckpointError(RestorebenchError, ValueError):
    """Weights cannot be used: unreadable, partial, of another network, or of a newer format."""


class StoreError(RestorebenchError):
    """The store of records cannot be read or written."""


class TrainingError(RestorebenchError):
    """A training run cannot start, go on or finish as it should."""


class RestorerError(RestorebenchError):
    """A restorer failed in a process of its own; `traceback` is that process's, or ``""``."""

    def __init__(self, message: str, traceback: str = "") -> None:
        super().__init__(message)
        self.traceback = traceback


class MemoryLimitError(RestorebenchError):
    """An image does not fit into the memory that may be used, however it is cut."""


class DiskSpaceError(RestorebenchError):
    """There is no space for temporary files."""


class EngineError(RestorebenchError):
    """The workers of a run cannot be begun, reached or used."""
