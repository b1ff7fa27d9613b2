"""What allocators say becomes one sentence with size, need and remedy; other errors stay."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.restorers.out_of_memory import explained

CPU = "[enforce fail at alloc_cpu.cpp:115] . DefaultCPUAllocator: can't allocate memory: you tried "
SAID = {
    "PyTorch, CPU": (RuntimeError(f"{CPU}to allocate 3221225472 bytes. Error code 12"), "3.0 GiB"),
    "PyTorch, CUDA": (RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB. "), "20 MiB"),
    "NumPy": (MemoryError("Unable to allocate 2.50 TiB for an array"), "2560.0 GiB"),
}


@pytest.mark.parametrize(("error", "need"), SAID.values(), ids=list(SAID))
def test_need_and_remedy_are_said(error: Exception, need: str) -> None:
    said = rf"^6000×4000 pixels do not fit into memory: {need} more were needed at once; cut the"
    with pytest.raises(MemoryError, match=said) as caught, explained(4000, 6000):
        raise error
    assert caught.value.__cause__ is error


def test_numpys_own_error_is_known() -> None:
    with pytest.raises(MemoryError, match=r"memory: .* GiB more"), explained(1, 1):
        np.empty(1 << 60, np.uint8)


def test_python_does_not_say_how_much() -> None:
    with pytest.raises(MemoryError, match="do not fit into memory; cut"), explained(1, 1):
        raise MemoryError


def test_other_errors_stay_as_they_are() -> None:
    with pytest.raises(RuntimeError, match="sizes differ"), explained(1, 1):
        raise RuntimeError("sizes differ")
