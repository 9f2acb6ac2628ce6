"""Serves an ASGI application of the lab on loopback, without an access log."""

# mypy: ignore-errors

from __future__ import annotations

import logging


def serve(app, port: int, log: str = "") -> None:
    """Uvicorn, as its users start it; warnings of the application go to `log`."""
    import uvicorn

    logging.basicConfig(filename=log or None, format="%(levelname)s:%(name)s:%(message)s", level=logging.WARNING)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
