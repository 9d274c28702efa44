"""`python -m v2a_daemon`: the daemon in the foreground; `v2a serve` runs it."""

from __future__ import annotations

import asyncio
import sys

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
    except ValueError as error:  # pydantic's: which option, and why
        first = " ".join(str(error).split())
        print(f"v2a: {first}; see 'v2a serve --help'", file=sys.stderr, flush=True)
        return errors.USAGE


if __name__ == "__main__":
    sys.exit(main())
