"""OpenTimelineIO integration: puts sound on timelines of any editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from v2a_integrations.otio.add_foley import add_foley

__all__ = ["add_foley"]


def __getattr__(name: str) -> Any:
    """Import a name when it is first used, so that importing this package alone costs nothing."""
    if name == "add_foley":
        from v2a_integrations.otio.add_foley import add_foley

        return add_foley
    raise AttributeError(name)
