"""The verbs; the only room that reads argv and standard input."""
