"""Watch folders: footage and timelines that are dropped somewhere get their sound by themselves."""
