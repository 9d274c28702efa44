"""How well the pocket pack's sounds are recognised, by independent classifiers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import ClapAudioModelWithProjection

from v2a.clap_to_audio import SoundModel
from v2a.evaluation import sound_judge as sj
from v2a.evaluation.kind_classifier import WINDOW, log_mels
from v2a.frames_to_embeddings import ImageEncoder
from v2a.packs.locate import Pack, find_pack
from v2a.scenes_to_clap import SceneListener
from v2a.training.recordings import Recordings
from v2a.types import SamplingOptions, SceneText, SoundRequest
from v2a.world.kinds import KINDS, SceneSpec
from v2a.world.pictures import draw

FRAMES_A_SECOND = 2
SOUNDS = Path(__file__).resolve().parents[3] / "shared" / "sounds"


class Bench:
    """One pack, its parts and the judges."""

    def __init__(self, pack: str, recordings: Recordings | None) -> None:
        self.pack: Pack = find_pack(pack)
        self.recordings = recordings
        self.model = SoundModel(self.pack, "cpu")
        ear = ClapAudioModelWithProjection.from_pretrained(self.pack.folder / "audio_encoder")
        self.ear = ear.float().eval()

    @torch.inference_mode()
    def hear(self, wave: sj.Wave) -> NDArray[np.float32]:
        """The unit CLAP vector of a wave: the mean over its windows."""
        mel = log_mels([wave])[0]
        starts = range(0, len(mel) - WINDOW + 1, WINDOW)
        x = torch.stack([mel[s : s + WINDOW] for s in starts])
        vectors = self.ear(input_features=((x + 5.0) / 2.5)[:, None]).audio_embeds
        mean = torch.nn.functional.normalize(vectors, dim=-1).mean(0).numpy()
        return mean / np.linalg.norm(mean)

    def generate(self, vectors: list[NDArray[np.float32]]) -> list[sj.Wave]:
        """One 5.12 s sound a vector."""
        requests = [SoundRequest(v, None, sj.SECONDS, seed=i) for i, v in enumerate(vectors)]
        return [takes[0] for takes in self.model.generate(requests, SamplingOptions(), None, None)]

    @torch.inference_mode()
    def rebuild(self, wave: sj.Wave, seed: int) -> sj.Wave:
        """A wave through the autoencoder and the vocoder, no diffusion."""
        vae, vocoder = self.pack.vae("cpu"), self.pack.vocoder("cpu")
        mel = (log_mels([wave])[0] + 5.0) / 2.5
        latents = vae.encode(mel[None, None]).latent_dist.mode()
        return vocoder(vae.decode(latents).sample, [seed])[0].numpy()

    def imagine(self, specs: list[Any]) -> list[NDArray[np.float32]]:
        """CLAP vectors from the scenes' pictures through the image tower and the mapper."""
        encoder = ImageEncoder(self.pack, "cpu")
        listener = SceneListener(self.pack, "scene-detector", "cpu")
        pooled = []
        for spec in specs:
            x = encoder(film(spec, encoder.size))
            pooled.append((x / np.linalg.norm(x, axis=1, keepdims=True)).mean(0))
        told = listener(np.stack(pooled), [SceneText()] * len(specs))
        return [t.vector for t in told]

    def say(self, texts: list[str]) -> list[NDArray[np.float32]]:
        """CLAP vectors of prompts, as the listener makes them."""
        listener = SceneListener(self.pack, None, "cpu")
        blank = np.ones((len(texts), 512), np.float32)
        return [s.vector for s in listener(blank, [SceneText(prompt=t) for t in texts])]


def film(spec: SceneSpec, size: int) -> NDArray[np.uint8]:
    """(T, size, size, 3) frames of a scene."""
    times = np.arange(int(spec.duration * FRAMES_A_SECOND)) / FRAMES_A_SECOND
    return np.stack([draw(spec, float(t), (size, size)) for t in times])


def world(bench: Bench, per_kind: int) -> dict[str, sj.Score]:
    """Scores on the world: real audio, autoencoder, true CLAP vectors, video."""
    kinds = sj.voices(bench.recordings)
    judge = sj.world_judge(bench.recordings)
    specs = sj.test_scenes(bench.recordings, per_kind)
    wanted = [s.kind for s in specs]
    real = [sj.world_wave(s, bench.recordings, (4,)) for s in specs]
    rows = {
        "real audio": real,
        "autoencoder": [bench.rebuild(w, i) for i, w in enumerate(real)],
        "true CLAP vectors": bench.generate([bench.hear(w) for w in real]),
        "video, scene-detector": bench.generate(bench.imagine(specs)),
        "prompts": bench.generate(bench.say([KINDS[k].label for k in wanted])),
    }
    return {name: sj.score(judge, waves, wanted, kinds) for name, waves in rows.items()}


def recorded(bench: Bench, recordings: Recordings, prompts: int) -> dict[str, Any]:
    """Scores of a judge taught by real recordings only, and the search for copies."""
    kinds = sj.recorded_kinds()
    judge = sj.recorded_judge(recordings)
    pairs = [(k, c) for k in kinds for c in recordings.clips(k, (4,))]
    wanted = [k for k, _ in pairs]
    asked = [k for k in kinds for _ in range(prompts)]
    made = bench.generate([bench.hear(c) for _, c in pairs])
    told = bench.generate(bench.say([KINDS[k].label for k in asked]))
    known = [c for k in kinds for c in recordings.clips(k, (1, 2, 3))]
    return {
        "real fold 4": sj.score(judge, [c for _, c in pairs], wanted, kinds),
        "CLAP vectors of fold 4": sj.score(judge, made, wanted, kinds),
        "prompts": sj.score(judge, told, asked, kinds),
        "nearest copy, made (nat)": float(sj.nearest_copies(made + told, known).min()),
        "nearest, real fold 4 (nat)": float(sj.nearest_copies([c for _, c in pairs], known).min()),
    }


def run(pack: str = "pocket", per_kind: int = 8) -> dict[str, Any]:
    """All of it; without the recordings the second half is left out."""
    recordings = Recordings(SOUNDS) if SOUNDS.is_dir() else None
    bench = Bench(pack, recordings)
    result: dict[str, Any] = {}
    tables: list[tuple[str, dict[str, Any]]] = [("world", world(bench, per_kind))]
    if recordings is not None:
        tables.append(("recorded kinds", recorded(bench, recordings, per_kind)))
    for title, table in tables:
        for row, value in table.items():
            if isinstance(value, sj.Score):
                worst = min(value.by_kind, key=lambda k: value.by_kind[k])
                result[f"{title}: {row}"] = round(100 * value.overall, 1)
                result[f"{title}: {row}, lowest kind ({worst})"] = round(100 * value.lowest, 1)
            else:
                result[f"{title}: {row}"] = round(value, 3)
    return result
