"""`NAME.foley.html`: one page, nothing to install, that shows a film's scenes and plays its sound.

Styles, script and pictures are inside; only the sounds and the film are beside it.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from v2a.api.json_text import to_json
from v2a.errors import V2AError
from v2a.frames.filmstrip import read_filmstrip
from v2a.mapping.scene_labels import unsure
from v2a.output.foley_names import link
from v2a.report import report_curves, report_pictures
from v2a.report.time_axis import clock, ticks
from v2a.tracks.film_with_sound import FilmWithSound

if TYPE_CHECKING:
    from jinja2 import Template
    from numpy.typing import NDArray

HERE = Path(__file__).parent
STRIP_WIDTH, STRIP_HEIGHT = 1920, 108
"""Pixels of the filmstrip. Chosen: the width of a large window."""
THUMB_WIDTH, THUMB_HEIGHT = 192, 108
"""Pixels of a scene's picture, 16:9."""
MOST_THUMBS = 240
"""Most scenes that get a picture of their own. Chosen: it bounds the page's size; longer films have
the filmstrip."""
CURVE_HEIGHT = 100
"""Units of the curve's SVG box, 1000 wide."""


def write_page(path: Path, film: FilmWithSound, document: dict[str, Any], mix: Path) -> None:
    """Write the report of a film; `document` is its sidecar, `mix` the written WAV.

    A film whose pictures cannot be read again gets a page without pictures.
    """
    path.write_text(render(film, document, mix, _pictures(film)), "utf-8")


def render(
    film: FilmWithSound, document: dict[str, Any], mix: Path, seen: dict[int, NDArray[np.uint8]]
) -> str:
    """The page; `seen` holds small pictures by frame number."""
    return _template().render(
        document=document,
        name=film.names.name,
        style=(HERE / "page.css").read_text("utf-8"),
        script=(HERE / "page.js").read_text("utf-8"),
        frame=float(1 / film.clip.frame_rate),
        rate=f"{float(film.clip.frame_rate):.3f}".rstrip("0").rstrip("."),
        settings=to_json(document["settings"], indent=1),
        duration=float(film.clip.duration),
        ticks=ticks(film.clip.duration),
        marks=_marks(film),
        scenes=_scenes(film, document, seen),
        strip=_strip(film, seen),
        curve=_curve(film),
        wave=_wave(mix, len(film.tracks.mix)),
        spectrum=_spectrum(mix, film),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True)
    environment.filters |= {"link": link, "clock": clock, "fraction": Fraction}
    environment.filters |= {"seconds": _seconds, "level": _level, "unsure": unsure}
    return environment.get_template("page.html")


def _pictures(film: FilmWithSound) -> dict[int, NDArray[np.uint8]]:
    scenes = film.segmentation.scenes[:MOST_THUMBS]
    wanted = set(report_curves.strip_frames(film.clip, STRIP_WIDTH, STRIP_HEIGHT))
    numbers = sorted(wanted | {report_curves.scene_frame(scene) for scene in scenes})
    try:
        found = read_filmstrip(film.clip.path, numbers, STRIP_HEIGHT, film.clip)
    except (V2AError, OSError):
        return {}
    return dict(zip(numbers, found, strict=True))


def _strip(film: FilmWithSound, seen: dict[int, NDArray[np.uint8]]) -> str | None:
    numbers = report_curves.strip_frames(film.clip, STRIP_WIDTH, STRIP_HEIGHT)
    if not all(number in seen for number in numbers):
        return None
    found = [seen[number] for number in numbers]
    return report_pictures.jpeg(report_pictures.strip(found, STRIP_WIDTH, STRIP_HEIGHT))


def _marks(film: FilmWithSound) -> list[dict[str, Any]]:
    """The cuts on the time axis: places in percent of the film."""
    clip, made = film.clip, []
    for number, cut in enumerate(film.segmentation.cuts, start=2):
        first, last = cut.extent
        time, end = clip.frame_times[cut.frame], clip.frame_times[min(last + 1, clip.frames)]
        start = clip.frame_times[first]
        made.append(
            {
                "scene": number,
                "kind": cut.kind,
                "at": _share(time, clip.duration),
                "from": _share(start, clip.duration),
                "width": _share(end - start, clip.duration),
                "title": f"{cut.kind} cut, frame {cut.frame}, {clock(time)}, score {cut.score:.1f}",
            }
        )
    return made


def _scenes(
    film: FilmWithSound, document: dict[str, Any], seen: dict[int, NDArray[np.uint8]]
) -> list[dict[str, Any]]:
    """The sidecar's scenes with what the page adds: places, a picture, the joins on both sides."""
    clip, made = film.clip, []
    for k, (scene, found) in enumerate(
        zip(film.segmentation.scenes, document["scenes"], strict=True)
    ):
        start, end = (clip.frame_times[n] for n in (scene.start_frame, scene.end_frame))
        picture = seen.get(report_curves.scene_frame(scene)) if k < MOST_THUMBS else None
        thumb = None
        if picture is not None:
            small = report_pictures.fill(picture, THUMB_WIDTH, THUMB_HEIGHT)
            thumb = report_pictures.jpeg(small, 78)
        joins = film.tracks.joins
        added = {
            "begins": start,
            "ends": end,
            "at": _share(start, clip.duration),
            "width": _share(end - start, clip.duration),
            "thumb": thumb,
            "join": joins[k] if k < len(joins) else None,
            "join_ms": _milliseconds(joins[k], film.tracks.rate) if k < len(joins) else None,
            "cut": film.segmentation.cuts[k - 1] if k else None,
        }
        made.append(found | added)
    return made


def _curve(film: FilmWithSound) -> dict[str, str] | None:
    """SVG paths in a box 1000 wide and `CURVE_HEIGHT` high."""
    curve = report_curves.curve_of(film.clip, film.segmentation)
    if not len(curve.places):
        return None
    x, y = curve.places * 1000, (1 - curve.heights) * CURVE_HEIGHT
    line = _path(x, y)
    floor = f"L{x[-1]:.1f} {CURVE_HEIGHT}L{x[0]:.1f} {CURVE_HEIGHT}Z"
    held = np.isfinite(curve.limits)
    limit = _path(x[held], (1 - curve.limits[held]) * CURVE_HEIGHT)
    return {"line": line, "area": line + floor, "limit": limit}


def _wave(mix: Path, samples: int) -> dict[str, str]:
    """SVG paths in a box 1000 wide and 200 high: extremes and effective value."""
    wave = report_curves.wave_of(mix, samples)
    top = max(float(wave.high.max()), float(-wave.low.min()), 1e-4) * 1.04
    return {
        "outer": _ribbon(wave.low / top, wave.high / top),
        "inner": _ribbon(-wave.effective / top, wave.effective / top),
        "peak": f"{20 * np.log10(top / 1.04):.1f}",
    }


def _spectrum(mix: Path, film: FilmWithSound) -> dict[str, Any]:
    highest = min(film.tracks.source_rate, film.tracks.rate) / 2
    levels = report_curves.spectrum_of(mix, min(highest, 20_000.0))
    marks = [(100 * share, name) for share, name in report_curves.pitches(min(highest, 20_000.0))]
    return {"picture": report_pictures.png(report_pictures.night(levels)), "marks": marks}


def _ribbon(low: NDArray[np.float32], high: NDArray[np.float32]) -> str:
    x = (np.arange(len(low)) + 0.5) * 1000 / len(low)
    back = np.concatenate([x, x[::-1]])
    return _path(back, 100 - 100 * np.concatenate([high, low[::-1]])) + "Z"


def _path(x: NDArray[Any], y: NDArray[Any]) -> str:
    if not len(x):
        return ""
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))


def _share(time: Fraction, whole: Fraction) -> str:
    """Percent of the film, to a millionth."""
    return f"{float(100 * time / whole):.6f}"


def _milliseconds(join: Any, rate: int) -> int:
    return round(1000 * (join.end - join.start) / rate)


def _level(value: float | None, digits: int = 1) -> str:
    return "−∞" if value is None else f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def _seconds(spent: float) -> str:
    return f"{spent:.1f} s" if spent < 90 else f"{spent / 60:.1f} min"
