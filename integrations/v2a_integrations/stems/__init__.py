"""A job's sounds on an editor's timeline, and their files: what all integrations share."""
