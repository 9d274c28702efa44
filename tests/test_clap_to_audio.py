"""Sampling: exact lengths, scenes deaf to each other, windows that agree, memory, stopping."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from v2a.clap_to_audio import SoundModel
from v2a.diffusion.guided_steps import Batch, denoise, make_scheduler, share_overlaps
from v2a.diffusion.latent_lengths import Geometry, extent
from v2a.diffusion.latents_to_waves import place
from v2a.diffusion.row_batches import Rows
from v2a.diffusion.scene_noise import initial_latents, named_seed, room_tone, sort_of
from v2a.errors import V2AError
from v2a.packs.locate import Pack, find_pack
from v2a.types import SamplingOptions, SoundRequest

QUICK = SamplingOptions("dpm++", 2, 3.0)
SMALL = Geometry(16_000, 1280, 4, 8, multiple=2, window=64, overlap=16, shortest=16)
PEAK = Path("/proc/self/status")
"""Where Linux tells the most memory that this process has held."""


def vector(seed: int) -> np.ndarray:
    found = np.random.default_rng(seed).standard_normal(512).astype(np.float32)
    return found / np.linalg.norm(found)


def request(seconds: str | Fraction, seed: int = 0, **other: Any) -> SoundRequest:
    return SoundRequest(vector(seed), None, Fraction(seconds), seed, **other)


def level(wave: np.ndarray) -> float:
    """Root mean square in dBFS."""
    return 20 * math.log10(float(np.sqrt(np.mean(np.square(wave, dtype=np.float64)))) + 1e-12)


@pytest.fixture(scope="module")
def model(tiny_pack: Pack) -> SoundModel:
    return SoundModel(tiny_pack, "cpu")


class Spy:
    """Stands before a part, notes the rows of every call, and can run out of memory."""

    def __init__(self, part: Any) -> None:
        self.part = part
        self.rows: list[int] = []
        self.shapes: list[torch.Size] = []
        self.most: int | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.part, name)

    def note(self, x: torch.Tensor) -> None:
        self.rows.append(len(x))
        self.shapes.append(x.shape)
        if self.most is not None and len(x) > self.most:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")

    def __call__(self, x: torch.Tensor, *others: Any, **named: Any) -> Any:
        self.note(x)
        return self.part(x, *others, **named)

    def decode(self, x: torch.Tensor) -> Any:
        self.note(x)
        return self.part.decode(x)


@pytest.fixture
def unet(tiny_pack: Pack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Spy]:
    spy = Spy(tiny_pack.unet("cpu"))
    monkeypatch.setattr(Pack, "unet", lambda self, device: spy)
    yield spy


@pytest.fixture
def vae(tiny_pack: Pack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Spy]:
    spy = Spy(tiny_pack.vae("cpu"))
    monkeypatch.setattr(Pack, "vae", lambda self, device: spy)
    yield spy


class TestLengths:
    @given(
        st.fractions(min_value=Fraction(1, 1000), max_value=600),
        st.sampled_from([None, Fraction(5, 2), Fraction(1, 3)]),
    )
    @settings(max_examples=300, deadline=None)
    def test_enough_is_generated_and_never_a_window_too_many(
        self, duration: Fraction, multiple: Fraction | None
    ) -> None:
        size = extent(SMALL, duration, multiple)
        assert size.samples == math.ceil(duration * 16_000)
        assert SMALL.shortest <= size.frames <= SMALL.window
        assert size.frames % SMALL.multiple == 0
        step = size.frames - SMALL.overlap
        covered = ((size.windows - 1) * step + size.frames) * SMALL.stride
        assert covered >= size.samples
        assert size.windows == 1 or size.frames >= 2 * SMALL.overlap
        if multiple is None and size.windows > 1:
            assert covered - step * SMALL.stride < size.samples

    def test_the_paper_generates_multiples_of_two_and_a_half_seconds(self) -> None:
        paper = Geometry(16_000, 640, 8, 16, multiple=8, window=256, overlap=64, shortest=64)
        frames = [extent(paper, Fraction(s), Fraction(5, 2)).frames for s in ("1", "3", "7.5", "9")]
        # AudioLDM's own code: 25.6 latent frames a second.
        assert frames == [64, 128, 192, 256]

    def test_a_scene_just_over_the_window_is_two_shorter_windows(self) -> None:
        size = extent(SMALL, Fraction("5.3"))
        assert (size.windows, size.frames) == (2, 48)

    def test_geometry_is_read_from_the_pack(self, tiny_pack: Pack) -> None:
        assert Geometry.of(tiny_pack) == SMALL

    @pytest.mark.parametrize("seconds", ["1/16000", "1/3", "1001/24000", "2.56", "5.12", "13.37"])
    def test_results_are_exact_to_the_sample(self, model: SoundModel, seconds: str) -> None:
        [[wave]] = model.generate([request(seconds)], QUICK)
        assert wave.dtype == np.float32
        assert wave.shape == (math.ceil(Fraction(seconds) * 16_000),)
        assert np.isfinite(wave).all()
        assert wave.any()

    def test_nothing_asked_nothing_made(self, model: SoundModel) -> None:
        assert model.generate([], QUICK) == []
        [[wave]] = model.generate([request("0")], QUICK)
        assert wave.shape == (0,)

    def test_a_short_scene_is_the_beginning_of_the_shortest(self, model: SoundModel) -> None:
        [[short]], [[whole]] = (model.generate([request(s)], QUICK) for s in ("0.3", "1.28"))
        np.testing.assert_allclose(short, whole[: len(short)], atol=1e-6)


class TestCompany:
    """What a scene sounds like depends on its own vector, seed and length only."""

    REQUESTS = [
        request("1.1", 1),
        request("2.4", 2, takes=2),
        request("2.4", 3),
        request("5.12", 4),
        request("11", 5),
        request("0.9", 6, quiet=True),
        replace(request("1.1", 7), negative=vector(70)),
        request("9.5", 8, takes=2),
    ]

    @pytest.mark.parametrize("scheduler", ["ddim", "dpm++"])
    @pytest.mark.parametrize("guidance", [1.0, 4.5])
    def test_alone_or_among_others(
        self, model: SoundModel, scheduler: Any, guidance: float
    ) -> None:
        options = SamplingOptions(scheduler, 2, guidance)
        together = model.generate(self.REQUESTS, options)
        for one, takes in zip(self.REQUESTS, together, strict=True):
            [alone] = model.generate([one], options)
            assert len(takes) == one.takes
            for ours, theirs in zip(alone, takes, strict=True):
                scale = np.abs(ours).max()
                np.testing.assert_allclose(ours, theirs, atol=1e-3 * scale)

    @pytest.mark.parametrize("seconds, quiet", [("1.1", False), ("9.5", False), ("2", True)])
    def test_a_take_alone_or_among_others(
        self, model: SoundModel, seconds: str, quiet: bool
    ) -> None:
        """Also with the second window of a long scene, and for room tone."""
        asked = request(seconds, 9, quiet=quiet, takes=3)
        [takes] = model.generate([asked], QUICK)
        alone = model.generate([replace(asked, takes=1, take=take) for take in (2, 0, 1)], QUICK)
        for [ours], theirs in zip(alone, (takes[2], takes[0], takes[1]), strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-3 * np.abs(theirs).max())

    def test_rows_in_a_call_do_not_matter(self, model: SoundModel) -> None:
        one, many = (
            model.generate(self.REQUESTS[:3], replace(QUICK, batch=batch)) for batch in (1, 64)
        )
        for a, b in zip(one, many, strict=True):
            for ours, theirs in zip(a, b, strict=True):
                np.testing.assert_allclose(ours, theirs, atol=1e-3 * np.abs(ours).max())

    def test_seeds_and_takes_differ_and_repeat(self, model: SoundModel) -> None:
        [[a, b]] = model.generate([request("1", 1, takes=2)], QUICK)
        [[again]] = model.generate([request("1", 1)], QUICK)
        [[other]] = model.generate([replace(request("1", 1), seed=2)], QUICK)
        np.testing.assert_allclose(a, again, atol=1e-6)
        for different in (b, other):
            assert np.abs(np.corrcoef(a, different)[0, 1]) < 0.5

    def test_any_integer_is_a_seed(self) -> None:
        names = [(0, -1, 0, 0), (0, 2**63, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (1, 0, 0, 0)]
        seeds = {named_seed(*name) for name in names}
        assert len(seeds) == len(names)
        assert all(0 <= seed < 2**63 for seed in seeds)

    def test_no_negative_is_the_packs_null_vector(self, model: SoundModel, tiny_pack: Pack) -> None:
        plain = request("1", 1)
        null = replace(plain, negative=tiny_pack.null_vector("cpu"))
        away = replace(plain, negative=vector(9))
        [[a], [b], [c]] = model.generate([plain, null, away], QUICK)
        np.testing.assert_allclose(a, b, atol=1e-6)
        assert np.abs(a - c).max() > 1e-4 * np.abs(a).max()

    def test_only_the_direction_of_a_vector_counts(self, model: SoundModel) -> None:
        long = replace(request("1", 1), vector=7 * vector(1))
        [[a], [b]] = model.generate([request("1", 1), long], QUICK)
        np.testing.assert_allclose(a, b, atol=1e-3 * np.abs(a).max())

    def test_the_packs_own_settings_are_the_default(
        self, model: SoundModel, tiny_pack: Pack
    ) -> None:
        own = tiny_pack.manifest.sampling
        spelt = SamplingOptions(own.scheduler, own.steps, own.guidance)  # type: ignore[arg-type]
        [[a]], [[b]] = (model.generate([request("1")], o) for o in (None, spelt))
        np.testing.assert_allclose(a, b, atol=1e-7)


class TestWindows:
    def test_overlaps_begin_with_the_same_noise_and_windows_do_not_repeat(self) -> None:
        noise = initial_latents(SMALL, 64, 3, seed=5, take=0)
        assert noise.shape == (3, 4, 64, 8)
        for left, right in zip(noise, noise[1:], strict=False):
            assert torch.equal(left[:, -16:], right[:, :16])
            assert not torch.equal(left[:, :48], right[:, 16:])
        assert abs(float(noise.std()) - 1) < 0.02

    def test_a_longer_scene_begins_like_a_shorter_one(self) -> None:
        short, long = (initial_latents(SMALL, n, 1, seed=5, take=0) for n in (32, 64))
        assert torch.equal(short[0], long[0, :, :32])

    def test_even_frames_from_the_left_odd_from_the_right(self) -> None:
        guess = torch.stack([torch.full((1, 8, 1), float(row)) for row in range(3)])
        share_overlaps(guess, [(0, 1)], 4)
        assert guess[0].flatten().tolist() == [0, 0, 0, 0, 0, 1, 0, 1]
        assert guess[1].flatten().tolist() == [0, 1, 0, 1, 1, 1, 1, 1]
        assert guess[2].flatten().tolist() == [2] * 8

    def batch(self, windows: int = 3) -> Batch:
        towards, away = torch.from_numpy(vector(1)), torch.from_numpy(vector(2))
        return Batch(
            initial_latents(SMALL, 64, windows, seed=1, take=0),
            towards.expand(windows, -1),
            away.expand(windows, -1),
            [(i, i + 1) for i in range(windows - 1)],
            16,
        )

    @pytest.mark.parametrize("scheduler", ["ddim", "dpm++"])
    def test_neighbours_agree_to_the_end(self, tiny_pack: Pack, scheduler: str) -> None:
        steps = make_scheduler(tiny_pack.scheduler(), scheduler)
        with torch.inference_mode():
            done = denoise(
                tiny_pack.unet("cpu"), self.batch(), steps, 6, 3.0, Rows(8, "cpu"), lambda: None
            )
        for left, right in zip(done, done[1:], strict=False):
            torch.testing.assert_close(left[:, -16:], right[:, :16], atol=1e-5, rtol=1e-5)

    def test_equals_safa_written_out(self, tiny_pack: Pack) -> None:
        """Latents of two windows swapped after every DDIM step, as the paper has it."""
        unet, batch = tiny_pack.unet("cpu"), self.batch(2)
        with torch.inference_mode():
            found = denoise(
                unet, batch, tiny_pack.scheduler(), 4, 3.0, Rows(8, "cpu"), lambda: None
            )
            scheduler, x = tiny_pack.scheduler(), batch.latents.clone()
            scheduler.set_timesteps(4)
            for t in scheduler.timesteps:
                away, towards = (
                    unet(x, t, None, class_labels=v).sample for v in (batch.away, batch.towards)
                )
                x = scheduler.step(away + 3 * (towards - away), t, x).prev_sample
                for frame in range(16):
                    source = x[0, :, 48 + frame] if frame % 2 == 0 else x[1, :, frame]
                    source = source.clone()
                    x[0, :, 48 + frame], x[1, :, frame] = source, source
        torch.testing.assert_close(found, x, atol=1e-4, rtol=1e-4)

    def test_decoding_a_long_scene_takes_no_more_memory_than_a_window_or_two(
        self, model: SoundModel, vae: Spy
    ) -> None:
        model.generate([request("40")], SamplingOptions("ddim", 1, 1.0))
        assert max(vae.rows) <= 2
        assert max(shape[2] for shape in vae.shapes) <= SMALL.window
        assert sum(vae.rows) == extent(SMALL, Fraction(40)).windows


class TestJoining:
    """`place` blends the middle half of an overlap."""

    def joined(self, left: np.ndarray, right: np.ndarray, overlap: int) -> np.ndarray:
        whole = np.zeros(len(left) + len(right) - overlap, np.float32)
        place(whole, left, 0, overlap)
        place(whole, right, len(left) - overlap, overlap)
        return whole

    def test_windows_that_agree_pass_unchanged(self) -> None:
        wave = np.random.default_rng(0).standard_normal(6000).astype(np.float32)
        found = self.joined(wave[:4000], wave[2000:], 2000)
        np.testing.assert_allclose(found, wave, atol=1e-5)

    def test_windows_that_differ_keep_their_power(self) -> None:
        rng = np.random.default_rng(1)
        left, right = rng.standard_normal((2, 40_000)).astype(np.float32)
        found = self.joined(left, right, 20_000)
        middle = [np.std(found[at : at + 2000]) for at in range(20_000, 40_000, 2000)]
        assert min(middle) > 0.93
        assert max(middle) < 1.07

    def test_a_whole_that_ends_early(self) -> None:
        ones = np.ones(100, np.float32)
        for length in (30, 70, 80, 100, 149, 150):
            whole = np.zeros(length, np.float32)
            place(whole, ones, 0, 50)
            place(whole, ones, 50, 50)
            np.testing.assert_allclose(whole, 1, atol=1e-6)

    def test_no_click_at_the_joins_of_a_long_scene(self, model: SoundModel) -> None:
        [[wave]] = model.generate([request("20")], SamplingOptions("dpm++", 4, 3.0))
        jumps = np.abs(np.diff(wave))
        step = extent(SMALL, Fraction(20)).frames - SMALL.overlap
        overlap = SMALL.overlap
        joins = np.zeros(len(jumps), bool)
        for start in (k * step * SMALL.stride for k in range(1, 6)):
            joins[start : start + overlap * SMALL.stride] = True
        assert jumps[joins].max() < 1.5 * jumps[~joins].max()
        loud = [level(w) for w in np.split(wave, 40)]
        assert max(loud) - min(loud) < 6


class TestRoomTone:
    def test_soft_dark_seeded_and_made_without_the_model(
        self, model: SoundModel, unet: Spy
    ) -> None:
        quiet = request("7.5", 1, quiet=True, takes=2)
        [[a, b]] = model.generate([quiet])
        [[again, _]] = model.generate([quiet])
        assert unet.rows == []
        assert a.shape == (120_000,)
        assert np.array_equal(a, again)
        assert not np.array_equal(a, b)
        assert level(a) == pytest.approx(-62, abs=1)
        power = np.abs(np.fft.rfft(a)) ** 2
        hertz = np.fft.rfftfreq(len(a), 1 / 16_000)
        assert power[hertz > 2000].sum() < 0.02 * power.sum()
        assert power[hertz < 20].sum() < 0.05 * power.sum()

    @pytest.mark.parametrize("samples", [0, 1, 100, 16_001])
    def test_any_length(self, samples: int) -> None:
        assert room_tone(samples, 16_000, 3, 0).shape == (samples,)


class TestMemory:
    def test_running_out_halves_the_rows_and_changes_nothing(
        self, model: SoundModel, unet: Spy
    ) -> None:
        requests = [request("1", seed) for seed in range(6)]
        wanted = model.generate(requests, QUICK)
        assert max(unet.rows) == 12
        unet.rows.clear()
        unet.most = 3
        fresh = SoundModel(model.pack, "cpu")
        found = fresh.generate(requests, QUICK)
        assert unet.rows[:3] == [12, 6, 3]
        for [a], [b] in zip(wanted, found, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-3 * np.abs(a).max())
        unet.rows.clear()
        fresh.generate(requests, QUICK)
        assert max(unet.rows) <= 3, "what did not fit once is not tried again"

    def test_not_even_one_row(self, tiny_pack: Pack, unet: Spy) -> None:
        unet.most = 0
        with pytest.raises(V2AError) as caught:
            SoundModel(tiny_pack, "cpu").generate([request("1")], QUICK)
        assert caught.value.reason == "OUT_OF_MEMORY"

    def test_the_decoder_too(self, tiny_pack: Pack, vae: Spy) -> None:
        vae.most = 1
        SoundModel(tiny_pack, "cpu").generate([request("1", s) for s in range(3)], QUICK)
        assert vae.rows[0] == 2
        assert set(vae.rows[1:]) == {1}

    def test_other_errors_are_not_taken_for_it(self, tiny_pack: Pack, unet: Spy) -> None:
        def broken(x: torch.Tensor) -> None:
            raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

        unet.note = broken  # type: ignore[method-assign]
        with pytest.raises(RuntimeError, match="shapes"):
            SoundModel(tiny_pack, "cpu").generate([request("1")], QUICK)

    def test_a_batch_that_was_asked_for_is_kept(self, model: SoundModel, unet: Spy) -> None:
        model.generate([request("1", s, takes=2) for s in range(3)], replace(QUICK, batch=5))
        assert max(unet.rows) == 5


class TestProgress:
    def test_reports_every_step_and_ends_at_one(self, model: SoundModel) -> None:
        heard: list[float] = []
        model.generate([request("1"), request("3"), request("12")], QUICK, heard.append)
        assert heard == sorted(heard)
        assert heard[-1] == 1.0
        assert len(heard) >= 6
        assert all(0 < f <= 1 for f in heard)

    @pytest.mark.parametrize("after", [0, 1, 3])
    def test_stops_between_steps(self, model: SoundModel, unet: Spy, after: int) -> None:
        def should_stop() -> bool:
            return len(unet.rows) >= after

        with pytest.raises(V2AError) as caught:
            model.generate(
                [request("1"), request("3")], SamplingOptions("ddim", 5, 1.0), None, should_stop
            )
        assert caught.value.reason == "CANCELLED"
        assert len(unet.rows) == after


@pytest.fixture(scope="module")
def hifigan_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Tiny, in AudioLDM's own form: epsilon, one-channel decoder, HiFi-GAN."""
    from v2a.packs import model_configs
    from v2a.packs import random_pack as writer

    vocoder = {**model_configs.PAPER.vocoder, "upsample_initial_channel": 32}
    vae = {**model_configs.TINY.vae, "out_channels": 1, "scaling_factor": 0.7}
    vae |= {n: vae[n][:3] for n in ("block_out_channels", "down_block_types", "up_block_types")}
    shape = replace(
        model_configs.TINY, vae=vae, vocoder=vocoder, inverts=False, prediction="epsilon"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(model_configs.SHAPES, "hifigan", shape)
        folder = writer.random_pack("hifigan", tmp_path_factory.mktemp("packs") / "hifigan")
    return find_pack(str(folder))


class TestAudioLDM:
    def test_equals_diffusers_own_pipeline(self, hifigan_pack: Pack) -> None:
        """Same parts, noise and vectors through the (deprecated) AudioLDMPipeline."""
        from diffusers import AudioLDMPipeline
        from transformers import ClapTextModelWithProjection

        pack = hifigan_pack
        text = ClapTextModelWithProjection.from_pretrained(pack.folder / "text_encoder").float()
        vocoder: Any = pack.vocoder("cpu")
        pipeline: Any = AudioLDMPipeline(
            pack.vae("cpu"), text, None, pack.unet("cpu"), pack.scheduler(), vocoder.model
        )
        pipeline.set_progress_bar_config(disable=True)
        model = SoundModel(pack, "cpu")
        geometry = model.geometry
        frames = extent(geometry, Fraction("2.56")).frames
        asked = replace(request("2.56", 3), negative=vector(4))
        wanted = pipeline(
            prompt_embeds=torch.from_numpy(asked.vector)[None],
            negative_prompt_embeds=torch.from_numpy(vector(4))[None],
            audio_length_in_s=2.56,
            num_inference_steps=25,
            guidance_scale=4.5,
            latents=initial_latents(geometry, frames, 1, asked.seed, 0, sort_of(asked.vector)),
        ).audios[0]
        [[found]] = model.generate([asked], SamplingOptions("ddim", 25, 4.5))
        assert found.shape == wanted.shape
        # The pipeline keeps HiFi-GAN's 32 samples too many at the end; we leave out 16 at each.
        scale = np.abs(wanted).max()
        np.testing.assert_allclose(found[:-16], wanted[16:], atol=2e-3 * scale)

    def test_hifigan_is_centred(self, hifigan_pack: Pack) -> None:
        """A click in the mel sounds in the middle of its frame's samples."""
        vocoder = hifigan_pack.vocoder("cpu")
        with torch.inference_mode():
            silence = torch.full((1, 1, 64, 64), -5.0)
            click = silence.clone()
            click[:, :, 32] = 3.0
            difference = (vocoder(click, [0]) - vocoder(silence, [0])).abs()[0].numpy()
        assert difference.shape == (64 * 160,)
        centre = np.average(np.arange(len(difference)), weights=difference)
        assert centre == pytest.approx(32.5 * 160, abs=40)

    def test_long_scenes_in_this_form(self, hifigan_pack: Pack) -> None:
        [[wave]] = SoundModel(hifigan_pack, "cpu").generate([request("12.34")], QUICK)
        assert wave.shape == (math.ceil(Fraction("12.34") * 16_000),)
        assert np.isfinite(wave).all()


@pytest.mark.slow
def test_full_size_with_random_weights(tmp_path: Path) -> None:
    """The paper's sizes through the real loading path: parts, precision, one short scene."""
    from v2a.frames_to_embeddings import ImageEncoder
    from v2a.packs.locate import forget_parts, random_pack

    pack = random_pack("paper", tmp_path / "paper")
    if PEAK.is_file():
        PEAK.with_name("clear_refs").write_text("5")  # the peak of earlier tests is not meant

    def millions(part: Any) -> float:
        return round(sum(p.numel() for p in part.parameters()) / 1e6, 1)

    assert millions(pack.unet("cpu")) == 185.0
    assert millions(pack.vae("cpu")) == 55.4
    vocoder: Any = pack.vocoder("cpu")
    assert millions(vocoder.model) == 55.3
    assert {p.dtype for p in pack.unet("cpu").parameters()} == {torch.float32}
    assert pack.text_encoder("cpu")(["rain"]).shape == (1, 512)
    encoder = ImageEncoder(pack, "cpu")
    assert encoder(np.zeros((2, 224, 224, 3), np.uint8)).shape == (2, 512)
    model = SoundModel(pack, "cpu")
    assert model.geometry == Geometry(16_000, 640, 8, 16, 8, 256, 64, 64)
    [[wave]] = model.generate([request("0.5")], SamplingOptions("ddim", 2, 4.5))
    forget_parts()
    assert wave.shape == (8000,)
    assert np.isfinite(wave).all()
    if PEAK.is_file():
        (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", PEAK.read_text("utf-8"))
        assert int(peak) < 6_000_000
