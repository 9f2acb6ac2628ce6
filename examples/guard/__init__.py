"""One shop behind why403.guard, in three frameworks."""
