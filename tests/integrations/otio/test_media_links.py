"""Every spelling of a link leads to its file; what is no file is never fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from v2a_integrations.otio import media_links


@pytest.mark.parametrize(
    ("url", "first"),
    [
        ("/a/b c.mov", "/a/b c.mov"),
        ("a/b%20c.mov", "a/b%20c.mov"),
        ("file:///a/b%20c.mov", "/a/b c.mov"),
        ("file://localhost/a/b.mov", "/a/b.mov"),
        ("FILE:/a/b.mov", "/a/b.mov"),
        ("file:///a/100%.mov", "/a/100%.mov"),
        ("file://localhost/D%3a/media/x.mov", "D:/media/x.mov"),
        ("file:///D:/media/x.mov", "D:/media/x.mov"),
        ("file://D:/media/x.mov", "D:/media/x.mov"),
        ("D:\\media\\x.mov", "D:\\media\\x.mov"),
        ("file://server/share/x.mov", "//server/share/x.mov"),
        ("\\\\server\\share\\x.mov", "\\\\server\\share\\x.mov"),
        ("file:///a/%C3%A9t%C3%A9.mov", "/a/été.mov"),
    ],
)
def test_spellings(url: str, first: str) -> None:
    assert next(iter(media_links.spellings(url))) == first


def test_a_plain_path_with_escapes_is_tried_as_it_stands_and_then_read() -> None:
    assert list(media_links.spellings("a%20b.mov")) == ["a%20b.mov", "a b.mov"]


@pytest.mark.parametrize("url", ["http://host/x.mov", "rtp://host/x", "concat:/a", "", " ", "a\0b"])
def test_what_is_no_file_has_no_spelling(url: str) -> None:
    assert list(media_links.spellings(url)) == []


@pytest.mark.parametrize("path", ["D:\\a\\b\\x.mov", "D:/a/b/x.mov", "/a/b/x.mov", "a/b/x.mov"])
def test_names_of_paths_of_either_system(path: str) -> None:
    assert media_links.names(path)[-3:] == ("a", "b", "x.mov")


def test_links_that_are_written_lead_back(tmp_path: Path) -> None:
    (tmp_path / "in here").mkdir()
    file = tmp_path / "in here" / "ü #1 100%.wav"
    file.touch()
    for url in (media_links.absolute_url(file), media_links.relative_url(file, tmp_path)):
        found = [
            here
            for path in media_links.spellings(url)
            if (here := media_links.here(path, tmp_path))
        ]
        assert [path.samefile(file) for path in found] == [True]
    assert not media_links.relative_url(file, tmp_path).startswith("/")
