"""Pictures of the report, whatever their size."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from v2a.report.report_pictures import fill

sides = st.integers(1, 400)


@given(sides, sides, sides, sides)
def test_a_picture_of_any_size_fills_a_box_of_any_size(
    width: int, height: int, box_width: int, box_height: int
) -> None:
    picture = np.full((height, width, 3), 77, np.uint8)
    filled = np.asarray(fill(picture, box_width, box_height))
    assert filled.shape == (box_height, box_width, 3) and (filled == 77).all()
