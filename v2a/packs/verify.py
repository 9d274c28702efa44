"""Checking a pack against its pack.json: in full on demand, else each file once it has changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import platformdirs

from v2a.disk import sha256, write_whole
from v2a.errors import V2AError
from v2a.packs.manifest import PackManifest
from v2a.types import Report

Stamp = list[object]
"""[size, mtime in ns, sha256] of a file when it was last hashed."""


def _record_path() -> Path:
    return Path(os.environ.get("V2A_CACHE") or platformdirs.user_cache_dir("v2a")) / "hashes.json"


def _read_record() -> dict[str, Stamp]:
    try:
        record = json.loads(_record_path().read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(record, dict):
        return {}
    return {path: stamp for path, stamp in record.items() if isinstance(stamp, list)}


def _remember(news: dict[str, Stamp]) -> None:
    """Add to the record; two writers at once may lose a line, which costs one more hashing."""
    path = _record_path()
    try:
        write_whole(path, json.dumps(_read_record() | news))
    except (OSError, V2AError):
        return


def _missing(manifest: PackManifest, part: str) -> V2AError:
    return V2AError("PACK_PART_MISSING", pack=manifest.name, part=part)


def recorded(manifest: PackManifest, part: str) -> list[str]:
    """The files pack.json records for a part: a file by its path, or everything in a folder."""
    names = [n for n in manifest.files if n == part or n.startswith(part + "/")]
    if not names:
        raise _missing(manifest, part)
    return names


def check(folder: Path, manifest: PackManifest, names: Iterable[str]) -> None:
    """Raise PACK_PART_MISSING or PACK_PART_ALTERED for the first bad file of `names`.

    A file whose size and time are those of its last hashing is not read again.
    """
    bad = first_fault(folder, {name: manifest.files[name] for name in names})
    if bad is None:
        return
    if not (folder / bad).is_file():
        raise _missing(manifest, bad)
    raise V2AError("PACK_PART_ALTERED", pack=manifest.name, part=bad)


def first_fault(folder: Path, files: Mapping[str, str], again: bool = False) -> str | None:
    """The first of `files`, path to sha256, that is missing or altered; None if all are right.

    With `again` no file is taken for what it was when it was last hashed.
    """
    record, news = {} if again else _read_record(), {}
    for name, wanted in files.items():
        path = (folder / name).resolve()
        if not path.is_file():
            return name
        facts = path.stat()
        stamp = record.get(str(path), [])
        if len(stamp) != 3 or stamp[:2] != [facts.st_size, facts.st_mtime_ns]:
            stamp = [facts.st_size, facts.st_mtime_ns, sha256(path)]
            news[str(path)] = stamp
        if stamp[2] != wanted:
            return name
    if news:
        _remember(news)
    return None


def verify(folder: Path, manifest: PackManifest, report: Report | None = None) -> list[V2AError]:
    """Hash every file of a pack; the faults found, none when it is whole and unaltered."""
    faults, news = [], {}
    sizes = {n: _size(folder / n) for n in manifest.files}
    done, total = 0, max(sum(sizes.values()), 1)
    for name, wanted in manifest.files.items():
        path = folder / name
        if not path.is_file():
            faults.append(_missing(manifest, name))
            continue
        facts = path.stat()
        found = sha256(path)
        news[str(path.resolve())] = [facts.st_size, facts.st_mtime_ns, found]
        if found != wanted:
            faults.append(V2AError("PACK_PART_ALTERED", pack=manifest.name, part=name))
        done += sizes[name]
        if report is not None:
            report(done / total)
    _remember(news)
    return faults


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def hash_all(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """sha256 of every named file under `folder`, in the order of their paths; remembered."""
    hashes: dict[str, str] = {}
    news: dict[str, Stamp] = {}
    for name in sorted(names):
        path = folder / name
        hashes[name] = sha256(path)
        facts = path.stat()
        news[str(path.resolve())] = [facts.st_size, facts.st_mtime_ns, hashes[name]]
    _remember(news)
    return hashes


def pack_files(folder: Path) -> list[str]:
    """Relative paths of everything in a pack folder that pack.json should record."""
    paths = (p for p in folder.rglob("*") if p.is_file())
    names = (p.relative_to(folder).as_posix() for p in paths)
    return sorted(n for n in names if not n.startswith(("pack.json", ".")) and "/." not in n)
