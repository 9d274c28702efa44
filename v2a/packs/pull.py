"""Fetching a pack from the model hub: pinned, resumable, checked, and whole before it is a pack."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from v2a.disk import check_free, disk_full, sha256
from v2a.errors import V2AError
from v2a.packs.adopt import accept, accepted, adopt, missing_files
from v2a.packs.hub_catalogue import ALLOWED, HubEntry, HubPart, place
from v2a.packs.hub_catalogue import entry as find_entry
from v2a.packs.manifest import FILE_NAME, read_manifest
from v2a.packs.verify import verify
from v2a.types import Report

if TYPE_CHECKING:
    from huggingface_hub import HfApi

Ask = Callable[[str], bool]
"""Shown the terms of a licence; true accepts them."""
TIMEOUT = 15.0
"""Seconds the hub has to answer. Chosen: a slow network answers in less, a dead one never."""


@dataclass(frozen=True)
class _File:
    part: HubPart
    name: str
    commit: str
    size: int
    sha256: str | None

    @property
    def place(self) -> str:
        return place(self.part, self.name)


def pull(
    name: str,
    packs: Path,
    accept_licence: bool | Ask = False,
    report: Report | None = None,
    revision: str | None = None,
) -> Path:
    """Fetch a pack of the catalogue into `packs`/name and return that folder.

    Starts where an earlier try stopped; a folder that was filled by hand is taken as it is, without
    the hub. `revision` asks for a branch or commit instead of the pinned ones; the commit it stands
    for is recorded. PACK_NOT_FOUND, PACK_LICENCE, HUB_UNREACHABLE, DISK_FULL, PACK_PART_ALTERED.
    """
    entry, folder = find_entry(name), packs / name
    settle_licence(entry, packs / "accepted.json", accept_licence)
    if (folder / FILE_NAME).is_file():
        if not _clear_faults(folder):
            return folder
    elif not missing_files(entry, folder):
        adopt(entry, folder)
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with _reachable(entry, folder):
        files = [f for part in entry.parts for f in _listing(part, revision)]
        _check_space(folder, files)
        _fetch(folder, files, report)
    _check_hashes(entry, folder, files)
    for cache in (folder / ".cache", *folder.glob("*/.cache")):
        shutil.rmtree(cache, ignore_errors=True)
    adopt(entry, folder, {f.part.repo: f.commit for f in files})
    return folder


def settle_licence(entry: HubEntry, record: Path, answer: bool | Ask) -> None:
    """Go on only with a licence that is or was accepted; PACK_LICENCE."""
    if accepted(record, entry):
        return
    if not (answer(entry.terms) if callable(answer) else answer):
        raise V2AError("PACK_LICENCE", pack=entry.name, licence=entry.licence.name)
    accept(record, entry)


def _clear_faults(folder: Path) -> bool:
    """Drop altered files of an installed pack so that they are fetched again; were there faults?"""
    faults = verify(folder, read_manifest(folder))
    for fault in faults:
        (folder / str(fault.facts["part"])).unlink(missing_ok=True)
    if faults:
        (folder / FILE_NAME).unlink()
    return bool(faults)


@contextmanager
def _reachable(entry: HubEntry, folder: Path) -> Iterator[None]:
    """Turn errors of hub, network and disk into HUB_UNREACHABLE, PACK_INVALID or DISK_FULL."""
    from huggingface_hub import errors

    try:
        yield
    except V2AError:
        raise
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError) as error:
        detail = f"the hub no longer has it: {str(error).splitlines()[0]}"
        raise V2AError("PACK_INVALID", pack=entry.name, detail=detail) from error
    except Exception as error:
        # The hub's client changes its HTTP library, and with it the classes of these errors.
        if isinstance(error, OSError) and error.errno == ENOSPC:
            raise disk_full(folder) from error
        raise V2AError("HUB_UNREACHABLE", pack=entry.name, folder=folder) from error


def _api() -> HfApi:
    from huggingface_hub import HfApi
    from huggingface_hub.utils import logging

    logging.set_verbosity_error()
    return HfApi(library_name="v2a")


def _listing(part: HubPart, revision: str | None) -> list[_File]:
    """The files to fetch of one repository, at the commit that `revision` stands for."""
    wanted_revision = revision or part.revision
    info = _api().model_info(
        part.repo, revision=wanted_revision, files_metadata=True, timeout=TIMEOUT
    )
    commit = info.sha or wanted_revision
    wanted = {*part.required, *part.optional}
    return [
        _File(part, s.rfilename, commit, s.size or 0, s.lfs.sha256 if s.lfs else None)
        for s in info.siblings or []
        if s.rfilename in wanted and s.rfilename.endswith(ALLOWED)
    ]


def _check_space(folder: Path, files: list[_File]) -> None:
    check_free(folder, sum(f.size for f in files if not (folder / f.place).is_file()))


def _fetch(folder: Path, files: list[_File], report: Report | None) -> None:
    from huggingface_hub import hf_hub_download

    total, done = max(sum(f.size for f in files), 1), 0
    for file in files:

        def tell(here: int, before: int = done) -> None:
            if report is not None:
                report(min((before + here) / total, 1.0))

        hf_hub_download(
            file.part.repo,
            file.name,
            revision=file.commit,
            local_dir=folder / file.part.into,
            library_name="v2a",
            tqdm_class=_bar(tell),
        )
        done += file.size
        tell(file.size)


def _bar(tell: Callable[[int], None]) -> Any:
    """A progress bar that draws nothing and passes on the bytes of one file."""
    from tqdm.auto import tqdm

    class Bar(tqdm):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **options: Any) -> None:
            self.bytes = int(options.get("initial") or 0)
            options = {k: v for k, v in options.items() if k != "name"}
            super().__init__(*args, **{**options, "disable": True})

        def update(self, n: float | None = 1) -> bool | None:
            self.bytes += int(n or 0)
            tell(self.bytes)
            return None

    return Bar


def _check_hashes(entry: HubEntry, folder: Path, files: list[_File]) -> None:
    """The hub's own hashes of large files; an altered one is dropped, to be fetched anew."""
    for file in files:
        path = folder / file.place
        if file.sha256 and sha256(path) != file.sha256:
            path.unlink()
            raise V2AError("PACK_PART_ALTERED", pack=entry.name, part=file.place)
