"""What goes wrong around the add-on is said in one sentence, and gone on from."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon, StartDaemon
from tests.integrations.blender.blenders import Blender
from tests.integrations.blender.users import WHOLE, surroundings

pytestmark = [pytest.mark.slow, pytest.mark.crash]
STRANGERS = {
    "missing": "",
    "other protocol": """#!/bin/sh
echo '{"event": "hello", "protocol": 9, "version": "9.0"}'
cat >/dev/null
""",
    "no v2a": "#!/bin/sh\necho Welcome to something else\n",
    "too old": "#!/bin/sh\necho 'no such command: bridge' >&2\nexit 2\n",
    "dies": """#!/bin/sh
echo '{"event": "hello", "protocol": 1, "version": "0.1"}'
echo 'cannot: torch is broken' >&2
exit 1
""",
}
SAID = {
    "missing": ("V2A_MISSING", "not installed"),
    "other protocol": ("V2A_PROTOCOL", "version 9.0"),
    "no v2a": ("V2A_OTHER", "does not answer as v2a does"),
    "too old": ("V2A_OTHER", "does not answer as v2a does"),
    "dies": ("V2A_ENDS", "torch is broken"),
}


def given_to(daemon: RunningDaemon, folder: Path, *cases: str, **more: Any) -> dict[str, Any]:
    film = write_film(folder / "film.mp4", Film())
    program = str(folder / "bin" / "v2a")
    given = {"film": str(film), "pack": str(daemon.pack), "blend": str(folder / "edit.blend")}
    return given | {"cases": cases, "program": program, "strangers": STRANGERS} | more


def heard(strips: list[dict[str, Any]]) -> list[list[int]]:
    return [strip["frames"] for strip in strips]


def test_a_v2a_that_is_none_of_ours(
    blender: Blender, daemon: RunningDaemon, tmp_path: Path
) -> None:
    given = given_to(daemon, tmp_path, "strangers")
    made = blender.run("troubles", given, environment=surroundings(daemon, tmp_path))
    for name, (reason, words) in SAID.items():
        told = made["strangers"][name]
        assert told["state"] == "failed" and told["reason"] == reason, told
        assert words in told["message"] and "\n" not in told["message"]
        assert told["trouble"] == told["message"]
    assert made["strangers"]["right"]["state"] == "done"
    assert made["strangers"]["right"]["trouble"] == ""
    assert heard(made["strangers"]["laid"]) == WHOLE


def test_the_child_and_the_daemon_are_killed_in_mid_job(
    blender: Blender, start_daemon: StartDaemon, tmp_path: Path
) -> None:
    daemon = start_daemon()
    given = given_to(daemon, tmp_path, "killed", victim=daemon.pid)
    made = blender.run("troubles", given, environment=surroundings(daemon, tmp_path))["killed"]
    for told in made.values():
        assert "waiting" in told["states"] and told["job"]["state"] == "done", told
        assert heard(told["laid"]) == WHOLE
    subprocess.run(
        [sys.executable, "-m", "v2a", "stop"], env=daemon.env, capture_output=True, check=True
    )


def test_a_full_disk(
    blender: Blender,
    daemon: RunningDaemon,
    tmp_path: Path,
    small_disk: Callable[[str, int], Path],
) -> None:
    disk = small_disk("small", 64 << 20)
    given = given_to(daemon, tmp_path, "full", filler=str(disk / "filler"))
    given["blend"] = str(disk / "edit.blend")
    with (disk / "filler").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, 62 << 20)
    made = blender.run("troubles", given, environment=surroundings(daemon, tmp_path))["full"]
    assert made["job"]["state"] == "failed" and made["job"]["reason"] == "DISK_FULL"
    assert made["laid"] == [] and made["files"] == []
    assert made["retried"]["state"] == "done" and heard(made["after"]) == WHOLE


def test_a_disk_that_may_not_be_written_to(
    blender: Blender,
    daemon: RunningDaemon,
    tmp_path: Path,
    small_disk: Callable[[str, int], Path],
) -> None:
    given = given_to(daemon, tmp_path, "read_only")
    given["blend"] = str(small_disk("locked", 64 << 20) / "edit.blend")
    made = blender.run("troubles", given, environment=surroundings(daemon, tmp_path))["read_only"]
    assert made["job"]["state"] == "done" and heard(made["laid"]) == WHOLE
    assert any("cannot be written to" in said for said in made["job"]["warnings"])
    assert made["files"] == [] and all("foley_stems" in one["file"] for one in made["laid"])


def test_two_blenders_at_once(blender: Blender, daemon: RunningDaemon, tmp_path: Path) -> None:
    running = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        environment = surroundings(daemon, folder)
        given = given_to(daemon, folder, "one_of_two")
        running.append(blender.start("troubles", given, environment))
    made = [one.result()["one_of_two"] for one in running]
    assert [one["job"]["state"] for one in made] == ["done", "done"]
    assert made[0]["job"]["job"] != made[1]["job"]["job"]
    assert all(heard(one["laid"]) == WHOLE for one in made)
