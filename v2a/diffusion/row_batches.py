"""As many rows in one call as memory takes: running out halves the number and goes on."""

from __future__ import annotations

from collections.abc import Callable

import torch

from v2a.errors import V2AError

# How torch's allocators say it, beside the class that only newer versions raise.
MARKS = ("out of memory", "DefaultCPUAllocator", "not enough memory", "can't allocate memory")


def out_of_memory(error: BaseException) -> bool:
    """Whether an error of torch or Python means that memory ran out."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(mark in str(error) for mark in MARKS)


class Rows:
    """Calls a model on slices of a batch; remembers how many rows fitted."""

    def __init__(self, most: int, device: str) -> None:
        self.most = max(most, 1)
        self.device = device

    def run(
        self, call: Callable[..., torch.Tensor], *inputs: torch.Tensor | list[int]
    ) -> torch.Tensor:
        """`call` over slices of `inputs`, (n, ...) each, along their first axis; results joined.

        Raises OUT_OF_MEMORY when even a single row does not fit.
        """
        count, done = len(inputs[0]), []
        at = 0
        while at < count:
            try:
                done.append(call(*(x[at : at + self.most] for x in inputs)))
                at += self.most
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                self._halve(count)
        return torch.cat(done) if len(done) != 1 else done[0]

    def _halve(self, count: int) -> None:
        tried = min(self.most, count)
        if tried == 1:
            raise V2AError("OUT_OF_MEMORY", device=self.device)
        self.most = tried // 2
        if self.device.startswith("cuda"):
            torch.cuda.empty_cache()
