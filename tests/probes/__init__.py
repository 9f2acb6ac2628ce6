"""Probing: the planner against servers of every kind of malice, the transport on real sockets, applications in this process."""
