"""One thing that a check has found: the file, what is wrong with it, what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Finding:
    """`kind` is a word for programs and `file` is relative to the data set's folder.

    A `note` is worth saying, but the copy can be used as it is.
    """

    kind: str
    file: str
    what: str
    remedy: str = ""
    note: bool = False

    def __str__(self) -> str:
        sentence = f"{self.file} {self.what}" if self.file else self.what
        return f"{sentence}; {self.remedy}" if self.remedy else sentence

    def facts(self) -> dict[str, str]:
        """Plain data, in which the finding is also a sentence."""
        values = asdict(self)
        del values["note"]
        return {**values, "text": str(self)}
