"""Every experiment."""

from __future__ import annotations

from . import credentials, fields, forgery, login, reach, target, way
from .experiment import Experiment

EXPERIMENTS: tuple[Experiment, ...] = (
    *login.EXPERIMENTS,
    *credentials.EXPERIMENTS,
    *forgery.EXPERIMENTS,
    *fields.EXPERIMENTS,
    *way.EXPERIMENTS,
    *target.EXPERIMENTS,
    *reach.EXPERIMENTS,
)
