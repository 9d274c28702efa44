"""The harness: a script's result and its failure come back, and the add-on can be switched on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integrations.blender.blenders import Blender, InsideError


def test_the_add_on_is_switched_on_and_off_twice(blender: Blender) -> None:
    said = blender.run("registers")
    assert ".".join(map(str, said["version"][:2])) == blender.version


def test_what_fails_inside_fails_the_test(blender: Blender, tmp_path: Path) -> None:
    script = tmp_path / "fails.py"
    script.write_text("def main(given):\n    raise ValueError('inside: %s' % given['why'])\n")
    with pytest.raises(InsideError, match="ValueError: inside: because"):
        blender.run(script, {"why": "because"})
