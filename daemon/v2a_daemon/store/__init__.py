"""What outlives the daemon: jobs, their files, digests and outputs, in one SQLite database."""

from v2a_daemon.store.job_rows import ArtifactRow, Row
from v2a_daemon.store.store import Store

__all__ = ["ArtifactRow", "Row", "Store"]
