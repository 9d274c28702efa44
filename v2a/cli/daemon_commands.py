"""`v2a serve`, `stop` and `ps`: the daemon's life, and a look at it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from v2a.api.json_text import to_json
from v2a.api.option_limits import Limit
from v2a.cli import shared_options as shared
from v2a.cli.daemon_options import (
    ListenOption,
    RootsOption,
    TlsCertOption,
    TlsKeyOption,
    arguments,
)
from v2a.cli.reporters import reporting
from v2a.cli.signals import stoppable
from v2a.errors import V2AError

if TYPE_CHECKING:
    from v2a.client.daemon_answers import DaemonStatus

LONGEST_END = 30.0
"""Seconds; calls in progress get a few, then the rest is cut off and resumed at the next start."""

LONGEST_S = 1e9
"""Of a time to wait, in seconds; a clock may be added to it."""
MOST = (1 << 63) - 1
"""Of bytes and jobs: what a count of 64 bits with a sign holds."""
PATIENCE_S = 10.0
"""With a daemon that is there and busy; where none is, that is seen at once."""


def serve(
    background: Annotated[
        bool, typer.Option("--background", help="Leave it running and return once it serves.")
    ] = False,
    root: RootsOption = None,
    listen: ListenOption = None,
    tls_cert: TlsCertOption = None,
    tls_key: TlsKeyOption = None,
    tls_client_ca: Annotated[
        Path | None,
        typer.Option(
            "--tls-client-ca", resolve_path=True, help="Clients must show a certificate of it."
        ),
    ] = None,
    idle_exit: Annotated[
        float | None,
        shared.number(
            Limit(0.001, LONGEST_S), "--idle-exit", help="Seconds without work until it ends."
        ),
    ] = None,
    keep_alive: Annotated[
        float | None,
        shared.number(
            Limit(-LONGEST_S, LONGEST_S),
            "--keep-alive",
            help="Seconds a pack stays loaded; below 0 for ever.",
        ),
    ] = None,
    queue_limit: Annotated[
        int | None, shared.number(Limit(1, MOST), "--queue-limit", help="Jobs that may wait.")
    ] = None,
    cache_limit: Annotated[
        int | None,
        shared.number(
            Limit(0, MOST), "--cache-limit", help="Bytes of embeddings, scenes and takes kept."
        ),
    ] = None,
    metrics_port: Annotated[
        int | None,
        shared.number(Limit(1, 65_535), "--metrics-port", help="Prometheus, on loopback."),
    ] = None,
    log_level: Annotated[
        str | None, typer.Option("--log-level", help="DEBUG, INFO, WARNING or ERROR.")
    ] = None,
    cpu_threads: shared.ThreadsOption = None,
    debug: shared.DebugOption = False,
) -> int:
    """Run the daemon that does all jobs, in the foreground.

    Other settings, each with its environment variable, are told in docs/daemon.md.
    """
    shared.limit_threads(cpu_threads)
    given = arguments(
        root=root, listen=listen, tls_cert=tls_cert, tls_key=tls_key, tls_client_ca=tls_client_ca,
        idle_exit=idle_exit, keep_alive=keep_alive, queue_limit=queue_limit,
        cache_limit=cache_limit, metrics_port=metrics_port, log_level=log_level,
    )  # fmt: skip
    if background:
        return _serve_in_background(given)
    command = [sys.executable, "-m", "v2a_daemon", *given]
    if sys.platform == "win32":
        return subprocess.call(command)
    os.execv(sys.executable, command)  # signals and readiness concern one process


def _serve_in_background(given: list[str]) -> int:
    with stoppable(), reporting("none"):
        from v2a.client.runtime_files import read_runtime
        from v2a.client.start_daemon import serves, start

        there = read_runtime()
        if there is not None and serves(there, PATIENCE_S):
            raise V2AError("DAEMON_RUNNING", address=there.address, pid=there.pid)
        running = start(given)
    print(f"serves at {running.address}, process {running.pid}")
    return 0


def stop(
    now: Annotated[bool, typer.Option("--now", help="Do not wait for calls in progress.")] = False,
    debug: shared.DebugOption = False,
) -> None:
    """End the daemon; jobs in progress go on when it starts again."""
    with stoppable(), reporting("none"):
        requeued = end_daemon(now)
    if requeued is None:
        print("no daemon runs")
        return
    jobs = {0: "", 1: "; 1 job goes on at the next start"}
    print("ended" + jobs.get(requeued, f"; {requeued} jobs go on at the next start"))


def end_daemon(now: bool = False) -> int | None:
    """End the daemon and wait for that; how many jobs go on later, None where none ran."""
    from v2a.client import connect

    try:
        with connect(any_version=True) as client:
            pid = client.status().pid
            requeued = client.shutdown(now)
    except V2AError as error:
        if error.reason == "DAEMON_NOT_RUNNING":
            return None
        raise
    _wait_for_end(pid)
    return requeued


def _wait_for_end(pid: int) -> None:
    """Until the runtime file of this user's own daemon is gone, if it was that one."""
    from v2a.client.runtime_files import read_runtime

    until = time.monotonic() + LONGEST_END
    while (there := read_runtime()) is not None and there.pid == pid:
        if time.monotonic() > until:
            raise V2AError("DAEMON_RUNNING", address=there.address, pid=pid)
        time.sleep(0.05)


def ps(as_json: shared.JsonOption = False, debug: shared.DebugOption = False) -> None:
    """Show what the daemon is doing."""
    with stoppable(), reporting("none"):
        from v2a.client import connect

        with connect(any_version=True) as client:
            status = client.status()
            running = list(client.jobs(["running", "queued"], limit=100))
        if as_json:
            print(to_json(_document(status, [job.name for job in running])))
            return
        _print_status(status)
        if running:
            from v2a.cli.job_listing import print_jobs

            print_jobs(running)


def _document(status: DaemonStatus, jobs: list[str]) -> dict[str, Any]:
    facts = {**vars(status), "workers": [vars(worker) for worker in status.workers]}
    return json.loads(to_json(facts | {"jobs": jobs}, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _print_status(status: DaemonStatus) -> None:
    state = "ends" if status.draining else "serves"
    where = " and ".join(filter(None, (status.address, status.network_address)))
    print(f"v2a {status.version} {state} at {where}, process {status.pid}")
    print(f"  jobs     {status.running} running, {status.queued} waiting")
    for worker in status.workers:
        memory = f"{worker.memory / 1e6:.0f} MB"
        if worker.device_memory:
            memory += f" and {worker.device_memory / 1e6:.0f} MB on the device"
        packs = ", ".join(worker.packs) or "no pack"
        print(f"  worker   {worker.device}: {worker.state}, {packs}, {memory}{_left(worker.until)}")
    print(f"  cache    {status.cache / 1e6:.0f} of {status.cache_limit / 1e6:.0f} MB")
    print(f"  disk     {status.free / 1e9:.1f} GB free")
    print(f"  folders  {', '.join(map(str, status.roots))}")
    print(f"  log      {status.log_file}{_left(status.idle_exit)}")


def _left(until: datetime | None) -> str:
    if until is None:
        return ""
    return f"; leaves in {max(0, round((until - datetime.now(UTC)).total_seconds()))} s"
