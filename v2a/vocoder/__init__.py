"""From log-mel to wave."""
