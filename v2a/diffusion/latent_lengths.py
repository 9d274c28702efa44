"""How long a scene is in samples and latent frames, and which windows cover it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from v2a.packs.locate import Pack


@dataclass(frozen=True)
class Geometry:
    """Sizes of a pack's latents, read from the pack; lengths in latent frames."""

    rate: int
    """Samples per second."""
    stride: int
    """Samples to one latent frame."""
    channels: int
    """Channels of a latent."""
    rows: int
    """Latent frequencies."""
    multiple: int
    """The UNet halves its input this far; other lengths are rounded up to it."""
    window: int
    """Longest single generation."""
    overlap: int
    """Shared by neighbouring windows."""
    shortest: int
    """Least that is generated; shorter scenes are cut from it."""

    @classmethod
    def of(cls, pack: Pack) -> Geometry:
        """Read it from pack.json and the parts' configs."""
        sound, factor, unet = pack.manifest.sound, pack.latent_factor, pack.config("unet")
        stride = sound.hop * factor
        multiple = 2 ** (len(unet["block_out_channels"]) - 1)

        def frames(seconds: Fraction) -> int:
            return round(seconds * sound.sample_rate / stride)

        window = max(frames(sound.window_seconds) // multiple, 1) * multiple
        shortest = _up(frames(sound.shortest_seconds), multiple)
        return cls(
            rate=sound.sample_rate,
            stride=stride,
            channels=pack.config("vae")["latent_channels"],
            rows=sound.mel_bands // factor,
            multiple=multiple,
            window=window,
            overlap=min(max(frames(sound.overlap_seconds), 1), window // 2),
            shortest=min(max(shortest, multiple), window),
        )


@dataclass(frozen=True)
class Extent:
    """How much is generated for one scene: `windows` overlapping windows of `frames` frames."""

    samples: int
    """Length of the result."""
    frames: int
    """Latent frames of a window."""
    windows: int


def extent(geometry: Geometry, duration: Fraction, multiple: Fraction | None = None) -> Extent:
    """Cover `duration` seconds, generated in whole multiples of `multiple` seconds if given.

    Up to the pack's window that is one window as long as needed; above it as few windows as will
    do, of one length, no longer than needed. Always enough for `samples`, ceil(duration * rate).
    """
    samples = math.ceil(duration * geometry.rate)
    generated = duration if multiple is None else math.ceil(duration / multiple) * multiple
    frames = math.ceil(generated * geometry.rate / geometry.stride)
    if frames <= geometry.window:
        return Extent(samples, max(_up(frames, geometry.multiple), geometry.shortest), 1)
    window, overlap = geometry.window, geometry.overlap
    windows = -(-(frames - overlap) // (window - overlap))
    each = -(-(frames + (windows - 1) * overlap) // windows)
    # In coarse lengths, so that windows of different scenes still meet in one batch.
    coarse = _up(window // 8, geometry.multiple)
    return Extent(samples, min(max(_up(each, coarse), 2 * overlap), window), windows)


def _up(frames: int, multiple: int) -> int:
    return -(-frames // multiple) * multiple
