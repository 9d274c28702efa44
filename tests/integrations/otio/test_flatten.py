"""The picture that is seen: nesting, layers, transitions and speeds, in exact seconds."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integrations.otio.timelines import clip, gap, timeline, track
from v2a.errors import V2AError
from v2a_integrations.otio.flatten import flatten
from v2a_integrations.otio.pieces import PicturePiece

Seen = tuple[str, Fraction, Fraction, Fraction, Fraction]


def seen(made: otio.schema.Timeline, rate: int = 24) -> list[Seen]:
    """Name, start and end in frames, media frame at the start, speed."""
    return [
        (p.clip.name, p.start * rate, p.end * rate, p.media * rate, p.speed)
        for p in flatten(made).pieces
    ]


def test_the_topmost_enabled_clip_wins_and_hides_only_what_it_covers() -> None:
    under = track(clip("under", 100, start=10))
    over = track(gap(20), clip("over", 30), gap(10), clip("off", 5, enabled=False))
    assert seen(timeline(under, over)) == [
        ("under", 0, 20, 10, 1),
        ("over", 20, 50, 0, 1),
        ("under", 50, 100, 60, 1),
    ]


def test_disabled_tracks_and_sound_show_nothing() -> None:
    off = track(clip("off", 50))
    off.enabled = False
    sound = otio.schema.Track("A1", [clip("sound", 50)], kind="Audio")
    made = timeline(track(clip("on", 30)), off, sound)
    assert [name for name, *_ in seen(made)] == ["on"]
    assert [(skip.clip, skip.reason) for skip in flatten(made).skipped] == [("off", "is disabled")]


def test_nested_parts_are_trimmed_and_played_at_their_speed() -> None:
    inside = otio.schema.Stack("inside", [track(clip("a", 40, start=100), clip("b", 40))])
    inside.source_range = clip("", 20, start=30).source_range
    inside.effects.append(otio.schema.LinearTimeWarp(time_scalar=2.0))
    assert seen(timeline(track(gap(7), inside))) == [("a", 7, 12, 130, 2), ("b", 12, 27, 0, 2)]


def test_speeds_multiply_and_backwards_twice_is_forwards() -> None:
    inner = clip("a", 40, start=10, speed=-1.0)
    nest = otio.schema.Stack("nest", [track(inner)])
    nest.source_range = clip("", 40).source_range
    nest.effects.append(otio.schema.LinearTimeWarp(time_scalar=-1.0))
    assert seen(timeline(track(nest))) == [("a", 0, 40, 10, 1)]
    assert seen(timeline(track(clip("b", 10, start=5, speed=-2.0)))) == [("b", 0, 10, 25, -2)]


def test_a_freeze_holds_the_frame_it_starts_with() -> None:
    frozen = clip("a", 12, start=40)
    frozen.effects.append(otio.schema.FreezeFrame())
    assert seen(timeline(track(frozen))) == [("a", 0, 12, 40, 0)]


def test_premiere_counts_a_warped_range_in_frames_of_the_source() -> None:
    fast = clip("fast", 40, speed=2.0)
    fast.metadata["PremierePro_OTIO"] = {}
    assert seen(timeline(track(fast, clip("next", 10)))) == [
        ("fast", 0, 20, 0, 2),
        ("next", 20, 30, 0, 1),
    ]


def test_a_ramp_is_a_problem_that_still_hides_what_is_below() -> None:
    ramp = clip("ramp", 10)
    ramp.effects.append(otio.schema.TimeEffect(effect_name="ramp"))
    made = flatten(timeline(track(clip("below", 30)), track(ramp)))
    assert [(p.clip.name, bool(p.problem)) for p in made.pieces] == [
        ("ramp", True),
        ("below", False),
    ]


def test_titles_let_the_picture_through_and_mattes_do_not() -> None:
    def generated(name: str) -> otio.schema.Clip:
        made = clip(name, 10)
        made.media_reference = otio.schema.GeneratorReference(name, generator_kind="Generator")
        return made

    title = flatten(timeline(track(clip("a", 10)), track(generated("Lower third"))))
    matte = flatten(timeline(track(clip("a", 10)), track(generated("Black Video"))))
    assert {piece.clip.name for piece in title.pieces} == {"a", "Lower third"}
    assert {piece.clip.name for piece in matte.pieces} == {"Black Video"}


def dissolve(inside: int, outside: int) -> otio.schema.Transition:
    return otio.schema.Transition(
        "Dissolve",
        "SMPTE_Dissolve",
        otio.opentime.RationalTime(inside, 24),
        otio.opentime.RationalTime(outside, 24),
    )


def test_a_transition_takes_no_time_and_tells_its_reach() -> None:
    made = flatten(timeline(track(clip("a", 20), dissolve(4, 6), clip("b", 20))))
    first, second = made.pieces
    assert (first.end, second.start) == (Fraction(20, 24), Fraction(20, 24))
    assert (first.after, second.before) == (Fraction(6, 24), Fraction(4, 24))


def test_a_fade_into_a_gap_is_seen_to_its_end() -> None:
    made = timeline(track(gap(10), dissolve(3, 2), clip("a", 20, start=50), dissolve(1, 5), gap(4)))
    assert seen(made) == [("a", 7, 34, 47, 1)]


def test_rates_mix_exactly() -> None:
    made = timeline(
        track(clip("a", 25, rate=25), clip("b", 30, rate=30), clip("c", 24, rate=23.976))
    )
    ends = [piece.end for piece in flatten(made).pieces]
    assert ends == [1, 2, 2 + Fraction(24 * 1001, 24000)]


@pytest.mark.parametrize("rate", [0.0, -24.0, float("nan")])
def test_a_rate_that_is_none_leaves_its_clip_out_by_name(rate: float) -> None:
    made = flatten(timeline(track(clip("odd", 10, rate=rate), clip("good", 10))))
    assert [piece.clip.name for piece in made.pieces] == ["good"]
    assert [skip.clip for skip in made.skipped] == ["odd"] * len(made.skipped) and made.skipped


def test_a_clip_of_no_length_is_left_out_and_one_at_48000_is_exact() -> None:
    made = flatten(timeline(track(clip("none", 0), clip("fine", 48_000, rate=48_000))))
    assert [(p.clip.name, p.start, p.end) for p in made.pieces] == [("fine", 0, 1)]
    assert [skip.reason for skip in made.skipped] == ["lasts no time"]


def test_a_timeline_that_holds_itself_is_refused() -> None:
    nested: otio.core.Composition = otio.schema.Stack("0", [track(clip("a", 1))])
    for depth in range(1, 100):
        nested = otio.schema.Stack(str(depth), [nested])
    with pytest.raises(V2AError, match="holds itself"):
        flatten(timeline(track(nested)))


@given(st.lists(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=8), max_size=4))
def test_layers_show_at_every_frame_what_a_frame_by_frame_look_shows(
    tracks: list[list[tuple[bool, int]]],
) -> None:
    made, expected = [], {}
    for number, items in enumerate(tracks):
        children, place = [], 0
        for k, (shows, length) in enumerate(items):
            name = f"{number}.{k}"
            children.append(clip(name, length) if shows else gap(length))
            if shows:
                expected |= {place + frame: (name, frame) for frame in range(length)}
            place += length
        made.append(track(*children))
    assert frame_by_frame(flatten(timeline(*made)).pieces) == expected


def frame_by_frame(pieces: list[PicturePiece]) -> dict[int, tuple[str, int]]:
    found: dict[int, tuple[str, int]] = {}
    for piece in pieces:
        first, last = round(piece.start * 24), round(piece.end * 24)
        for frame in range(first, last):
            assert frame not in found, "two pictures at once"
            found[frame] = (piece.clip.name, round(piece.media * 24) + frame - first)
    return found
