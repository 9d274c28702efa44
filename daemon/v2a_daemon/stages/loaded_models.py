"""What a worker keeps between calls: sound models that remember how many rows fitted, and names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from v2a.packs.locate import Pack, find_pack, forget_parts
from v2a.packs.manifest import FILE_NAME
from v2a_daemon.children.worker_messages import WorkerVitals

if TYPE_CHECKING:
    from v2a.clap_to_audio import SoundModel


class Models:
    """Packs in use; their parts lie in `v2a.packs.pack`, shared by all who ask."""

    def __init__(self) -> None:
        self._sounds: dict[tuple[Path, int, str], SoundModel] = {}
        self._names: set[str] = set()
        self._process = psutil.Process()
        self.device = ""
        """The one that was used last; empty before the first."""

    def pack(self, folder: Path | str, device: str) -> Pack:
        """The pack of a folder, from now on told in the vitals."""
        from v2a.packs.locate import resolve_device

        pack = find_pack(str(folder))
        self.device = resolve_device(device)
        self._names.add(pack.name)
        return pack

    def sound(self, folder: Path, device: str) -> SoundModel:
        """The sound model of a pack, as pack.json is now."""
        from v2a.clap_to_audio import SoundModel

        pack = self.pack(folder, device)
        key = (folder, (folder / FILE_NAME).stat().st_mtime_ns, self.device)
        if key not in self._sounds:
            self._sounds[key] = SoundModel(pack, self.device)
        return self._sounds[key]

    def forget(self) -> None:
        """Let go of everything."""
        self._sounds.clear()
        self._names.clear()
        forget_parts()

    def vitals(self) -> WorkerVitals:
        """How this process feels; asks torch for nothing while it still loads."""
        rss = self._process.memory_info().rss
        return WorkerVitals(rss, self._device_bytes(), tuple(sorted(self._names)))

    def _device_bytes(self) -> int:
        kind = self.device.partition(":")[0]
        if kind not in ("cuda", "mps"):
            return 0
        torch = sys.modules["torch"]
        if kind == "mps":
            return torch.mps.current_allocated_memory()
        return torch.cuda.memory_reserved(self.device)
