"""The rows of the store as types: a job and the files it made."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from v2a.api.job_types import JobState, OutputKind

Told = tuple[str, str, str]
"""Reason, message and remedy of an error."""


@dataclass(frozen=True)
class Row:
    """One job as it is recorded."""

    id: int
    """Counts up and is never given twice; jobs are ordered by it, never by a clock."""
    state: JobState
    spec: bytes
    """The request as it came."""
    title: str = ""
    priority: int = 0
    """0 is ordinary, 1 the most urgent, then 2 up to 9."""
    attempt: int = 0
    """Times it was begun."""
    cancel_requested: bool = False
    parent: int | None = None
    extra: str = ""
    error: Told | None = None
    result: bytes = b""
    sequence: int = 0
    created: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    seconds: Mapping[str, float] = field(default_factory=dict[str, float])

    @classmethod
    def read(cls, row: sqlite3.Row) -> Row:
        """The job of a row of table `job`."""
        told = (row["error_reason"], row["error_message"], row["error_remedy"])
        return cls(
            id=row["id"],
            state=row["state"],
            spec=row["spec"],
            title=row["title"],
            priority=row["priority"],
            attempt=row["attempt"],
            cancel_requested=bool(row["cancel_requested"]),
            parent=row["parent"],
            extra=row["extra"],
            error=None if told[0] is None else told,
            result=row["result"],
            sequence=row["sequence"],
            created=_moment(row["created"]),
            started=_moment(row["started"]),
            ended=_moment(row["ended"]),
            seconds=json.loads(row["seconds"]),
        )


@dataclass(frozen=True)
class ArtifactRow:
    """One file that a job made."""

    job: int
    number: int
    """1-based within the job."""
    kind: OutputKind
    file: str
    """Relative to the clip's NAME.foley."""
    path: Path
    size: int
    """Bytes."""
    sha256: str
    clip: int
    scene: int = 0
    take: int = 0

    @classmethod
    def read(cls, row: sqlite3.Row) -> ArtifactRow:
        """The file of a row of table `artifact`."""
        values = dict(zip(row.keys(), tuple(row), strict=True))
        return cls(**{**values, "path": Path(cast(str, values["path"]))})


def now_ms() -> int:
    """Milliseconds since 1970, for people to read; nothing is decided by them."""
    return max(0, time.time_ns() // 1_000_000)


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
