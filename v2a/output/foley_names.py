"""The names of what a `NAME.foley` folder holds, and how a link spells them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from v2a.types import Clip

GENERATOR = "v2a"
"""The sidecar's `generator`, which marks a folder as made by v2a."""
LONGEST = 200
"""Bytes of NAME: with the longest ending, a file system's 255 are not exceeded."""


@dataclass(frozen=True)
class Names:
    """Paths inside the folder, relative to it, with forward slashes."""

    name: str

    @property
    def mix(self) -> str:
        """The whole sound."""
        return f"{self.name}.foley.wav"

    @property
    def timeline(self) -> str:
        """The OTIO file."""
        return f"{self.name}.otio"

    @property
    def sidecar(self) -> str:
        """The JSON file, which also marks the folder as ours."""
        return f"{self.name}.foley.json"

    @property
    def report(self) -> str:
        """The HTML page."""
        return f"{self.name}.foley.html"

    def video(self, container: str = "mp4") -> str:
        """The picture with the sound: mp4, or mkv for a codec that mp4 has no place for."""
        return f"{self.name}.foley.{container}"

    def stem(self, scene: int, take: int = 1) -> str:
        """One take of a scene; the name of take 1 has no number."""
        return f"scenes/{self.name}.sc{scene:03d}{f'.take{take}' if take > 1 else ''}.wav"


def safe_name(stem: str) -> str:
    """A video's stem as NAME: all scripts and quotes stay.

    Control characters, slashes and bytes that are no UTF-8 become "_"; more than `LONGEST` bytes
    are cut between characters.
    """
    kept = "".join("_" if _unfit(letter) else letter for letter in stem)
    return kept.encode()[:LONGEST].decode(errors="ignore").strip() or "_"


def shown(path: Path) -> str:
    """A file's name as text; bytes that are no UTF-8 become U+FFFD."""
    return path.name.encode(errors="surrogateescape").decode(errors="replace")


def clip_name(clip: Clip) -> str:
    """A clip's file name as text, as its owner calls it."""
    return shown(Path(clip.name)) if clip.name else shown(clip.path)


def link(path: str) -> str:
    """A relative path with forward slashes as a relative URL, byte for byte."""
    return quote(path, safe="/", errors="surrogateescape")


def relative_link(path: Path, folder: Path) -> str:
    """A relative URL from a folder where there is one, else (another drive) an absolute one."""
    try:
        found = os.path.relpath(path.resolve(), folder.resolve())
    except ValueError:
        return path.resolve().as_uri()
    return link(found.replace(os.sep, "/"))


def _unfit(letter: str) -> bool:
    return letter in "/\x7f" or ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF
