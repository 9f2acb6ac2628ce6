"""Which request of an input is meant."""

from __future__ import annotations

from ..model import BadCall, Case, Exchange, UnreadableInput

__all__ = ["choose"]

MANY = 50  # so many that meet a wish are read of a recording
_HINT = "Choose one with --index, --status or --url"


def choose(
    case: Case, index: int | None = None, status: int | None = None, url: str | None = None
) -> tuple[tuple[Exchange, ...], tuple[str, ...]]:
    """The exchanges whose requests are to be written, and what is to be said about the choice.

    Without a choice: the only request; all of them where commands or calls were pasted without any answer; else the first
    refused one. Raises UnreadableInput where the input holds no request, BadCall where the choice meets none.
    """
    held = [one for one in case.exchanges if one.request is not None and (one.request.url or one.request.method)]
    if not held:
        raise UnreadableInput(
            "no request is in it", case.name, "Give a HAR, a command, a call, or HTTP with its request"
        )
    asked = not (index is None and status is None and url is None)
    met = [
        one
        for one in held
        if (index is None or one.index == index)
        and (status is None or one.status == status)
        and (url is None or url in (one.url or ""))
    ]
    if asked and not met:
        wishes = (("--index", index), ("--status", status), ("--url", url))
        wish = " ".join(f"{name} {value}" for name, value in wishes if value is not None)
        places = [one.index for one in held if one.index is not None]
        hint = f"It holds {len(held)} requests" + (f", from {min(places)} to {max(places)}" if places else "")
        raise BadCall(f"no request meets {wish}", case.name, hint)
    if len(met) == 1:
        return (met[0],), _guessed(case, met[0])
    if asked:
        return (met[0],), (
            f"{len(met)}{' or more' if len(met) >= MANY else ''} requests meet this: the first, {_told(met[0])}, is written",
        )
    if not any(one.response or one.error for one in held):
        return tuple(held), (f"{len(held)} requests, all written, in their order",)
    refused = [one for one in held if (one.status or 0) >= 400] or [one for one in held if one.error]
    if not refused:
        raise BadCall(f"it holds {len(held)} requests and none was refused", case.name, _HINT)
    first = next((one for one in refused if one.fact("preflight") is None), refused[0])
    return (first,), (f"of {len(held)} requests the first refused one is written: {_told(first)}",)


def _guessed(case: Case, one: Exchange) -> tuple[str, ...]:
    """HTTP itself does not tell whether it went through TLS."""
    scheme, sign, _ = (one.url or "").partition("://")
    bare = case.kind == "http" or (case.kind == "transcript" and one.response is None)
    return (f"HTTP does not tell its scheme: {scheme} is taken",) if bare and sign else ()


def _told(one: Exchange) -> str:
    url = (one.url or "").partition("?")[0]
    told = " ".join(str(part) for part in (one.method, url[:120], one.status) if part)
    return f"{told} (--index {one.index})" if one.index is not None else told
