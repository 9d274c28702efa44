"""Every table is looked at when a database is opened, whichever version brought it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from v2a_daemon.store import schema

LATER = """
    CREATE TABLE later (a INTEGER) STRICT;
    CREATE TRIGGER later_kept AFTER UPDATE ON later BEGIN SELECT abs(1); END;
"""


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        yield connection


def test_every_table_is_looked_at(database: sqlite3.Connection) -> None:
    schema.migrate(database)
    tables = {name for (name,) in database.execute(schema.TABLES)}
    asked: set[str | None] = set()

    def note(action: int, table: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_UPDATE:
            asked.add(table)
        return sqlite3.SQLITE_OK

    database.set_authorizer(note)
    assert schema.is_whole(database, len(schema.MIGRATIONS))
    assert len(tables) >= 6 and asked >= tables


def test_a_table_of_a_later_version_is_looked_at(
    database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, LATER))
    schema.migrate(database)
    newest = len(schema.MIGRATIONS)
    assert schema.is_whole(database, newest)
    database.execute("PRAGMA writable_schema = ON")
    database.execute("UPDATE sqlite_schema SET sql = replace(sql, 'abs(', 'axs(')")
    (version,) = database.execute("PRAGMA schema_version").fetchone()
    database.execute(f"PRAGMA schema_version = {version + 1}")
    with pytest.raises(sqlite3.OperationalError, match="axs"):
        schema.is_whole(database, newest)
