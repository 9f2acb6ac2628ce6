"""What evidence, writers and causes share about tokens: how they are read without a key, known by their shape, and checked with one."""
