"""The worker: one process a device that looks, hears and makes sound; here alone is torch."""
