"""Words for sounds: the vocabulary, its vectors, and the mappers from pictures to sound."""
