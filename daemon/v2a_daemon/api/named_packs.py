"""Packs that a client names: installed ones by name, others only in the daemon's folders."""

from __future__ import annotations

from v2a.packs.locate import Pack, find_pack, is_path
from v2a_daemon.api.allowed_folders import Roots


def find_pack_within(name_or_path: str, roots: Roots) -> Pack:
    """The pack; raises what `find_pack` does, and `Roots.folder` for a path."""
    if is_path(name_or_path):
        roots.folder(name_or_path)
    return find_pack(name_or_path, here=False)
