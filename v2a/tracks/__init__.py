"""How sounds become tracks: placing, joining, levelling, and every file an editor is handed."""
