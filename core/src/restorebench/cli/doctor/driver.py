"""NVIDIA's driver, asked without torch: its GPUs and the CUDA that it supports."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import NamedTuple

_LIBRARY = "nvml.dll" if sys.platform == "win32" else "libnvidia-ml.so.1"
_NAME_BYTES = 96


class Driver(NamedTuple):
    """The names of the GPUs, the newest CUDA that the driver supports (``13.0``), CUDA's choice."""

    gpus: tuple[str, ...]
    cuda: str
    visible: str | None = None


def nvidia() -> Driver | None:
    """What NVML says; None without a driver or without a GPU that it can use."""
    try:
        nvml = ctypes.CDLL(_LIBRARY)
        if nvml.nvmlInit_v2() != 0:
            return None
    except (OSError, AttributeError):
        return None
    try:
        gpus = tuple(_name(nvml, i) for i in range(_count(nvml)))
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        return Driver(gpus, _cuda(nvml), visible) if gpus else None
    finally:
        nvml.nvmlShutdown()


def _count(nvml: ctypes.CDLL) -> int:
    count = ctypes.c_uint()
    return count.value if nvml.nvmlDeviceGetCount_v2(ctypes.byref(count)) == 0 else 0


def _name(nvml: ctypes.CDLL, index: int) -> str:
    handle, name = ctypes.c_void_p(), ctypes.create_string_buffer(_NAME_BYTES)
    nvml.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(index), ctypes.byref(handle))
    nvml.nvmlDeviceGetName(handle, name, ctypes.c_uint(_NAME_BYTES))
    return name.value.decode("ascii", "replace")


def _cuda(nvml: ctypes.CDLL) -> str:
    version = ctypes.c_int()
    nvml.nvmlSystemGetCudaDriverVersion_v2(ctypes.byref(version))
    return f"{version.value // 1000}.{version.value % 1000 // 10}"
