"""Templates of system services that start the daemon at login, for `v2a install service`."""
