"""Databases of earlier versions open and keep their jobs; a step that fails changes nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.stores import add_job, in_store
from v2a.errors import V2AError
from v2a_daemon.store import Store, schema

RELEASED = sorted(Path(__file__).parent.glob("schema_*.sql"))


def build(recorded: Path, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "jobs.db")) as database:
        database.executescript(recorded.read_text(encoding="utf-8"))


def shape(folder: Path) -> list[tuple[str, str]]:
    """Every table, index and trigger as SQLite knows it, whatever its spaces."""
    with closing(sqlite3.connect(folder / "jobs.db")) as database:
        rows = database.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    return [(name, " ".join((sql or "").split())) for name, sql in rows]


def test_every_version_is_recorded() -> None:
    assert len(RELEASED) == len(schema.MIGRATIONS)


@pytest.mark.parametrize("recorded", RELEASED, ids=lambda path: path.stem)
def test_a_database_of_a_released_version_keeps_its_jobs(recorded: Path, tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        assert store.notes == []
        assert [(row.id, row.state) for row in await store.page(9)] == [
            (9, "succeeded"), (8, "running"), (7, "queued"),
        ]  # fmt: skip
        done = await store.get(9)
        assert (done.parent, done.result, done.seconds) == (7, b"\x03", {"find": 0.5})
        assert (await store.artifact(9, 1)).path == Path("/films/a.foley/a.foley.wav")
        assert await store.output("key") == "[]"
        assert (await add_job(store, request_id="c0ffee")).id == 7
        assert (await add_job(store)).id == 10

    build(recorded, tmp_path)
    in_store(tmp_path, work)


@pytest.mark.parametrize("recorded", RELEASED, ids=lambda path: path.stem)
def test_an_old_database_becomes_what_a_new_one_is(recorded: Path, tmp_path: Path) -> None:
    async def nothing(store: Store) -> None:
        del store

    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    build(recorded, old)
    for folder in (old, new):
        in_store(folder, nothing)
    assert shape(old) == shape(new)


def test_steps_are_taken_once_in_order_and_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def add(store: Store) -> None:
        await add_job(store)

    in_store(tmp_path, add)
    steps = ("ALTER TABLE job ADD COLUMN a INTEGER;", "ALTER TABLE job ADD COLUMN b INTEGER;")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, *steps))
    monkeypatch.setattr("v2a_daemon.store.database.MIGRATIONS", schema.MIGRATIONS)
    for _ in range(2):
        in_store(tmp_path, add)
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as database:
        assert database.execute("SELECT version FROM migration").fetchall() == [
            (1,),
            (2,),
            (3,),
            (4,),
        ]
        assert database.execute("SELECT id, a, b FROM job").fetchall() == [
            (k, None, None) for k in (1, 2, 3)
        ]


def test_a_step_that_fails_leaves_the_version_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def add(store: Store) -> None:
        await add_job(store)

    in_store(tmp_path, add)
    with monkeypatch.context() as patched:
        step = "ALTER TABLE job ADD COLUMN a INTEGER; INSERT INTO nowhere VALUES (1);"
        patched.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            in_store(tmp_path, add)

    async def jobs(store: Store) -> int:
        assert store.notes == []
        return len(await store.page(9))

    assert in_store(tmp_path, jobs) == 1
    assert "a INTEGER" not in str(shape(tmp_path))


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    async def add(store: Store) -> None:
        await add_job(store)

    in_store(tmp_path, add)
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as database, database:
        database.execute("INSERT INTO migration (version, program) VALUES (99, '9.0')")
        database.execute("PRAGMA user_version = 99")
    before = (tmp_path / "jobs.db").read_bytes()
    with pytest.raises(V2AError) as refused:
        in_store(tmp_path, add)
    assert refused.value.reason == "DAEMON_STATE" and "version 99" in refused.value.message
    assert (tmp_path / "jobs.db").read_bytes() == before
