"""The inverter returns waves whose spectrum is the one that went in, row by row."""

from pathlib import Path

import pytest
import torch

from v2a.vocoder.log_mel import LogMel
from v2a.vocoder.spectrogram_inverter import NOISE_LOG_MEAN, NOISE_LOG_SPREAD, SpectrogramInverter


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
