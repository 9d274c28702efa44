"""Jobs: planned, scheduled, batched, run and followed."""
