"""Writes the report page of a job into an editor's folder, where it plays without a daemon."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from v2a.api.job_types import Job, Output, OutputKind, Track
from v2a.client import connect
from v2a.client.fetch_results import fetch
from v2a.disk import write_whole
from v2a.output.foley_names import Names, link
from v2a.output.output_folder import ENDING
from v2a_integrations.stems.stem_files import safe_name

KINDS: frozenset[OutputKind] = frozenset({"mix", "stems", "sidecar", "report"})
"""Outputs that a report needs: what its page plays lies beside it."""
OUTPUT = Output(kinds=KINDS)
INDEX = "index.html"
HEAD = """<!doctype html>
<meta charset="utf-8">
<meta name="generator" content="v2a">
<title>{title} · foley</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color-scheme: light dark }}
li {{ margin: 1rem 0 }}
audio {{ display: block; width: 100%; margin-top: .3rem }}
</style>
<h1>{title}</h1>
<ol>
"""
CLIP = """<li><a href="{page}">{name}</a>, {scenes}, from {start:.2f} s
<audio controls preload="none" src="{mix}"></audio></li>
"""


def has_pages(job: Job) -> bool:
    """Whether a job's outputs include its report pages."""
    kinds = {artifact.kind for artifact in job.artifacts}
    return {"mix", "report"} <= kinds


def place_of(title: str, job: str, folder: Path) -> Path:
    """The folder of a job's pages."""
    return folder / f"{safe_name(title or 'foley')}.report-{job.removeprefix('jobs/')}"


def there(place: Path) -> Path | None:
    """The page to open of a finished folder: the only clip's, or the one that leads to all.

    None where the folder is not finished.
    """
    if not (place / INDEX).is_file():
        return None
    pages = list(place.glob(f"*{ENDING}/*{ENDING}.html"))
    return pages[0] if len(pages) == 1 else place / INDEX


def write(done: Job, place: Path, title: str) -> None:
    """Fetch the report pages of a finished job into `place`, and write one that leads to all.

    Raises OUTPUT_READ_ONLY, DISK_FULL, OUTPUT_NOT_OURS.
    """
    with connect(start=True) as client:
        for track in done.tracks:
            fetch(client, done, track, place)
    write_whole(place / INDEX, _index(done.tracks, title))


def _index(tracks: Sequence[Track], title: str) -> str:
    """A page that leads to those of the clips, and plays each."""
    head = HEAD.format(title=escape(title or "Foley"))
    return head + "".join(_clip(track) for track in tracks) + "</ol>\n"


def _clip(track: Track) -> str:
    names, count = Names(track.name), len(track.scenes)
    return CLIP.format(
        page=escape(_inside(track, names.report)),
        mix=escape(_inside(track, names.mix)),
        name=escape(track.name),
        scenes=f"{count} scene" if count == 1 else f"{count} scenes",
        start=float(track.scenes[0].place.start) if track.scenes else 0.0,
    )


def _inside(track: Track, file: str) -> str:
    return link(f"{track.name}{ENDING}/{file}")
