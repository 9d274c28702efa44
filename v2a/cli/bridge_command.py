"""`v2a bridge`: v2a for other programs, in lines of JSON."""

from __future__ import annotations


def bridge() -> None:
    """Serve another program: requests on standard input, events on standard output.

    One JSON object a line; see docs/bridge.md. Ends with its input, what is at work goes on.
    """
    from v2a_integrations.bridge.bridge_run import run

    run()
