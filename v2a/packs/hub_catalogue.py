"""Packs that can be fetched: where their parts lie on the model hub and under which terms."""

from __future__ import annotations

from dataclasses import dataclass

from v2a.errors import V2AError
from v2a.packs.manifest import Licence, Mappers, Overrides, SamplingDefaults, SoundForm
from v2a.packs.model_configs import PAPER, PAPER_OVERRIDES


@dataclass(frozen=True)
class HubPart:
    """Some files of one hub repository, and the folder of the pack they go to."""

    repo: str
    revision: str
    """Commit that is fetched, never a branch."""
    into: str
    """Folder inside the pack; '' keeps the repository's own folders."""
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True)
class HubEntry:
    """One pack that `v2a packs pull` knows."""

    name: str
    version: str
    description: str
    licence: Licence
    terms: str
    """What is shown before the first download."""
    parts: tuple[HubPart, ...]
    sound: SoundForm
    sampling: SamplingDefaults
    mappers: Mappers
    overrides: Overrides

    def files(self) -> list[str]:
        """Required files of all parts, by their paths in the pack."""
        return [place(part, name) for part in self.parts for name in part.required]


def place(part: HubPart, name: str) -> str:
    """Path in the pack of a file of a hub repository."""
    return f"{part.into}/{name}" if part.into else name


PAPER_TERMS = """\
The pack 'paper' is made of other people's weights:
  AudioLDM-s-full (v2), University of Surrey: CC-BY-NC-SA 4.0. Not for commercial use; name the
    authors, pass on what you change under the same terms.
    https://creativecommons.org/licenses/by-nc-sa/4.0/
  CLIP ViT-B/32, OpenAI: MIT licence; its model card advises against surveillance and untested use.
About 1.9 GB will be downloaded.
"""

# The paper's 'audioldm-s-full' is on the hub as pickles only; v2 is the same model trained on,
# published as safetensors. The configs on the hub say 8 attention heads at every level, which is
# not what the weights were trained with: see `Overrides`.
_PAPER = HubEntry(
    name="paper",
    version="1",
    description="CLIP ViT-B/32 and AudioLDM-s-full with its own CLAP, as in the paper.",
    licence=Licence("CC-BY-NC-SA-4.0 (AudioLDM), MIT (CLIP)", False, "LICENCE.txt"),
    terms=PAPER_TERMS,
    parts=(
        HubPart(
            "timm/vit_base_patch32_clip_224.openai",
            "ab5b8ef490e86faa07d3523926b842c765de1de5",
            "clip",
            ("open_clip_config.json", "open_clip_model.safetensors"),
        ),
        HubPart(
            "cvssp/audioldm-s-full-v2",
            "feeb3d14203495a4b6ac0893cbdedb2159b4819c",
            "",
            (
                "unet/config.json",
                "unet/diffusion_pytorch_model.safetensors",
                "vae/config.json",
                "vae/diffusion_pytorch_model.safetensors",
                "scheduler/scheduler_config.json",
                "vocoder/config.json",
                "vocoder/model.safetensors",
                "text_encoder/config.json",
                "text_encoder/model.safetensors",
                "tokenizer/tokenizer.json",
            ),
            (
                "tokenizer/tokenizer_config.json",
                "tokenizer/special_tokens_map.json",
                "tokenizer/vocab.json",
                "tokenizer/merges.txt",
            ),
        ),
    ),
    sound=PAPER.sound,
    sampling=PAPER.sampling,
    mappers=Mappers("vocabulary"),
    overrides=PAPER_OVERRIDES,
)

CATALOGUE: dict[str, HubEntry] = {entry.name: entry for entry in (_PAPER,)}
ALLOWED = (".safetensors", ".json", ".txt")
"""Nothing else is ever fetched."""


def entry(name: str) -> HubEntry:
    """A pack of the catalogue by name; PACK_NOT_FOUND."""
    if name not in CATALOGUE:
        raise V2AError("PACK_NOT_FOUND", pack=name)
    return CATALOGUE[name]
