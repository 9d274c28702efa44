"""Ten thousand files that need nothing cost next to nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integrations.watch_folder.idle import idle_share


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_idle_watch_of_ten_thousand_files_takes_less_than_a_hundredth_of_a_core(
    tmp_path: Path,
) -> None:
    assert idle_share(tmp_path, 10_000, seconds=30) < 0.01
