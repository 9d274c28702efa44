"""Prometheus metrics, off unless a port is given, and then on loopback only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_wsgi_app

HOSTS = ("127.0.0.1", "localhost")
"""Names a scraper may call us by: a page that rebinds its own name to us is refused."""
SECONDS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)


class Metrics:
    """What is counted; every daemon has its own registry."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.jobs = Counter("v2a_jobs", "Jobs ended", ["state"], registry=registry)
        self.queued = Histogram(
            "v2a_queue_seconds", "Jobs' wait for their turn", registry=registry, buckets=SECONDS
        )
        self.stages = Histogram(
            "v2a_stage_seconds", "Jobs' stages", ["stage"], registry=registry, buckets=SECONDS
        )
        self._registry = registry

    def read(self, name: str, what: str, value: Callable[[], float]) -> None:
        """A number that is asked for at every scrape."""
        Gauge(name, what, registry=self._registry).set_function(value)


def serve_metrics(port: int, metrics: Metrics) -> Callable[[], None]:
    """Answer scrapes on 127.0.0.1; returns what ends it. OSError where the port is taken."""
    answer = make_wsgi_app(metrics.registry)

    def app(environ: Mapping[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_HOST", "").partition(":")[0] not in HOSTS:
            start("421 Misdirected Request", [("Content-Type", "text/plain")])
            return [b"ask by 127.0.0.1\n"]
        return answer(environ, start)

    server = make_server("127.0.0.1", port, app, handler_class=_Quiet)
    thread = Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return end


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Scrapes are not worth a line."""
