"""Templates by which each system starts the daemon at login; `v2a install service` fills them."""
