"""From what a scene looks like (CLIP) to what it sounds like (CLAP), and the words for it."""
