"""The message to whoever can mend it, where the caller cannot: what was asked, when, what came back, the reference; no secrets."""

from __future__ import annotations

from datetime import UTC, datetime

from ..model import Fix, split_url


def letter(
    *,
    title: str,
    method: str | None,
    url: str | None,
    status: int | None,
    at: datetime | None,
    product: str,
    reference: str,
    quote: str,
    wanted: str,
) -> Fix:
    """A short message, ready to send. The URL goes without its query: that is where keys stand."""
    lines = [f"Subject: {status or 'A request'} refused: {title}", ""]
    if url:
        parts = split_url(url)
        port = f":{parts.port}" if parts.port else ""
        place = f"{parts.scheme}://{parts.hostname}{port}{parts.path}" if parts.scheme else parts.path
        lines.append(f"Request:   {method or 'GET'} {place}")
    if status:
        lines.append(f"Answer:    {status}")
    if at:
        lines.append(f"Time:      {at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
    if product:
        lines.append(f"Refused by: {product}")
    if reference:
        lines.append(f"Reference: {reference}")
    if quote:
        lines.append(f"It said:   {quote}")
    lines += ["", wanted]
    return Fix("operator", "Send this to whoever runs it", "safe", "text", "\n".join(lines))
