"""Writers: a request in the form that the user runs it in."""
