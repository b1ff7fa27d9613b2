"""The end of what a program prints, read as it comes and kept in bounded memory."""

from __future__ import annotations

import threading
from collections import deque
from typing import IO

_LINES = 20
_LONGEST = 2000


class LastLines:
    """Reads a pipe to its end in a thread, so that the program never waits for it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._last: deque[bytes] = deque(maxlen=_LINES)
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait until the pipe has ended, for a few seconds at most."""
        self._thread.join(5)

    def text(self) -> str:
        """``"; it printed: …"``, or ``""`` where it printed nothing."""
        text = b"".join(self._last).decode(errors="replace").strip()
        return f"; it printed: {text[-_LONGEST:]}" if text else ""

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(_LONGEST):
                self._last.append(line)
