"""Which request was refused, by whom, by which rule, and what gets it through."""
