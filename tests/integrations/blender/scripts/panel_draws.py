"""Every panel and menu drawn, over a timeline with strips of every sort and jobs in every state."""

from __future__ import annotations

import sys
import time
from types import SimpleNamespace
from typing import Any

import bpy
import generate_foley
from recorder import Layout, draw

BASE = ("rna_type", "name", "bl_idname")
READS = ("open", "os.listdir", "os.scandir", "subprocess.Popen", "socket.connect")


def main(given: Any) -> Any:
    generate_foley.register()
    from generate_foley import compat, menus, panel, selection_preview

    scene = compat.scene_of(bpy.context)
    compat.editor(scene, create=True)
    kinds = [*panel.CLASSES, menus.FOLEY_MT_strip]
    told: dict[str, Any] = {"empty": {kind.__name__: draw(kind) for kind in kinds}}
    strips(scene, given)
    told["unlooked"] = draw(panel.generate_panel.FOLEY_PT_generate)
    selection_preview.refresh(scene)
    jobs(scene)
    before = sorted(scene.keys())
    for kind in kinds:  # what is imported at its first use is imported now
        draw(kind)
    reads = watch(reading := [])
    told["full"] = {kind.__name__: draw(kind) for kind in kinds}
    reading.clear()
    told["reads"] = reads
    told["changed"] = sorted(scene.keys()) != before
    told["settings"] = [one.identifier for one in scene.foley.bl_rna.properties]
    told["untold"] = untold(scene)
    told["checks"] = [checked(program) for program in given["programs"]]
    told["menus"] = added()
    return told


def strips(scene: Any, given: Any) -> None:
    """A movie, one whose file is gone, and a sound of ours with three takes."""
    from generate_foley import compat, strip_marks

    found = compat.strips(compat.editor(scene))
    movie = found.new_movie("film", given["film"], 1, 1)
    lost = found.new_movie("lost", given["film"] + ".gone", 2, 1)
    sound = compat.new_sound(scene, "sc002 rain", given["sound"], 3, 11)
    takes = tuple(
        strip_marks.StripTake(n, n, "rain on tin" if n == 2 else "", f"//t{n}.wav")
        for n in (1, 2, 3)
    )
    strip_marks.write_mark(
        sound,
        strip_marks.Mark(
            request="r-done",
            job="jobs/1",
            source="s",
            clip="film",
            number=1,
            scene=2,
            frames=(10, 30),
            file_frames=(0, 40),
            take=2,
            takes=takes,
            labels=(("rain on a roof", 0.62), ("thunder", 0.1)),
        ),
    )
    compat.select_only(scene, [movie, lost, sound])


def jobs(scene: Any) -> None:
    """One in every state a job can be in."""
    from typing import get_args

    from generate_foley import scene_jobs

    for state in get_args(scene_jobs.State):
        job = scene_jobs.SceneJob(
            f"r-{state}", "generate", scene_jobs.identity_of(scene), scene.name, f"film {state}", {}
        )
        job.state = state
        if state == "running":
            job.job = "jobs/2"
            job.progress = scene_jobs.SceneJobProgress("generate", 0.3, 0.5, 1, 2, 5, 12.0)
        if state == "waiting":
            job.note = "the daemon went away; it is being started again"
        if state == "failed":
            job.error = scene_jobs.SceneJobError(
                "DISK_FULL", "/x: 9 MB are needed and 1 MB is free", "free some space"
            )
        if state == "done":
            job.job, job.placed, job.warnings = "jobs/1", 4, ["one scene is quiet"]
        scene_jobs.add(job)


def watch(on: list[bool]) -> list[str]:
    """Names of what is read from now on, as long as `on` is not emptied."""
    reads: list[str] = []
    on.append(True)

    def hook(event: str, arguments: Any) -> None:
        if on and event in READS:
            reads.append(f"{event} {arguments[:1]}")

    sys.addaudithook(hook)
    return reads


def checked(program: str) -> list[dict[str, Any]]:
    """What the preferences show once a program has been asked whether it is v2a."""
    from generate_foley import preferences

    preferences.CHECK.start(program)
    while preferences.CHECK.look() is not None:
        time.sleep(preferences.CHECK_EVERY)
    layout = Layout()
    kind = preferences.FoleyPreferences
    kind.draw(SimpleNamespace(layout=layout, bl_rna=kind.bl_rna, v2a=program), bpy.context)
    return layout.drawn


def untold(scene: Any) -> list[str]:
    """Settings, operators and their properties that have no tooltip."""
    found = {"settings": scene.foley.bl_rna}
    found["preferences"] = generate_foley.preferences.FoleyPreferences.bl_rna
    for name in dir(bpy.ops.foley):
        found[f"foley.{name}"] = getattr(bpy.ops.foley, name).get_rna_type()
    missing = [name for name, told in found.items() if "." in name and not told.description]
    for owner, told in found.items():
        for name, one in told.properties.items():
            if name not in BASE and not one.is_hidden and not one.description:
                missing.append(f"{owner}.{name}")
    return missing


def added() -> dict[str, Any]:
    """What Blender's own menus got from us, and what is left of it and of all else afterwards."""
    from generate_foley import menus

    def ours() -> list[str]:
        found = []
        for name, entry in menus.PLACES:
            drawn = getattr(getattr(bpy.types, name).draw, "_draw_funcs", [])
            found += [name] * drawn.count(entry)
        return found

    while_there, keys_there = ours(), shortcuts()
    generate_foley.unregister()
    left = [name for name in dir(bpy.types.WindowManager) if name.startswith("foley")]
    left += [name for name in dir(bpy.types) if name.startswith("FOLEY_")]
    handlers = [
        function.__module__
        for name in dir(bpy.app.handlers)
        if isinstance(functions := getattr(bpy.app.handlers, name), list)
        for function in functions
        if function.__module__.startswith("generate_foley")
    ]
    left += ours() + shortcuts() + handlers
    return {"there": while_there, "keys": keys_there, "left": left}


def shortcuts() -> list[str]:
    """Keys over the sequencer that run something of ours."""
    keys = bpy.context.window_manager.keyconfigs.addon
    keymap = keys.keymaps.get("Sequencer") if keys is not None else None
    items = keymap.keymap_items if keymap is not None else ()
    return [f"{item.to_string()} {item.idname}" for item in items if "foley." in item.idname]
