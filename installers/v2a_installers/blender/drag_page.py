"""Writes a web page from which the add-on is dragged into Blender, and its repository."""

from __future__ import annotations

import hashlib
import json
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote, urlencode

from v2a.api.json_text import to_json
from v2a.disk import write_whole
from v2a.errors import V2AError
from v2a_installers.blender import addon_archives

LEGACY = "legacy"
"""Folder of the legacy zip: a repository may hold extensions only."""
HERE = Path(__file__).parent


def write_page(folder: Path) -> list[Path]:
    """Write both zips, `index.json` (what Blender reads) and `index.html` (what people read).

    Returns the files written. Raises V2AError where the folder holds another repository or page,
    or cannot be written to.
    """
    _refuse_others(folder)
    try:
        (folder / LEGACY).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise V2AError("OUTPUT_READ_ONLY", path=folder) from error
    extension = folder / addon_archives.extension_name()
    legacy = folder / LEGACY / addon_archives.legacy_name()
    addon_archives.write_extension(extension)
    addon_archives.write_legacy(legacy)
    listing = _listing(extension)
    index = folder / "index.json"
    page = folder / "index.html"
    _write(index, to_json(listing, indent=2) + "\n")
    _write(page, _page(listing["data"][0], f"./{LEGACY}/{quote(legacy.name)}"))
    return [page, index, extension, legacy]


def _listing(extension: Path) -> dict[str, Any]:
    """The repository's `index.json`: the manifest and how to get the zip."""
    data = extension.read_bytes()
    entry = addon_archives.manifest() | {
        "archive_url": f"./{quote(extension.name)}",
        "archive_size": len(data),
        "archive_hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }
    return {"version": "v1", "blocklist": [], "data": [entry]}


def _page(entry: dict[str, Any], legacy: str) -> str:
    query = {"repository": "./index.json", "blender_version_min": entry["blender_version_min"]}
    words = {
        "name": entry["name"],
        "tagline": entry["tagline"],
        "version": entry["version"],
        "newest_from": ".".join(map(str, addon_archives.EXTENSIONS)),
        "oldest": ".".join(map(str, addon_archives.OLDEST)),
        "extension": f"{entry['archive_url']}?{urlencode(query)}",
        "legacy": legacy,
    }
    escaped = {key: escape(str(word)) for key, word in words.items()}
    return Template((HERE / "page.html").read_text("utf-8")).substitute(escaped)


def _refuse_others(folder: Path) -> None:
    """Raise V2AError where the folder holds a page or repository of anything but this add-on."""
    index, page = folder / "index.json", folder / "index.html"
    try:
        held = json.loads(index.read_text("utf-8"))["data"] if index.exists() else []
        ours = all(entry["id"] == addon_archives.MODULE for entry in held)
    except (OSError, ValueError, LookupError, TypeError):
        ours = False
    if not ours or (page.exists() and not index.exists()):
        raise V2AError(
            "BAD_OPTION",
            detail=f"{folder} holds another page or repository",
            hint="name a folder of its own with --zip",
        )


def _write(file: Path, text: str) -> None:
    write_whole(file, text)
