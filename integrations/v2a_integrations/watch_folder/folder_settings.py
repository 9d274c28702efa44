"""Settings of a folder's `.v2a.toml`, laid over those of the folders above and the command line."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from v2a.api.job_types import ALL_KINDS, OutputKind
from v2a.api.option_limits import limit_of
from v2a.errors import V2AError
from v2a.job_settings import Scheduler, Settings
from v2a.types import Rule, SceneText
from v2a_integrations.watch_folder.footage_names import SETTINGS
from v2a_integrations.watch_folder.scan import FileStamp, FolderScan

HINT = "correct it; its files wait until then"


class SettingsFile(BaseModel):
    """The keys of a `.v2a.toml`."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    ignore: bool = False
    outputs: Annotated[list[OutputKind], Field(min_length=1)] | None = None
    prompt: str | None = None
    negative: str | None = None
    prompt_weight: Annotated[float, Field(**limit_of(SceneText, "weight").bounds)] = 1.0
    preset: Literal["paper"] | None = None
    pack: Annotated[str, Field(min_length=1)] = "pocket"
    mapper: str | None = None
    device: str = "auto"
    seed: Annotated[int, Field(**limit_of(Settings, "seed").bounds)] = 0
    takes: Annotated[int, Field(**limit_of(Settings, "takes").bounds)] = 1
    rule: Rule | None = None
    threshold: Annotated[float, Field(**limit_of(Settings, "threshold").bounds)] | None = None
    whole: bool = False
    frames_per_second: str | int | float | None = None
    scheduler: Scheduler | None = None
    steps: Annotated[int, Field(**limit_of(Settings, "steps").bounds)] | None = None
    guidance: Annotated[float, Field(**limit_of(Settings, "guidance").bounds)] | None = None

    def settings(self) -> Settings:
        """The settings of a job; raises BAD_OPTION for values that do not go together."""
        frames = self.frames_per_second
        same = {name: getattr(self, name) for name in SAME}
        settings = Settings(
            text=SceneText(self.prompt, self.negative, self.prompt_weight),
            frames_per_second=None if frames is None else str(frames),
            **same,
        )
        settings.options()
        return settings


SAME = frozenset(SettingsFile.model_fields) & {field.name for field in fields(Settings)} - {
    "frames_per_second"
}


@dataclass(frozen=True)
class FolderSettings:
    """How the files of one folder are scored."""

    settings: Settings = Settings()
    kinds: frozenset[OutputKind] = ALL_KINDS
    ignore: bool = False
    digest: str = ""
    """SHA-256 over every setting that shapes the results and is not at its default."""


def wishes_of(said: Mapping[str, Any]) -> FolderSettings:
    """Settings from keys and values of TOML; raises pydantic's ValidationError, and BAD_OPTION."""
    read = SettingsFile.model_validate(dict(said))
    kinds = ALL_KINDS
    if read.outputs is not None:
        kinds = frozenset[OutputKind]({*read.outputs, "sidecar"})
    shaping = read.model_dump(exclude_defaults=True, exclude={"ignore", "device", "outputs"})
    told = json.dumps(
        [shaping, sorted(kinds) if kinds != ALL_KINDS else []], sort_keys=True, allow_nan=False
    )
    return FolderSettings(
        read.settings(), kinds, read.ignore, hashlib.sha256(told.encode()).hexdigest()
    )


class SettingsBook:
    """The settings of every folder, read again when a `.v2a.toml` changes."""

    def __init__(self, root: Path, base: Mapping[str, Any]) -> None:
        """`base` holds the command line's settings, under those of all files; raises BAD_OPTION."""
        self._root, self._base = root, base
        self._look: dict[str, FileStamp] = {}
        self._made: dict[str, FolderSettings | V2AError] = {}
        self._wrong: dict[str, V2AError] = {}
        made = self._wishes("", [])
        if isinstance(made, V2AError):
            raise made

    def turn_to(self, look: FolderScan) -> None:
        """Take a scan; if a `.v2a.toml` is new, changed or gone, all are read again."""
        if look.settings == self._look:
            return
        self._look, self._made = dict(look.settings), {}
        found = {folder: self._wishes(folder, [folder]) for folder in sorted(self._look)}
        self._wrong = {name: made for name, made in found.items() if isinstance(made, V2AError)}

    def of(self, file: str) -> FolderSettings | V2AError:
        """The settings of a file, the nearest folder's first, or the error of one above it."""
        folder = file.rpartition("/")[0]
        if folder not in self._made:
            self._made[folder] = self._wishes(folder, self._above(folder))
        return self._made[folder]

    def wrong(self) -> dict[str, V2AError]:
        """The error of every `.v2a.toml` that cannot be used, by its folder."""
        return self._wrong

    def _above(self, folder: str) -> list[str]:
        """Folders whose `.v2a.toml` holds for this one, the outermost first."""
        parts = folder.split("/") if folder else []
        names = ["/".join(parts[:k]) for k in range(len(parts) + 1)]
        return [name for name in names if name in self._look]

    def _wishes(self, folder: str, files: list[str]) -> FolderSettings | V2AError:
        said, place = dict(self._base), "the command line"
        try:
            made = wishes_of(said)
            for name in files:
                path = self._root / name / SETTINGS
                place = str(path)
                said |= _read(path)
                made = wishes_of(said)
        except ValidationError as error:
            return _bad(place, error)
        except V2AError as error:
            told = error.message if place in error.message else f"{error.message}, in {place}"
            return V2AError("BAD_OPTION", detail=told, hint=error.remedy)
        return made


def _read(path: Path) -> dict[str, Any]:
    """The keys of one `.v2a.toml`, a pack's path made absolute from there; raises BAD_OPTION."""
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:  # no TOML, no UTF-8, or a number of thousands of digits
        raise V2AError("BAD_OPTION", detail=f"{path} is no TOML: {error}", hint=HINT) from error
    except OSError as error:
        detail = f"{path} cannot be read: {error.strerror}"
        raise V2AError("BAD_OPTION", detail=detail, hint=HINT) from error
    pack = said.get("pack")
    if isinstance(pack, str) and (pack.startswith(("~", ".")) or os.sep in pack or "/" in pack):
        said["pack"] = str((path.parent / Path(pack).expanduser()).resolve())
    return said


def _bad(place: str, error: ValidationError) -> V2AError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"] if not str(part).startswith("constrained"))
    what = first["msg"].replace("Input should be", "should be")
    if first["type"] == "extra_forbidden":
        what = f"is no setting; there are {', '.join(sorted(SettingsFile.model_fields))}"
    return V2AError("BAD_OPTION", detail=f"{key} in {place} {what}", hint=HINT)
