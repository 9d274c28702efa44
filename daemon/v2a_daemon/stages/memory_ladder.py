"""The last rungs of the ladder for want of memory, and the errors that only a new process cures.

The engine halves its batches by itself (`v2a.diffusion.row_batches`); what passes that comes here.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from typing import TypeVar

import psutil
import torch

from v2a.diffusion.row_batches import out_of_memory
from v2a.errors import V2AError
from v2a_daemon.children.child_loop import DeviceLost
from v2a_daemon.stages.loaded_models import Models

T = TypeVar("T")
LOST = (
    "CUDA error",
    "device-side assert",
    "cuDNN error",
    "CUDNN_STATUS",
    "CUBLAS_STATUS",
    "HIP error",
)
"""How torch says that a device answers no more: every later call of this process fails too."""
NO_ROOM = "CUBLAS_STATUS_ALLOC_FAILED"
_UNITS = {"bytes": 0, "KiB": 10, "MiB": 20, "GiB": 30}


def with_room(work: Callable[[], T], models: Models) -> T:
    """Do some work; short of memory, once more after everything else is let go.

    Raises OUT_OF_MEMORY with the bytes that were asked for and are free, DeviceLost, and whatever
    else the work raises.
    """
    told = ""
    for _ in range(2):
        try:
            return work()
        except Exception as error:
            if not _no_room(error):
                _check_lost(error)
                raise
            told = " ".join(str(cause) for cause in _causes(error))
        # Only here, after the error: it would keep the tensors alive that have to go.
        _make_room(models)
    device = models.device or "cpu"
    raise V2AError(
        "OUT_OF_MEMORY",
        device=device,
        required_bytes=_asked_for(told),
        free_bytes=_free(device),
    )


def _make_room(models: Models) -> None:
    models.forget()
    gc.collect()
    if models.device.startswith("cuda"):
        torch.cuda.empty_cache()
    elif models.device == "mps":
        torch.mps.empty_cache()


def _no_room(error: BaseException) -> bool:
    return any(
        out_of_memory(cause)
        or (isinstance(cause, V2AError) and cause.reason == "OUT_OF_MEMORY")
        or NO_ROOM in str(cause)
        for cause in _causes(error)
    )


def _check_lost(error: BaseException) -> None:
    for cause in _causes(error):
        if isinstance(cause, RuntimeError) and any(mark in str(cause) for mark in LOST):
            raise DeviceLost(str(cause).splitlines()[0]) from error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _asked_for(told: str) -> int:
    """Bytes that torch says it tried to allocate; 0 where it does not say."""
    found = re.search(r"allocate ([\d.]+) (bytes|[KMG]iB)", told)
    return int(float(found[1]) * 2 ** _UNITS[found[2]]) if found else 0


def _free(device: str) -> int:
    if device.startswith("cuda"):
        return torch.cuda.mem_get_info(device)[0]
    return psutil.virtual_memory().available
