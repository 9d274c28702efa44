"""Frames from a media child, in the shape of `FrameReader`: what the worker reads films with."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from v2a.errors import V2AError
from v2a.types import Clip, FrameBatch, FrameOptions, Report, ShouldStop
from v2a_daemon.children.media_records import Expected, Record, Untrusted, read
from v2a_daemon.children.process_limits import MediaLimits

AHEAD = 2
"""Records that wait for whoever iterates."""
ASK_EVERY_S = 0.05


CRASHES = frozenset({"SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE", "SIGTRAP", "SIGSYS"})
"""How a decoder ends that a file leads astray. Other ends have other causes: SIGKILL is somebody's,
for instance of a system short of memory, and an exit status is a process's own."""
ATTEMPTS = 2
"""Times that whoever meets a `MediaCrash` reads: what happens once may be chance."""
END_S = 5.0
"""Seconds that a child which says no more may take to end by itself."""


class MediaCrash(V2AError):
    """The media child ended without a word; another try may tell whether it was chance.

    NO_FRAMES where the file led its decoder astray, else WORKER_CRASHED: nothing is known against
    the file.
    """


class ChildFrameReader:
    """Samples a video in a limited process of its own; iterate once, then read `clip`.

    As `v2a.video_to_frames.FrameReader`, and MEDIA_LIMIT for a file that asks for more than
    `limits` allow. Nothing that the file does to its decoder reaches this process.
    """

    def __init__(
        self,
        path: Path,
        size: int,
        options: FrameOptions = FrameOptions(),  # noqa: B008 - frozen
        report: Report | None = None,
        should_stop: ShouldStop | None = None,
        limits: MediaLimits = MediaLimits(),  # noqa: B008 - frozen
    ) -> None:
        self._expected = Expected(path, size, options.batch, limits)
        self._options = options
        self._report = report or (lambda _: None)
        self._should_stop = should_stop or (lambda: False)
        self._clip: Clip | None = None
        self._heard = False
        """Whether the child lived to open the file."""

    @property
    def clip(self) -> Clip:
        """The whole video's facts; RuntimeError before the iteration has ended."""
        if self._clip is None:
            raise RuntimeError("iterate to the end before asking for the clip")
        return self._clip

    def __iter__(self) -> Iterator[FrameBatch]:
        """Batches of sampled frames in presentation order."""
        process = self._start()
        records: queue.Queue[Record | None] = queue.Queue(AHEAD)
        reading = threading.Thread(target=self._read, args=(process, records), daemon=True)
        reading.start()
        try:
            yield from self._batches(process, records)
        finally:
            process.kill()
            while reading.is_alive():
                with suppress(queue.Empty):
                    records.get(timeout=ASK_EVERY_S)
            process.wait()
            assert process.stdout
            process.stdout.close()
        self._report(1.0)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "v2a_daemon.children.media_child"]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, bufsize=1 << 20)
        assert process.stdin
        with suppress(BrokenPipeError), process.stdin as stream:
            stream.write(self._request())
        return process

    def _request(self) -> bytes:
        """One line of JSON; a name that is no Unicode stays what it is."""
        rate, span, expected = self._options.rate, self._options.span, self._expected
        request = {
            "path": os.path.abspath(expected.path),
            "size": expected.size,
            "rate": None if rate is None else str(rate),
            "batch": expected.batch,
            "span": span and [None if time is None else str(time) for time in span],
            "limits": asdict(expected.limits),
            "parent": os.getpid(),
        }
        return json.dumps(request, allow_nan=False).encode() + b"\n"

    def _read(self, process: subprocess.Popen[bytes], records: queue.Queue[Record | None]) -> None:
        """In a thread: what the child says, then None."""
        assert process.stdout
        with suppress(Untrusted, OSError, ValueError):
            for record in read(process.stdout, self._expected):
                records.put(record)
        records.put(None)

    def _batches(
        self, process: subprocess.Popen[bytes], records: queue.Queue[Record | None]
    ) -> Iterator[FrameBatch]:
        while self._clip is None:
            match self._next(records):
                case FrameBatch() as batch:
                    yield batch
                case Clip() as clip:
                    self._clip = clip
                case V2AError() as error:
                    raise error
                case None:
                    raise self._death(process)
                case fraction:
                    self._report(fraction)

    def _next(self, records: queue.Queue[Record | None]) -> Record | None:
        """The next record; CANCELLED, or MEDIA_LIMIT where none comes."""
        end = time.monotonic() + self._expected.limits.stall_s
        while time.monotonic() < end:
            if self._should_stop():
                raise V2AError("CANCELLED")
            with suppress(queue.Empty):
                record = records.get(timeout=ASK_EVERY_S)
                self._heard = self._heard or record is not None
                return record
        raise self._limit(f"nothing came of it for {self._expected.limits.stall_s:g} s")

    def _death(self, process: subprocess.Popen[bytes]) -> V2AError:
        """What an end without a word means."""
        path, how = self._expected.path, _end(process)
        if how == "SIGXCPU":
            seconds = self._expected.limits.cpu_s
            return self._limit(f"more than {seconds} s of processor time")
        if self._heard and (how in CRASHES or not how):
            return MediaCrash("NO_FRAMES", path=path)
        detail = f"the process that reads {path} ended by itself: {how or 'it said nonsense'}"
        return MediaCrash("WORKER_CRASHED", times=ATTEMPTS, detail=detail)

    def _limit(self, detail: str) -> V2AError:
        return V2AError("MEDIA_LIMIT", path=self._expected.path, detail=detail)


def _end(process: subprocess.Popen[bytes]) -> str:
    """How a child ended: a signal's name, an exit status, or "" for one that had to be ended."""
    try:
        code = process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return ""
    if code >= 0:
        return f"exit status {code}"
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
