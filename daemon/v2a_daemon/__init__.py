"""The engine served over gRPC: jobs, workers, caches; only the worker imports torch."""
