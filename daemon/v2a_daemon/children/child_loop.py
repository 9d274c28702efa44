"""The child's end of a link: one thread reads and answers at once, others do the work in lanes."""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, NoReturn

from v2a.errors import V2AError
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
from v2a_daemon.children.process_limits import ignore_interrupts
from v2a_daemon.children.worker_messages import WorkerVitals

POISONED = 71
"""Exit status of a child whose device is lost to it."""
TELL_EVERY_S = 0.05
"""Least time between two words about one call."""


class DeviceLost(Exception):
    """The device answers nothing but errors in this process."""


@dataclass
class Turn:
    """One call while it is worked on: what a verb is given beside its arguments."""

    call: Call
    send: Callable[[object], None]
    cancelled: threading.Event = field(default_factory=threading.Event)
    begun: bool = False
    _told: float = 0.0

    def should_stop(self) -> bool:
        """Whether nobody waits for this call any more."""
        return self.cancelled.is_set()

    def check(self) -> None:
        """Raise CANCELLED if so."""
        if self.should_stop():
            raise V2AError("CANCELLED")

    def tell(self, fraction: float, **more: object) -> None:
        """Say how far it is, 20 times a second at most; the end of a stage is always told."""
        now = time.monotonic()
        if fraction >= 1 or now - self._told >= TELL_EVERY_S:
            self._told = now
            self.send(Progressed(self.call.id, {"fraction": fraction, **more}))


Verb = Callable[[Any, Turn], Any]
"""Arguments and turn to result; raises V2AError, or DeviceLost."""


class ChildLoop:
    """Serves calls from standard input until it closes; what is printed goes to standard error."""

    def __init__(
        self,
        lanes: Mapping[str, Mapping[str, Verb]],
        vitals: Callable[[], WorkerVitals] = WorkerVitals,
        grace_s: float = 0.0,
    ) -> None:
        """`lanes`: name to verbs; verbs of one lane follow each other, lanes run side by side.

        Once the server is gone, calls are cancelled and have `grace_s` seconds to leave tidily.
        """
        self._vitals = vitals
        self._grace_s = grace_s
        self._sending, self._turning = threading.Lock(), threading.Lock()
        self._turns: dict[int, Turn] = {}
        self._verbs = {verb: do for verbs in lanes.values() for verb, do in verbs.items()}
        self._queues: dict[str, queue.SimpleQueue[Turn]] = {}
        for name, verbs in lanes.items():
            waiting: queue.SimpleQueue[Turn] = queue.SimpleQueue()
            self._queues |= dict.fromkeys(verbs, waiting)
            threading.Thread(target=self._work, args=(waiting,), name=name, daemon=True).start()

    def serve(self) -> NoReturn:
        """Answer until the server is gone, then end, whatever the lanes are doing."""
        ignore_interrupts()
        commands, self._out = _own_streams()
        while True:
            try:
                self._take(pipe_messages.read(commands))
            except EOFError:
                self._leave()

    def _leave(self) -> NoReturn:
        end = time.monotonic() + self._grace_s
        while self._turns and time.monotonic() < end:
            for turn in list(self._turns.values()):
                turn.cancelled.set()
            time.sleep(0.02)
        os._exit(0)

    def _take(self, message: object) -> None:
        match message:
            case Ping():
                self._send(Pong(self._vitals()))
            case Call(id=number, verb=verb):
                self._turns[number] = turn = Turn(message, self._send)
                self._queues[verb].put(turn)
            case CancelCall(id=number) if turn := self._turns.get(number):
                self._cancel(turn)

    def _cancel(self, turn: Turn) -> None:
        """One that waits for its lane is answered here and now."""
        with self._turning:
            turn.cancelled.set()
            if turn.begun:
                return
        self._end(turn, Failed.of(turn.call.id, V2AError("CANCELLED")))

    def _work(self, waiting: queue.SimpleQueue[Turn]) -> None:
        while True:
            turn = waiting.get()
            with self._turning:
                turn.begun = not turn.should_stop()
            if turn.begun:
                self._send(Begun(turn.call.id))
                self._end(turn, self._answer(turn))

    def _end(self, turn: Turn, answer: Finished | Failed) -> None:
        del self._turns[turn.call.id]
        self._send(answer)

    def _answer(self, turn: Turn) -> Finished | Failed:
        call = turn.call
        try:
            return Finished(call.id, self._verbs[call.verb](call.args, turn))
        except V2AError as known:
            return Failed.of(call.id, known)
        except DeviceLost as lost:
            self._send(Poisoned(str(lost)))
            os._exit(POISONED)
        except BaseException as unknown:
            traceback.print_exc()
            detail = f"{type(unknown).__name__}: {unknown}"
            return Failed.of(call.id, V2AError("INTERNAL", detail=detail))

    def _send(self, message: object) -> None:
        data = pipe_messages.packed(message)
        try:
            with self._sending:
                self._out.write(data)
                self._out.flush()
        except OSError:  # the server is gone, as the reading thread will see
            return


def _own_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output for messages alone: what else is printed goes to standard error."""
    commands, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return commands, answers
