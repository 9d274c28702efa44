"""Tells systemd that the daemon is ready or ending (sd_notify: one datagram)."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> None:
    """Send `READY=1` or `STOPPING=1` where a service manager asked for it."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        try:
            sock.sendto(state.encode(), address)
        except OSError:
            return
