"""What a child works: scenes found, sounds made, tracks written. Here alone is torch."""
