"""The one training loop: resumable, seeded, with progress, averaged weights and a cosine rate."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from v2a.disk import whole_file

Step = Callable[[int, torch.Generator], torch.Tensor]
"""Given the step's number and a seeded generator, the loss to descend."""
Tell = Callable[[str, int, int, float, float], None]
"""Called with part, step, steps, smoothed loss and seconds left."""


@dataclass(frozen=True)
class Schedule:
    """How long and how fast a part learns."""

    steps: int
    rate: float = 1e-3
    warm: int = 100
    """Steps of linear warm-up."""
    average: float = 0.0
    """Decay of the exponential average of the weights; 0 for none."""
    decay: float = 0.01
    """AdamW weight decay."""
    half: bool = False
    """Multiply in bfloat16 where the processor can: up to twice as fast, weights stay float32."""
    save_every_s: float = 60.0


def _precision(schedule: Schedule) -> torch.autocast:
    """bfloat16 products if asked for and the processor has them; its emulation would be slow."""
    has = bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    return torch.autocast("cpu", torch.bfloat16, enabled=schedule.half and has)


def _rate_at(schedule: Schedule, step: int) -> float:
    warm = min(1.0, (step + 1) / schedule.warm)
    angle = torch.pi * min(1.0, step / schedule.steps)
    return schedule.rate * warm * (0.02 + 0.98 * 0.5 * (1 + float(torch.cos(torch.tensor(angle)))))


class Trainer:
    """One part in training; its checkpoint is `folder/NAME.pt`."""

    def __init__(self, name: str, module: nn.Module, schedule: Schedule, folder: Path) -> None:
        self.name, self.module, self.schedule = name, module, schedule
        self.path = folder / f"{name}.pt"
        self.average = copy.deepcopy(module).eval() if schedule.average else None
        self.optimiser = torch.optim.AdamW(
            module.parameters(), schedule.rate, (0.9, 0.99), weight_decay=schedule.decay
        )
        self.step = 0
        self.loss = float("nan")
        if self.path.is_file():
            self._resume()

    def _resume(self) -> None:
        state = torch.load(self.path, weights_only=True, map_location="cpu")
        self.module.load_state_dict(state["module"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]
        if self.average is not None:
            self.average.load_state_dict(state["average"])

    def save(self) -> None:
        """Write the checkpoint whole or not at all."""
        state = {
            "module": self.module.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "average": self.average.state_dict() if self.average is not None else {},
        }
        with whole_file(self.path) as part:
            torch.save(state, part)

    @property
    def done(self) -> bool:
        """Whether the checkpoint is at the schedule's end: there is nothing to make data for."""
        return self.step >= self.schedule.steps

    @property
    def trained(self) -> nn.Module:
        """The module to use: its average over the steps where there is one."""
        return (self.average if self.average is not None else self.module).eval()

    def run(self, step: Step, tell: Tell | None = None) -> nn.Module:
        """Train to the schedule's end; returns `trained`."""
        started, saved, first = time.monotonic(), time.monotonic(), self.step
        self.module.train()
        while not self.done:
            self._one(step)
            now = time.monotonic()
            if tell is not None and (self.step % 20 == 0 or self.step == self.schedule.steps):
                left = (now - started) / (self.step - first) * (self.schedule.steps - self.step)
                tell(self.name, self.step, self.schedule.steps, self.loss, left)
            if now - saved > self.schedule.save_every_s:
                self.save()
                saved = now
        self.save()
        return self.trained

    def _one(self, step: Step) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = _rate_at(self.schedule, self.step)
        generator = torch.Generator().manual_seed(self.step * 7919 + 17)
        with _precision(self.schedule):
            loss = step(self.step, generator)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.module.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        value = float(loss.detach())
        self.loss = value if self.loss != self.loss else 0.98 * self.loss + 0.02 * value
        self._follow()

    def _follow(self) -> None:
        if self.average is None:
            return
        decay = min(self.schedule.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for slow, fast in zip(self.average.parameters(), self.module.parameters(), strict=True):
                slow.lerp_(fast, 1 - decay)
            for slow, fast in zip(self.average.buffers(), self.module.buffers(), strict=True):
                slow.copy_(fast)
