"""Blender with a window: the Video Editing workspace, an edit, the tab "Foley", a job at half way.

    blender --factory-startup --window-geometry 0 0 W H --python window.py -- GIVEN RESULT

GIVEN: {"fps", "size", "frame", "clips": [[file, in, out], ...], "sounds": [as the bridge tells
them], "done" and "going": titles of two jobs, "taller" and "wider": pixels}. When all of it
has been drawn RESULT is written, and the window stays for whoever takes a picture of it.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bpy

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
TEMPLATE = "startup/bl_app_templates_system/Video_Editing/startup.blend"
STEP = 0.4
"""Seconds between steps: Blender draws in between."""

Step = Callable[[Any], "Iterator[None] | None"]


def sequencers() -> Iterator[tuple[Any, Any]]:
    """Windows and their areas that show a timeline."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "SEQUENCE_EDITOR" and area.spaces.active.view_type == "SEQUENCER":
                yield window, area


def workspace(given: Any) -> None:
    """Open the workspace as the '+' of the top bar does."""
    bpy.context.preferences.view.show_splash = False
    startup = next(
        path for scripts in bpy.utils.script_paths() if (path := Path(scripts) / TEMPLATE).is_file()
    )
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        bpy.ops.workspace.append_activate(idname="Video Editing", filepath=str(startup))


def edit(given: Any) -> None:
    """Lay the clips one after the other."""
    from generate_foley import compat

    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = given["fps"], 1.0
    scene.render.resolution_x, scene.render.resolution_y = given["size"]
    found = compat.strips(compat.editor(scene, create=True))
    at, films = 1, []
    for file, start, end in given["clips"]:
        strip = found.new_movie(Path(file).stem, file, 1, at - start)
        compat.set_start(strip, at)
        compat.set_end(strip, at + end - start)
        films.append(strip)
        at += end - start
    scene.frame_start, scene.frame_end = 1, at - 1
    scene.frame_set(given["frame"])
    compat.select_only(scene, films[-1:])


def sounds(given: Any) -> None:
    """Lay the sounds of a job that is done, as the bridge told them; one of them is active."""
    from generate_foley import compat, scene_jobs, strip_marks

    scene = bpy.context.scene
    for told in given["sounds"]:
        start, end = (frame + 1 for frame in told["frames"])
        name = f"sc{told['scene']:03} {told['words']}"
        file = told["takes"][0]["file"]
        head = start - told["file_frames"][0] - 1
        strip = compat.new_sound(scene, name, file, 3 + told["lane"], start - head)
        compat.set_start(strip, start)
        compat.set_end(strip, end)
        strip.color_tag = "COLOR_05"
        strip.show_waveform = True
        told["take"] = min(2, len(told["takes"]))
        takes = tuple(strip_marks.StripTake(**take) for take in told.pop("takes"))
        lane = {"lane", "warnings"}
        facts = {key: value for key, value in told.items() if key not in lane}
        strip_marks.write_mark(
            strip, strip_marks.Mark("r-done", "jobs/1", "s", takes=takes, **facts)
        )
        strip.select = False
    compat.editor(scene).active_strip = strip
    strip.select = True
    job = scene_jobs.SceneJob(
        "r-done", "generate", scene_jobs.identity_of(scene), scene.name, given["done"], {}
    )
    job.state, job.job, job.placed = "done", "jobs/1", len(given["sounds"])
    scene_jobs.add(job)


def at_work(given: Any) -> None:
    """A job at half way, and the number of scenes that was looked for before it."""
    from generate_foley import bridge_facts, scene_jobs

    scene = bpy.context.scene
    job = scene_jobs.SceneJob(
        "r-half", "generate", scene_jobs.identity_of(scene), scene.name, given["going"], {}
    )
    job.state, job.job = "running", "jobs/2"
    job.progress = scene_jobs.SceneJobProgress("generate", 0.3, 0.5, 1, 2, 4, 12.0)
    scene_jobs.add(job)
    bridge_facts.KNOWN.previews[scene.name] = bridge_facts.Preview(scene.foley.sensitivity, 1, 4)


def front(given: Any) -> Iterator[None]:
    """Show the sidebar and turn its tabs, as Ctrl and the wheel do, until ours is in front."""
    from generate_foley import selection_preview

    drawn, of = [], selection_preview.of
    selection_preview.of = lambda scene: drawn.append(True) or of(scene)
    _, area = next(sequencers())
    area.spaces.active.show_region_ui = True
    for _ in range(16):
        drawn.clear()
        area.tag_redraw()
        yield
        yield
        if drawn:
            break
        region = next(region for region in area.regions if region.type == "UI")
        at = region.x + region.width // 2, region.y + region.height // 2
        mouse("MOUSEMOVE", "NOTHING", at)
        yield
        mouse("WHEELDOWNMOUSE", "PRESS", at, ctrl=True)
        yield
    selection_preview.of = of
    mouse("MOUSEMOVE", "NOTHING", (5, 5))
    given["told"] = {"in_front": bool(drawn)}


def mouse(kind: str, value: str, at: tuple[int, int], **keys: bool) -> None:
    """What a person does with the mouse."""
    window = bpy.context.window_manager.windows[0]
    window.event_simulate(type=kind, value=value, x=at[0], y=at[1], **keys)


def drag(start: tuple[int, int], by: tuple[int, int]) -> Iterator[None]:
    """Move an edge with the mouse: a window has no other handle for it."""
    (x, y), end = start, (start[0] + by[0], start[1] + by[1])
    for kind, value, at in (
        ("MOUSEMOVE", "NOTHING", (x - 1, y)),
        ("MOUSEMOVE", "NOTHING", start),
        ("LEFTMOUSE", "PRESS", start),
        ("MOUSEMOVE", "NOTHING", ((x + end[0]) // 2, (y + end[1]) // 2)),
        ("MOUSEMOVE", "NOTHING", end),
        ("LEFTMOUSE", "RELEASE", end),
        ("MOUSEMOVE", "NOTHING", (5, 5)),
    ):
        mouse(kind, value, at)
        yield


def room(given: Any) -> Iterator[None]:
    """Give the sequencer more of the window's height and its sidebar more width."""
    if not given["taller"]:
        return
    _, area = next(sequencers())
    yield from drag((area.x + area.width // 3, area.y + area.height), (0, given["taller"]))
    region = next(region for region in area.regions if region.type == "UI")
    yield from drag((region.x, region.y + region.height // 2), (-given["wider"], 0))


def view(given: Any) -> None:
    """Bring the whole edit into view."""
    for window, area in sequencers():
        area.spaces.active.timeline_overlay.show_strip_source = False  # paths of this machine
        region = next(region for region in area.regions if region.type == "WINDOW")
        with bpy.context.temp_override(window=window, area=area, region=region):
            bpy.ops.sequencer.view_all()


STEPS: list[Step] = [workspace, edit, sounds, at_work, room, front, view]


def run(given: Any, result: Path, steps: list[Step]) -> None:
    """One step at a time, with time to draw between them."""
    left = list(steps)
    begun: list[Iterator[None]] = []

    def tick() -> float | None:
        try:
            if begun:
                if next(begun[0], begun) is begun:
                    begun.clear()
                return STEP / 4
            if left:
                more = left.pop(0)(given)
                begun.extend([] if more is None else [more])
                return STEP
            told: dict[str, Any] = {"result": given.get("told")}
        except BaseException:
            told = {"error": traceback.format_exc()}
        result.with_suffix(".part").write_text(json.dumps(told))
        result.with_suffix(".part").replace(result)
        return None

    bpy.app.timers.register(tick, first_interval=1.0)


if __name__ == "__main__":
    from inside import ROOT, load

    load("generate_foley", ROOT / "integrations/v2a_integrations/blender/__init__.py", package=True)
    import generate_foley

    generate_foley.register()
    asked, result = sys.argv[sys.argv.index("--") + 1 :]
    run(json.loads(asked), Path(result), STEPS)
