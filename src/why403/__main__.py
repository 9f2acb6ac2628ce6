"""`python -m why403`."""

from .cli.main import run

run()
