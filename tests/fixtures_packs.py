"""A tiny pack with random weights, made once a session: the whole engine in a second."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from v2a.packs.locate import Pack, find_pack


@pytest.fixture(autouse=True, scope="session")
def _own_record_of_hashes(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test writes to the user's cache."""
    os.environ["V2A_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def tiny_pack_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the session's tiny pack; do not write into it."""
    from v2a.packs.random_pack import tiny_pack as write

    return write(tmp_path_factory.mktemp("packs") / "tiny")


@pytest.fixture(scope="session")
def tiny_pack(tiny_pack_folder: Path) -> Pack:
    """The session's tiny pack."""
    return find_pack(str(tiny_pack_folder))
