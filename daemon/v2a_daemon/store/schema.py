"""The database's tables, as the numbered steps that lead to them from every earlier version."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import v2a

APPLICATION_ID = 0x76326164
"""In the file's header: "v2ad", a job database of v2a."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE migration (
        version INTEGER PRIMARY KEY,
        program TEXT NOT NULL,
        applied TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
    ) STRICT;

    CREATE TABLE job (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        state TEXT NOT NULL DEFAULT 'queued'
            CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
        request_id TEXT UNIQUE,
        body_hash TEXT NOT NULL,
        spec BLOB NOT NULL,
        title TEXT NOT NULL DEFAULT '',
        priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),
        attempt INTEGER NOT NULL DEFAULT 0,
        cancel_requested INTEGER NOT NULL DEFAULT 0,
        parent INTEGER,
        extra TEXT NOT NULL DEFAULT '',
        error_reason TEXT,
        error_message TEXT NOT NULL DEFAULT '',
        error_remedy TEXT NOT NULL DEFAULT '',
        result BLOB NOT NULL DEFAULT x'',
        sequence INTEGER NOT NULL DEFAULT 0,
        created INTEGER NOT NULL CHECK (created BETWEEN 0 AND 253402300799999),
        started INTEGER CHECK (started BETWEEN 0 AND 253402300799999),
        ended INTEGER CHECK (ended BETWEEN 0 AND 253402300799999),
        seconds TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(seconds))
    ) STRICT;
    CREATE INDEX job_waiting ON job (priority = 0, priority, id) WHERE state = 'queued';
    CREATE INDEX job_by_state ON job (state, id);
    CREATE TRIGGER job_ended_stays BEFORE UPDATE ON job
        WHEN OLD.state IN ('succeeded', 'failed', 'cancelled')
        BEGIN SELECT RAISE(ABORT, 'an ended job never changes'); END;

    CREATE TABLE artifact (
        job INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        file TEXT NOT NULL,
        path TEXT NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        clip INTEGER NOT NULL,
        scene INTEGER NOT NULL,
        take INTEGER NOT NULL,
        PRIMARY KEY (job, number)
    ) STRICT;

    CREATE TABLE digest (
        path TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        inode TEXT NOT NULL,
        sha256 TEXT NOT NULL
    ) STRICT;

    CREATE TABLE output (
        content_key TEXT NOT NULL UNIQUE,
        folder TEXT NOT NULL,
        files TEXT NOT NULL
    ) STRICT;
    """,
    """
    CREATE TABLE watched (
        folder TEXT NOT NULL,
        key TEXT NOT NULL,
        file TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        inode TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('working', 'done', 'failed', 'again')),
        request_id TEXT NOT NULL,
        job TEXT NOT NULL,
        result TEXT NOT NULL,
        failures INTEGER NOT NULL,
        reason TEXT NOT NULL,
        message TEXT NOT NULL,
        remedy TEXT NOT NULL,
        written INTEGER NOT NULL CHECK (written BETWEEN 0 AND 253402300799999),
        PRIMARY KEY (folder, key)
    ) STRICT;
    """,
)
"""Step n leads from schema version n to n + 1. A released step is never changed, only followed."""


TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
"""Ours, those of every version to come among them."""


def migrate(connection: sqlite3.Connection, to: int | None = None) -> None:
    """Take every step that is missing, each in a transaction of its own, and log it.

    `to` is the version to stop at, None the newest.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number, step in enumerate(MIGRATIONS[version:to], version + 1):
        connection.executescript(
            f"""
            BEGIN IMMEDIATE;
            {step}
            INSERT INTO migration (version, program) VALUES ({number}, '{v2a.__version__}');
            PRAGMA application_id = {APPLICATION_ID};
            PRAGMA user_version = {number};
            COMMIT;
            """
        )


def is_whole(connection: sqlite3.Connection, version: int) -> bool:
    """Whether a database has every table, column, index and trigger of its version.

    Raises sqlite3's OperationalError for a rule or trigger that cannot be understood.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as reference:
        migrate(reference, version)
        if _names(connection) != _names(reference):
            return False
        tables = reference.execute(TABLES).fetchall()
    for (table,) in tables:  # rules and triggers, understood
        connection.execute(f"EXPLAIN UPDATE {table} SET rowid = rowid")
    return True


def _names(connection: sqlite3.Connection) -> set[tuple[str, str, str | None]]:
    found = connection.execute(
        "SELECT s.type, s.name, c.name FROM sqlite_schema s LEFT JOIN pragma_table_info(s.name) c"
    )
    return {tuple(row) for row in found}
