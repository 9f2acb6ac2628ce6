"""Trusted hosts, as Werkzeug checks them: Flask's TRUSTED_HOSTS. `hosts_site.py PORT`."""

# mypy: ignore-errors

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from flask import Flask  # noqa: E402

from lab.wsgi import serve  # noqa: E402

app = Flask(__name__)
app.config["TRUSTED_HOSTS"] = ["127.0.0.1", ".shop.example"]


@app.get("/")
def home():
    return "ok"


if __name__ == "__main__":
    serve(app, int(sys.argv[1]))
