"""`python -m v2a_daemon`: the daemon in the foreground; `v2a serve` runs it."""

from __future__ import annotations

import asyncio
import sys

from pydantic import ValidationError

from v2a import errors
from v2a.errors import V2AError
from v2a_daemon.daemon_settings import DaemonSettings


def main(arguments: list[str] | None = None) -> int:
    """Read the options, serve, and say in one line what kept it from that."""
    try:
        settings = DaemonSettings(_cli_parse_args=arguments or sys.argv[1:])  # pyright: ignore
        from v2a_daemon.server import serve

        asyncio.run(serve(settings))
        return errors.DONE
    except V2AError as error:
        print(f"v2a: {error.message}; {error.remedy}", file=sys.stderr, flush=True)
        return error.entry.exit
    except ValueError as error:
        print(f"v2a: {_wrong(error)}; see 'v2a serve --help'", file=sys.stderr, flush=True)
        return errors.USAGE


def _wrong(error: ValueError) -> str:
    """Which setting is wrong, and why, in a sentence."""
    if not isinstance(error, ValidationError):  # of words that cannot be read at all
        return " ".join(str(error).split())
    first = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"]).replace("_", "-")
    what = first["msg"].removeprefix("Input ")
    return f"--{name} {what}" if what.startswith("should") else f"--{name}: {what}"


if __name__ == "__main__":
    sys.exit(main())
