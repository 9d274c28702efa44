"""The table of errors: rows whole, messages sentences, and no set of reasons kept beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import grpc
import pytest

from v2a.errors import BAD_MEDIA, DAEMON, FAILED, INTERRUPTED, TABLE, USAGE, Scope, V2AError

ROOT = Path(__file__).parents[1]
FOLDERS = ("v2a", "daemon", "integrations", "installers")
GIVEN = {"BAD_OPTION": "--takes 0 is not from 1 to 64"}
"""Rows whose whole message comes from who raises it, with one that is raised so."""
VERBS = {
    *("is", "are", "was", "has", "have", "do", "does", "did", "cannot", "could", "may", "lacks"),
    *("holds", "goes", "went", "lies", "exists", "answers", "died", "failed", "belongs", "refuses"),
    *("runs", "knows", "met", "wait"),
}
"""A sentence has a verb; this is every one that a message of the table is built on."""
KEEP_THEIR_OWN = {
    # The add-on has the standard library alone, and reasons of its own.
    "integrations/v2a_integrations/blender/start_jobs.py",
    # What a child that is not trusted may say is a list on purpose.
    "daemon/v2a_daemon/children/media_records.py",
}
"""Modules that may name several reasons at once, and why."""


def facts_of(template: str) -> dict[str, str]:
    """A value for every field of a template: a name, which no verb hides in."""
    return {name: name.upper() for _, name, _, _ in Formatter().parse(template) if name}


def message_of(reason: str) -> str:
    """A reason's message as a user reads it."""
    entry = TABLE[reason]
    facts = facts_of(entry.message) | facts_of(entry.remedy)
    facts["detail"] = GIVEN.get(reason, "is what somebody says")
    return V2AError(reason, **facts).message


@pytest.mark.parametrize("reason", TABLE)
def test_every_row_is_whole(reason: str) -> None:
    entry = TABLE[reason]
    assert entry.scope in get_args(Scope) and isinstance(entry.retry, bool)
    assert entry.grpc in grpc.StatusCode.__members__
    assert entry.exit in {FAILED, USAGE, DAEMON, BAD_MEDIA, INTERRUPTED}
    assert entry.remedy and entry.remedy == entry.remedy.strip()


@pytest.mark.parametrize("reason", TABLE)
def test_every_message_is_a_sentence_that_begins_with_what_is_wrong(reason: str) -> None:
    message = message_of(reason)
    words = message.replace(",", " ").replace(":", " ").split()
    assert VERBS & set(words), message
    assert len(words) >= 3 and message == " ".join(message.split())
    assert not message.endswith((".", ":", ";")) and "{" not in message
    first, _, rest = message.partition(": ")
    assert not rest or VERBS & set(first.split()), f"a label, no sentence: {message}"


def test_what_reaches_the_daemon_ends_as_daemon_trouble() -> None:
    for reason, entry in TABLE.items():
        if entry.exit == DAEMON:
            assert entry.scope == "daemon", reason
        if entry.exit == BAD_MEDIA:
            assert entry.scope == "file", reason


def test_what_somebody_wanted_is_never_tried_again() -> None:
    stops = [reason for reason, entry in TABLE.items() if entry.exit == INTERRUPTED]
    assert stops and not any(TABLE[reason].retry for reason in stops)


def test_media_that_is_bad_stays_bad_until_it_is_another() -> None:
    comes = {reason for reason, e in TABLE.items() if e.exit == BAD_MEDIA and e.retry}
    assert comes == {"MEDIA_MISSING"}  # it is not there yet, that is all


def named_together(source: str) -> Iterator[tuple[int, list[str]]]:
    """Lines of a module where two reasons or more stand in one set, tuple, list or dict."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Set | ast.Tuple | ast.List):
            parts = node.elts
        elif isinstance(node, ast.Dict):
            parts = [key for key in node.keys if key is not None]
        elif isinstance(node, ast.BoolOp):
            parts = [part for value in node.values for part in ast.walk(value)]
        else:
            continue
        given = {str(part.value) for part in parts if isinstance(part, ast.Constant)}
        names = given & TABLE.keys()
        if len(names) >= 2:
            yield node.lineno, sorted(names)


def modules() -> Iterator[tuple[str, str]]:
    """Every module beside the table: its path from the root, and its text."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name != "v2a/errors.py" and not path.is_symlink():
                yield name, path.read_text("utf-8")


def test_no_module_keeps_a_set_of_reasons() -> None:
    kept = {name: found for name, text in modules() if (found := list(named_together(text)))}
    assert {name: found for name, found in kept.items() if name not in KEEP_THEIR_OWN} == {}
    assert kept.keys() == KEEP_THEIR_OWN, "an exception that nobody needs any more"


@pytest.mark.parametrize(
    "source",
    [
        'A = {"NOT_FOUND", "IS_URL"}',
        'error.reason in ("NOT_FOUND", "IS_URL")',
        'error.reason == "NOT_FOUND" or error.reason == "IS_URL"',
        'A = frozenset(["NOT_FOUND", "IS_URL"])',
        'A = {"NOT_FOUND": 1, "IS_URL": 2}',
    ],
)
def test_sets_are_seen_in_every_spelling(source: str) -> None:
    assert list(named_together(source)) == [(1, ["IS_URL", "NOT_FOUND"])]


def test_the_url_of_the_issue() -> None:
    assert V2AError("IS_URL", path="film.mp4").message == "film.mp4 is a URL; v2a reads files only"
