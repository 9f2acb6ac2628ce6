"""Small questions put to a refusal, each answered by Evidence or None."""

from ..tokens.jwt import Token
from .challenge import Challenge, challenges
from .credentials import Credential, cookies, credentials, jwt_of, none_sent
from .cues import cues
from .scene import (
    Scene,
    answers,
    asks,
    headers_shown,
    heard,
    mentions,
    origin,
    query,
    request_body,
    says,
    status_is,
    texts,
)

__all__ = [
    "Challenge",
    "Credential",
    "Scene",
    "Token",
    "answers",
    "asks",
    "challenges",
    "cookies",
    "credentials",
    "cues",
    "headers_shown",
    "heard",
    "jwt_of",
    "mentions",
    "none_sent",
    "origin",
    "query",
    "request_body",
    "says",
    "status_is",
    "texts",
]
