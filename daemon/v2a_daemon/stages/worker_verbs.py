"""What a worker can be asked to do, one function a verb: models, arguments, turn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from v2a.packs.locate import resolve_device
from v2a.scenes_to_clap import SceneListener
from v2a.types import SoundRequest
from v2a_daemon.children.child_loop import Turn
from v2a_daemon.children.worker_messages import (
    ClapRequest,
    ClapSound,
    LoadRequest,
    RawMade,
    RawRequest,
    ScenesRequestMessage,
    ScenesSummary,
    SoundOrder,
)
from v2a_daemon.stages.analyse_clip import find_scenes
from v2a_daemon.stages.analysis_file import load_sounds
from v2a_daemon.stages.loaded_models import Models
from v2a_daemon.stages.take_file import save_wave


def device(_models: Models, name: str, _turn: Turn) -> str:
    """What a device's name stands for here; NO_DEVICE."""
    return resolve_device(name)


def load(models: Models, request: LoadRequest, turn: Turn) -> None:
    """Read all parts of a pack that a job needs."""
    pack = models.pack(request.pack, request.device)
    parts = (pack.image_encoder, pack.text_encoder, pack.unet, pack.vae, pack.vocoder)
    for number, part in enumerate(parts, 1):
        part(models.device)
        turn.tell(number / len(parts))
        turn.check()


def forget(models: Models, _args: None, _turn: Turn) -> None:
    """Let go of every pack."""
    models.forget()


def find(models: Models, request: ScenesRequestMessage, turn: Turn) -> ScenesSummary:
    """A clip's scenes and their sounds, kept at `request.out` with their summary."""
    return find_scenes(models, request, turn)


def hear(models: Models, request: ClapRequest, _turn: Turn) -> list[ClapSound]:
    """What CLIP vectors sound like."""
    pack = models.pack(request.pack, request.device)
    pooled = np.array(request.vectors, np.float32)
    sounds = SceneListener(pack, request.mapper, models.device)(pooled, request.texts)
    return [
        ClapSound(
            tuple(sound.vector.tolist()),
            None if sound.negative is None else tuple(sound.negative.tolist()),
            sound.labels,
        )
        for sound in sounds
    ]


def make(models: Models, orders: Sequence[SoundOrder], turn: Turn) -> None:
    """Takes of scenes, all in one batch; orders of a call agree in pack, device and sampling."""
    first = orders[0]
    heard = {path: load_sounds(path) for path in {order.found for order in orders}}
    requests = []
    for order in orders:
        sound = heard[order.found][order.scene - 1]
        requests.append(
            SoundRequest(
                vector=sound.vector,
                negative=sound.negative,
                duration=order.duration,
                seed=order.seed,
                quiet=order.quiet,
                take=order.take,
            )
        )
    model = models.sound(first.pack, first.device)
    waves = model.generate(requests, first.sampling, turn.tell, turn.should_stop)
    for order, (wave,) in zip(orders, waves, strict=True):
        save_wave(wave, order.out)


def raw(models: Models, request: RawRequest, turn: Turn) -> RawMade:
    """Sounds of CLAP vectors as bare samples."""
    requests = [
        SoundRequest(
            vector=np.array(sound.vector, np.float32),
            negative=None if sound.negative is None else np.array(sound.negative, np.float32),
            duration=sound.duration,
            seed=sound.seed,
            takes=request.takes,
        )
        for sound in request.sounds
    ]
    model = models.sound(request.pack, request.device)
    waves = model.generate(requests, request.sampling, turn.tell, turn.should_stop)
    files = []
    for number, takes in enumerate(waves):
        for take, wave in enumerate(takes, 1):
            files.append((number, take, request.folder / f"{number}-{take}.f32"))
            wave.astype("<f4").tofile(files[-1][2])
    return RawMade(model.rate, tuple(files))
