"""Writes timelines through any adapter, whole or not at all, and over no file that is not ours."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from v2a.api.json_text import to_json
from v2a.disk import whole_file, write_whole
from v2a.errors import V2AError
from v2a_integrations.otio.adapters import writing
from v2a_integrations.otio.read_timeline import BUNDLES, STANDARD, Document
from v2a_integrations.otio.save_aaf import for_aaf
from v2a_integrations.otio.save_ges import for_ges
from v2a_integrations.otio.save_links import absolute, all_absolute, as_seen_from

if TYPE_CHECKING:
    import opentimelineio as otio

GENERATOR = "v2a"
NO_SOUND = {"edl", "ale", "svg"}
"""Formats that hold no sound tracks, or none of ours."""

FITTED = {"aaf": for_aaf, "xges": for_ges}
"""Formats without relative links, and the function that fits a copy of the timeline to each."""


@dataclass(frozen=True)
class FileOptions:
    """How a timeline is written."""

    output_format: str = ""
    """An adapter's ending, without the dot; empty takes it from the file's name."""
    schema: str = ""
    """OpenTimelineIO release that must be able to read it, as "0.14"."""
    force: bool = False
    """Whether files that v2a did not make may be replaced."""


def with_timelines(document: Document, scored: Sequence[otio.schema.Timeline]) -> Any:
    """The root that was read, with the scored timelines in place of its own."""
    import opentimelineio as otio

    if isinstance(document.root, otio.schema.Timeline):
        return scored[0]
    waiting = iter(scored)
    return _replaced(document.root.clone(), waiting)


def _replaced(collection: Any, waiting: Iterator[Any]) -> Any:
    import opentimelineio as otio

    for place, item in enumerate(list(collection)):
        if isinstance(item, otio.schema.Timeline):
            collection[place] = next(waiting)
        elif isinstance(item, otio.schema.SerializableCollection):
            collection[place] = _replaced(item.clone(), waiting)
    return collection


def format_of(path: Path | str, options: FileOptions) -> str:
    """The ending of the adapter to use; raises BAD_OPTION for one that cannot hold sound."""
    suffix = options.output_format.lower().lstrip(".")
    suffix = suffix or Path(path).suffix.lower().lstrip(".") or "otio"
    if suffix in NO_SOUND:
        raise V2AError(
            "BAD_OPTION",
            detail=f"a .{suffix} file holds no sound tracks",
            hint="write .otio, .otioz, .xml, .aaf or .xges",
        )
    if suffix not in writing():
        raise V2AError("NO_ADAPTER", path=path, suffix=f".{suffix}")
    if options.schema and suffix != "otio":
        raise V2AError(
            "BAD_OPTION", detail=f"--schema is for .otio, not .{suffix}", hint="leave it out"
        )
    _versions(options.schema)
    return suffix


def write_document(root: Any, path: Path | str, folder: Path, options: FileOptions) -> None:
    """Write `root` to `path` ("-": JSON on standard output); its relative links start in `folder`.

    Raises OUTPUT_READ_ONLY, BAD_OPTION, NO_ADAPTER and BAD_TIMELINE (the format cannot hold it).
    """
    suffix = format_of(path, options)
    if str(path) == STANDARD:
        sys.stdout.write(_json(root, options.schema) + "\n")
        return
    path = Path(path)
    if path.absolute().parent != folder.absolute():
        root = as_seen_from(root.clone(), folder, path.absolute().parent)
    with telling(path), whole_file(path, ending=f".{suffix}") as part:
        _write(root, part, suffix, options.schema)


def write_json(document: dict[str, Any], path: Path) -> None:
    """Write a sidecar, whole or not at all."""
    with telling(path):
        text = to_json(document, indent=1)
        write_whole(path, text + "\n")


def check_place(path: Path, sidecar: Path, force: bool) -> None:
    """Check that both files can be written; raises OUTPUT_NOT_OURS, OUTPUT_READ_ONLY."""
    known = read_sidecar(sidecar)
    if sidecar.exists() and known is None and not force:
        raise V2AError("OUTPUT_NOT_OURS", path=sidecar)
    if path.exists() and not force and path.name not in outputs_of(known):
        raise V2AError("OUTPUT_NOT_OURS", path=path)
    with telling(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        probe = path.parent / f".v2a-{token_hex(8)}"
        probe.touch()
        probe.unlink()


def read_sidecar(path: Path) -> dict[str, Any] | None:
    """The JSON of a sidecar that v2a wrote; None for any other file, and for none."""
    try:
        found: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("generator") == GENERATOR else None


def outputs_of(sidecar: dict[str, Any] | None) -> list[str]:
    """File names of the timelines in a sidecar: one cut may be written in several formats."""
    told = sidecar or {}
    return [name for name in (told.get("output"), *told.get("earlier", ())) if name]


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Turn any error of writing into a V2AError of one line: adapters raise anything at all."""
    try:
        yield
    except (V2AError, KeyboardInterrupt, MemoryError):
        raise
    except OSError as error:
        raise V2AError("OUTPUT_READ_ONLY", path=path.parent) from error
    except Exception as error:
        words = " ".join(str(error).split())[:200]
        raise V2AError(
            "BAD_TIMELINE",
            path=path,
            detail=f"is of a format that cannot hold it ({words or type(error).__name__})",
            hint="write .otio, and convert it in the editor",
        ) from error


def _write(root: Any, path: Path, suffix: str, schema: str) -> None:
    import opentimelineio as otio

    if suffix == "otio":
        path.write_text(_json(root, schema) + "\n", "utf-8")
        return
    options: dict[str, Any] = {}
    if isinstance(root, otio.schema.Timeline):
        root = _fitted(root, suffix, path.absolute().parent)
    if suffix in BUNDLES:
        root = absolute(root.clone(), path.absolute().parent)
        options["media_policy"] = "MissingIfNotFile"
    if suffix == "aaf":
        options["use_empty_mob_ids"] = True
    otio.adapters.write_to_file(root, str(path), **options)


def _fitted(timeline: otio.schema.Timeline, suffix: str, folder: Path) -> otio.schema.Timeline:
    """A copy of the timeline that fits a format, where its adapter alone does not do it."""
    if suffix not in FITTED:
        return timeline
    return FITTED[suffix](all_absolute(timeline.clone(), folder))


def _json(root: Any, schema: str) -> str:
    import opentimelineio as otio

    versions = _versions(schema) or None
    return otio.adapters.write_to_string(
        root, "otio_json", target_schema_versions=versions, indent=4
    )


def _versions(schema: str) -> dict[str, int]:
    """Schema versions of an OpenTimelineIO release; raises BAD_OPTION for an unknown one."""
    import opentimelineio as otio

    if not schema:
        return {}
    everything = otio.versioning.full_map()  # held: its parts die with it
    releases = everything["OTIO_CORE"]
    known = sorted(releases)
    for label in (schema, f"{schema}.0"):
        if label in known:
            return dict(releases[label])
    raise V2AError(
        "BAD_OPTION",
        detail=f"--schema {schema} is no release that is known here",
        hint=f"it may be {', '.join(known)}",
    )
