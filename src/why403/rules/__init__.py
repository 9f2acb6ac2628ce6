"""A server's own rules, evaluated on a request: what it computes, compares and looks up before it refuses."""
