"""The content cache: names that say what shaped a file, and the longest unused given up first."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v2a.types import GenerateOptions, SceneText
from v2a_daemon.store.content_cache import ContentCache, digest


@dataclass(frozen=True)
class Point:
    x: object
    y: object = None


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.fractions()
    | st.binary(max_size=8)
    | st.builds(Path, st.sampled_from(["/a", "/b/c"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=2) | st.integers(0, 2), inner, max_size=3)
        | st.builds(Point, inner, inner)
    ),
    max_leaves=6,
)


def same(a: Any, b: Any) -> bool:
    """Equal in value and in type, all the way down."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, Point):
        return same(a.x, b.x) and same(a.y, b.y)
    return repr(a) == repr(b)


@given(PLAIN, PLAIN)
def test_two_values_have_one_digest_only_if_they_are_the_same(a: object, b: object) -> None:
    assert (digest(a) == digest(b)) == same(a, b)


def test_what_looks_alike_is_told_apart() -> None:
    alike = [1, 1.0, "1", True, Fraction(1), [1], {"1": 1}, {1: 1}, b"1", Path("1"), None, "", []]
    assert len({digest(value) for value in alike}) == len(alike)
    assert digest("a", "b") != digest("ab") != digest(["a", "b"])


def test_order_matters_in_lists_only() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({"a", "b", "c"}) == digest(frozenset(("c", "a", "b")))
    assert digest([1, 2]) == digest((1, 2)) != digest([2, 1])


def test_options_of_the_engine_have_a_digest_that_another_process_finds_too() -> None:
    code = (
        "from v2a.types import GenerateOptions, SceneText;"
        "from v2a_daemon.store.content_cache import digest;"
        "print(digest(GenerateOptions(), {1: SceneText()}, frozenset('abc')))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == digest(GenerateOptions(), {1: SceneText()}, frozenset("abc"))


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError):
        digest(object())
    with pytest.raises(TypeError):
        digest({"a": [Point]})


def put(cache: ContentCache, key: str, size: int = 10, suffix: str = ".npy") -> Path:
    with cache.writing("takes", key, suffix) as part:
        part.write_bytes(bytes(size))
    cache.has("takes", key, suffix)
    return cache.path("takes", key, suffix)


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    cache = ContentCache(tmp_path / "cache", 100)
    with cache.writing("takes", "a", ".npy") as part:
        part.write_bytes(b"half")
        assert not cache.has("takes", "a", ".npy") and cache.bytes() == 0
        part.write_bytes(b"whole")
    assert cache.path("takes", "a", ".npy").read_bytes() == b"whole"
    with pytest.raises(ZeroDivisionError), cache.writing("takes", "a", ".npy") as part:
        part.write_bytes(b"other")
        raise ZeroDivisionError
    assert cache.path("takes", "a", ".npy").read_bytes() == b"whole"
    assert len(list(tmp_path.rglob("*.part"))) == 0


def test_the_longest_unused_go_first_and_only_as_many_as_must(tmp_path: Path) -> None:
    cache = ContentCache(tmp_path, 30)
    paths = {key: put(cache, key) for key in "abcde"}
    assert cache.has_path(paths["a"])
    assert cache.trim() == 20
    assert [key for key, path in paths.items() if path.exists()] == ["a", "d", "e"]
    assert cache.trim() == 0 and cache.bytes() == 30


def test_a_clock_set_back_makes_nothing_look_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(ContentCache(tmp_path, 10), "before")
    monkeypatch.setattr("time.time_ns", lambda: 10**18)
    cache = ContentCache(tmp_path, 10)
    after = put(cache, "after")
    cache.trim()
    assert after.exists() and cache.bytes() == 10


def test_what_is_held_stays_until_it_is_let_go(tmp_path: Path) -> None:
    cache = ContentCache(tmp_path, 0)
    first, second = put(cache, "a"), put(cache, "b")
    with cache.hold([first, cache.path("takes", "to come", ".npy")]):
        with cache.hold([first]):
            pass
        to_come = put(cache, "to come")
        cache.trim()
        assert first.exists() and to_come.exists() and not second.exists()
    cache.trim()
    assert cache.bytes() == 0


def test_an_entry_is_given_up_with_all_its_files(tmp_path: Path) -> None:
    cache = ContentCache(tmp_path, 30)
    files = [put(cache, "a", suffix=suffix) for suffix in (".npz", ".json")]
    put(cache, "b", 20)
    cache.has_path(files[0])
    cache.trim()
    assert all(file.exists() for file in files) and cache.bytes() == 20
    put(cache, "c", 20)
    cache.trim()
    assert not any(file.exists() for file in files)


def test_a_crash_leaves_nothing_that_clean_does_not_remove(tmp_path: Path) -> None:
    cache = ContentCache(tmp_path, 30)
    kept = put(cache, "a")
    (kept.parent / "b.npy.1234.part").write_bytes(b"half")
    cache.clean()
    assert list(kept.parent.iterdir()) == [kept]


def test_a_file_that_another_process_removes_is_no_error(tmp_path: Path) -> None:
    cache = ContentCache(tmp_path, 0)
    os.unlink(put(cache, "a"))
    assert not cache.has("takes", "a", ".npy")
    assert cache.trim() == 0
