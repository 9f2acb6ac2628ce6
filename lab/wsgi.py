"""Serves a WSGI application of the lab on loopback, without an access log."""

# mypy: ignore-errors

from __future__ import annotations

import logging


def serve(app, port: int, log: str = "") -> None:
    """Werkzeug's development server, as `flask run` starts it; warnings of the application go to `log`."""
    from werkzeug.serving import run_simple

    logging.basicConfig(filename=log or None, format="%(levelname)s:%(name)s:%(message)s", level=logging.INFO)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    run_simple("127.0.0.1", port, app, threaded=True)
