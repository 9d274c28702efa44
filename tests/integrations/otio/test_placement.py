"""Where sounds land: to the sample in our files, to the frame in an editor's own render."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integrations.blender.blenders import VERSIONS, find
from tests.integrations.otio import blender, ges, melt
from tests.integrations.otio.clicks import CLICK, RATE, Made, film, job_tracks, with_clicks
from tests.integrations.otio.timelines import clip
from v2a.api.job_types import Track, TrackCut
from v2a_integrations.otio.editor_time import exact_rate
from v2a_integrations.otio.own_tracks import own_sounds
from v2a_integrations.otio.placed_sound import PlacedSound
from v2a_integrations.otio.plan import make_plan
from v2a_integrations.stems.stem_files import window_of, write_stem
from v2a_integrations.stems.timeline_sounds import HARD, placed
from v2a_integrations.stems.track_lanes import checkerboard, one_lane
from v2a_integrations.stems.whole_frames import nearest_frame

RATES = (23.976, 24.0, 25.0, 29.97, 30.0, 59.94)


def clicks_in(made: Made, folder: Path) -> list[int]:
    """Samples of the timeline at which our own files, placed by whole frames, click."""
    found: list[int] = []
    for own in own_sounds(made.timeline, folder, made.rate):
        used = own.clip.source_range
        begin = (own.frames[0] - int(used.start_time.value)) / made.rate
        path = Path(own.clip.media_reference.target_url.removeprefix("file://"))
        sound, _ = soundfile.read(path)
        at = np.flatnonzero(np.abs(sound) > 0.01)
        found += [nearest_frame(begin, Fraction(RATE)) + int(place) for place in at]
    return sorted(found)


@pytest.mark.parametrize("rate", RATES)
def test_our_files_are_right_to_the_sample_at_every_rate(tmp_path: Path, rate: float) -> None:
    made = with_clicks(film(tmp_path, rate, (31, 17, 40), (7, 0, 13)), tmp_path)
    expected = sorted(entry["start_sample"] for entry in made.entries)
    found = clicks_in(made, tmp_path)
    assert len(found) == len(expected) == 6
    assert all(abs(a - b) <= 1 for a, b in zip(found, expected, strict=True))
    exact = exact_rate(rate)
    assert exact is not None
    assert all(soundfile.info(path).frames % 2 == 0 for path in tmp_path.glob("c*.wav"))
    firsts = [Fraction(entry["frames"][0]) / exact * RATE for entry in made.entries]
    assert all(abs(a - b) <= 1 for a, b in zip(expected, sorted(firsts), strict=True))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60), st.integers(0, 20)), max_size=30)
)
def test_lanes_never_overlap_and_keep_handles_free_where_two_can(
    places: list[tuple[int, int, int]],
) -> None:
    sounds = [
        PlacedSound(
            (start, start + length), (start - handle, start + length + handle), clip("x", 1)
        )
        for start, length, handle in places
    ]
    for arrange in (checkerboard, one_lane):
        lanes = arrange(sounds)
        assert sum(map(len, lanes)) == len(sounds)
        for lane in lanes:
            pairs = zip(lane, lane[1:], strict=False)
            assert all(a.frames[1] <= b.frames[0] for a, b in pairs)


def test_neighbours_lie_on_two_tracks_and_with_transitions_on_one(tmp_path: Path) -> None:
    made = film(tmp_path, 25.0, (40, 40), (0, 0))
    for transitions, counts in ((False, [2, 2]), (True, [4])):
        scored = with_clicks(made, tmp_path, transitions).timeline
        assert [len(lane.find_clips()) for lane in scored.audio_tracks()] == counts


def test_a_dissolve_inside_a_clip_overlaps_as_far_as_handles_allow(tmp_path: Path) -> None:
    plan = make_plan(film(tmp_path, 25.0, (40,), (0,)), tmp_path)
    (made,) = job_tracks(plan)
    cut = TrackCut(20, Fraction(20, 25), "dissolve", (14, 40), 9.0)
    joined = Track(**{**vars(made), "cuts": (cut,)})
    before, after = placed(plan, [joined])
    assert before.tail == after.head == (6, 12)  # 12 frames of handle are all there is
    assert before.head == after.tail == HARD


def test_fades_that_are_baked_keep_the_power(tmp_path: Path) -> None:
    """Two sounds of equal strength that have nothing in common sum to that strength."""
    plan = make_plan(film(tmp_path, 25.0, (50,), (0,)), tmp_path)
    (made,) = job_tracks(plan)
    cut = TrackCut(25, Fraction(1), "dissolve", (20, 29), 9.0)
    sounds = placed(plan, [Track(**{**vars(made), "cuts": (cut,)})])
    rng = np.random.default_rng(1)
    power = np.zeros(4 * RATE)
    for k, sound in enumerate(sounds):
        noise = rng.choice([-0.25, 0.25], sum(sound.scene.samples))
        soundfile.write(tmp_path / "raw.wav", noise, RATE, "PCM_24")
        window = window_of(sound, True)
        written, _ = soundfile.read(
            write_stem(tmp_path / "raw.wav", sound, window, tmp_path, f"s{k}")
        )
        first = window.sample(window.first) + RATE
        power[first : first + len(written)] += written**2
    inside = power[RATE + RATE // 2 : RATE + 3 * RATE // 2]
    assert np.allclose(inside, 0.0625, rtol=1e-4)


@pytest.mark.slow
@pytest.mark.skipif(melt.MELT is None, reason="melt is not installed (apt install melt)")
@pytest.mark.parametrize("rate", [23.976, 25.0, 29.97])
def test_melt_plays_every_sound_within_a_frame_of_where_the_sidecar_says(
    tmp_path: Path, rate: float
) -> None:
    made = with_clicks(film(tmp_path, rate, (31, 17, 40, 22), (7, 0, 13, 0)), tmp_path)
    sound = melt.render(made.timeline, made.rate, tmp_path)
    heard = melt.onsets(sound)
    expected = sorted(entry["start_sample"] for entry in made.entries)
    assert len(heard) == len(expected) == 8
    late = [abs(a - b) for a, b in zip(heard, expected, strict=True)]
    print(f"melt at {rate}: {max(late)} samples at most")
    assert max(late) <= RATE / made.rate


@pytest.mark.slow
@pytest.mark.skipif(bool(ges.why_not()), reason=ges.why_not())
@pytest.mark.parametrize("transitions", [False, True])
@pytest.mark.parametrize("rate", [23.976, 25.0, 29.97])
def test_ges_plays_every_sound_within_a_frame_of_where_the_sidecar_says(
    tmp_path: Path, rate: float, transitions: bool
) -> None:
    made = with_clicks(
        film(tmp_path, rate, (31, 17, 40, 22), (7, 0, 13, 0)), tmp_path, transitions, CLICK
    )
    heard = melt.onsets(ges.render(made.timeline, tmp_path, tmp_path))
    expected = sorted(entry["start_sample"] for entry in made.entries)
    assert len(heard) == len(expected) == 8
    late = [abs(a - b) for a, b in zip(heard, expected, strict=True)]
    print(f"GES at {rate}: {max(late)} samples at most")
    assert max(late) <= RATE / made.rate


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("rate", [23.976, 25.0])
def test_blender_mixes_every_sound_within_a_frame_of_where_the_sidecar_says(
    tmp_path: Path, rate: float, version: str
) -> None:
    found = find(version, tmp_path / "blender")
    if isinstance(found, str):
        pytest.skip(found)
    made = with_clicks(
        film(tmp_path, rate, (31, 17, 40, 22), (7, 0, 13, 0)), tmp_path, length=CLICK
    )
    heard = melt.onsets(blender.render(found, made.timeline, made.rate, tmp_path))
    expected = sorted(entry["start_sample"] for entry in made.entries)
    assert len(heard) == len(expected) == 8
    late = [abs(a - b) for a, b in zip(heard, expected, strict=True)]
    print(f"Blender {version} at {rate}: {max(late)} samples at most")
    assert max(late) <= RATE / made.rate
