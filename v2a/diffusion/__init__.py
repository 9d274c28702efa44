"""From a CLAP vector to latents and from latents to wave: windows, noise, steps, decoding."""
