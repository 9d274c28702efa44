"""The tracks child's process: limits itself, then writes until the server is gone."""

from __future__ import annotations

from v2a_daemon.children import process_limits
from v2a_daemon.children.child_loop import ChildLoop
from v2a_daemon.stages.clip_tracks import write

GRACE_S = 5.0
"""For a folder in the making to be removed once the server is gone."""


def main() -> None:
    """Serve one job."""
    process_limits.set_limits(process_limits.TRACKS)
    ChildLoop({"tracks": {"write": write}}, grace_s=GRACE_S).serve()


if __name__ == "__main__":
    main()
