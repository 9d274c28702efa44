"""WatchService: the ledger of watch folders, entry by entry."""

from __future__ import annotations

from typing import Any

import grpc.aio

from v2a.api import proto_codec
from v2a.v1 import watch_service_pb2 as pb
from v2a.v1.watch_service_pb2_grpc import WatchServiceServicer
from v2a_daemon.store import Store
from v2a_daemon.store.watched_table import WatchedRow, WatchState

LONGEST = 8192
"""Letters of a field: two of the longest paths there are."""
LONGEST_PAGE = 1000
STATES: dict[int, WatchState] = {
    pb.WATCH_STATE_WORKING: "working",
    pb.WATCH_STATE_DONE: "done",
    pb.WATCH_STATE_FAILED: "failed",
    pb.WATCH_STATE_AGAIN: "again",
}
NUMBERS = {name: number for number, name in STATES.items()}
TEXTS = ("file", "sha256", "inode", "request_id", "job", "result", "reason", "message", "remedy")
Context = grpc.aio.ServicerContext[Any, Any]


class WatchService(WatchServiceServicer):
    """The ledger over gRPC."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def GetWatched(
        self, request: pb.GetWatchedRequest, context: Context
    ) -> pb.GetWatchedResponse:
        """The entry, if there is one."""
        row = await self._store.watched(*_place(request.folder, request.key))
        return pb.GetWatchedResponse(watched=None if row is None else _view(row))

    async def PutWatched(
        self, request: pb.PutWatchedRequest, context: Context
    ) -> pb.PutWatchedResponse:
        """Check it, then write it."""
        await self._store.put_watched(_row(request.watched))
        return pb.PutWatchedResponse()

    async def ListWatched(
        self, request: pb.ListWatchedRequest, context: Context
    ) -> pb.ListWatchedResponse:
        """A page; the token is the last entry's key."""
        size = request.page_size or LONGEST_PAGE
        if not 1 <= size <= LONGEST_PAGE:
            raise proto_codec.bad_field("page_size", f"{size} is not from 1 to {LONGEST_PAGE}")
        folder, after = _text("folder", request.folder), _text("page_token", request.page_token)
        rows = await self._store.watched_page(folder, size + 1, after)
        more = rows[size - 1].key if len(rows) > size else ""
        return pb.ListWatchedResponse(
            watched=[_view(row) for row in rows[:size]], next_page_token=more
        )

    async def ForgetWatched(
        self, request: pb.ForgetWatchedRequest, context: Context
    ) -> pb.ForgetWatchedResponse:
        """Whether it was there or not."""
        await self._store.forget_watched(*_place(request.folder, request.key))
        return pb.ForgetWatchedResponse()


def _row(message: pb.Watched) -> WatchedRow:
    """The entry of a message; BAD_OPTION names the field that is wrong."""
    folder, key = _place(message.folder, message.key)
    if message.state not in STATES:
        raise proto_codec.bad_field("state", f"{message.state} is no state")
    if message.size_bytes < 0 or message.failures < 0:
        raise proto_codec.bad_field(
            "size_bytes" if message.size_bytes < 0 else "failures", "is below 0"
        )
    return WatchedRow(
        folder=folder,
        key=key,
        size=message.size_bytes,
        mtime_ns=message.mtime_ns,
        state=STATES[message.state],
        failures=message.failures,
        written=0,
        **{name: _text(name, getattr(message, name)) for name in TEXTS},
    )


def _view(row: WatchedRow) -> pb.Watched:
    message = pb.Watched(
        folder=row.folder,
        key=row.key,
        size_bytes=row.size,
        mtime_ns=row.mtime_ns,
        state=NUMBERS[row.state],  # pyright: ignore[reportArgumentType]
        failures=row.failures,
    )
    for name in TEXTS:
        setattr(message, name, getattr(row, name))
    message.update_time.FromDatetime(row.when)
    return message


def _place(folder: str, key: str) -> tuple[str, str]:
    """Both of an entry's names; neither may be empty."""
    for name, given in (("folder", folder), ("key", key)):
        if not given:
            raise proto_codec.bad_field(name, "is empty")
    return _text("folder", folder), _text("key", key)


def _text(field: str, given: str) -> str:
    if len(given) > LONGEST:
        raise proto_codec.bad_field(field, f"is longer than {LONGEST} letters")
    return given
