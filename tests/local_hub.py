"""A model hub on this machine: as much of its protocol as fetching files takes, over real HTTP."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Serves one folder a repository; remembers what was asked for."""

    def __init__(self, repositories: Mapping[str, Path]) -> None:
        self.repositories = dict(repositories)
        self.asked: list[tuple[str, str, str | None]] = []
        """Method, path and Range of every request."""
        self.break_after: int | None = None
        """Drop the connection after this many bytes of a file, once."""
        self.url = ""

    def info(self, repository: str) -> dict[str, object]:
        folder = self.repositories[repository]
        files = sorted(p for p in folder.rglob("*") if p.is_file())
        siblings = [_sibling(folder, p) for p in files]
        return {"id": repository, "modelId": repository, "sha": COMMIT, "siblings": siblings}


def _sibling(folder: Path, path: Path) -> dict[str, object]:
    size = path.stat().st_size
    told: dict[str, object] = {"rfilename": path.relative_to(folder).as_posix(), "size": size}
    if path.suffix == ".safetensors":
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        told["lfs"] = {"sha256": digest, "size": size, "pointerSize": 134}
    return told


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, body: bool) -> None:
            path = self.path.partition("?")[0]
            hub.asked.append((self.command, path, self.headers.get("Range")))
            if match := re.fullmatch(r"/api/models/(\w+/[\w.-]+)/revision/([\w.-]+)", path):
                if match[1] not in hub.repositories:
                    return self._send(404, b"", {"X-Error-Code": "RepoNotFound"}, body)
                data = json.dumps(hub.info(match[1])).encode()
                return self._send(200, data, {"Content-Type": "application/json"}, body)
            match = re.fullmatch(r"/(\w+/[\w.-]+)/resolve/(\w+)/(.+)", path)
            if match and match[2] == COMMIT:
                return self._file(hub.repositories[match[1]] / match[3], body)
            return self._send(404, b"", {"X-Error-Code": "EntryNotFound"}, body)

        def _file(self, path: Path, body: bool) -> None:
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            headers = {"ETag": f'"{digest}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
            wanted = self.headers.get("Range")
            start = int(re.findall(r"\d+", wanted)[0]) if wanted and body else 0
            status = 206 if start else 200
            if start:
                headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            self._send(status, data[start:], headers, body)

        def _send(self, status: int, data: bytes, headers: dict[str, str], body: bool) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            if not body:
                return
            if hub.break_after is not None and len(data) > hub.break_after:
                data, hub.break_after = data[: hub.break_after], None
                self.close_connection = True
            self.wfile.write(data)

    return Handler


@contextmanager
def serve(repositories: Mapping[str, Path]) -> Iterator[Hub]:
    """A hub at `hub.url` for as long as the block runs."""
    hub = Hub(repositories)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
