"""`v2a` and `python -m v2a`: the command line's way in."""

import os
import signal
import sys

CANCELLED = "v2a: the work was cancelled; nothing was written\n"


def main() -> None:
    """Run the command line on `sys.argv` and exit with its code."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    from v2a.cli.app import run

    code = run(sys.argv[1:])
    if code == 130:
        # An interrupt inside a library's own import leaves a mark by which Python would end on
        # the signal, though it was handled.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _leave(*_: object) -> None:
    """End at once: no command has begun, and an exception raised here may land in an import."""
    os.write(2, CANCELLED.encode())
    os._exit(130)


if __name__ == "__main__":
    main()
