"""One function of a finished report per format. Escaping is the renderer's duty: every string in a report is hostile."""
