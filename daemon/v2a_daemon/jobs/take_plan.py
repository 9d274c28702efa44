"""Which sounds a clip needs: every take of every scene, the one in use, and the file of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from v2a.pipeline import scene_seed
from v2a.types import GenerateOptions, SceneText
from v2a_daemon.children.tracks_messages import TakeFile
from v2a_daemon.children.worker_messages import ScenesSummary, SceneSummary, SoundOrder
from v2a_daemon.jobs.job_spec import ClipToDo, Spec
from v2a_daemon.jobs.product_keys import ProductKeys
from v2a_daemon.stages.take_file import is_wave
from v2a_daemon.store.content_cache import ContentCache

Variants = dict[SceneText | None, tuple[Path, ScenesSummary]]
"""What was found with the clip's own words (None), and with those of each take asked for later."""


@dataclass(frozen=True)
class TakeWave:
    """One take of one scene: what it is and the file that holds it."""

    scene: SceneSummary
    """As it was found with the take's words."""
    take: int
    """1-based."""
    seed: int
    noise: int
    """Number of the take among those of its seed, 0-based."""
    found: Path
    file: Path

    def order(self, options: GenerateOptions) -> SoundOrder:
        """The order for the worker."""
        return SoundOrder(
            found=self.found,
            scene=self.scene.index,
            seed=self.seed,
            take=self.noise,
            duration=self.scene.duration,
            latent_frames=self.scene.latent_frames,
            quiet=self.scene.quiet,
            pack=Path(options.pack),
            device=options.device,
            sampling=options.sampling,
            out=self.file,
        )

    def made(self) -> TakeFile:
        """The take once it is there."""
        return TakeFile(
            self.scene.index, self.take, self.seed, self.scene.prompt, self.found, self.file
        )


@dataclass(frozen=True)
class ClipTakes:
    """A clip's takes."""

    waves: list[TakeWave]
    chosen: dict[int, int]
    """The take in use of each scene."""

    def missing(self, cache: ContentCache) -> list[TakeWave]:
        """Those that the cache does not hold whole."""
        return [w for w in self.waves if not (cache.has_path(w.file) and is_wave(w.file))]


def plan_takes(
    spec: Spec, todo: ClipToDo, variants: Variants, keys: ProductKeys, cache: ContentCache
) -> ClipTakes:
    """Every take of every scene: those of the settings, then those asked for later, in use."""
    waves: list[TakeWave] = []
    chosen: dict[int, int] = {}
    for scene in variants[None][1].scenes:
        asked = list(_asked(spec, todo, scene.index))
        later = len(asked) > spec.settings.takes
        chosen[scene.index] = len(asked) if later else 1
        for number, (seed, noise, text) in enumerate(asked, 1):
            path, summary = variants[text]
            heard = summary.scenes[scene.index - 1]
            file = cache.path("takes", keys.take(todo, heard, seed, noise), ".npy")
            waves.append(TakeWave(heard, number, seed, noise, path, file))
    return ClipTakes(waves, chosen)


def _asked(spec: Spec, todo: ClipToDo, scene: int) -> Iterator[tuple[int, int, SceneText | None]]:
    """Seed, number among those of the seed, and words of every take of a scene."""
    seed = scene_seed(spec.settings.seed, scene)
    for noise in range(spec.settings.takes):
        yield seed, noise, None
    for extra in spec.extras(todo.number, scene):
        yield extra.seed, 0, extra.text


class TakesProgress:
    """How far a clip's takes are, from what is heard of each file; never goes back."""

    def __init__(
        self, waves: Sequence[TakeWave], missing: int, tell: Callable[[float], None]
    ) -> None:
        """`tell` hears the fraction of all takes, at once that of those that are there."""
        self._there, self._all, self._tell = len(waves) - missing, len(waves), tell
        self._done: dict[Path, float] = {}
        tell(self._there / self._all)

    def __call__(self, file: Path, fraction: float) -> None:
        """The sound for a file is so far."""
        self._done[file] = max(fraction, self._done.get(file, 0.0))
        self._tell((self._there + sum(self._done.values())) / self._all)
