"""`python -m v2a_daemon.tracks`: limits itself, then writes until the server is gone."""

from __future__ import annotations

from v2a_daemon import limits
from v2a_daemon.child import Child
from v2a_daemon.tracks.write import write

GRACE_S = 5.0
"""For a folder in the making to be removed once the server is gone."""


def main() -> None:
    """Serve one job."""
    limits.set_limits(limits.TRACKS)
    Child({"tracks": {"write": write}}, grace_s=GRACE_S).serve()


if __name__ == "__main__":
    main()
