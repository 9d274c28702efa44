"""`python -m v2a_daemon.worker`: answers pings while torch still loads, finds while it makes."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from v2a_daemon.child import Child, Turn
from v2a_daemon.faults import strike
from v2a_daemon.limits import die_with_parent
from v2a_daemon.worker.models import Models

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
    Child(lanes, models.vitals).serve()


def _do(models: Models, verb: str, args: Any, turn: Turn) -> Any:
    from v2a_daemon.worker import verbs
    from v2a_daemon.worker.memory import with_room

    def work() -> Any:
        strike(verb, args)
        return getattr(verbs, verb)(models, args, turn)

    return with_room(work, models)


if __name__ == "__main__":
    main()
