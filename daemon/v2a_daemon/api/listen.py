"""Where the daemon listens: the user's own socket, or an address of the network behind TLS."""

from __future__ import annotations

import ipaddress
import os
import ssl
from pathlib import Path

import grpc
import grpc.aio

from v2a.client import runtime_files
from v2a.errors import V2AError
from v2a_daemon.daemon_settings import DaemonSettings

OPTIONS = [
    # With it two daemons could share one port and neither would know.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", 4 << 20),
    ("grpc.max_send_message_length", 64 << 20),  # a job of thousands of scenes
    ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
    ("grpc.max_concurrent_streams", 1000),
]


def listen(server: grpc.aio.Server, settings: DaemonSettings) -> tuple[str, str]:
    """Bind; returns this user's own address and that on the network, empty where there is none.

    Commands on this machine use the first, whatever the second needs. Raises INSECURE_BIND,
    DAEMON_STATE, BAD_OPTION, NOT_FOUND (a certificate).
    """
    network = "" if settings.listen.startswith("unix:") else settings.listen
    bound = _listen_network(server, network, settings) if network else ""
    if settings.listen.startswith("unix:"):
        return _listen_unix(server, Path(settings.listen.removeprefix("unix:"))), bound
    if os.name == "nt":  # gRPC for Python has no Unix sockets there
        return f"127.0.0.1:{_bind(server, '127.0.0.1:0', None)}", bound
    return _listen_unix(server, runtime_files.socket_path()), bound


def _listen_network(server: grpc.aio.Server, address: str, settings: DaemonSettings) -> str:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        hint = "give unix:PATH or HOST:PORT"
        raise V2AError("BAD_OPTION", detail=f"--listen {address} is no address", hint=hint)
    if settings.tls_cert and settings.tls_key:
        bound = _bind(server, address, _credentials(settings))
    elif _is_loopback(host):
        bound = _bind(server, address, None)
    else:
        raise V2AError("INSECURE_BIND", address=address)
    return f"{host}:{bound}"


def _listen_unix(server: grpc.aio.Server, path: Path) -> str:
    # The lock is ours, so whoever left this socket is gone.
    try:
        path.unlink(missing_ok=True)
    except OSError as trouble:
        detail = f"is in the way ({trouble.strerror})"
        raise V2AError("DAEMON_STATE", path=path, detail=detail) from trouble
    before = os.umask(0o177)  # made by nobody but us, for nobody but us
    try:
        _bind(server, f"unix:{path}", None)
    finally:
        os.umask(before)
    return f"unix:{path}"


def _bind(server: grpc.aio.Server, address: str, credentials: grpc.ServerCredentials | None) -> int:
    try:
        if credentials is None:
            bound = server.add_insecure_port(address)
        else:
            bound = server.add_secure_port(address, credentials)
    except RuntimeError as trouble:
        raise V2AError("DAEMON_STATE", path=address, detail="cannot be listened on") from trouble
    if not bound:
        raise V2AError("DAEMON_STATE", path=address, detail="cannot be listened on")
    return bound


def _credentials(settings: DaemonSettings) -> grpc.ServerCredentials:
    assert settings.tls_cert and settings.tls_key
    try:
        # gRPC would only say that it cannot listen.
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            settings.tls_cert, settings.tls_key, password=""
        )
        pair = (settings.tls_key.read_bytes(), settings.tls_cert.read_bytes())
        authority = settings.tls_client_ca.read_bytes() if settings.tls_client_ca else None
    except ssl.SSLError as trouble:
        detail = f"is no certificate (PEM) with its key in {settings.tls_key}"
        raise V2AError("DAEMON_STATE", path=settings.tls_cert, detail=detail) from trouble
    except OSError as trouble:
        path = trouble.filename or settings.tls_key
        raise V2AError("NOT_FOUND", path=path) from trouble
    return grpc.ssl_server_credentials([pair], authority, authority is not None)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
