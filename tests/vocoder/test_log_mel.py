"""The log-mel spectrogram has AudioLDM's geometry and Slaney's bands."""

import numpy as np
import torch

from v2a.vocoder.log_mel import FLOOR, LogMel, MelForm, filterbank


def test_frames_are_one_per_hop() -> None:
    waves = torch.randn(2, 16_000 * 2)
    assert LogMel()(waves).shape == (2, 200, 64)


def test_silence_is_the_floor() -> None:
    assert torch.allclose(LogMel()(torch.zeros(1, 4800)), torch.tensor(np.log(FLOOR)).float())


def test_a_sine_lights_the_band_that_holds_it() -> None:
    t = torch.arange(16_000) / 16_000
    for hz in (220.0, 1000.0, 5000.0):
        mel = LogMel()(torch.sin(2 * torch.pi * hz * t)[None])[0].mean(0)
        bank = filterbank(MelForm())
        holder = bank[:, round(hz / 8000 * 512)]
        assert holder[int(mel.argmax())] > 0.3 * holder.max()


def test_every_band_has_about_unit_area_in_hertz() -> None:
    area = filterbank(MelForm()).sum(1) * 16_000 / 1024
    assert np.all(np.abs(area[10:] - 1) < 0.35)
