"""Reads a file through any installed adapter into timelines, with one clear line for any error."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from v2a.errors import V2AError
from v2a_integrations.otio.adapters import reading
from v2a_integrations.otio.read_fcp import read_fcp

if TYPE_CHECKING:
    import opentimelineio as otio

EDL_RATES = (24, 25, 30, 50, 60)
"""Frames per second tried in this order: a CMX 3600 list does not hold its rate, but its frame
numbers stay below it."""
DEEPEST = 2000
"""Most levels of brackets in a JSON file. Chosen: far above any timeline's, as the library's
parser has no limit of its own and crashes on very deep files."""
MARKS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
STANDARD = "-"
BUNDLES = {"otioz", "otiod"}
NEWER = "was written by a newer OpenTimelineIO ({schema})"


@dataclass(frozen=True)
class Document:
    """A file that was read."""

    root: Any
    """A timeline, or a collection of timelines."""
    timelines: list[otio.schema.Timeline]
    folder: Path
    """Folder where its relative links start."""
    unpacked: TemporaryDirectory[str] | None = None
    """Folder that a bundle was unpacked into; deleted with the document."""


def read_document(path: Path | str, rate: Fraction | None = None) -> Document:
    """Read a timeline file ("-": OTIO JSON on standard input); `rate`, in fps, is for EDLs.

    Raises NOT_FOUND, NO_PERMISSION, EMPTY_FILE, NO_ADAPTER and BAD_TIMELINE.
    """
    name = str(path)
    with _told(name):
        if name == STANDARD:
            text = sys.stdin.read()
            name = "standard input"
            root = _timeline_root(_from_json(text, name), name)
            return Document(root, _timelines(root, name), Path.cwd())
        found = Path(path)
        _check_readable(found)
        unpacked, folder = None, found if found.is_dir() else found.absolute().parent
        if found.suffix.lower() == ".otioz":
            unpacked = TemporaryDirectory(prefix="v2a-otioz-")
            folder = Path(unpacked.name)
        root = _timeline_root(_read(found, rate, folder), name)
        return Document(root, _timelines(root, name), folder, unpacked)


def read_timelines(path: Path | str, rate: Fraction | None = None) -> list[otio.schema.Timeline]:
    """The timelines in a file; raises as `read_document`."""
    return read_document(path, rate).timelines


def _read(path: Path, rate: Fraction | None, folder: Path) -> Any:
    import opentimelineio as otio

    suffix = path.suffix.lower().lstrip(".")
    if suffix == "otio":
        return _from_json(path.read_text("utf-8-sig"), str(path))
    if suffix not in reading():
        raise V2AError("NO_ADAPTER", path=path, suffix=path.suffix or "such")
    if suffix == "edl":
        return _read_edl(path, rate)
    if suffix == "xml":
        return read_fcp(path.read_bytes())
    name = otio.adapters.from_filepath(f"x.{suffix}").name
    if suffix in BUNDLES:
        _check_depth(_inside(path))
    options = {"extract_to_directory": str(folder)} if suffix == "otioz" else {}
    return otio.adapters.read_from_file(str(path), adapter_name=name, **options)


def _from_json(text: str, name: str) -> Any:
    """Parse OTIO's JSON after a check of its depth: the library's parser crashes on deep files."""
    import opentimelineio as otio

    if not text.strip():
        raise V2AError("EMPTY_FILE", path=name)
    _check_depth(text)
    return otio.adapters.read_from_string(text, "otio_json")


def _inside(bundle: Path) -> str:
    """The JSON text of a bundle."""
    from opentimelineio.adapters.file_bundle_utils import BUNDLE_PLAYLIST_PATH

    if bundle.is_dir():
        return (bundle / BUNDLE_PLAYLIST_PATH).read_text("utf-8-sig")
    with ZipFile(bundle) as zipped:
        return zipped.read(BUNDLE_PLAYLIST_PATH).decode("utf-8-sig")


def _check_depth(text: str) -> None:
    depth = 0
    for mark in MARKS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(mark[0], 0)
        if depth > DEEPEST:
            raise RecursionError


def _read_edl(path: Path, rate: Fraction | None) -> Any:
    import opentimelineio as otio

    text = path.read_bytes().decode("utf-8-sig", "replace")
    for tried in [float(rate)] if rate else EDL_RATES:
        try:
            return otio.adapters.read_from_string(text, "cmx_3600", rate=tried)
        except ValueError as error:
            if "Frame rate mismatch" not in str(error) or tried == EDL_RATES[-1] or rate:
                raise
    return None


def _timeline_root(found: Any, name: str) -> Any:
    """The root that was read, with a timeline around a bare part, and without circles."""
    import opentimelineio as otio

    if isinstance(found, otio.core.Composition | otio.schema.Clip):
        found = _wrapped(found)
    if not isinstance(found, otio.schema.Timeline | otio.schema.SerializableCollection):
        raise _bad(name, "holds no timeline", "export the sequence itself")
    found.to_json_string()  # raises for what refers to itself
    return found


def _timelines(root: Any, name: str) -> list[otio.schema.Timeline]:
    import opentimelineio as otio

    if isinstance(root, otio.schema.Timeline):
        return [root]
    timelines = list(root.find_children(descended_from_type=otio.schema.Timeline))
    if not timelines:
        raise _bad(name, "holds no timeline", "export the sequence itself")
    return timelines


def _wrapped(item: Any) -> otio.schema.Timeline:
    """A timeline around a bare stack, track or clip."""
    import opentimelineio as otio

    timeline = otio.schema.Timeline(item.name)
    if isinstance(item, otio.schema.Stack):
        timeline.tracks = item
    elif isinstance(item, otio.schema.Track):
        timeline.tracks.append(item)
    else:
        timeline.tracks.append(otio.schema.Track("V1", [item], kind="Video"))
    return timeline


def _check_readable(path: Path) -> None:
    if path.is_dir():
        if path.suffix.lower() != ".otiod":
            raise _bad(str(path), "is a folder", "give a timeline file")
        return
    with path.open("rb") as file:
        if not file.read(1):
            raise V2AError("EMPTY_FILE", path=path)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn any error of a reader into a V2AError of one line: adapters raise anything at all."""
    try:
        yield
    except (V2AError, KeyboardInterrupt, MemoryError):
        raise
    except FileNotFoundError as error:
        raise V2AError("NOT_FOUND", path=name) from error
    except PermissionError as error:
        raise V2AError("NO_PERMISSION", path=name) from error
    except RecursionError as error:
        raise _bad(name, "is nested too deeply, or refers to itself", "export it again") from error
    except Exception as error:
        raise _why(name, error) from error


def _why(name: str, error: Exception) -> V2AError:
    words = " ".join(str(error).split())[:200]
    if schema := re.search(r"unsupported schema version", words):
        newer = _newest(name) or schema[0]
        return _bad(
            name, NEWER.format(schema=newer), "export it for OpenTimelineIO 0.18, or update it here"
        )
    if "cycle" in words:
        return _bad(name, "refers to itself in a circle", "export it again")
    if "Frame rate mismatch" in words:
        return _bad(name, f"mixes frame rates ({words})", "say its rate with --rate")
    return _bad(name, f"cannot be read ({words or type(error).__name__})", "export it again")


def _newest(name: str) -> str:
    """The schemas of a file of which this library knows only older versions, as words."""
    import opentimelineio as otio

    try:
        text = Path(name).read_text("utf-8-sig")
    except OSError:
        return ""
    known: Mapping[str, int] = dict(otio.core.type_version_map())
    named = set(re.findall(r'"OTIO_SCHEMA"\s*:\s*"(\w+)\.(\d+)"', text))
    return ", ".join(
        f"{schema}.{version}"
        for schema, version in sorted(named)
        if int(version) > known.get(schema, int(version))
    )


def _bad(name: str, detail: str, hint: str) -> V2AError:
    return V2AError("BAD_TIMELINE", path=name, detail=detail, hint=hint)
