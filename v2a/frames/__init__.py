"""Parts of `video_to_frames`: opening, decoding, exact time, pixels and coarse pictures."""
