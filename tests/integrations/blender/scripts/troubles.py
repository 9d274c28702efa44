"""v2a is missing, another, dies, its daemon dies, the disk is full: told, and gone on from."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import bpy
from generate_foley import bridge_facts, heartbeat, scene_jobs
from works import begun, cut, job_told, laid, rest, steps


def main(given: dict[str, Any]) -> dict[str, Any]:
    begun(given)
    bpy.ops.wm.save_as_mainfile(filepath=given["blend"])
    return {case: CASES[case](given) for case in given["cases"]}


def strangers(given: dict[str, Any]) -> Any:
    """Every program that is no v2a of ours, one after the other, then the right one."""
    program, right = Path(given["program"]), Path(given["program"]).read_text()
    scene = cut(given, "strangers")
    bpy.ops.foley.generate()
    told = {}
    for name, command in given["strangers"].items():
        program.write_text(command) if command else program.unlink()
        program.chmod(0o755) if command else None
        if told:
            bpy.ops.foley.retry(request=scene_jobs.all_jobs()[-1].request)
        rest()
        told[name] = job_told() | {"trouble": bridge_facts.KNOWN.trouble}
    program.write_text(right)
    program.chmod(0o755)
    bpy.ops.foley.retry(request=scene_jobs.all_jobs()[-1].request)
    rest()
    return told | {
        "right": job_told() | {"trouble": bridge_facts.KNOWN.trouble},
        "laid": laid(scene),
    }


def killed(given: dict[str, Any]) -> Any:
    """First the child, then, in another job, the daemon, while sound is made."""
    told = {}
    for seed, name in enumerate(("child", "daemon"), 5):
        scene = cut(given, name, steps=100, takes=4, seed=seed)
        bpy.ops.foley.generate()
        job, states = scene_jobs.all_jobs()[-1], list[str]()
        assert steps(lambda job=job: job.progress.stage == "generate")
        if name == "child":
            heartbeat.LINK._child._process.kill()
        else:
            os.kill(given["victim"], signal.SIGKILL)
        assert steps(lambda job=job, states=states: _seen(states, job) and not job.unfinished)
        rest()
        told[name] = {"states": states, "job": job_told(job), "laid": laid(scene)}
    return told


def _seen(states: list[str], job: Any) -> bool:
    if not states or states[-1] != job.state:
        states.append(job.state)
    return True


def full(given: dict[str, Any]) -> Any:
    """The disk of the .blend file takes no more; then there is room."""
    scene = cut(given, "full", seed=6)
    bpy.ops.foley.generate()
    rest()
    told = {"job": job_told(), "laid": laid(scene), "files": _files(given["blend"])}
    os.unlink(given["filler"])
    bpy.ops.foley.retry(request=scene_jobs.all_jobs()[-1].request)
    rest()
    return told | {"retried": job_told(), "after": laid(scene)}


def _files(blend: str) -> list[str]:
    folder = Path(blend).parent / "foley"
    return sorted(os.listdir(folder)) if folder.is_dir() else []


def read_only(given: dict[str, Any]) -> Any:
    """The disk of the .blend file may not be written to."""
    subprocess.run(["mount", "-o", "remount,ro", str(Path(given["blend"]).parent)], check=True)
    scene = cut(given, "read_only", seed=7)
    bpy.ops.foley.generate()
    rest()
    return {"job": job_told(), "laid": laid(scene), "files": _files(given["blend"])}


def one_of_two(given: dict[str, Any]) -> Any:
    """What another Blender does at the same time."""
    scene = cut(given, "one_of_two", seed=8)
    bpy.ops.foley.generate()
    rest()
    return {"job": job_told(), "laid": laid(scene)}


CASES = {case.__name__: case for case in (strangers, killed, full, read_only, one_of_two)}
