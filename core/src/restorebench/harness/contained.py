"""Code of others, contained: what it changes or ends is its own row, not the next ones.

A relative path to the store would lead elsewhere from another folder, and networks that work with
another default type or precision give other images.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from restorebench.errors import RestorerError


@contextmanager
def contained() -> Iterator[None]:
    """Run a block; the working folder, NumPy's errors and PyTorch's defaults are then as before.

    What it raises that is no `Exception`, as asyncio and pytest do, becomes `RestorerError`.
    """
    folder, torch = Path.cwd(), sys.modules.get("torch")
    put_back = _nothing if torch is None else _defaults(torch)
    try:
        with np.errstate():
            yield
    except (Exception, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        msg = f"it raised {type(error).__name__}: {error}"
        raise RestorerError(msg) from error
    finally:
        os.chdir(folder)
        put_back()


def _defaults(torch: Any) -> Callable[[], None]:
    """What sets PyTorch's defaults to what they are now."""
    dtype, device = torch.get_default_dtype(), torch.get_default_device()
    precision, threads = torch.get_float32_matmul_precision(), torch.get_num_threads()
    gradients = torch.is_grad_enabled()

    def again() -> None:
        torch.set_default_dtype(dtype)
        if torch.get_default_device() != device:
            torch.set_default_device(device)
        if torch.get_float32_matmul_precision() != precision:
            torch.set_float32_matmul_precision(precision)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        torch.set_grad_enabled(gradients)

    return again


def _nothing() -> None:
    """There was nothing to put back."""
