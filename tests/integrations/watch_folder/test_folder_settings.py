"""`.v2a.toml`: the nearest folder's word counts, and what is wrong is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from v2a.api.job_types import ALL_KINDS
from v2a.errors import V2AError
from v2a_integrations.watch_folder.folder_settings import FolderSettings, SettingsBook, wishes_of
from v2a_integrations.watch_folder.scan import look_into


def book(root: Path, **base: object) -> SettingsBook:
    made, look = SettingsBook(root, base), look_into(root)
    assert look is not None
    made.turn_to(look)
    return made


def wished(made: SettingsBook, file: str) -> FolderSettings:
    found = made.of(file)
    assert isinstance(found, FolderSettings), found
    return found


def write(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".v2a.toml").write_text(text, "utf-8")


def test_the_nearest_folder_wins_key_by_key(tmp_path: Path) -> None:
    write(tmp_path, 'prompt = "rain"\nseed = 3\noutputs = ["mix"]')
    write(tmp_path / "a" / "b", 'prompt = "wind"\nthreshold = 7')
    made = book(tmp_path, prompt="sea", steps=2)
    top, deep = wished(made, "x.mp4"), wished(made, "a/b/c/x.mp4")
    assert (top.settings.text.prompt, top.settings.seed, top.settings.steps) == ("rain", 3, 2)
    assert (deep.settings.text.prompt, deep.settings.seed) == ("wind", 3)
    assert deep.settings.threshold == 7 and top.settings.threshold is None
    assert top.kinds == deep.kinds == {"mix", "sidecar"}
    assert wished(made, "a/x.mp4") == top


def test_what_shapes_the_sound_tells_results_apart_and_nothing_else_does() -> None:
    plain = wishes_of({})
    assert wishes_of({"device": "cpu", "seed": 0, "ignore": True}).digest == plain.digest
    changed: list[dict[str, object]] = [
        *({"prompt": "a"}, {"negative": "a"}, {"seed": 1}, {"outputs": ["mix"]}),
        *({"outputs": ["stems"]}, {"pack": "p"}, {"whole": True}, {"threshold": 5.0}),
    ]
    assert len({plain.digest, *(wishes_of(said).digest for said in changed)}) == 9
    assert plain.kinds == ALL_KINDS


def test_a_folder_can_be_left_out(tmp_path: Path) -> None:
    write(tmp_path / "proxies", "ignore = true")
    assert wished(book(tmp_path), "proxies/x.mp4").ignore


def test_a_pack_is_found_from_the_folder_that_names_it(tmp_path: Path) -> None:
    write(tmp_path / "a", 'pack = "./mine"')
    settings = wished(book(tmp_path), "a/x.mp4").settings
    assert settings.pack == str((tmp_path / "a" / "mine").resolve())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('promt = "rain"', "promt is no setting"),
        ("threshold = 0", "threshold should be greater than or equal to 0.01"),
        ('threshold = "5"', "threshold should be a valid number"),
        ("seed = 1.5", "seed "),
        ("takes = 65", "takes "),
        ('outputs = ["wav"]', "outputs.0 should be 'mix', "),
        ("outputs = []", "outputs "),
        ('rule = "best"', "rule should be"),
        ('frames_per_second = "soon"', "is not a rate"),
        ("prompt = ", "is no TOML"),
        ("[scenes]\nthreshold = 5", "scenes is no setting"),
    ],
)
def test_what_is_wrong_is_one_line_with_file_and_key(text: str, says: str, tmp_path: Path) -> None:
    write(tmp_path / "a", text)
    made = book(tmp_path)
    error = made.of("a/x.mp4")
    assert isinstance(error, V2AError) and error.reason == "BAD_OPTION"
    place = str(tmp_path / "a" / ".v2a.toml")
    assert place in error.message and says in error.message.replace(f" in {place}", "")
    assert "\n" not in error.message
    assert isinstance(made.of("x.mp4"), FolderSettings), "other folders do not suffer"
    assert list(made.wrong()) == ["a"]
    write(tmp_path / "a", "seed = 1")
    look = look_into(tmp_path)
    assert look is not None
    made.turn_to(look)
    assert wished(made, "a/x.mp4").settings.seed == 1 and made.wrong() == {}


def test_a_wrong_command_line_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(V2AError, match="takes in the command line"):
        SettingsBook(tmp_path, {"takes": 0})
