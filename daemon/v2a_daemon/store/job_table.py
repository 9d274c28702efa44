"""Table `job`, statement by statement: each function is one transaction's work on a connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence

from v2a.api.job_types import JobState
from v2a.errors import V2AError
from v2a_daemon.store.job_rows import ArtifactRow, Row, Told, now_ms

_STATES: tuple[JobState, ...] = ("queued", "running", "succeeded", "failed", "cancelled")
UNWRITTEN_CHANGES = 1 << 32
"""More than the changes of progress that one run of the daemon tells, and does not write."""
_HEADS = """
    id, state, x'' AS spec, title, priority, attempt, cancel_requested, parent, extra,
    error_reason, error_message, error_remedy, x'' AS result, sequence,
    created, started, ended, seconds
"""


def by_request(connection: sqlite3.Connection, request_id: str, body_hash: str) -> Row | None:
    """The job a request made before; REQUEST_ID_REUSED where its body was another."""
    found = connection.execute("SELECT * FROM job WHERE request_id = ?", (request_id,)).fetchone()
    if found is None:
        return None
    if found["body_hash"] != body_hash:
        raise V2AError("REQUEST_ID_REUSED", request_id=request_id)
    return Row.read(found)


def add(
    connection: sqlite3.Connection,
    spec: bytes,
    body_hash: str,
    request_id: str,
    title: str,
    priority: int,
    parent: int | None,
    extra: str,
    queue_limit: int,
) -> Row:
    """Put a job at the end of the queue; QUEUE_FULL, REQUEST_ID_REUSED."""
    if request_id and (first := by_request(connection, request_id, body_hash)):
        return first
    (queued,) = connection.execute("SELECT count(*) FROM job WHERE state = 'queued'").fetchone()
    if queued >= queue_limit:
        raise V2AError("QUEUE_FULL", queued=queued)
    now = now_ms()
    added = connection.execute(
        "INSERT INTO job (spec, body_hash, request_id, title, priority, parent, extra,"
        " created, sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (spec, body_hash, request_id or None, title, priority, parent, extra, now, now),
    )
    return Row.read(added.fetchone())


def claim(connection: sqlite3.Connection) -> Row | None:
    """The most urgent, then oldest waiting job, now running; None where none waits."""
    claimed = connection.execute(
        "UPDATE job SET state = 'running', attempt = attempt + 1, started = :now,"
        " sequence = max(sequence + 1, :now) WHERE id = ("
        " SELECT id FROM job WHERE state = 'queued' ORDER BY priority = 0, priority, id LIMIT 1"
        ") RETURNING *",
        {"now": now_ms()},
    ).fetchone()
    return Row.read(claimed) if claimed else None


def get(connection: sqlite3.Connection, job: int) -> Row:
    """One job; NO_SUCH_JOB."""
    found = connection.execute("SELECT * FROM job WHERE id = ?", (job,)).fetchone()
    if found is None:
        raise no_such_job(job)
    return Row.read(found)


def page(
    connection: sqlite3.Connection,
    limit: int,
    before_id: int | None,
    states: Collection[JobState],
) -> list[Row]:
    """Jobs below an id in some states (none: in any), newest first, with empty spec and result."""
    wanted = [state for state in _STATES if state in states or not states]
    marks = ", ".join("?" * len(wanted))
    before = "" if before_id is None else " AND id < ?"
    found = connection.execute(
        f"SELECT {_HEADS} FROM job WHERE state IN ({marks}){before} ORDER BY id DESC LIMIT ?",
        (*wanted, *([] if before_id is None else [before_id]), limit),
    )
    return [Row.read(row) for row in found]


def counts(connection: sqlite3.Connection) -> dict[JobState, int]:
    """Jobs of every state."""
    found = dict(connection.execute("SELECT state, count(*) FROM job GROUP BY state").fetchall())
    return {state: found.get(state, 0) for state in _STATES}


def finish(
    connection: sqlite3.Connection,
    job: int,
    state: JobState,
    error: Told | None,
    result: bytes,
    sequence: int,
    seconds_json: str,
    files: Sequence[ArtifactRow],
) -> bool:
    """End a waiting or running job, with its files; False where it had ended or is not there."""
    reason, message, remedy = error or (None, "", "")
    ended = connection.execute(
        "UPDATE job SET state = ?, error_reason = ?, error_message = ?, error_remedy = ?,"
        " result = ?, sequence = max(sequence + 1, ?), seconds = ?, ended = ?"
        " WHERE id = ? AND state IN ('queued', 'running')",
        (state, reason, message, remedy, result, sequence, seconds_json, now_ms(), job),
    )
    if not ended.rowcount:
        return False
    connection.executemany(
        "INSERT INTO artifact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (job, f.number, f.kind, f.file, str(f.path), f.size, f.sha256, f.clip, f.scene, f.take)
            for f in files
        ],
    )
    return True


def requeue(connection: sqlite3.Connection, job: int, give_back: bool) -> Row:
    """Let a running job wait again; one whose cancelling was asked for is cancelled instead."""
    connection.execute(
        "UPDATE job SET state = iif(cancel_requested, 'cancelled', 'queued'),"
        " ended = iif(cancel_requested, :now, NULL), attempt = attempt - :given,"
        " sequence = max(sequence + 1, :now) WHERE id = :job AND state = 'running'",
        {"job": job, "now": now_ms(), "given": int(give_back)},
    )
    return get(connection, job)


def recover(connection: sqlite3.Connection, max_attempts: int) -> list[Row]:
    """After a crash: what was running waits again, or failed with WORKER_CRASHED.

    Watchers may have seen sequences that were never written: every unfinished job goes on above.
    """
    connection.execute(
        "UPDATE job SET sequence = sequence + ? WHERE state IN ('queued', 'running')",
        (UNWRITTEN_CHANGES,),
    )
    running = connection.execute("SELECT id, attempt FROM job WHERE state = 'running' ORDER BY id")
    return [
        requeue(connection, job, give_back=False)
        if attempt < max_attempts
        else _give_up(connection, job, attempt)
        for job, attempt in running.fetchall()
    ]


def _give_up(connection: sqlite3.Connection, job: int, attempt: int) -> Row:
    crashed = V2AError("WORKER_CRASHED", times=attempt, detail="the daemon ended with it")
    told = (crashed.reason, crashed.message, crashed.remedy)
    finish(connection, job, "failed", told, b"", now_ms(), "{}", ())
    return get(connection, job)


def request_cancel(connection: sqlite3.Connection, job: int) -> Row:
    """Cancel a waiting job, flag a running one, leave an ended one; NO_SUCH_JOB."""
    connection.execute(
        "UPDATE job SET cancel_requested = 1, sequence = max(sequence + 1, :now),"
        " ended = iif(state = 'queued', :now, NULL),"
        " state = iif(state = 'queued', 'cancelled', state)"
        " WHERE id = :job AND state IN ('queued', 'running') AND NOT cancel_requested",
        {"job": job, "now": now_ms()},
    )
    return get(connection, job)


def delete(connection: sqlite3.Connection, job: int) -> Row:
    """Forget an ended job and its files' rows; JOB_NOT_ENDED, NO_SUCH_JOB."""
    row = get(connection, job)
    if row.state in ("queued", "running"):
        raise V2AError("JOB_NOT_ENDED", name=f"jobs/{job}")
    connection.execute("DELETE FROM job WHERE id = ?", (job,))
    return row


def prune(connection: sqlite3.Connection, keep: int) -> list[int]:
    """Forget the oldest ended jobs beyond `keep` of them; their ids."""
    forgotten = connection.execute(
        "DELETE FROM job WHERE id IN (SELECT id FROM job"
        " WHERE state IN ('succeeded', 'failed', 'cancelled')"
        " ORDER BY id DESC LIMIT -1 OFFSET ?) RETURNING id",
        (keep,),
    )
    return sorted(job for (job,) in forgotten.fetchall())


def artifacts(connection: sqlite3.Connection, job: int) -> list[ArtifactRow]:
    """Files of a job, by number."""
    found = connection.execute("SELECT * FROM artifact WHERE job = ? ORDER BY number", (job,))
    return [ArtifactRow.read(row) for row in found]


def artifact(connection: sqlite3.Connection, job: int, number: int) -> ArtifactRow:
    """One file of a job; NO_SUCH_ARTIFACT."""
    found = connection.execute(
        "SELECT * FROM artifact WHERE job = ? AND number = ?", (job, number)
    ).fetchone()
    if found is None:
        raise V2AError("NO_SUCH_ARTIFACT", name=f"jobs/{job}/artifacts/{number}")
    return ArtifactRow.read(found)


def no_such_job(job: int) -> V2AError:
    """The error for a job that is not there."""
    return V2AError("NO_SUCH_JOB", name=f"jobs/{job}")
