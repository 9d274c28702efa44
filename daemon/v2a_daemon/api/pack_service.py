"""PackService: packs listed, loaded, let go of, fetched."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc.aio

from v2a.api import proto_codec
from v2a.errors import V2AError
from v2a.packs.locate import Pack, catalogue_names, list_packs, pull_pack
from v2a.v1 import pack_service_pb2 as pb
from v2a.v1.pack_service_pb2_grpc import PackServiceServicer
from v2a_daemon.api.allowed_folders import Roots
from v2a_daemon.api.named_packs import find_pack_within
from v2a_daemon.children.worker_messages import LoadRequest
from v2a_daemon.children.worker_pool import Workers
from v2a_daemon.daemon_settings import LONGEST_S

Context = grpc.aio.ServicerContext[Any, Any]


class PackService(PackServiceServicer):
    """Packs over gRPC."""

    def __init__(self, workers: Workers, roots: Roots) -> None:
        self._workers, self._roots = workers, roots

    async def ListPacks(
        self, request: pb.ListPacksRequest, context: Context
    ) -> pb.ListPacksResponse:
        """Those installed, then those of the catalogue that are not."""
        there = await asyncio.to_thread(list_packs)
        names = {pack.name for pack in there}
        packs = [self._view(pack) for pack in there]
        packs += [pb.Pack(name=name) for name in catalogue_names() if name not in names]
        return pb.ListPacksResponse(packs=packs)

    async def LoadPack(self, request: pb.LoadPackRequest, context: Context) -> pb.LoadPackResponse:
        """Have the worker read a pack's parts."""
        seconds = request.keep_alive_s if request.HasField("keep_alive_s") else None
        if seconds is not None and not -LONGEST_S <= seconds <= LONGEST_S:  # nor a NaN
            raise proto_codec.bad_field("keep_alive_s", f"{seconds:g} is not a number of seconds")
        pack = await asyncio.to_thread(find_pack_within, request.pack or "pocket", self._roots)
        device, begun = request.device or "auto", time.monotonic()
        await self._workers.call(device, "load", LoadRequest(pack.folder, device))
        await self._workers.keep(device, seconds)
        return pb.LoadPackResponse(pack=self._view(pack), seconds=time.monotonic() - begun)

    async def UnloadPacks(
        self, request: pb.UnloadPacksRequest, context: Context
    ) -> pb.UnloadPacksResponse:
        """End the workers that have nothing to do: that gives all their memory back."""
        return pb.UnloadPacksResponse(workers=await self._workers.unload())

    async def PullPack(
        self, request: pb.PullPackRequest, context: Context
    ) -> AsyncIterator[pb.PullPackResponse]:
        """Fetch a pack of the catalogue, telling how far it is; ends with the pack."""
        if request.pack not in catalogue_names():
            raise V2AError("PACK_NOT_FOUND", pack=request.pack[:80])
        fractions: asyncio.Queue[float] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def report(fraction: float) -> None:
            loop.call_soon_threadsafe(fractions.put_nowait, fraction)

        pull = asyncio.create_task(
            asyncio.to_thread(pull_pack, request.pack, request.accept_licence, report)
        )
        while not pull.done() or not fractions.empty():
            try:
                yield pb.PullPackResponse(fraction=await asyncio.wait_for(fractions.get(), 0.2))
            except TimeoutError:
                continue
        yield pb.PullPackResponse(fraction=1.0, pack=self._view(await pull))

    def _view(self, pack: Pack) -> pb.Pack:
        told = pack.manifest
        loaded = {name for worker in self._workers.all() for name in worker.link.vitals.packs}
        return pb.Pack(
            name=pack.name,
            folder=str(pack.folder),
            description=told.description,
            licence=told.licence.name
            + ("" if told.licence.commercial else " (not for commercial use)"),
            mappers=sorted({"vocabulary", *told.mappers.files}),
            installed=True,
            loaded=pack.name in loaded,
        )
