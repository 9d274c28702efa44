from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integrations.blender.blenders import VERSIONS, Blender, find


@pytest.fixture(
    scope="session", params=[pytest.param(v, marks=pytest.mark.slow, id=v) for v in VERSIONS]
)
def blender(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Blender]:
    """Every Blender in turn; a test that takes this is slow, and skipped where one is missing."""
    found = a_blender(request.param, tmp_path_factory.mktemp(f"blender{request.param}"))
    yield found
    found.close()


@pytest.fixture(scope="session")
def blender_34(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blender]:
    """Debian's Blender; mark the test slow."""
    found = a_blender("3.4", tmp_path_factory.mktemp("blender34"))
    yield found
    found.close()


def a_blender(version: str, folder: Path) -> Blender:
    found = find(version, folder)
    if isinstance(found, str):
        pytest.skip(found)
    return found
