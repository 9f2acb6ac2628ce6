"""Text, bytes and objects to a Case. The format is recognised, never asked for."""
