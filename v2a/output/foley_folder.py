"""`NAME.foley`: all files of a film, written beside its place and moved there when whole."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from time import monotonic

from v2a.api.job_types import ALL_KINDS, OutputKind
from v2a.api.json_text import to_json
from v2a.disk import OTHER_DISK, check_free, disk_errors, whole_folder
from v2a.errors import MEGABYTE
from v2a.output.foley_names import Names, relative_link, safe_name
from v2a.output.mux import read_timecode, write_video
from v2a.output.otio_timeline import make_timeline
from v2a.output.output_folder import ENDING, check_ours
from v2a.output.sidecar import RunFacts, foley_document
from v2a.output.wav import BYTES, Broadcast, WavWriter, write_wav
from v2a.tracks.film_with_sound import FilmWithSound
from v2a.tracks.loudness import Loudness, Meter
from v2a.tracks.mix import Tracks
from v2a.types import Clip, GenerateOptions, Report, SceneSound, Segmentation

SPARE = 64 * MEGABYTE
"""Bytes left free on the disk, over what a folder needs. Chosen: a margin for other programs."""
REPORT_BYTES = 8 * MEGABYTE
"""Bytes reckoned for report, timeline and sidecar. Chosen: above the largest report, whose pictures
and curves are bounded (`report_page.MOST_THUMBS`, `report_curves.COLUMNS`)."""
NO_CONTAINER = "the picture's codec fits no container that sound can be added to"
ONLY_A_PART = "the clip is part of its file, or played otherwise: no video was written"


def foley_folder(out_dir: Path, video: Path, name: str | None = None) -> Path:
    """Where a film's `NAME.foley` goes; see `safe_name` for NAME."""
    return out_dir / f"{safe_name(name or video.stem)}{ENDING}"


def write_foley(
    folder: Path,
    clip: Clip,
    segmentation: Segmentation,
    sounds: Sequence[SceneSound],
    tracks: Tracks,
    facts: RunFacts,
    force: bool = False,
    report: Report | None = None,
    *,
    kinds: Collection[OutputKind] = ALL_KINDS,
    media_link: str = "",
    before: Callable[[Path, dict[str, Path]], None] = lambda part, files: None,
) -> dict[str, Path]:
    """Write `NAME.foley` whole or not at all; returns the paths of its files by kind of output.

    Keys: those of `kinds` but stems, which lie in `scenes`; always the sidecar; no video if no
    container takes the picture, or the clip is not its whole file. Without the mix the report
    plays the video or the stems alone. `media_link` is the URL the timeline has for the film
    instead of a relative one. A folder of that name is replaced if v2a made it (its sidecar says
    so) or with `force`, in one step; just before it `before` is called with the finished folder
    under its working name, and its files. Raises OUTPUT_NOT_OURS, OUTPUT_READ_ONLY, DISK_FULL, and
    what `report` raises.
    """
    names = Names(folder.name.removesuffix(ENDING))
    film = FilmWithSound(clip, segmentation, tuple(sounds), tracks, names, facts.takes)
    check_ours(folder, force)
    need = _bytes(film, kinds) + SPARE
    url = media_link or relative_link(clip.path, folder)
    check_free(folder.parent, need, OTHER_DISK)
    with whole_folder(folder, need) as part:
        files = _write(part, film, facts, kinds, url, report or (lambda fraction: None))
        before(part, {kind: part / file for kind, file in files.items()})
    return {kind: folder / file for kind, file in files.items()}


def no_video(clip: Clip) -> str:
    """Why there is no video with the sound of a clip, for its warnings."""
    return NO_CONTAINER if clip.source_times is None else ONLY_A_PART


def check_output(
    folder: Path,
    video: Path,
    duration: Fraction | None,
    options: GenerateOptions,
    force: bool = False,
) -> None:
    """Refuse early what `write_foley` would refuse late; makes no file that stays.

    `duration` in seconds as the header of the video claims it; None skips the sound's share.
    """
    check_ours(folder, force)
    with disk_errors(folder.parent, SPARE, OTHER_DISK):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".v2a-", dir=folder.parent):
            pass
    size = video.stat().st_size if video.exists() else 0
    check_room(folder, duration or Fraction(0), size, options)


def check_room(
    folder: Path, duration: Fraction, video_bytes: int, options: GenerateOptions
) -> None:
    """Raise DISK_FULL if a film's folder, its sounds in the making and a margin would not fit.

    `duration` in seconds; sounds in the making are reckoned at 16 kHz float32, the video's sound at
    192 kbit/s.
    """
    tracks, takes = options.tracks, max(1, options.takes)
    stems = takes * (1 + 2 * tracks.handle / 5)
    sound = float(duration * tracks.rate * BYTES * (1 + stems) + duration * 16_000 * 4 * stems)
    need = int(sound + video_bytes + duration * 24_000) + REPORT_BYTES + SPARE
    check_free(folder.parent, need, OTHER_DISK)


def _write(
    part: Path,
    film: FilmWithSound,
    facts: RunFacts,
    kinds: Collection[OutputKind],
    url: str,
    report: Report,
) -> dict[str, str]:
    """Write all files into the unfinished folder `part`; returns their names by kind of output."""
    from v2a.report.report_page import write_page

    begun, names = monotonic(), film.names
    files = {"mix": names.mix, "timeline": names.timeline, "report": names.report}
    files = {kind: file for kind, file in files.items() if kind in kinds}
    files["sidecar"] = names.sidecar
    if "stems" in kinds:
        _write_stems(part, film, facts, lambda fraction: report(0.4 * fraction))
    loudness = _write_mix(part / names.mix, film, facts, lambda f: report(0.4 + 0.2 * f))
    if "video" in kinds:
        video = write_video(part, film, lambda fraction: report(0.6 + 0.2 * fraction))
        files |= {"video": video} if video else {}
        why = no_video(film.clip)
        facts = facts if video else replace(facts, warnings=(*facts.warnings, why))
    if "timeline" in kinds:
        timeline = make_timeline(film, url, read_timecode(film.clip.path), kinds)
        timeline.to_json_file(str(part / names.timeline))
    facts = replace(facts, seconds={**facts.seconds, "write": monotonic() - begun})
    document = foley_document(film, facts, loudness, files, "stems" in kinds)
    text = to_json(document, indent=1)
    (part / names.sidecar).write_text(text + "\n", "utf-8")
    if "report" in kinds:
        write_page(part / names.report, film, document, part / names.mix)
    if "mix" not in kinds:
        (part / names.mix).unlink()
    report(1.0)
    return files


def _write_stems(part: Path, film: FilmWithSound, facts: RunFacts, report: Report) -> None:
    (part / "scenes").mkdir()
    for k, stem in enumerate(film.tracks.stems):
        report(k / len(film.tracks.stems))
        sound = film.sounds[stem.scene - 1]
        words = film.origin(stem).prompt or ", ".join(words for words, _ in sound.labels[:3])
        told = Broadcast(
            f"{film.names.name}, scene {stem.scene}, take {stem.take}: {words}",
            stem.first,
            f"v2a;{facts.pack};{sound.mapper}",
            stem.measured,
        )
        path = part / film.names.stem(stem.scene, stem.take)
        write_wav(path, stem.blocks(), len(stem), stem.rate, told)


def _write_mix(path: Path, film: FilmWithSound, facts: RunFacts, report: Report) -> Loudness:
    """Write the mix; returns its loudness, measured on the way."""
    mix, meter = film.tracks.mix, Meter(film.tracks.rate)
    told = Broadcast(f"{film.names.name}, all scenes", 0, f"v2a;{facts.pack}")
    with WavWriter(path, len(mix), mix.rate, told) as wav:
        for block in mix.blocks():
            wav.write(block)
            meter.add(block)
            report(wav.written / len(mix))
        loudness = meter.result()
        wav.broadcast = replace(told, loudness=loudness)
    return loudness


def _bytes(film: FilmWithSound, kinds: Collection[OutputKind]) -> int:
    """About how many bytes a film's folder will hold."""
    stems = film.tracks.stems if "stems" in kinds else ()
    samples = len(film.tracks.mix) + sum(len(stem) for stem in stems)
    video = "video" in kinds and film.clip.path.exists()
    picture = film.clip.path.stat().st_size + len(film.tracks.mix) // 2 if video else 0
    return samples * BYTES + picture + REPORT_BYTES
