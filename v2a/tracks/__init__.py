"""How sounds become tracks: placing, joining, levelling, mixing."""
