"""The part of JobService that moves files: media in, results out, in chunks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import grpc.aio

from v2a.api import proto_codec
from v2a.errors import V2AError
from v2a.v1 import job_service_pb2 as pb
from v2a.v1.job_service_pb2_grpc import JobServiceServicer
from v2a_daemon.api.job_view import job_number
from v2a_daemon.store import Store
from v2a_daemon.store.uploads import Uploads

CHUNK = 256 << 10
Context = grpc.aio.ServicerContext[Any, Any]


class Transfers(JobServiceServicer):
    """Uploads and downloads over gRPC."""

    def __init__(self, store: Store, uploads: Uploads) -> None:
        self._store, self._uploads = store, uploads
        self.draining = False
        """No new jobs and no uploads are taken."""

    def refuse_while_draining(self) -> None:
        """Raise DRAINING once the daemon ends."""
        if self.draining:
            raise V2AError("DRAINING")

    async def UploadMedia(
        self, request_iterator: AsyncIterator[pb.UploadMediaRequest], context: Context
    ) -> pb.UploadMediaResponse:
        """Take a file in; it is there whole or not at all."""
        self.refuse_while_draining()
        first = await anext(aiter(request_iterator), None)
        if first is None or first.WhichOneof("part") != "header":
            raise proto_codec.bad_field("header", "comes first")

        async def chunks() -> AsyncIterator[bytes]:
            async for message in request_iterator:
                if message.WhichOneof("part") != "data":
                    raise proto_codec.bad_field("data", "is all that may follow the header")
                if not 0 < len(message.data) <= CHUNK:
                    raise proto_codec.bad_field("data", f"is not a chunk of 1 to {CHUNK} bytes")
                yield message.data

        upload, received = await self._uploads.receive(first.header, chunks())
        return pb.UploadMediaResponse(upload_id=upload, received_bytes=received)

    async def DownloadArtifact(
        self, request: pb.DownloadArtifactRequest, context: Context
    ) -> AsyncIterator[pb.DownloadArtifactResponse]:
        """One file, from an offset on."""
        found = re.fullmatch(r"(jobs/[1-9]\d{0,17})/artifacts/([1-9]\d{0,9})", request.name)
        if found is None:
            raise V2AError("NO_SUCH_ARTIFACT", name=request.name[:80])
        row = await self._store.artifact(job_number(found[1]), int(found[2]))
        if not 0 <= request.offset_bytes <= row.size:
            raise proto_codec.bad_field("offset_bytes", f"is not from 0 to {row.size}")
        try:
            file = await asyncio.to_thread(row.path.open, "rb")
        except OSError as trouble:
            raise V2AError("NO_SUCH_ARTIFACT", name=request.name) from trouble
        with file:
            file.seek(request.offset_bytes)
            while data := await asyncio.to_thread(file.read, CHUNK):
                yield pb.DownloadArtifactResponse(data=data)
