"""Rewrites links of a timeline, so that media is found from where the result lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from v2a_integrations.otio import media_links
from v2a_integrations.otio.media import link_of


def absolute(root: Any, folder: Path) -> Any:
    """Make the links of `root` absolute, in place, where the media is here: bundles need that."""
    for reference in _external(root):
        if found := _linked(reference.target_url, folder):
            reference.target_url = media_links.absolute_url(found)
    return root


def all_absolute(root: Any, folder: Path) -> Any:
    """Make every link of `root` a URI, in place, for formats without relative links."""
    for reference in _external(root):
        reference.target_url = _url(reference.target_url, folder)
    for reference in _sequences(root):
        base = reference.target_url_base or "."
        reference.target_url_base = f"{_url(base, folder).rstrip('/')}/"
    return root


def as_seen_from(root: Any, folder: Path, place: Path) -> Any:
    """Rewrite relative links of media that is here for a timeline that lies at another path."""
    for reference in _external(root):
        url = reference.target_url
        if not media_links.is_absolute(url) and (found := _linked(url, folder)):
            reference.target_url = media_links.relative_url(found, place)
    for reference in _sequences(root):
        base = reference.target_url_base
        if not media_links.is_absolute(base) and (found := _linked(base or ".", folder)):
            reference.target_url_base = media_links.relative_url(found, place) + "/"
    return root


def _url(url: str, folder: Path) -> str:
    """A link as a URI, whether or not its file is there."""
    if media_links.is_remote(url):
        return url
    return media_links.absolute_url(
        _linked(url, folder) or folder / next(media_links.spellings(url), url)
    )


def _linked(url: str, folder: Path) -> Path | None:
    found = (media_links.here(path, folder) for path in media_links.spellings(url))
    return next(filter(None, found), None)


def _external(root: Any) -> Iterator[Any]:
    return (reference for reference in _references(root) if link_of(reference))


def _sequences(root: Any) -> Iterator[Any]:
    import opentimelineio as otio

    kind = otio.schema.ImageSequenceReference
    return (reference for reference in _references(root) if isinstance(reference, kind))


def _references(root: Any) -> Iterator[Any]:
    import opentimelineio as otio

    for clip in root.find_children(descended_from_type=otio.schema.Clip):
        yield from clip.media_references().values()
