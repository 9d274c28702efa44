"""Watch folders: footage and timelines that are put into a folder get their sound by themselves."""
