"""The daemon's log: JSON lines in one rotating file, written by the server alone."""

from __future__ import annotations

import contextvars
import logging
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from v2a.api.json_text import to_json

BYTES, FILES = 10 << 20, 5

job_id: contextvars.ContextVar[int | None] = contextvars.ContextVar("job_id", default=None)
"""The job that the running task works on; every record names it."""
log = logging.getLogger("v2a_daemon")


class JsonLine(logging.Formatter):
    """A record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, message and job; a trace where there was an exception."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
        }
        job = getattr(record, "job", None) or job_id.get()
        if job is not None:
            line["job"] = job
        if record.exc_info and record.exc_info[1]:
            line["trace"] = "".join(traceback.format_exception(record.exc_info[1]))
        return to_json(line)


def open_log(folder: Path, level: str) -> Path:
    """Log to `folder/daemon.jsonl`, warnings to standard error too; returns the file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "daemon.jsonl"
    file = RotatingFileHandler(path, maxBytes=BYTES, backupCount=FILES - 1, encoding="utf-8")
    console = logging.StreamHandler(sys.stderr)
    console.setLevel(logging.WARNING)
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    for handler in (file, console):
        handler.setFormatter(JsonLine())
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("grpc._cython.cygrpc").addFilter(_is_not_of_metadata)
    log.setLevel(level)
    return path


def _is_not_of_metadata(record: logging.LogRecord) -> bool:
    """gRPC logs metadata that is no UTF-8, and with it the token."""
    return not str(record.msg).startswith("Invalid encoding on")
