"""How tests are shared out among workers: a file stays together, and so does each Blender."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

from tests.integrations.blender.blenders import VERSIONS

BLENDER = "tests/integrations/blender/"
VERSION = re.compile(rf"[\[-]({'|'.join(map(re.escape, VERSIONS))})[\]-]")
"""Of a Blender, where a test's id tells its parameters."""


class FilesTogether(LoadScopeScheduling):
    """Fixtures of a file are made once, and one process of each Blender serves all of its tests."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        version = VERSION.search(test) if file.startswith(BLENDER) else None
        return f"Blender {version[1]}" if version else file
