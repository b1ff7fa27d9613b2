"""The processes of a distributed run, as ``torchrun`` starts them; usually one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor

from restorebench.errors import OptionError

PATIENCE = timedelta(hours=6)
"""The longest wait at a barrier: while the main process makes images, or validates."""


@dataclass(frozen=True)
class ProcessGroup:
    """This process's rank and the number of processes. Each works on its share of every batch."""

    rank: int = 0
    size: int = 1

    @classmethod
    def from_environment(cls, device: str) -> ProcessGroup:
        """The group that the environment describes (WORLD_SIZE, RANK, MASTER_ADDR, …).

        NCCL on GPUs, each process bound to its own, and gloo elsewhere.
        """
        size = int(os.environ.get("WORLD_SIZE", "1"))
        if size == 1:
            return cls()
        own = cls(size=size).device(device)
        if not dist.is_initialized():
            gpu = torch.device(own) if own.startswith("cuda") else None
            backend = "gloo" if gpu is None else "nccl"
            dist.init_process_group(backend, timeout=PATIENCE, device_id=gpu)
        return cls(dist.get_rank(), dist.get_world_size())

    @property
    def is_main(self) -> bool:
        """Whether this is the process that writes files and validates."""
        return self.rank == 0

    def device(self, name: str) -> str:
        """This process's device: for "cuda" the GPU of its LOCAL_RANK.

        Raises `OptionError` where one GPU is named for several processes.
        """
        if self.size == 1 or not name.startswith("cuda"):
            return name
        if name != "cuda":
            msg = f"--device is {name}, and there are {self.size} processes; expected cuda: each"
            raise OptionError(f"{msg} takes the GPU of its LOCAL_RANK")
        own = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
        torch.cuda.set_device(own)
        return own

    def destroy(self) -> None:
        """Destroy the group of `torch.distributed`."""
        if self.size > 1 and dist.is_initialized():
            dist.destroy_process_group()

    def barrier(self) -> None:
        """Wait until every process is here."""
        if self.size > 1:
            dist.barrier()

    def split(self, batch: int, accumulate: int) -> list[list[int]]:
        """The places of a batch that this process works on, in `accumulate` parts.

        Raises `OptionError` for a batch that cannot be divided so.
        """
        if batch % (self.size * accumulate):
            msg = (
                f"batch is {batch}; expected a multiple of {self.size} processes × {accumulate} "
                "parts (accumulate)"
            )
            raise OptionError(msg)
        each = batch // (self.size * accumulate)
        first = self.rank * accumulate
        return [list(range((first + k) * each, (first + k + 1) * each)) for k in range(accumulate)]

    @torch.no_grad()
    def all_reduce_mean(self, tensors: Sequence[Tensor]) -> None:
        """Replace each tensor by its mean over all processes."""
        if self.size == 1:
            return
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        dist.all_reduce(flat)
        means = torch.split(flat / self.size, [tensor.numel() for tensor in tensors])
        for tensor, mean in zip(tensors, means, strict=True):
            tensor.copy_(mean.reshape(tensor.shape))
