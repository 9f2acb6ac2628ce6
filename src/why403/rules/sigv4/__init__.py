"""AWS Signature Version 4, made and diagnosed: which part of a signed request breaks its signature."""

from ..fault import Fault
from .canonical import Canonical, canonical
from .diagnose import Diagnosis, diagnose
from .presented import AWS, GOOGLE, Presented, presented
from .shown import Shown, shown
from .signature import Credentials, Scope, ToSign, signature

__all__ = [
    "AWS",
    "GOOGLE",
    "Canonical",
    "Credentials",
    "Diagnosis",
    "Fault",
    "Presented",
    "Scope",
    "Shown",
    "ToSign",
    "canonical",
    "diagnose",
    "presented",
    "shown",
    "signature",
]
