"""Names of what a job makes, each made of all that shapes it: equal names are equal products.

Every name holds the versions of v2a and of the libraries that shape results: what another version
made is never found again, and goes as the cache's longest unused.
"""

from __future__ import annotations

from dataclasses import replace

from v2a.job_settings import Settings
from v2a.packs.locate import Pack
from v2a.types import GenerateOptions, SceneText
from v2a.versions import shaping_versions
from v2a_daemon.children.tracks_messages import TracksRequest
from v2a_daemon.children.worker_messages import SceneSummary
from v2a_daemon.jobs.job_spec import ClipToDo
from v2a_daemon.stages.analysis_file import FORMAT
from v2a_daemon.store.content_cache import digest


class ProductKeys:
    """The keys of one job's products, whose settings and pack they share."""

    def __init__(self, settings: Settings, pack: Pack) -> None:
        self._settings, self._pack = settings, pack
        self._lacking = sorted(pack.lacking())
        """Parts that work with less, whose products are others than those of the whole pack."""

    def options(self, todo: ClipToDo) -> GenerateOptions:
        """What the pipeline is told for a clip."""
        options, clip = self._settings.options(), todo.clip
        whole = options.scenes.whole or clip.whole
        return replace(
            options,
            pack=str(self._pack.folder),
            scenes=replace(options.scenes, whole=whole, known_cuts=clip.known_cuts),
            text=clip.text or SceneText(),
            scene_texts=clip.scene_texts,
        )

    def frames(self, todo: ClipToDo, content: str) -> str:
        """Of a clip's embeddings: the file's `content`, what is played of it, the image tower."""
        clip, rate = todo.clip, self.options(todo).frames.rate
        played = (clip.source, clip.record, clip.frame_rate, clip.reversed)
        eyes = ["without eyes"] if "eyes" in self._lacking else []
        return _key("frames", FORMAT, content, rate, played, self._digests("clip"), *eyes)

    def found(self, todo: ClipToDo, frames: str) -> str:
        """Of a clip's scenes and their vectors."""
        options, clip = self.options(todo), todo.clip
        said = (clip.text, clip.scene_texts, options.mapper)
        how = (options.scenes, options.normalise_frames, options.quiet_scenes)
        lengths = (options.tracks.handle, options.tracks.outer_handles)
        multiple = options.sampling.length_multiple
        what = (frames, said, how, lengths, multiple, self._digests(), *self._lacking)
        return _key("found", FORMAT, *what)

    def take(self, todo: ClipToDo, scene: SceneSummary, seed: int, noise: int) -> str:
        """Of one generated sound: vector, length, seed and how it is sampled."""
        sampling = replace(self.options(todo).sampling, batch=None)
        what = (scene.vector_digest, scene.duration, scene.quiet, seed, noise)
        return _key("take", what, sampling, self._digests())

    @staticmethod
    def output(request: TracksRequest) -> str:
        """Of a NAME.foley: all of the request but how long its making took."""
        takes = [(take.scene, take.take, take.seed, take.prompt, take.wave.name)
                 for take in request.takes]  # fmt: skip
        media = (str(request.media), request.clip.media, request.clip.media_link)
        where = (str(request.folder), request.name, *media)
        how = (sorted(request.kinds), request.options.tracks, request.chosen, request.clip.record)
        return _key("output", request.found.name, takes, where, how)

    def _digests(self, part: str = "") -> dict[str, str]:
        """Hashes of the pack's files, of one part or of all."""
        files = self._pack.manifest.files
        return {name: value for name, value in files.items() if name.startswith(part)}


def _key(*what: object) -> str:
    return digest(shaping_versions(), *what)
