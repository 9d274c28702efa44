"""The worker's process: answers pings while torch still loads, finds while it makes."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from v2a_daemon.children.child_loop import ChildLoop, Turn
from v2a_daemon.children.process_limits import die_with_parent
from v2a_daemon.injected_faults import strike
from v2a_daemon.stages.loaded_models import Models

# Two lanes share the cores: idle threads of one that spin would starve the other.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def main() -> None:
    """Serve until the server is gone."""
    die_with_parent()
    models = Models()
    look = ("device", "find", "hear")
    make = ("load", "forget", "make", "raw")
    lanes = {
        name: {verb: partial(_do, models, verb) for verb in verbs}
        for name, verbs in (("look", look), ("make", make))
    }
    ChildLoop(lanes, models.vitals).serve()


def _do(models: Models, verb: str, args: Any, turn: Turn) -> Any:
    from v2a_daemon.stages import worker_verbs
    from v2a_daemon.stages.memory_ladder import with_room

    def work() -> Any:
        strike(verb, args)
        return getattr(worker_verbs, verb)(models, args, turn)

    return with_room(work, models)


if __name__ == "__main__":
    main()
