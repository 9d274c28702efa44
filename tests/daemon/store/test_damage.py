"""A damaged database: it is kept under another name, a fresh one is begun, and it is said."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.stores import add_job, artifact, in_store, succeed
from v2a.errors import V2AError
from v2a_daemon.store import Row, Store


async def fill(store: Store) -> None:
    for _ in range(40):
        job = (await add_job(store, spec=bytes(500))).id
        await succeed(store, job, artifact(job))
    await add_job(store)


async def use(store: Store) -> tuple[list[str], list[Row], Row]:
    """Everything that reads or writes; what was mended, the jobs there, and a new one."""
    before = await store.page(10_000)
    for row in before:
        await store.get(row.id)
        await store.artifacts(row.id)
    new = await add_job(store)
    await store.claim()
    await store.recover()
    await store.prune(1000)
    return store.notes, before, new


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("sound")
    in_store(folder, fill)
    return (folder / "jobs.db").read_bytes()


def flipped(data: bytes, random: Random) -> bytes:
    bent = bytearray(data)
    for _ in range(random.choice((1, 10, 1000))):
        bent[random.randrange(len(bent))] ^= random.randrange(1, 256)
    return bytes(bent)


@pytest.mark.parametrize("seed", range(24))
def test_flipped_bytes_never_keep_the_daemon_from_starting(
    sound: bytes, seed: int, tmp_path: Path
) -> None:
    damaged = flipped(sound, Random(seed))
    (tmp_path / "jobs.db").write_bytes(damaged)
    notes, before, new = in_store(tmp_path, use)
    kept = tmp_path / "jobs.db.damaged-1"
    assert kept.exists() == bool(notes)
    if notes:
        assert str(kept) in notes[0] and kept.read_bytes() == damaged
        assert before == [] and new.id > 100_000
    else:
        assert len(before) == 41


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:100],
        lambda data: data[:50],
        lambda data: b"These are not the bytes you are looking for.\n" * 100,
        lambda data: b"\0" * len(data),
        lambda data: b"\0" * 4096 + data[4096:],
    ],
    ids=["half", "header", "half a header", "text", "zeros", "first page gone"],
)
def test_a_ruined_file_is_kept_and_a_fresh_one_begun(
    sound: bytes, damage: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    (tmp_path / "jobs.db").write_bytes(damage(sound))
    notes, before, new = in_store(tmp_path, use)
    assert len(notes) == 1 and before == [] and new.id == 100_001
    assert (tmp_path / "jobs.db.damaged-1").read_bytes() == damage(sound)
    notes, before, _ = in_store(tmp_path, use)
    assert notes == [] and [row.id for row in before] == [100_001]


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").touch()
    notes, before, new = in_store(tmp_path, use)
    assert (notes, before, new.id) == ([], [], 1)


def test_a_log_whose_database_is_gone_is_kept(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").touch()
    (tmp_path / "jobs.db-wal").write_bytes(b"the last jobs")
    notes, _, new = in_store(tmp_path, use)
    assert len(notes) == 1 and new.id == 100_001
    assert (tmp_path / "jobs.db.damaged-1-wal").read_bytes() == b"the last jobs"


def test_a_second_damage_takes_no_name_and_no_number_of_the_first(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "jobs.db").write_bytes(b"text number %d" % number * 100)
        notes, _, new = in_store(tmp_path, use)
        assert f"damaged-{number}" in notes[0] and new.id == 100_000 * number + 1
    assert (tmp_path / "jobs.db.damaged-1").read_bytes().startswith(b"text number 1")


def test_a_database_of_something_else_is_kept(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as database, database:
        database.execute("CREATE TABLE job (what)")
    notes, _, _ = in_store(tmp_path, use)
    assert "not made by v2a" in notes[0]


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").mkdir()
    with pytest.raises(V2AError) as refused:
        in_store(tmp_path, use)
    assert refused.value.reason == "DAEMON_STATE"


def test_a_database_in_use_is_not_taken_for_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("v2a_daemon.store.database.BUSY_S", 0.1)

    async def twice(store: Store) -> None:
        with pytest.raises(V2AError) as refused:
            await Store.open(tmp_path)
        assert "is held by another process" in refused.value.message
        await add_job(store)

    in_store(tmp_path, twice)
    assert not list(tmp_path.glob("*damaged*"))


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    state = tmp_path / "state"

    async def modes(store: Store) -> dict[str, int]:
        await add_job(store)
        return {path.name: stat.S_IMODE(path.stat().st_mode) for path in state.glob("jobs.db*")}

    assert in_store(state, modes) == {"jobs.db": 0o600, "jobs.db-wal": 0o600}
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
