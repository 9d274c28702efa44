"""From a folder of parts to a pack: what is missing is named, then pack.json is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING

from v2a.disk import whole_file
from v2a.errors import V2AError
from v2a.packs.hub_catalogue import HubEntry, place
from v2a.packs.manifest import PackManifest, Source, write_manifest
from v2a.packs.verify import hash_all

if TYPE_CHECKING:
    import torch

BY_HAND = "filled by hand"
NULL = "null.safetensors"
PICKLES = {
    "diffusion_pytorch_model.safetensors": "diffusion_pytorch_model.bin",
    "model.safetensors": "pytorch_model.bin",
    "open_clip_model.safetensors": "open_clip_pytorch_model.bin",
}
"""File names of parts whose weights were published as pickles only."""


def missing_files(entry: HubEntry, folder: Path) -> list[str]:
    """Files the pack cannot do without and `folder` does not have, in either format."""
    wanted = [folder / name for name in entry.files()]
    absent = [p for p in wanted if not p.is_file() and not _pickle_of(p).is_file()]
    return [p.relative_to(folder).as_posix() for p in absent]


def adopt(
    entry: HubEntry, folder: Path, revisions: Mapping[str, str] | None = None
) -> PackManifest:
    """Make a pack of a folder that holds the parts of a catalogue entry; pack.json comes last.

    Weights that lie there as pickles are rewritten as safetensors. `revisions` is the commit of
    every repository the files came from. PACK_PART_MISSING names the first part that is missing.
    """
    absent = missing_files(entry, folder)
    if absent:
        raise V2AError("PACK_PART_MISSING", pack=entry.name, part=absent[0])
    for name in entry.files():
        if not (folder / name).is_file():
            _convert(folder / name)
    if not (folder / NULL).is_file():
        _write_null(folder)
    (folder / "LICENCE.txt").write_text(entry.terms)
    manifest = _manifest(entry, folder, revisions or {})
    write_manifest(folder, manifest)
    return manifest


def _manifest(entry: HubEntry, folder: Path, revisions: Mapping[str, str]) -> PackManifest:
    places = [place(part, name) for part in entry.parts for name in part.optional]
    optional = [name for name in places if (folder / name).is_file()]
    return PackManifest(
        name=entry.name,
        version=entry.version,
        description=entry.description,
        licence=entry.licence,
        sound=entry.sound,
        sampling=entry.sampling,
        mappers=entry.mappers,
        files=hash_all(folder, {*entry.files(), *optional, NULL, "LICENCE.txt"}),
        overrides=entry.overrides,
        source={
            part.into or "sound": Source(part.repo, revisions.get(part.repo, BY_HAND))
            for part in entry.parts
        },
    )


def _pickle_of(path: Path) -> Path:
    return path.with_name(PICKLES.get(path.name, path.name))


def _convert(path: Path) -> None:
    """Rewrite weights pickled beside `path`; tensors only, nothing in the pickle is run."""
    import torch
    from safetensors.torch import save_file

    pickled = _pickle_of(path)
    try:
        state: dict[str, torch.Tensor] = torch.load(pickled, map_location="cpu", weights_only=True)
    except (UnpicklingError, RuntimeError, EOFError) as error:
        detail = f"{pickled.name} is not a plain file of weights"
        raise V2AError("PACK_INVALID", pack=path.parent, detail=detail) from error
    with whole_file(path) as part:
        save_file({n: t.clone().contiguous() for n, t in state.items()}, part, {"format": "pt"})


def _write_null(folder: Path) -> None:
    """AudioLDM's unconditional vector: CLAP's text vector of the empty text."""
    import torch
    from safetensors.torch import save_file

    from v2a.packs.part_loaders import clap_text_tower

    vector = clap_text_tower(folder / "text_encoder", folder / "tokenizer", "cpu")([""])[0]
    save_file({"null": torch.from_numpy(vector)}, folder / NULL)


def accepted(record: Path, entry: HubEntry) -> bool:
    """Whether the licence of an entry is recorded as accepted."""
    return _acceptances(record).get(entry.name, {}).get("licence") == entry.licence.name


def accept(record: Path, entry: HubEntry) -> None:
    """Record the licence of an entry as accepted."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    told = _acceptances(record) | {entry.name: {"licence": entry.licence.name, "when": when}}
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(told, indent=2) + "\n")


def _acceptances(record: Path) -> dict[str, dict[str, str]]:
    try:
        return json.loads(record.read_text())
    except (OSError, ValueError):
        return {}
