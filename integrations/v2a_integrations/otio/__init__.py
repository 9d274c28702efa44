"""Timelines in, timelines out: what an editor cut, with sound on its cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from v2a_integrations.otio.add_foley import add_foley

__all__ = ["add_foley"]


def __getattr__(name: str) -> Any:
    """Load what is asked for: reading this package alone costs nothing."""
    if name == "add_foley":
        from v2a_integrations.otio.add_foley import add_foley

        return add_foley
    raise AttributeError(name)
