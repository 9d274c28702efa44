"""CLAP vectors to audio: latent diffusion in AudioLDM's form, sampled by our own loop.

All windows of all takes of all scenes that share a latent length go through the model together;
what a scene sounds like depends on its own vector, seed and length only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from v2a.diffusion.guided_steps import Batch, denoise, make_scheduler, stop_check
from v2a.diffusion.latent_lengths import Extent, Geometry, extent
from v2a.diffusion.latents_to_waves import decode, place
from v2a.diffusion.row_batches import Rows
from v2a.diffusion.scene_noise import WAVE, initial_latents, named_seed, room_tone, sort_of
from v2a.packs.locate import Pack, resolve_device
from v2a.types import Report, SamplingOptions, ShouldStop, SoundRequest

Wave = NDArray[np.float32]
DECODE_COST = 4
"""Steps that decoding a row takes about as long as. Chosen; it shapes progress only."""
ROWS = {"cpu": 16, "mps": 16, "cuda": 128}
"""Most rows of a UNet call by default. Chosen: one call for a short film, within the memory of the
paper's pack; fewer are taken where memory runs out."""
DECODED_ROWS = {"cpu": 2, "mps": 4, "cuda": 16}
"""Most rows of a decoder call. Chosen: a decoder's activations are far larger than the UNet's."""


@dataclass(frozen=True)
class _Row:
    """One window of one take of one scene."""

    request: int
    take: int
    window: int
    extent: Extent


@dataclass
class _Ticker:
    """Counts steps over all groups, reports the fraction done, raises CANCELLED when asked to."""

    total: float
    report: Report | None
    should_stop: ShouldStop | None
    done: float = 0.0

    def add(self, work: float) -> None:
        self.done += work
        if self.report is not None:
            self.report(min(self.done / max(self.total, 1e-9), 1.0))
        stop_check(self.should_stop)


@dataclass(frozen=True)
class _Settings:
    """Sampling options with the pack's defaults filled in."""

    scheduler: str
    steps: int
    guidance: float
    options: SamplingOptions


@dataclass
class SoundModel:
    """A pack's sound model on a device."""

    pack: Pack
    device: str = "auto"
    geometry: Geometry = field(init=False)
    _fitted: dict[tuple[int, int], Rows] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.device = resolve_device(self.device)
        self.geometry = Geometry.of(self.pack)

    @property
    def rate(self) -> int:
        """Samples per second of the waves."""
        return self.geometry.rate

    @torch.inference_mode()
    def generate(
        self,
        requests: Sequence[SoundRequest],
        options: SamplingOptions | None = None,
        report: Report | None = None,
        should_stop: ShouldStop | None = None,
    ) -> list[list[Wave]]:
        """Sound for every request: [request][take] float32 waves of ceil(duration * rate) samples.

        `report` gets the fraction done, 0..1, after every step. Raises CANCELLED when `should_stop`
        returns true between steps, OUT_OF_MEMORY when not even one row fits.
        """
        settings = self._settings(options or SamplingOptions())
        waves = [self._empty(request) for request in requests]
        groups = self._groups(requests, settings.options)
        work = sum(len(rows) * frames for frames, rows in groups)
        ticker = _Ticker(work * (settings.steps + DECODE_COST), report, should_stop)
        stop_check(should_stop)
        for _, rows in groups:
            latents = self._sample(requests, rows, settings, ticker)
            self._decode(requests, rows, latents, waves, ticker)
        for request, takes in zip(requests, waves, strict=True):
            if request.quiet:
                for take, wave in enumerate(takes):
                    wave[:] = room_tone(len(wave), self.rate, request.seed, request.take + take)
        if report is not None:
            report(1.0)
        return waves

    def _settings(self, options: SamplingOptions) -> _Settings:
        own = self.pack.manifest.sampling
        return _Settings(
            options.scheduler or own.scheduler,
            own.steps if options.steps is None else options.steps,
            own.guidance if options.guidance is None else options.guidance,
            options,
        )

    def _empty(self, request: SoundRequest) -> list[Wave]:
        samples = extent(self.geometry, request.duration).samples
        return [np.zeros(samples, np.float32) for _ in range(request.takes)]

    def _groups(
        self, requests: Sequence[SoundRequest], options: SamplingOptions
    ) -> list[tuple[int, list[_Row]]]:
        """(latent frames, rows) of every length, short ones first."""
        groups: dict[int, list[_Row]] = {}
        for index, request in enumerate(requests):
            if request.quiet or request.duration <= 0:
                continue
            size = extent(self.geometry, request.duration, options.length_multiple)
            rows = groups.setdefault(size.frames, [])
            for take in range(request.takes):
                rows += [_Row(index, take, window, size) for window in range(size.windows)]
        return sorted(groups.items())

    def _sample(
        self,
        requests: Sequence[SoundRequest],
        rows: list[_Row],
        settings: _Settings,
        ticker: _Ticker,
    ) -> torch.Tensor:
        frames = rows[0].extent.frames
        batch = self._batch(requests, rows)
        most = settings.options.batch or ROWS[self.device.partition(":")[0]]
        limit = self._fitted.setdefault((frames, most), Rows(most, self.device))
        scheduler = make_scheduler(self.pack.scheduler(), settings.scheduler)
        unet = self.pack.unet(self.device)

        def tick() -> None:
            ticker.add(len(rows) * frames)

        return denoise(unet, batch, scheduler, settings.steps, settings.guidance, limit, tick)

    def _batch(self, requests: Sequence[SoundRequest], rows: list[_Row]) -> Batch:
        noise, joins = [], []
        for at, row in enumerate(rows):
            if row.window == 0:
                size, asked = row.extent, requests[row.request]
                named = (asked.seed, asked.take + row.take, sort_of(asked.vector))
                noise.append(initial_latents(self.geometry, size.frames, size.windows, *named))
            else:
                joins.append((at - 1, at))
        null = self.pack.null_vector(self.device)
        asked = [requests[row.request] for row in rows]
        return Batch(
            latents=torch.cat(noise).to(self.device),
            towards=self._vectors([r.vector for r in asked]),
            away=self._vectors([null if r.negative is None else r.negative for r in asked]),
            joins=joins,
            overlap=self.geometry.overlap,
        )

    def _vectors(self, vectors: list[NDArray[np.float32]]) -> torch.Tensor:
        stacked = torch.from_numpy(np.stack(vectors)).float().to(self.device)
        return torch.nn.functional.normalize(stacked, dim=-1)

    def _decode(
        self,
        requests: Sequence[SoundRequest],
        rows: list[_Row],
        latents: torch.Tensor,
        waves: list[list[Wave]],
        ticker: _Ticker,
    ) -> None:
        vae, vocoder = self.pack.vae(self.device), self.pack.vocoder(self.device)
        most = DECODED_ROWS[self.device.partition(":")[0]]
        limit = self._fitted.setdefault((-rows[0].extent.frames, most), Rows(most, self.device))
        step = (rows[0].extent.frames - self.geometry.overlap) * self.geometry.stride
        overlap = self.geometry.overlap * self.geometry.stride
        for at in range(0, len(rows), most):
            some = rows[at : at + most]
            asked = [requests[row.request] for row in some]
            seeds = [
                named_seed(WAVE, request.seed, request.take + row.take, row.window)
                for request, row in zip(asked, some, strict=True)
            ]
            decoded = limit.run(
                lambda z, s: decode(vae, vocoder, z, s), latents[at : at + most], seeds
            )
            for row, wave in zip(some, decoded.numpy(), strict=True):
                place(waves[row.request][row.take], wave, row.window * step, overlap)
            ticker.add(len(some) * some[0].extent.frames * DECODE_COST)
