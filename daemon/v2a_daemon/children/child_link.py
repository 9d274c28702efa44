"""The server's end of one child: calls go out, answers come in, and a death is told to all."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from v2a_daemon.children import pipe_messages
from v2a_daemon.children.pipe_messages import (
    Begun,
    Call,
    CancelCall,
    Failed,
    Finished,
    Ping,
    Poisoned,
    Pong,
    Progressed,
)
from v2a_daemon.children.worker_messages import WorkerVitals

OnProgress = Callable[[dict[str, Any]], None]
LAST_LINES = 8
"""Of a child's standard error, kept for the word about its death."""


class ChildDied(Exception):
    """The child is gone and so is what it was doing; `detail` says how, in one line.

    `blameless`: it was ended for the sake of a cancelled call, so no other call has to do with it.
    """

    def __init__(self, detail: str, blameless: bool = False) -> None:
        super().__init__(detail)
        self.detail, self.blameless = detail, blameless


@dataclass(eq=False)
class _Pending:
    """One call that has no answer yet."""

    answer: asyncio.Future[Any]
    on_progress: OnProgress | None
    heard: float | None = None
    """When it last said something; None while it waits for its turn."""


@dataclass(eq=False)
class _Life:
    """One process of a link, from its start to its end."""

    process: asyncio.subprocess.Process
    heard: float = field(default_factory=time.monotonic)
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_LINES))
    why: str = ""
    """Why it was killed, or lost its device."""
    blameless: bool = False
    """It was killed because a cancelled call did not leave."""
    tasks: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])


class ChildLink:
    """A child process `python -m MODULE` that does calls; it can be started again once it is gone.

    All methods belong to one event loop. A call whose awaiting task is cancelled is cancelled in
    the child; does that not obey within `cancel_s` seconds, it is killed. So is a child that has
    been silent for `hang_s`.
    """

    def __init__(
        self,
        module: str,
        on_line: Callable[[str], None] = lambda line: None,
        hang_s: float = 120.0,
        cancel_s: float = 10.0,
        stuck_s: float | None = None,
        ping_s: float = 5.0,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`on_line` hears each line of the child's standard error.

        A call that says nothing for `stuck_s` (None: ten times `hang_s`) counts as hanging too.
        """
        self.vitals = WorkerVitals()
        self._command = [sys.executable, "-m", module, *arguments]
        self._environment = {**os.environ, **(environment or {})}
        self._on_line = on_line
        self._hang_s, self._cancel_s = hang_s, cancel_s
        self._stuck_s = 10 * hang_s if stuck_s is None else stuck_s
        self._ping_s = min(ping_s, hang_s / 4)
        self._numbers = itertools.count(1)
        self._pending: dict[int, _Pending] = {}
        self._starting = asyncio.Lock()
        self._life: _Life | None = None
        self._seeing_off: set[asyncio.Task[None]] = set()

    @property
    def alive(self) -> bool:
        """Whether there is a process that can be called."""
        return self._life is not None

    @property
    def pid(self) -> int:
        """Of the process; 0 where there is none."""
        return self._life.process.pid if self._life else 0

    async def start(self) -> None:
        """Start the process, if it does not run already."""
        async with self._starting:
            if self._life is not None:
                return
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=pipe, stdout=pipe, stderr=pipe, env=self._environment
            )
            self._life = life = _Life(process)
            works = (self._read(life), self._listen(life), self._watch(life))
            life.tasks = [asyncio.create_task(work) for work in works]

    async def call(self, verb: str, args: object, on_progress: OnProgress | None = None) -> Any:
        """Have the child do something; raises the V2AError it tells, or ChildDied."""
        if self._life is None:
            raise ChildDied("it does not run")
        life, number = self._life, next(self._numbers)
        answer = asyncio.get_running_loop().create_future()
        answer.add_done_callback(_seen)
        self._pending[number] = _Pending(answer, on_progress)
        try:
            _send(life, Call(number, verb, args))
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            seeing_off = asyncio.create_task(self._cancel(life, number, answer))
            self._seeing_off.add(seeing_off)
            seeing_off.add_done_callback(self._seeing_off.discard)
            await asyncio.shield(seeing_off)
            raise

    async def close(self) -> None:
        """Have the process end and wait for its end.

        Calls in progress raise CANCELLED where the child has time to say so, else ChildDied.
        """
        life = self._life
        if life is None:
            return
        life.why = life.why or "it was ended"
        if life.process.stdin:
            life.process.stdin.close()
        await asyncio.wait(life.tasks, timeout=self._cancel_s)
        self._kill(life, "")
        await asyncio.wait(life.tasks)

    async def _cancel(self, life: _Life, number: int, answer: asyncio.Future[Any]) -> None:
        _send(life, CancelCall(number))
        await asyncio.wait({answer}, timeout=self._cancel_s)
        if not answer.done():
            life.blameless = life.process.returncode is None and not life.why
            self._kill(life, f"it did not leave a cancelled call within {self._cancel_s:g} s")
            await asyncio.wait({answer})

    def _kill(self, life: _Life, why: str) -> None:
        life.why = life.why or why
        if life.process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            if sys.platform == "win32":
                life.process.kill()
            else:  # asyncio's own would reap the process and so lose its exit status
                os.kill(life.process.pid, signal.SIGKILL)

    async def _read(self, life: _Life) -> None:
        """Take what the child says until it says no more, then bury it."""
        stream = life.process.stdout
        assert stream is not None
        try:
            while True:
                size = pipe_messages.LENGTH.unpack(
                    await stream.readexactly(pipe_messages.LENGTH.size)
                )[0]
                life.heard = time.monotonic()
                self._take(life, pipe_messages.pickle.loads(await stream.readexactly(size)))
        except asyncio.IncompleteReadError:
            pass
        finally:
            await self._bury(life)

    def _take(self, life: _Life, message: object) -> None:
        match message:
            case Pong(vitals=vitals):
                self.vitals = vitals
            case Poisoned(detail=detail):
                life.why = f"its device is lost: {detail}"
            case Begun(id=number) | Progressed(id=number) | Finished(id=number) | Failed(id=number):
                if pending := self._pending.get(number):
                    pending.heard = time.monotonic()
                    self._answer(number, pending, message)

    def _answer(self, number: int, pending: _Pending, message: object) -> None:
        match message:
            case Progressed(progress=progress) if pending.on_progress:
                pending.on_progress(progress)
            case Finished(value=value):
                del self._pending[number]
                pending.answer.set_result(value)
            case Failed() as failed:
                del self._pending[number]
                pending.answer.set_exception(failed.error)

    async def _bury(self, life: _Life) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(life.process.wait(), timeout=1)
        self._kill(life, "")
        code = await life.process.wait()
        await asyncio.wait(life.tasks[1:2], timeout=1)  # its last words
        for task in life.tasks[1:]:
            task.cancel()
        pending, self._pending = self._pending, {}
        self._life, self.vitals = None, WorkerVitals()
        for call in pending.values():
            call.answer.set_exception(ChildDied(_detail(code, life), life.blameless))

    async def _listen(self, life: _Life) -> None:
        stream = life.process.stderr
        assert stream is not None
        while chunk := await stream.read(1 << 16):
            for line in chunk.decode("utf-8", "replace").splitlines():
                if line.strip():
                    life.lines.append(line.strip()[:500])
                    self._on_line(line.rstrip()[:2000])

    async def _watch(self, life: _Life) -> None:
        """Ask whether it is there, and end it if it has been silent for too long."""
        silent = 0.0  # summed by rounds: while this process stood still, nobody was asked
        while True:
            asked = time.monotonic()
            _send(life, Ping())
            await asyncio.sleep(self._ping_s)
            silent = 0.0 if life.heard >= asked else silent + self._ping_s
            stuck = max((asked - p.heard for p in self._pending.values() if p.heard), default=0.0)
            if silent >= self._hang_s:
                self._kill(life, f"it was silent for {silent:g} s")
            elif stuck > self._stuck_s:
                self._kill(life, f"a call stood still for {stuck:.0f} s")


def _send(life: _Life, message: object) -> None:
    """Write without waiting: one that does not read is killed, and what is written is small."""
    stream = life.process.stdin
    if stream is not None and not stream.is_closing():
        stream.write(pipe_messages.packed(message))


def _detail(code: int, life: _Life) -> str:
    """How a child ended, in one line."""
    how = f"exit status {code}"
    if code < 0:
        how = f"signal {-code}"
        with suppress(ValueError):
            how = signal.Signals(-code).name
    said = life.lines[-1] if life.lines and not life.why else ""
    return ": ".join(filter(None, [life.why or how, said]))


def _seen(answer: asyncio.Future[Any]) -> None:
    """Take note of an error that nobody waits for any more, so that asyncio does not complain."""
    if not answer.cancelled():
        answer.exception()
