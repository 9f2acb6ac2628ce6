"""Whether a success (2xx, 3xx) carries a refusal: an error object, a fault, a page whose title refuses, a bare challenge."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..evidence import Scene
from ..model import Pattern
from ..products import Heard, Piece, fold, lower

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# types in which nobody answers a caller: what stands in them is spoken about, not said
SOURCE = Pattern(
    r"javascript|ecmascript|css|image/|font|audio/|video/|markdown|csv|wasm|text/x-|yaml|openapi|octet-stream"
)
TITLE = Pattern(r"<title[^>]{0,80}>([^<]{0,200})</title>")
REFUSES = Pattern(  # titles of pages that refuse or challenge
    r"^\W{0,4}(?:(?:http )?(?:error:? ?)?4\d\d\b|error$|"
    r"access (?:to this (?:page|site) has been )?(?:is |was )?(?:denied|blocked|restricted)|"
    r"forbidden|unauthori[sz]ed|attention required|just a moment|one more step|ddos|"
    r"(?:request|web ?(?:page|site)|url|page|site) (?:is |was |has been )?(?:blocked|rejected|denied)|blocked|"
    r"security (?:check|verification|checkpoint)|\w{2,30} (?:security checkpoint|captcha|- access denied)|human verification|"
    r"captcha|robot|pardon our interruption|are you (?:a )?(?:human|robot)|you are being redirected|making sure|verif)"
)
SCRIPT = Pattern(r"<(?:script|style)\b[^>]{0,2000}>.{0,200000}?</(?:script|style)>|<[^>]{0,2000}>")
FAULT = Pattern(  # XML whose root is an error
    r"^(?:<\?xml[^>]{0,200}\?> ?)?<(?:\w{1,20}:)?(?:\w{0,40}(?:error|fault|exception|errorresponse)|response><errors)\b|"
    r"<(?:\w{1,20}:)?fault\b|<returncode>fail"
)
SAYING = {
    "error", "errors", "err", "fault", "exception", "message", "msg", "error_description", "detail", "details", "reason", "errmsg",
    "error_msg", "error_message", "errormessage", "code", "type", "__type", "errorcode", "error_code", "needed", "ret", "sub_msg", "title",
}  # fmt: skip


def carries(scene: Scene, heard: list[Heard]) -> bool:
    """Whether one of these messages is what the answer itself says, not what a page or a record speaks about."""
    if any(one.at < 0 for one in heard):
        return True
    heard = [
        one for one in heard if one.evidence.where.startswith("response.")
    ]  # loose text beside a success is no answer
    if not heard:
        return False
    body = next((piece for piece in scene.hearing.pieces if piece.kind == "body"), None)
    if body is None:
        return bool(heard)
    kind = (scene.exchange.answered("content-type") or "").lower()
    start = body.folded[:1]
    if start in "{[":
        said = lower(fold(" ".join(_errors(body.raw))))
        return any(_in(one, said) for one in heard)
    if SOURCE.search(kind):
        return False
    if ("xml" in kind and "html" not in kind) or body.low.startswith("<?xml"):
        return bool(FAULT.search(body.low))
    return _page(body, heard)


def _page(body: Piece, heard: list[Heard]) -> bool:
    title = TITLE.search(body.low)
    if title and REFUSES.search(" ".join(title.group(1).split())):
        return True
    bare = " ".join(SCRIPT.sub(" ", body.low[:400_000]).split())
    if any(one.rule.cause == "bot-challenge" and one.product.kind in ("waf", "cdn") for one in heard):
        return len(bare) < 200
    return ("<" not in body.low[:1] and len(bare) < 200) or len(bare) < 120


def _in(heard: Heard, said: str) -> bool:
    rule = heard.rule
    return all(text in said for text in rule.texts) and all(code.lower() in said for code in rule.codes) and bool(said)


def _errors(raw: str) -> Iterator[str]:
    """The strings in which an object says what went wrong; nothing where it says that nothing did."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return
    for item in data[:20] if isinstance(data, list) else [data]:
        inner = (
            [value for value in item.values() if isinstance(value, dict)]
            if isinstance(item, dict) and len(item) == 1
            else []
        )
        for one in inner:  # {"login": {"status": "FAIL", ...}}
            if _failed(one):
                yield json.dumps({next(iter(item)): one}, ensure_ascii=False)
                yield json.dumps({next(iter(item)): one}, ensure_ascii=False, separators=(",", ":"))
        if isinstance(item, dict) and _failed(item):
            kept = {
                key: value
                for key, value in item.items()
                if key.lower() in SAYING or _sign(key, value) or not isinstance(value, dict | list)
            }
            yield json.dumps(kept, ensure_ascii=False)
            yield json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _sign(key: str, value: Any) -> bool:
    name = key.lower()
    if name in (
        "error",
        "errors",
        "err",
        "fault",
        "exception",
        "errorcode",
        "error_code",
        "errcode",
        "errmsg",
        "error_msg",
        "__type",
    ):
        return bool(value) and value not in ("0", "ok", "OK", "SUCCESS", "success")
    if name in (
        "ok",
        "success",
        "succeeded",
        "status",
        "result",
        "code",
        "retcode",
        "ret",
        "statuscode",
        "status_code",
    ):
        word = str(value).lower()
        return (
            value is False
            or word in ("error", "fail", "failed", "failure", "nok", "denied")
            or (
                word.lstrip("-").isdigit()
                and word not in ("0", "200", "201", "202", "204", "10000")
                and not isinstance(value, bool)
            )
        )
    return False


def _failed(item: dict[str, Any]) -> bool:
    return any(_sign(str(key), value) for key, value in item.items())
