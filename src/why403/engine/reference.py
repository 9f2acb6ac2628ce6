"""The refusal's own reference: Ray ID, x-amzn-RequestId, Reference #. Whoever runs the product finds the refusal by it."""

from __future__ import annotations

import re

from ..evidence import Scene
from ..model import Pattern
from ..products import tables

COMMON = (
    "cf-ray", "x-amzn-requestid", "x-amz-request-id", "x-amz-cf-id", "x-request-id", "x-github-request-id", "x-azure-ref",
    "x-ms-request-id", "request-id", "x-correlation-id", "x-vercel-id", "x-served-by-id", "x-akamai-request-id", "x-iinfo",
    "x-trace-id", "x-sucuri-id", "x-goog-request-id", "x-kong-request-id",
)  # fmt: skip
CUES = (
    "ray id",
    "reference",
    "support id",
    "request id",
    "request_id",
    "request-id",
    "requestid",
    "incident id",
)  # one is in each of these, lowered
IN_TEXT = Pattern(
    r"(Ray ID:? ?[0-9a-f]{16}|Reference ?#[\w.&;]{8,60}|support ID is:? ?<?[a-z]{0,4}>?\d{6,30}|"
    r"(?:request[_ -]?id|requestId|RequestId|x-amzn-requestid|incident id|error reference)[\"'>:= ]{1,5}[\w:-]{8,64})",
    re.IGNORECASE,
)


def reference(scene: Scene, product: str) -> str:
    """The reference of the product that refused first, then of whoever else stamped the answer; "" where there is none."""
    table = tables().named(product)
    for place in table.request_id if table else ():
        kind, _, rest = place.partition(":")
        if kind == "header" and (value := scene.exchange.answered(rest)):
            return f"{rest}: {value}"
        if kind == "text":
            for piece in scene.hearing.pieces:
                if found := re.search(rest, piece.folded, re.IGNORECASE):
                    return found.group()
    for name in COMMON:
        if value := scene.exchange.answered(name):
            return f"{name}: {value}"
    for piece in scene.hearing.pieces:
        if piece.kind == "header" or not any(cue in piece.low for cue in CUES):
            continue
        if any(letter.isdigit() for letter in piece.low) and (found := IN_TEXT.search(piece.folded)):
            return found.group()
    return ""
