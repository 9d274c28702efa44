"""What cannot be computed comes as a movie whose every frame is what Blender shows there."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av

from tests.integrations.blender.blenders import Blender
from tests.integrations.blender.numbered import film, read, read_file


def test_a_range_is_rendered_in_the_background_as_it_is_seen(
    blender: Blender, tmp_path: Path
) -> None:
    out, work = tmp_path / "out", tmp_path / "work"
    out.mkdir()
    work.mkdir()
    films = {
        "a25": str(film(tmp_path / "a25.mp4", 1, 100, Fraction(25))),
        "b30": str(film(tmp_path / "b30.mp4", 2, 120, Fraction(30000, 1001))),
    }
    failing = tmp_path / "failing.py"
    failing.write_text("import os\nprint('Error: no light', flush=True)\nos._exit(1)\n")
    given = {**films, "out": str(out), "work": str(work), "failing": str(failing)}
    told = blender.run("renders", given)
    assert [(strip, frames) for strip, frames, _ in told["to_render"]] == [
        ("a", [10, 70]),
        ("strobe", [90, 120]),
    ]
    assert told["refused"] == []
    assert told["progress"] == sorted(told["progress"])
    assert told["left"] == [told["left"][0], *(f"{told['left'][0]}/{k}.mp4" for k in (1, 2))]
    for clip, movie in zip(told["clips"], told["movies"], strict=True):
        first, count = (Fraction(part) * 25 for part in clip["record"])
        assert clip["source"] == ["0", clip["record"][1]]
        pictures = [f"{told['pictures']}/{int(11 + first + k):04d}.png" for k in range(int(count))]
        assert _shown(movie) == [read_file(Path(picture)) for picture in pictures]
    assert [strip for strip, _ in told["failed"]] == ["a", "strobe"]
    assert all(why.endswith("failed: Error: no light") for _, why in told["failed"])
    assert told["failed_clips"] == 0
    assert told["slowest"] < 1  # a poll waits for nothing
    assert told["cancelled"] == [True, False]
    assert told["after_discard"]


def _shown(movie: str) -> list[tuple[int, int]]:
    with av.open(movie) as container:
        return [read(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
