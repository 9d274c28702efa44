"""The report is one whole file, bounded in size, safe with any name, and true to the tracks."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image

from tests import scores
from v2a.output.foley_names import Names
from v2a.output.sidecar import RunFacts, foley_document
from v2a.output.wav import Broadcast, write_wav
from v2a.report import report_curves
from v2a.report.report_page import render
from v2a.report.scenes_plot import plot_scenes
from v2a.report.time_axis import clock, ticks
from v2a.tracks.film_with_sound import FilmWithSound
from v2a.types import SceneSound, TrackOptions

SNEAKY = '</script><script>alert(1)</script> "it\'s" & #1'
VOID = {"meta", "link", "img", "br", "input"}


class Page(HTMLParser):
    """Elements by name, and whether they nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, list[dict[str, str]]] = {}
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.setdefault(tag, []).append({name: value or "" for name, value in attrs})
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.setdefault(tag, []).append({name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def made(folder: Path, scenes: int = 3, name: str = "film", takes: int = 1, **how: object) -> str:
    paper = scores.clip(50 * scenes, path=Path(f"{name}.mp4"))
    cuts = [scores.cut(50 * k, "dissolve" if k == 2 else "hard", 4) for k in range(1, scenes)]
    found = scores.scenes(paper, *cuts)
    options = how.pop("options", TrackOptions())
    tracks = scores.tracks(paper, found, options, takes=takes, rate=8000)  # type: ignore[arg-type]
    told = tuple(scores.sounds(scenes, prompt=how.pop("prompt", None)))  # type: ignore[arg-type]
    if "labels" in how:
        told = tuple(replace(sound, labels=how["labels"]) for sound in told)  # type: ignore[arg-type]
    if name == SNEAKY:
        told = tuple(SceneSound(s.vector, None, ((SNEAKY, 0.5),), SNEAKY, SNEAKY) for s in told)
    film = FilmWithSound(paper, found, told, tracks, Names(name.replace("/", "_")))
    mix = folder / "mix.wav"
    write_wav(mix, tracks.mix.blocks(), len(tracks.mix), 48_000, Broadcast("x"))
    files = {"mix": film.names.mix, "timeline": film.names.timeline, "report": film.names.report}
    files["sidecar"] = film.names.sidecar
    if not how.get("blind"):
        files["video"] = film.names.video()
    facts = RunFacts("pocket", "robust", 5.0, settings={"pack": name})
    measured = tracks.stems[0].measured
    assert measured
    document = foley_document(film, facts, measured, files)
    numbers = set(report_curves.strip_frames(paper, 1920, 108))
    numbers |= {report_curves.scene_frame(scene) for scene in found.scenes}
    rng = np.random.default_rng(0)
    seen = {n: rng.integers(0, 255, (108, 192, 3), dtype=np.uint8) for n in numbers}
    return render(film, document, mix, {} if how.get("blind") else seen)


def test_everything_is_inside_but_sound_and_film(tmp_path: Path) -> None:
    page = Page(made(tmp_path, takes=2))
    for tag, key in (("img", "src"), ("link", "href")):
        assert all(element[key].startswith("data:") for element in page.found[tag])
    assert all("src" not in element for element in page.found["script"])
    links = [element["src"] for tag in ("audio", "video") for element in page.found[tag]]
    assert links[:3] == ["scenes/film.sc001.wav", "scenes/film.sc001.take2.wav"] + [
        "scenes/film.sc002.wav"
    ]
    assert links[-1] == "film.foley.mp4" and len(links) == 7


def test_cuts_are_drawn_where_they_are(tmp_path: Path) -> None:
    page = Page(made(tmp_path, 4))
    cuts = [e for e in page.found["i"] if e.get("class", "").startswith("cut")]
    assert [e["style"] for e in cuts] == [f"left:{k}.000000%" for k in (25, 50, 75)]
    (extent,) = [e for e in page.found["i"] if e.get("class") == "extent"]
    assert extent["style"] == "left:48.000000%;width:4.500000%"


def test_no_name_or_label_gets_out_of_its_place(tmp_path: Path) -> None:
    text = made(tmp_path, name=SNEAKY)
    page = Page(text)
    assert len(page.found["script"]) == 1 and "alert(1)</script>" not in text
    assert unquote(page.found["audio"][0]["src"]) == f"scenes/{SNEAKY.replace('/', '_')}.sc001.wav"


@pytest.mark.parametrize("score", [0.0, 0.29, 0.3, 1.0])
def test_guesses_are_called_unsure(tmp_path: Path, score: float) -> None:
    text = made(tmp_path, 2, labels=(("sneeze", score), ("hammer", 0.0)))
    page, guessed = Page(text), 2 * (score < 0.3)
    blocks = [b for b in page.found["button"] if "unsure" in b.get("class", "").split()]
    assert len(blocks) == guessed and all("sneeze (unsure)" in b["title"] for b in blocks)
    assert sum("unsure" in d.get("class", "").split() for d in page.found["div"]) == guessed
    assert ("unsure of the sound of 2 of 2 scenes" in text) == bool(guessed)


def test_what_the_editor_said_is_no_guess(tmp_path: Path) -> None:
    text = made(tmp_path, 2, labels=(("sneeze", 0.0),), prompt="thunder")
    assert not any("unsure" in b.get("class", "") for b in Page(text).found["button"])
    assert "unsure of the sound" not in text


def test_without_pictures_and_without_a_film(tmp_path: Path) -> None:
    page = Page(made(tmp_path, blind=True))
    assert "video" not in page.found and page.found["audio"][0]["src"] == "film.foley.wav"


def test_one_scene_and_one_frame(tmp_path: Path) -> None:
    Page(made(tmp_path, 1))


@pytest.mark.slow
def test_the_page_of_a_long_film_is_bounded(tmp_path: Path) -> None:
    text = made(tmp_path, 300, options=scores.PLAIN)
    pictures = sum(map(len, re.findall(r"data:image[^\"]+", text)))
    drawn = sum(map(len, re.findall(r" d=\"([^\"]+)", text)))
    assert pictures < 8_000_000 and drawn < 200_000 and len(text) - pictures < 1_500_000


def test_the_wave_shows_every_extreme(tmp_path: Path) -> None:
    wave = np.zeros(100_000, np.float32)
    wave[77_777], wave[3] = 0.9, -0.8
    write_wav(tmp_path / "a.wav", [wave], len(wave), 48_000, Broadcast("x"))
    seen = report_curves.wave_of(tmp_path / "a.wav", len(wave))
    assert len(seen.low) == report_curves.COLUMNS
    assert seen.high.argmax() == 77_777 * report_curves.COLUMNS // 100_000
    assert seen.high.max() == pytest.approx(0.9, abs=1e-6)
    assert seen.low.argmin() == 0 and seen.low.min() == pytest.approx(-0.8, abs=1e-6)
    short = report_curves.wave_of(tmp_path / "a.wav", 100_000)
    assert np.isfinite(short.effective).all()


@pytest.mark.parametrize("samples", [0, 1, 100, 5000])
def test_short_sounds_can_be_drawn(tmp_path: Path, samples: int) -> None:
    wave = np.ones(samples, np.float32) / 2
    write_wav(tmp_path / "a.wav", [wave], samples, 48_000, Broadcast("x"))
    assert len(report_curves.wave_of(tmp_path / "a.wav", samples).low) == max(1, min(samples, 1600))
    assert report_curves.spectrum_of(tmp_path / "a.wav", 8000, 20, 30).shape == (20, 30)


def test_the_spectrogram_shows_a_tone_at_its_height(tmp_path: Path) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(96_000) / 48_000)
    wave = np.where(np.arange(96_000) < 48_000, 0, tone).astype(np.float32)
    write_wav(tmp_path / "a.wav", [wave], len(wave), 48_000, Broadcast("x"))
    levels = report_curves.spectrum_of(tmp_path / "a.wav", 8000, 100, 80)
    share = dict((name, share) for share, name in report_curves.pitches(8000))["1k"]
    assert 100 - levels[:, 60].argmax() == pytest.approx(100 * share, abs=2)
    assert levels[:, 60].max() > 240 and levels[:, 20].max() < 30


def test_the_curve_keeps_its_peaks_however_long() -> None:
    paper = scores.clip(60_000)
    found = scores.scenes(paper)
    found.curve[:] = 0.1
    found.curve[12_345] = 7
    curve = report_curves.curve_of(paper, found)
    assert len(curve.places) == report_curves.COLUMNS
    expected = float(paper.frame_times[int(found.samples[12_345])] / paper.duration)
    assert curve.places[curve.heights.argmax()] == pytest.approx(expected, abs=1e-3)


def test_the_filmstrip_is_even_in_time() -> None:
    paper = scores.clip(1000)
    numbers = report_curves.strip_frames(paper, 1920, 108)
    assert numbers == [50, 150, 250, 350, 450, 550, 650, 750, 850, 950]


@pytest.mark.parametrize("seconds", [Fraction(1, 25), 1, 7, 60, 599, 7200, 86_400])
def test_the_axis_has_a_few_rising_ticks(seconds: Fraction) -> None:
    found = ticks(Fraction(seconds))
    places = [float(place) for place, _ in found]
    assert 1 <= len(found) <= 12 and places == sorted(places) and places[0] == 0
    assert len({label for _, label in found}) == len(found)


def test_clock() -> None:
    assert clock(Fraction(0)) == "0:00.00"
    assert clock(Fraction(599999, 10000), 2) == "1:00.00"
    assert clock(Fraction(3723), 0) == "1:02:03"


@pytest.mark.parametrize("frames", [1, 2, 500, 100_000])
def test_the_plot_has_one_size(tmp_path: Path, frames: int) -> None:
    paper = scores.clip(frames)
    cuts = [scores.cut(k, "fade", 3) for k in range(50, frames - 5, max(frames // 40, 50))]
    strip = [np.full((108, 192, 3), 99, np.uint8)] * len(report_curves.strip_frames(paper))
    plot_scenes(paper, scores.scenes(paper, *cuts), strip, tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (2080, 720)
    assert (tmp_path / "a.png").stat().st_size < 400_000
    plot_scenes(paper, scores.scenes(paper), [], tmp_path / "b.png")


def test_the_document_is_shown_as_it_is(tmp_path: Path) -> None:
    text = made(tmp_path)
    assert json.loads(re.search(r"<pre>({.*?})</pre>", text, re.S)[1].replace("&#34;", '"'))  # type: ignore
