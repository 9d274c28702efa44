"""Scenes tile the film to the sample, join at constant power, match levels, mind the ceiling."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import scores
from v2a.audio_to_tracks import handles, matching
from v2a.tracks.loudness import measure
from v2a.tracks.mix import Tracks
from v2a.types import Clip, Segmentation, TrackOptions

RATES = [
    Fraction(25),
    Fraction(24),
    Fraction(24000, 1001),
    Fraction(30000, 1001),
    Fraction(1000, 33),
]


@st.composite
def divided(draw: st.DrawFn) -> tuple[Clip, Segmentation]:
    """A film of up to four seconds with up to four cuts of any kind, at a constant or odd rate."""
    rate = draw(st.sampled_from(RATES))
    frames = draw(st.integers(1, 90))
    times = None
    if draw(st.booleans()):
        steps = draw(st.lists(st.integers(1, 120), min_size=frames, max_size=frames))
        times = [Fraction(int(t), 1000) for t in np.cumsum([0, *steps])]
    film = scores.clip(frames, rate, times)
    places = draw(st.sets(st.integers(1, max(frames - 1, 1)), max_size=4)) if frames > 1 else set()
    cuts = []
    for place in sorted(places):
        kind = draw(st.sampled_from(["hard", "dissolve", "fade"]))
        around = min(place, frames - 1 - place, draw(st.integers(0, 12))) if kind != "hard" else 0
        cuts.append(scores.cut(place, kind, around))
    return film, scores.scenes(film, *cuts)


@settings(max_examples=40, deadline=None)
@given(divided(), st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1, 2)]), st.booleans())
def test_scenes_tile_the_film_to_the_sample(
    divided: tuple[Clip, Segmentation], handle: Fraction, plain: bool
) -> None:
    film, found = divided
    made = scores.tracks(film, found, TrackOptions(handle=handle, plain=plain), rate=8000)
    stems = made.mix.stems
    assert len(made.mix) == len(made.mix.read(0, len(made.mix))) == _half_up(film.duration * 48_000)
    assert stems[0].start == 0
    assert stems[-1].start + stems[-1].length == len(made.mix)
    for scene, stem in zip(found.scenes, stems, strict=True):
        assert stem.start == _half_up(film.frame_times[scene.start_frame] * 48_000)
        assert stem.start + stem.length == _half_up(film.frame_times[scene.end_frame] * 48_000)
        assert stem.first >= 0 and stem.first + len(stem) <= len(made.mix)


@settings(max_examples=40, deadline=None)
@given(divided(), st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1, 2)]), st.floats(-1, 1))
def test_every_sample_has_the_power_of_one_scene(
    divided: tuple[Clip, Segmentation], handle: Fraction, alike: float
) -> None:
    film, found = divided
    made = scores.tracks(film, found, TrackOptions(handle=handle), rate=8000, alike=alike)
    power = np.zeros(len(made.mix))
    for part in made.mix.parts:
        assert 0 <= part.start <= part.end <= len(made.mix)
        power[part.start : part.end] += part.gains(part.start, part.end) ** 2
    faded = np.zeros(len(made.mix), bool)
    faded[: made.mix.parts[0].fade_in] = faded[len(faded) - made.mix.parts[-1].fade_out :] = True
    for join in made.joins:
        assert join.start <= join.cut <= join.end
        faded[join.start : join.end] |= join.kind == "declick"
    np.testing.assert_allclose(power[~faded], 1, atol=1e-5)
    assert power.max(initial=0) < 1 + 1e-5


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("source_rate", [16_000, 44_100, 48_000])
def test_a_tone_through_the_film_comes_out_unbroken(rate: Fraction, source_rate: int) -> None:
    film = scores.clip(120, rate)
    found = scores.scenes(film, scores.cut(31), scores.cut(77))
    made = scores.tracks(film, found, scores.PLAIN, scores.tone, source_rate)
    mix = made.mix.read(0, len(made.mix))
    expected = scores.tone(0, np.arange(len(mix)) / 48_000)
    inner = slice(500, -500)
    # Half a sample of rounding is 0.003 of a 220 Hz tone at this level; resampling adds edges.
    joins = [join.cut for join in made.joins]
    near = np.min([np.abs(np.arange(len(mix)) - cut) for cut in joins], axis=0) < 200
    assert np.abs(mix - expected)[inner][~near[inner]].max() < 0.004


def test_handles_make_a_stem_continue_beyond_its_scene() -> None:
    film = scores.clip(120)
    found = scores.scenes(film, scores.cut(31), scores.cut(77))
    stem = scores.tracks(film, found, None, scores.tone).mix.stems[1]
    assert (stem.lead, stem.tail) == (13 * 1920, 13 * 1920)
    heard = stem.read(0, len(stem), faded=False)
    expected = scores.tone(1, (stem.first + np.arange(len(stem))) / 48_000) * stem.gain
    assert np.abs(heard - expected)[300:-300].max() < 0.004


@pytest.mark.parametrize("rate", RATES)
def test_handles_end_on_whole_frames_and_inside_the_film(rate: Fraction) -> None:
    film = scores.clip(120, rate)
    found = scores.scenes(film, scores.cut(5), scores.cut(60, "dissolve", 40))
    for scene, (lead, tail) in zip(
        found.scenes, handles(film, found.scenes, TrackOptions(), found.cuts), strict=True
    ):
        start, end = film.frame_times[scene.start_frame], film.frame_times[scene.end_frame]
        assert ((start - lead) * rate).denominator == 1 or start == lead
        assert ((end + tail) * rate).denominator == 1 or end + tail == film.duration
        assert lead >= min(Fraction(1, 2), start) and tail >= min(
            Fraction(1, 2), film.duration - end
        )
    last = handles(film, found.scenes, TrackOptions(), found.cuts)[2]
    assert last[0] >= film.frame_times[60] - film.frame_times[20]


@pytest.mark.parametrize("rate", RATES)
def test_outer_handles_reach_beyond_the_film_and_leave_the_mix(rate: Fraction) -> None:
    film = scores.clip(120, rate)
    found = scores.scenes(film, scores.cut(5), scores.cut(60, "dissolve", 40))
    options = TrackOptions(outer_handles=True)
    for scene, (lead, tail) in zip(
        found.scenes, handles(film, found.scenes, options, found.cuts), strict=True
    ):
        start, end = film.frame_times[scene.start_frame], film.frame_times[scene.end_frame]
        assert ((start - lead) * rate).denominator == ((end + tail) * rate).denominator == 1
        assert lead >= options.handle and tail >= options.handle
    outer = scores.tracks(film, found, options, scores.tone)
    inner = scores.tracks(film, found, None, scores.tone)
    first, last = outer.stems[0], outer.stems[-1]
    assert -first.first >= 24_000 and last.first + len(last) >= len(outer.mix) + 24_000
    heard = first.read(0, len(first), faded=False)
    expected = scores.tone(0, (first.first + np.arange(len(first))) / 48_000) * first.gain
    # Half a sample of rounding is 0.003 of a 220 Hz tone at this level.
    assert np.abs(heard - expected)[300:-300].max() < 0.004
    assert len(outer.mix) == len(inner.mix) == _half_up(film.duration * 48_000)
    mixes = [made.mix.read(0, len(made.mix)) for made in (outer, inner)]
    assert np.abs(mixes[0] - mixes[1])[500:-500].max() < 0.008


@pytest.mark.parametrize("alike", [0.0, 0.95])
@pytest.mark.parametrize("handle", [Fraction(0), Fraction(1, 2)])
def test_no_join_clicks(alike: float, handle: Fraction) -> None:
    film = scores.clip(150)
    found = scores.scenes(film, scores.cut(50), scores.cut(100, "dissolve", 10))

    def wave(scene: int, times: np.ndarray) -> np.ndarray:
        return 0.5 * np.cos(2 * np.pi * (50 + 20 * scene) * times + scene)

    options = TrackOptions(handle=handle, match_levels=False)
    made = scores.tracks(film, found, options, wave, alike=alike)
    mix = made.mix.read(0, len(made.mix))
    steepest = 0.5 * 2 * np.pi * 90 / 48_000 * 1.5
    fades = 0.5 * np.pi / 2 / 384
    assert np.abs(np.diff(mix)).max() < steepest + fades
    assert abs(mix[0]) < 0.01 and abs(mix[-1]) < 0.01


def test_likeness_lengthens_the_crossfade() -> None:
    film = scores.clip(200)
    found = scores.scenes(film, scores.cut(100))
    lengths = []
    for alike in (-0.5, 0.4, 0.6, 0.9, 1.0):
        (join,) = scores.tracks(film, found, alike=alike).joins
        assert join.kind == "crossfade" and abs(join.end + join.start - 2 * join.cut) <= 1
        lengths.append(join.end - join.start)
    assert lengths == [1440, 1440, 2 * round(0.218 * 24_000), 24_000, 24_000]


def test_a_dissolve_is_crossfaded_over_its_extent() -> None:
    film = scores.clip(200)
    found = scores.scenes(film, scores.cut(100, "dissolve", 20))
    (join,) = scores.tracks(film, found).joins
    assert (join.start, join.end) == (80 * 1920, 121 * 1920)


def test_without_handles_both_sides_fade_at_the_cut() -> None:
    film = scores.clip(100)
    made = scores.tracks(
        film, scores.scenes(film, scores.cut(40)), TrackOptions(handle=Fraction(0))
    )
    assert [join.kind for join in made.joins] == ["declick"]
    assert [(stem.lead, stem.tail) for stem in made.stems] == [(0, 0), (0, 0)]


def test_plain_is_concatenation_and_nothing_else() -> None:
    film = scores.clip(100)
    found = scores.scenes(film, scores.cut(40), scores.cut(41))
    loud = lambda scene, times: 3.0 * scores.noise(scene, times)  # noqa: E731
    made = scores.tracks(film, found, scores.PLAIN, loud, rate=48_000)
    joined = np.concatenate([stem.source[: stem.length] for stem in made.stems])
    np.testing.assert_array_equal(made.mix.read(0, len(made.mix)), joined)


def test_levels_meet_and_silence_stays_silent() -> None:
    film = scores.clip(500)
    found = scores.scenes(film, *(scores.cut(k * 100) for k in range(1, 5)), quiet=[5])
    levels = [0.05, 0.1, 0.08, 0.0, 0.002]

    def wave(scene: int, times: np.ndarray) -> np.ndarray:
        return levels[scene] * 10 * scores.noise(scene, times)

    made = scores.tracks(film, found, None, wave)
    loudness = [stem.loudness for stem in made.stems]
    assert max(loudness[:3]) - min(loudness[:3]) < 0.2
    assert loudness[3] == -np.inf
    assert made.stems[3].gain == made.stems[4].gain == 1
    silent = made.stems[3]
    assert not made.mix.read(silent.start + 3000, silent.start + silent.length - 3000).any()


def test_matching_is_bounded_and_fades_in_with_loudness() -> None:
    assert matching(-35, -23) == 6
    assert matching(-5, -23) == -12
    assert matching(-61, -23) == 0 == matching(-np.inf, -23)
    assert 0 < matching(-50, -23) < 6


@pytest.mark.parametrize("ceiling", [-1.0, -6.0])
def test_true_peaks_stay_under_the_ceiling(ceiling: float) -> None:
    film = scores.clip(150)
    found = scores.scenes(film, scores.cut(50), scores.cut(100, "dissolve", 12))

    def wave(scene: int, times: np.ndarray) -> np.ndarray:
        # A quarter of the rate, sampled beside its crests: sample peaks tell nothing.
        return 0.98 * np.sin(2 * np.pi * 4000 * times + np.pi / 4 + scene)

    options = TrackOptions(true_peak=ceiling)
    made = scores.tracks(film, found, options, wave, alike=0.9)
    assert measure(made.mix.blocks(), 48_000).true_peak <= ceiling
    for stem in made.stems:
        assert measure(stem.blocks(), 48_000).true_peak <= ceiling
    assert measure(made.mix.blocks(), 48_000).true_peak > ceiling - 0.3


def test_takes_are_levelled_alike_and_the_mix_uses_the_first() -> None:
    film = scores.clip(100)
    made = scores.tracks(film, scores.scenes(film, scores.cut(40)), takes=3)
    assert [(stem.scene, stem.take) for stem in made.stems] == [
        (scene, take) for scene in (1, 2) for take in (1, 2, 3)
    ]
    assert [stem.take for stem in made.mix.stems] == [1, 1]


def test_another_take_changes_the_mix_and_no_stem() -> None:
    """Takes 1 and 3 of the first scene, loud and soft: the stems of both scenes stay."""
    film = scores.clip(100)
    found = scores.scenes(film, scores.cut(40))
    heard: list[int] = []

    def wave(scene: int, times: np.ndarray) -> np.ndarray:
        heard.append(scene)
        return scores.noise(scene + len(heard), times) / (1 + heard.count(scene))

    first = scores.tracks(film, found, None, wave, takes=3)
    heard.clear()
    other = scores.tracks(film, found, None, wave, takes=3, chosen={1: 3})
    assert [stem.take for stem in other.mix.stems] == [3, 1]
    for before, after in zip(first.stems, other.stems, strict=True):
        np.testing.assert_array_equal(before.read(0, len(before)), after.read(0, len(after)))
    used = other.stems[2]
    inner = slice(4000, used.length - used.tail)
    mix = other.mix.read(0, len(other.mix))
    np.testing.assert_allclose(mix[inner], used.read(0, len(used))[inner], atol=1e-6)
    with pytest.raises(AssertionError, match="not there"):
        scores.tracks(film, found, None, wave, takes=3, chosen={2: 4})


def test_what_is_not_a_number_is_silence() -> None:
    film = scores.clip(100)
    found = scores.scenes(film, scores.cut(50))
    broken = lambda scene, times: scores.noise(scene, times) * (np.nan if scene else 1)  # noqa: E731
    made = scores.tracks(film, found, None, broken)
    mix = made.mix.read(0, len(made.mix))
    assert np.isfinite(mix).all() and mix[:90_000].any() and not mix[100_000:].any()


def test_parts_read_alone_equal_the_whole() -> None:
    film = scores.clip(150, Fraction(30000, 1001))
    found = scores.scenes(film, scores.cut(50), scores.cut(90, "fade", 6))
    loud = lambda scene, times: 9 * scores.noise(scene, times)  # noqa: E731
    mix = scores.tracks(film, found, None, loud, alike=0.8).mix
    whole = mix.read(0, len(mix))
    edges = [0, 1, 997, 48_000, 80_001, 80_500, 150_000, len(mix)]
    parts = [mix.read(*edges[k : k + 2]) for k in range(len(edges) - 1)]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=2e-6)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_film() -> None:
    def most(minutes: int) -> int:
        film = scores.clip(minutes * 1500)
        made = _endless(film, scores.scenes(film, scores.cut(750)))
        tracemalloc.start()
        for block in made.mix.blocks():
            assert len(block)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    most(1)  # imports and caches are the first one's
    assert most(8) < most(2) * 1.1


def _endless(film: Clip, found: Segmentation) -> Tracks:
    def wave(scene: int, times: np.ndarray) -> np.ndarray:
        return np.broadcast_to(np.float32(0.5), times.shape)

    return scores.tracks(film, found, None, wave)


def _half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
