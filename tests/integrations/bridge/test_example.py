"""The example of docs/bridge.md, as a reader would run it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fixtures_daemons import RunningDaemon


@pytest.mark.slow
def test_the_example_runs(daemon: RunningDaemon, film: Path, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "bridge.md").read_text("utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    shutil.copy(film, tmp_path / "film.mp4")
    quick = example.replace('"prompt": "rain"', f'"pack": "{daemon.pack}", "steps": 1')
    assert quick != example
    (tmp_path / "example.py").write_text(quick, "utf-8")
    done = subprocess.run(
        [sys.executable, "example.py"], cwd=tmp_path, env=daemon.env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).parent == tmp_path / "sounds"
    assert len(list((tmp_path / "sounds").iterdir())) == 2
