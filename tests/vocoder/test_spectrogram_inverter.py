"""The inverter returns waves whose spectrum is the one that went in, row by row."""

import json
from pathlib import Path

import pytest
import torch

from v2a.vocoder.log_mel import LogMel
from v2a.vocoder.spectrogram_inverter import (
    NOISE_LOG_MEAN,
    NOISE_LOG_SPREAD,
    InverterForm,
    SpectrogramInverter,
)


@pytest.fixture(scope="module")
def inverter() -> SpectrogramInverter:
    torch.manual_seed(0)
    return SpectrogramInverter().eval()


def test_length_is_frames_times_hop(inverter: SpectrogramInverter) -> None:
    for frames in (8, 64, 101):
        assert inverter(torch.zeros(1, 1, frames, 64), [1]).shape == (1, frames * 160)


def test_a_row_depends_on_its_own_seed_only(inverter: SpectrogramInverter) -> None:
    mel = torch.randn(3, 1, 32, 64) - 5
    together = inverter(mel, [1, 2, 3])
    alone = inverter(mel[1:2], [2])
    assert torch.allclose(together[1], alone[0], atol=1e-4)
    assert not torch.allclose(inverter(mel[1:2], [9])[0], alone[0], atol=1e-3)


def test_noise_has_the_moments_the_module_states(inverter: SpectrogramInverter) -> None:
    log = inverter._noise([1, 2], 400, torch.device("cpu")).abs()[:, :, 5:-5].log()
    assert abs(float(log.mean()) - NOISE_LOG_MEAN) < 0.02
    assert abs(float(log.std()) - NOISE_LOG_SPREAD) < 0.02


def test_griffin_lim_comes_back_to_the_magnitude(inverter: SpectrogramInverter) -> None:
    t = torch.arange(16_000) / 16_000
    wave = (torch.sin(2 * torch.pi * 440 * t) * 0.3)[None]
    transform = LogMel()
    magnitude = transform.magnitude(wave)
    noise = inverter._noise([4], magnitude.shape[1], torch.device("cpu"))
    mel = transform.from_magnitude(magnitude)
    back = transform.magnitude(inverter._griffin_lim(magnitude, noise / noise.abs(), mel))
    inside = slice(8, -8)
    error = (back[:, inside] - magnitude[:, inside]).abs().mean() / magnitude.abs().mean()
    assert error < 0.15


def test_the_wave_has_the_mel_that_was_asked_for(inverter: SpectrogramInverter) -> None:
    """Even where the network knows nothing: its weights here are random."""
    transform = LogMel()
    burst = torch.exp(-torch.arange(16_000) / 3000) * torch.randn(
        16_000, generator=torch.Generator().manual_seed(2)
    )
    mel = transform(0.2 * burst[None])
    error = (transform(inverter(mel[:, None], [3])) - mel)[:, 8:-8].abs().mean()
    assert error < 0.15


def test_save_and_load_agree(inverter: SpectrogramInverter, tmp_path: Path) -> None:
    inverter.save(tmp_path, torch.float32)
    mel = torch.randn(1, 1, 24, 64) - 5
    again = SpectrogramInverter.from_folder(tmp_path)
    assert torch.allclose(again(mel, [5]), inverter(mel, [5]), atol=1e-5)


def _grained(share: float) -> SpectrogramInverter:
    torch.manual_seed(0)
    return SpectrogramInverter(InverterForm(grain=share)).eval()


def test_a_smooth_mel_comes_back_with_the_grain_of_noise() -> None:
    """Bands of real noise scatter from frame to frame; a mean decoder's do not."""
    transform, mel = LogMel(), torch.full((1, 1, 200, 64), -5.0)

    def roughness(share: float) -> float:
        return float(transform(_grained(share)(mel, [3]))[:, 8:-8].diff(dim=2).abs().mean())

    noise = torch.randn(1, 32_000, generator=torch.Generator().manual_seed(5))
    true = float(transform(noise)[:, 8:-8].diff(dim=2).abs().mean())
    assert roughness(0.0) < roughness(0.7) < 1.2 * true


def test_the_grain_of_a_row_is_that_of_its_own_seed() -> None:
    inverter, mel = _grained(0.7), torch.full((2, 1, 64, 64), -5.0)
    together = inverter(mel, [1, 2])
    assert torch.allclose(together[1], inverter(mel[:1], [2])[0], atol=1e-4)
    assert not torch.allclose(together[0], together[1], atol=1e-3)


def test_grain_leaves_levels_that_are_coarser_than_it() -> None:
    inverter = _grained(0.7)
    grain = inverter._grain(inverter._noise([1], 400, torch.device("cpu")))
    slow = grain.unfold(1, 50, 50).mean(-1).abs().mean()
    assert float(slow) < float(grain.abs().mean()) / 5


def test_a_pack_that_knows_no_grain_is_read_as_before(tmp_path: Path) -> None:
    inverter = _grained(0.0)
    inverter.save(tmp_path, torch.float32)
    config = json.loads((tmp_path / "config.json").read_text())
    del config["grain"]
    (tmp_path / "config.json").write_text(json.dumps(config))
    mel = torch.randn(1, 1, 24, 64) - 5
    again = SpectrogramInverter.from_folder(tmp_path)
    assert torch.allclose(again(mel, [5]), inverter(mel, [5]), atol=1e-5)
