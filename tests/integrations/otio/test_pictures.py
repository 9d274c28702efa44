"""Still pictures and image sequences as videos that the engine can open."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import opentimelineio as otio
import pytest
from PIL import Image

from tests.integrations.otio.footage import write_picture
from tests.integrations.otio.timelines import clip, span, timeline, track
from v2a.errors import V2AError
from v2a.frames.media_header import look
from v2a_integrations.otio.plan import make_plan
from v2a_integrations.stems.still_videos import Stills, render


@pytest.mark.parametrize(("suffix", "grey"), [("png", 60), ("jpg", 60), ("tif", 60), ("exr", 160)])
def test_a_sequence_becomes_a_video_of_its_rate(tmp_path: Path, suffix: str, grey: int) -> None:
    """EXR holds linear light, 90 of 255: what is seen of it is 160."""
    files = tuple(write_picture(tmp_path / f"{k}.{suffix}") for k in range(6))
    video = render(Stills(files, Fraction(24000, 1001)), tmp_path)
    facts = look(video)
    assert facts.frame_rate == Fraction(24000, 1001)
    with av.open(str(video)) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(pictures) == 6 and pictures[0].shape[:2] == (18, 32)
    assert abs(pictures[0].mean() - grey) < 4


def test_the_same_pictures_are_the_same_video(tmp_path: Path) -> None:
    files = tuple(write_picture(tmp_path / f"{k}.png") for k in range(3))
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made.append(render(Stills(files, Fraction(25)), tmp_path / name))
    assert made[0].name == made[1].name and made[0].read_bytes() == made[1].read_bytes()


def test_large_odd_and_single_pictures(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((301, 2001, 3), np.uint8)).save(tmp_path / "wide.png")
    video = render(Stills((tmp_path / "wide.png",), Fraction(1)), tmp_path)
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (640, 96)
        assert len(list(container.decode(stream))) == 1


def test_a_picture_that_is_none_is_named(tmp_path: Path) -> None:
    for name in ("a.png", "a.exr"):
        (tmp_path / name).write_text("no picture")
        with pytest.raises(V2AError, match=f"{name} is a picture that cannot be read"):
            render(Stills((tmp_path / name,), Fraction(1)), tmp_path)
        assert not list(tmp_path.glob("*.mkv"))


def sequence(folder: str, count: int) -> otio.schema.ImageSequenceReference:
    return otio.schema.ImageSequenceReference(
        target_url_base=f"{folder}/", name_prefix="x.", name_suffix=".png", start_frame=1001,
        frame_step=1, rate=24, frame_zero_padding=4, available_range=span(86_400, count),
    )  # fmt: skip


def test_sequences_and_stills_are_planned(tmp_path: Path) -> None:
    for number in range(1001, 1021):
        write_picture(tmp_path / "shots" / f"x.{number}.png")
    moving, short = clip("moving", 10, 86_405), clip("short", 10, 86_405)
    moving.media_reference, short.media_reference = sequence("shots", 20), sequence("shots", 22)
    still = clip("still", 30, 86_400, url="shots/x.1001.png")
    plan = make_plan(timeline(track(moving, short, still)), tmp_path)
    first, second = plan.clips
    assert first.clip.source is not None and first.clip.source.start == Fraction(5, 24)
    assert first.stills is not None and len(first.stills.files) == 20
    assert second.clip.source is not None and second.clip.source.duration == 0
    assert [skip.reason for skip in plan.skipped] == ["2 of 22 pictures are missing (x.1021.png)"]
