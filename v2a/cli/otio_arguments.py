"""What the words of `v2a otio` mean: places, stretches, rates, folders."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from v2a.api.option_limits import read_exact
from v2a.errors import V2AError
from v2a.types import FRAME_RATE

if TYPE_CHECKING:
    from v2a_integrations.otio.score_file import Places, RunOptions
    from v2a_integrations.otio.timeline_stretch import TimelineStretch


def places(sources: Sequence[str], out: str | None, options: RunOptions) -> list[Places]:
    """Where each timeline's results go; raises BAD_OPTION for several into one file."""
    from v2a_integrations.otio.score_file import places_of

    suffix = options.file.output_format.lower().lstrip(".")
    if out is None or out == "-" or not Path(out).is_dir():
        if out is not None and len(sources) > 1:
            raise V2AError(
                "BAD_OPTION",
                detail=f"-o {out} is one place for {len(sources)} timelines",
                hint="give a folder that exists",
            )
        return [places_of(source, out, suffix) for source in sources]
    beside = [places_of(source, None, suffix) for source in sources]
    names = [Path(place.out).name for place in beside]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise V2AError(
            "BAD_OPTION",
            detail=f"two timelines would both be written as {Path(out, doubled)}",
            hint="write them one by one, with -o",
        )
    return [
        places_of(source, str(Path(out, name))) for source, name in zip(sources, names, strict=True)
    ]


def span(words: str | None) -> TimelineStretch | None:
    """What `--range` says; raises BAD_OPTION."""
    from v2a_integrations.otio.timeline_stretch import stretch

    return None if words is None else stretch(words)


def rate(words: str | None) -> Fraction | None:
    """What `--rate 23.976` says, exact; raises BAD_OPTION."""
    from v2a_integrations.otio.editor_time import picture_rate

    if words is None:
        return None
    given = read_exact(words)
    found = picture_rate(float(given)) if given and FRAME_RATE.holds(given) else None
    if found is None:
        detail = f"--rate {words[:60]} is no frame rate"
        raise V2AError("BAD_OPTION", detail=detail, hint="give it as 25 or 23.976")
    return found


def pack_folder(name: str) -> str:
    """A pack's folder as the daemon finds it; a name as it is."""
    path = Path(name).expanduser()
    return str(path.absolute()) if path.name != name else name


def folders(given: Sequence[Path]) -> Sequence[Path]:
    """Folders that are there; raises NOT_FOUND."""
    for folder in given:
        if not folder.is_dir():
            raise V2AError("NOT_FOUND", path=folder)
    return given
