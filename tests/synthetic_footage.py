"""Synthetic footage with known cuts: dead-leaves pictures under a moving camera, and its troubles.

Every film is drawn from a seed: camera pans, zooms, hand shake, whip pans, objects passing close,
flashes, strobes, fireworks, brightness drift, grain, repeated frames, captions; hard cuts (also
between near-alike shots and back again), dissolves and fades. It stands in for real footage when
limits are fitted and in tests; it is not the procedural world that the packs are trained on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 128, 72
RATES = (Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(50), Fraction(24_000, 1001))


@dataclass
class Footage:
    """Frames and what is true of them, in the manner of PySceneDetect's benchmark."""

    frames: NDArray[np.uint8]
    """(N, 72, 128, 3) RGB."""
    rate: Fraction
    hard: list[int] = field(default_factory=list)
    gradual: list[tuple[int, int]] = field(default_factory=list)
    """Inclusive intervals."""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Shot:
    """A place, how the camera moves in it and what disturbs the picture."""

    canvas: Image.Image
    style: str
    speed: float
    zoom: float
    shake: float
    grain: float
    light: str
    sprites: int
    scale: float
    origin: tuple[float, float]
    seed: int
    held: int = 1
    """Frames a drawing is held (animation on twos and threes)."""


def leaves(rng: np.random.Generator, size: tuple[int, int] = (448, 256)) -> Image.Image:
    """A dead-leaves picture: occluding discs and boxes with natural size statistics."""
    width, height = size
    base, spread = (
        rng.uniform(30, 210) + rng.normal(0, rng.choice([4, 15, 40]), 3),
        rng.uniform(15, 80),
    )
    if rng.random() < 0.15:
        base *= 0.2
    rows = np.linspace(0, 1, height)[:, None, None]
    other = np.clip(base + rng.normal(0, spread * 0.4, 3) + rng.normal(0, spread), 0, 255)
    picture = np.broadcast_to(base * (1 - rows) + other * rows, (height, width, 3)).copy()
    floor = rng.uniform(0, 0.5) * height if rng.random() < 0.5 else 0
    for _ in range(int(rng.uniform(8, 90))):
        _leaf(rng, picture, base, spread, floor)
    picture += np.kron(rng.normal(0, 1, (height // 4, width // 4)), np.ones((4, 4)))[
        ..., None
    ] * rng.uniform(0, 12)
    if rng.random() < 0.12:
        picture = picture.mean(axis=2, keepdims=True).repeat(3, 2)
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def _leaf(
    rng: np.random.Generator, picture: NDArray, base: NDArray, spread: float, floor: float
) -> None:
    height, width = picture.shape[:2]
    radius = min(6 / rng.uniform(0.02, 1) ** 0.8, 110)
    cx, cy, stretch = rng.uniform(0, width), rng.uniform(floor, height), rng.uniform(0.4, 2.5)
    top, bottom = max(int(cy - radius), 0), min(int(cy + radius) + 1, height)
    left, right = max(int(cx - radius * stretch), 0), min(int(cx + radius * stretch) + 1, width)
    y, x = np.mgrid[top:bottom, left:right]
    inside = np.ones(x.shape, bool)
    if rng.random() < 0.6:
        inside = ((x - cx) / stretch) ** 2 + (y - cy) ** 2 < radius**2
    colour = base + rng.normal(0, spread * 0.4, 3) + rng.normal(0, spread)
    grain = rng.normal(0, 6) * np.sin((x + y)[inside] / rng.uniform(1, 9))
    picture[top:bottom, left:right][inside] = colour + grain[:, None]


def draw_shot(rng: np.random.Generator, calm: bool = False) -> Shot:
    """A random shot."""
    style = str(
        rng.choice(
            ["still", "pan", "zoom", "hand", "whip", "push"], p=[0.25, 0.2, 0.15, 0.25, 0.07, 0.08]
        )
    )
    light = str(
        rng.choice(
            ["even", "drift", "flash", "strobe", "fireworks", "lamp", "flicker"],
            p=[0.6, 0.14, 0.07, 0.03, 0.05, 0.06, 0.05],
        )
    )
    if calm:
        style, light = "hand" if rng.random() < 0.5 else "still", "even"
    return Shot(
        canvas=leaves(rng),
        style=style,
        speed=float(rng.uniform(0.05, 1.2)),
        zoom=float(rng.uniform(1.1, 2.2)),
        shake=float(10 ** rng.uniform(-1.3, 0.7)),
        grain=float(rng.choice([0.5, 1.5, 4, 10])),
        light=light,
        sprites=int(rng.choice([0, 0, 1, 2, 4])),
        scale=float(rng.uniform(0.9, 1.7)),
        origin=(float(rng.uniform(0.3, 0.7)), float(rng.uniform(0.35, 0.65))),
        seed=int(rng.integers(2**31)),
        held=int(rng.choice([1, 2, 3], p=[0.88, 0.08, 0.04])),
    )


def alike(rng: np.random.Generator, shot: Shot) -> Shot:
    """Another shot of the same place: another frame of it, as in a dialogue or a jump cut."""
    side = -1 if shot.origin[0] > 0.5 else 1
    return replace(
        shot,
        origin=(
            shot.origin[0] + side * float(rng.uniform(0.12, 0.3)),
            float(rng.uniform(0.35, 0.65)),
        ),
        scale=shot.scale * float(rng.uniform(0.6, 0.85)),
        seed=int(rng.integers(2**31)),
    )


def render(shot: Shot, count: int, rate: float) -> NDArray[np.float32]:
    """`count` frames of a shot, (count, 72, 128, 3) in 0..255."""
    rng = np.random.default_rng(shot.seed)
    time = np.arange(count) / rate
    x, y, scale = _camera(shot, rng, time)
    sprites = [_Sprite(rng, rate, count) for _ in range(shot.sprites)]
    out = np.empty((count, HEIGHT, WIDTH, 3), np.float32)
    for i in range(count):
        left, top = x[i] - WIDTH * scale[i] / 2, y[i] - HEIGHT * scale[i] / 2
        view = shot.canvas.transform(
            (WIDTH, HEIGHT),
            Image.Transform.AFFINE,
            (scale[i], 0, left, 0, scale[i], top),
            Image.Resampling.BILINEAR,
        )
        out[i] = np.asarray(view, np.float32)
        for sprite in sprites:
            sprite.paint(out[i], i)
    out = _light(shot, rng, out, rate)
    out += rng.normal(0, shot.grain, out.shape[:3])[..., None].astype(np.float32)
    out = out[np.arange(count) // shot.held * shot.held]
    return np.clip(out, 0, 255)


def _camera(
    shot: Shot, rng: np.random.Generator, time: NDArray
) -> tuple[NDArray, NDArray, NDArray]:
    width, height = shot.canvas.size
    count = len(time)
    rate = 1 / (time[1] - time[0]) if count > 1 else 25
    jitter = np.zeros((2, count))
    pull = np.exp(-6 / rate)
    for i in range(1, count):
        jitter[:, i] = pull * jitter[:, i - 1] + rng.normal(0, np.sqrt(1 - pull**2), 2)
    amount = shot.shake * WIDTH / 100 * (1 if shot.style in ("hand", "whip") else 0.03)
    angle = rng.uniform(0, 2 * np.pi)
    travel = np.zeros(count)
    if shot.style == "pan":
        travel = (time - time.mean()) * shot.speed * WIDTH * 0.5
    if shot.style == "whip":
        middle = rng.uniform(0.2, 0.8) * time[-1]
        travel = WIDTH * 1.1 * np.tanh((time - middle) / rng.uniform(0.08, 0.3))
    scale = np.full(count, shot.scale)
    if shot.style in ("zoom", "push"):
        span = 1.0 if shot.style == "zoom" else rng.uniform(0.1, 0.3)
        ramp = np.clip((time / max(time[-1], 1e-6) - 0.5) / span + 0.5, 0, 1)
        scale = (
            shot.scale
            * shot.zoom ** (ramp if rng.random() < 0.5 else 1 - ramp)
            / np.sqrt(shot.zoom)
        )
    x = shot.origin[0] * width + jitter[0] * amount + travel * np.cos(angle)
    y = shot.origin[1] * height + jitter[1] * amount + travel * np.sin(angle) * 0.3
    reach_x, reach_y = WIDTH * scale / 2, HEIGHT * scale / 2
    return _bounce(x, reach_x, width - reach_x), _bounce(y, reach_y, height - reach_y), scale


def _bounce(value: NDArray, low: NDArray, high: NDArray) -> NDArray:
    span = np.maximum(high - low, 1e-6)
    phase = np.mod(value - low, 2 * span)
    return low + np.where(phase > span, 2 * span - phase, phase)


class _Sprite:
    """An object crossing the picture, sometimes close enough to fill it."""

    def __init__(self, rng: np.random.Generator, rate: float, count: int) -> None:
        close = rng.random() < 0.15
        self.radius = rng.uniform(25, 60) if close else rng.uniform(3, 16)
        self.colour = rng.uniform(0, 255, 3)
        self.speed = rng.uniform(0.1, 1.8) * WIDTH / rate * rng.choice([-1, 1])
        self.start = rng.uniform(-1, 2) * WIDTH - self.speed * count / 2 * rng.random()
        self.y = rng.uniform(0, HEIGHT)
        self.bob, self.pace = rng.uniform(0, 12), rng.uniform(0.02, 0.5)
        self.stripe = rng.uniform(2, 9)

    def paint(self, frame: NDArray, i: int) -> None:
        cx, cy = self.start + self.speed * i, self.y + self.bob * np.sin(i * self.pace)
        cx = np.mod(cx + 2 * WIDTH, 5 * WIDTH) - 2 * WIDTH
        y, x = np.ogrid[:HEIGHT, :WIDTH]
        inside = (x - cx) ** 2 + (y - cy) ** 2 < self.radius**2
        shade = 15 * np.sin((x - cx + 0 * y) / self.stripe)[..., None]
        frame[inside] = (self.colour + shade)[inside]


def _light(shot: Shot, rng: np.random.Generator, frames: NDArray, rate: float) -> NDArray:
    count = len(frames)
    gain, lift = np.ones(count), np.zeros(count)
    if shot.light == "drift":
        gain = 1 + rng.uniform(0.1, 0.4) * np.sin(
            np.arange(count) / rate * rng.uniform(0.3, 2) + rng.uniform(0, 6)
        )
    if shot.light == "flicker":
        gain = 1 + rng.uniform(0.02, 0.1) * np.sin(np.arange(count) * rng.uniform(1, 3))
    if shot.light == "flash":
        for _ in range(rng.integers(1, 3)):
            at, held = rng.integers(0, count), rng.integers(1, max(2, int(rate * 0.12)))
            lift[at : at + held] += (
                rng.uniform(60, 220) * np.linspace(1, rng.uniform(0.2, 1), held)[: count - at]
            )
    if shot.light == "strobe":
        period = rng.integers(2, 8)
        lift += np.where(
            np.arange(count) % period < rng.integers(1, period), rng.uniform(40, 160), 0
        )
    if shot.light == "lamp":
        at, held = rng.integers(0, count), rng.integers(3, 20)
        gain = 1 + np.clip((np.arange(count) - at) / held, 0, 1) * rng.choice(
            [-0.5, -0.3, 0.4, 0.8]
        )
    if shot.light == "fireworks":
        return _fireworks(rng, frames * 0.12, rate)
    return frames * gain[:, None, None, None] + lift[:, None, None, None]


def _fireworks(rng: np.random.Generator, frames: NDArray, rate: float) -> NDArray:
    count = len(frames)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    for _ in range(max(1, int(count / rate * rng.uniform(0.5, 2)))):
        at, life = int(rng.integers(0, count)), rng.uniform(0.5, 1.6)
        cx, cy, size = rng.uniform(10, WIDTH - 10), rng.uniform(5, HEIGHT - 15), rng.uniform(10, 45)
        colour, sparks = rng.uniform(80, 255, 3), rng.uniform(0, 2 * np.pi, 24)
        flash = rng.uniform(0, 120)
        for i in range(at, min(count, at + int(life * rate))):
            age = (i - at) / rate
            grown = size * (1 - np.exp(-age * 5))
            glow = np.exp(-age * 3 / life)
            ring = np.exp(-((np.hypot(x - cx, y - cy) - grown) ** 2) / 12) * (
                0.6 + 0.4 * np.cos(len(sparks) * np.arctan2(y - cy, x - cx))
            )
            frames[i] += (ring[..., None] * colour * glow) + flash * np.exp(-age * 12)
    return frames


def draw_film(seed: int, cuts: bool = True, calm: bool = False) -> Footage:
    """A film of a few shots from a seed; `cuts=False` gives one shot."""
    rng = np.random.default_rng(seed)
    rate = RATES[rng.integers(len(RATES))]
    count = int(rng.integers(2, 9)) if cuts else 1
    film, shots = Footage(np.empty(0, np.uint8), rate), []
    for k in range(count):
        roll = rng.random()
        if k >= 2 and roll < 0.15:
            shot = replace(shots[k - 2], seed=int(rng.integers(2**31)))
        elif k >= 1 and roll < 0.3:
            shot = alike(rng, shots[k - 1])
        else:
            shot = draw_shot(rng, calm)
        shots.append(shot)
    parts: list[NDArray] = []
    for k, shot in enumerate(shots):
        seconds = rng.uniform(0.7, 4) if cuts else rng.uniform(2, 9)
        part = render(shot, max(3, int(seconds * rate)), float(rate))
        _join(rng, film, parts, part, k)
    frames = np.concatenate(parts)
    film.notes = [f"{s.style}/{s.light}" for s in shots]
    film.frames = _deliver(rng, frames)
    return film


def _join(
    rng: np.random.Generator, film: Footage, parts: list[NDArray], part: NDArray, k: int
) -> None:
    at = sum(map(len, parts))
    roll = rng.random()
    most = min(len(parts[-1]) - 2, len(part) - 2) // 2 if k else 0
    if k == 0:
        parts.append(part)
    elif roll < 0.7 or most < 6:
        film.hard.append(at)
        parts.append(part)
    elif roll < 0.87:
        length = int(rng.integers(6, max(7, min(most, int(1.6 * film.rate)))))
        mix = (np.arange(1, length + 1) / (length + 1)).astype(np.float32)[:, None, None, None]
        blend = parts[-1][-length:] * (1 - mix) + part[:length] * mix
        parts[-1] = parts[-1][:-length]
        parts.extend([blend, part[length:]])
        film.gradual.append((at - length, at - 1))
    else:
        half = int(rng.integers(4, max(5, min(most, int(0.8 * film.rate)))))
        level = 255.0 if rng.random() < 0.25 else 0.0
        fall = (1 - np.arange(1, half + 1) / half).astype(np.float32)[:, None, None, None]
        parts[-1][-half:] = parts[-1][-half:] * fall + level * (1 - fall)
        part[:half] = part[:half] * fall[::-1] + level * (1 - fall[::-1])
        parts.append(part)
        film.gradual.append((at - half, at + half - 1))


def _deliver(rng: np.random.Generator, frames: NDArray) -> NDArray[np.uint8]:
    """What delivery does to frames: bars, a caption, small pops of the encoder."""
    if rng.random() < 0.2:
        bar = int(rng.integers(4, 10))
        frames[:, :bar] = frames[:, -bar:] = 0
    if rng.random() < 0.15:
        at, held = int(rng.integers(0, len(frames))), int(rng.integers(10, 80))
        frames[at : at + held, 56:66, 20:108] = frames[
            at : at + held, 56:66, 20:108
        ] * 0.3 + rng.uniform(0, 180)
    if rng.random() < 0.4:
        period = int(rng.integers(12, 100))
        lift = rng.normal(0, 2, (HEIGHT // 8, WIDTH // 8))
        for start in range(0, len(frames), period):
            pop = np.kron(np.roll(lift, start, 1), np.ones((8, 8)))
            frames[start : start + period] += pop[..., None].astype(np.float32)
    return np.clip(frames, 0, 255).astype(np.uint8)


def signatures(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, K) coarse pictures."""
    return np.stack([_signature(Image.fromarray(frame).convert("YCbCr")) for frame in frames])


def _signature(picture: Image.Image) -> NDArray[np.uint8]:
    luma, blue, red = picture.split()
    parts = [(luma, 16), (blue, 8), (red, 8)]
    return np.concatenate(
        [np.asarray(p.resize((n, n), Image.Resampling.BOX)).ravel() for p, n in parts]
    )


def write_mp4(
    path: Path, frames: NDArray[np.uint8], rate: Fraction, bit_rate: int = 600_000
) -> Path:
    """Encode frames as H.264; sizes must be even."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height = frames.shape[2], frames.shape[1]
        stream.pix_fmt, stream.bit_rate = "yuv420p", bit_rate
        for picture in frames:
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path
