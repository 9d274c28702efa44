"""What clients and daemon say to each other: types, their codec, limits."""
