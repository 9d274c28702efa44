"""The pipes: lines come in whole however they were cut, and go out to slow readers."""

from __future__ import annotations

import asyncio
import json
import os
import threading

from hypothesis import given
from hypothesis import strategies as st

from v2a_integrations.bridge.json_pipes import JsonPipe, JsonWriter, split

LINE = st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"").strip())


@given(st.lists(LINE), st.lists(st.integers(0, 80)), st.binary(max_size=5))
def test_lines_are_whole_however_they_come(
    lines: list[bytes], cuts: list[int], rest: bytes
) -> None:
    """What was not ended is no line."""
    rest = rest.replace(b"\n", b"")
    text = b"".join(line + b"\n" for line in lines) + rest
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    parts = [text[a:b] for a, b in zip(places, places[1:], strict=False)]
    assert list(split(iter(parts), 12)) == [line for line in lines if line]


@given(st.lists(st.integers(0, 30)), st.integers(1, 7))
def test_a_line_that_is_too_long_is_told_and_forgotten(lengths: list[int], step: int) -> None:
    text = b"".join(b"x" * length + b"\n" for length in lengths)
    parts = [text[k : k + step] for k in range(0, len(text), step)]
    found = list(split(iter(parts), 10))
    assert found == [b"x" * n if n <= 10 else None for n in lengths if n]


def test_a_reader_who_takes_his_time_holds_up_nothing() -> None:
    """Far more than a pipe holds is said at once, and arrives whole and in order."""
    reader, writer = os.pipe()
    speaker = JsonWriter(writer)
    for number in range(2000):
        speaker.say({"number": number, "text": "é" * 200, "lone": "\udc80"})
    got: list[bytes] = []

    def read() -> None:
        while block := os.read(reader, 1 << 16):
            got.append(block)

    listener = threading.Thread(target=read)
    listener.start()
    speaker.close(60)
    os.close(writer)
    listener.join()
    os.close(reader)
    told = [json.loads(line) for line in b"".join(got).splitlines()]
    assert [line["number"] for line in told] == list(range(2000))
    assert told[0]["text"] == "é" * 200 and told[0]["lone"] == "\udc80"


def test_a_reader_who_left_is_noticed() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    speaker = JsonWriter(writer)
    speaker.say({})
    assert speaker.gone.wait(60)
    os.close(writer)


def test_the_end_of_input_ends_the_lines() -> None:
    async def all_of(text: bytes) -> list[bytes | None]:
        reader, writer = os.pipe()
        os.write(writer, text)
        os.close(writer)
        found = [line async for line in JsonPipe(reader)]
        os.close(reader)
        return found

    assert asyncio.run(all_of(b"one\n\n two \r\nhalf")) == [b"one", b"two"]
    assert asyncio.run(all_of(b"")) == []
