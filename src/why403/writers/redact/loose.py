"""Loose text: whatever stands in it that announces a secret, in the manner of headers, assignments, commands and prose.

Strategy: cheap looks for words decide which of the passes run; each pass finds a name or a mark by a simple pattern and
then steps outwards by hand, so that the time stays linear.
"""

from __future__ import annotations

import re

from .cues import cues
from .hand import Hand
from .json_text import json_text
from .ledger import placed
from .markup import markup, multipart
from .names import kept, of_field, of_name, opaque, prose
from .urls import pairs, url
from .values import authorization, cookie, cookies, credential, pair, secret, set_cookie

WORDS = re.compile(
    r"authorization|cookie|token|secret|passw|passphrase|pwd|api[-_ ]?key|apikey|access[-_]?key|[-_]key\b|signature|session|credential|"
    r"jwt|csrf|xsrf|crumb|bearer|assertion|hmac|nonce|connection[-_]?string|\bsid\b|\bsig\b|\botp\b|\bpin\b|accountkey|dsn\b|\bauth\b"
)
_NAME_LEFT = re.compile(r"[\w.$-]{0,60}\Z")
_NAME_RIGHT = re.compile(r"[\w.-]{0,60}(?:\[\w{0,40}\])?")
_ASSIGN = re.compile(r"((?:\\{0,4}[\"'`])?[ \t]{0,20}(?::=|=>|:(?!:)|=)[ \t]{0,20})((?:\\{0,4}[\"'`]|\^\"|\$')?)")
_UNQUOTED = re.compile(r"[^\s&;,\"'`<>(){}\[\]\\^]{1,20000}")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s\"'<>`\\^{}|\x00-\x1f]{1,200000}")
_QUERY = re.compile(r"([?&])([\w.\-\[\]%~$]{1,80})=([^&\s\"'<>#`\\^]{1,200000})")
_SCHEME = re.compile(
    r"(?<![\w/.-])(Bearer|Basic|Negotiate|ApiKey|Token|DPoP)(:?[ \t]+)(\"?[A-Za-z0-9+/=_.~%|:-]{8,200000}\"?)(?=$|[\s\"'`<>,;)\]}\\^])",
    re.IGNORECASE,
)
_PEM = re.compile(
    r"(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)((?:[^-]|-(?!----)){10,40000})(-----END [A-Z0-9 ]{0,40}PRIVATE KEY)",
    re.DOTALL,
)
# curl's, HTTPie's and wget's options that carry a secret
_OPTION = re.compile(
    r"((?:^|[\s^`])(?:-u|-U|-a|-E|-x|--user|--proxy-user|--auth|--cert|--proxy-cert|--tlsuser|--oauth2-bearer|--pass|--proxy-pass|--http-password|"
    r"--tlspassword|--proxy-tlspassword|-b|--cookie|--proxy)(?:[ \t]{1,20}|=)|[\s^`]-[ub](?=[\"'\w]))((?:\$'|\^\"|[\"'])?)",
    re.MULTILINE,
)
_PAIR = re.compile(
    r"(\b(?:auth\s{0,3}=\s{0,3}|(?:HTTP)?(?:Basic|Digest)Auth)\(\s{0,3}([\"'])[^\"'\n]{0,200}\2\s{0,3},\s{0,3}([\"']))([^\"'\n]{1,400})(?=\3)"
)
_NETRC = re.compile(r"(\bmachine\s{1,9}\S{1,200}\s{1,9}login\s{1,9}\S{1,200}\s{1,9}password\s{1,9})(\S{1,400})")
_NET_COOKIE = re.compile(r"(Net\.Cookie\(\s{0,3}\"[^\"\n]{1,200}\",\s{0,3}\")([^\"\n]{1,8000})(?=\")")
_SENTENCE = re.compile(r"[ \t]+[A-Za-z]")
_FORM = re.compile(r"[\w.\-\[\]%~$*+]{1,80}=[^&\s]{0,200000}(?:&[^\s&]{0,200000}){0,2000}\s*")


def loose(hand: Hand, text: str, side: str = "") -> str:
    """Any text without its secrets."""
    found = cues(text)
    if "pem" in found:
        text = _PEM.sub(lambda key: key.group(1) + _key(hand, key.group(2)) + key.group(3), text)
    worded = "name" in found or hand.wishes.personal
    braces = text.lstrip()[:1]
    whole = bool(braces) and braces in "{["
    if '"' in text and (worded or "escaped" in found):
        if whole:
            text = json_text(hand, text, side)
    elif "=" in text and not whole and _FORM.fullmatch(text):
        return hand.shapes(pairs(hand, text, side or "request"))
    if worded:
        if "form" in found:
            text = multipart(hand, text, side)
        if "<" in text and ">" in text:
            text = markup(hand, text, side)
    if "option" in found:
        text = _options(hand, text)
    if "called" in found:
        text = _called(hand, text)
    if worded:
        text = _assigned(hand, text, side)
    if "://" in text:
        text = _URL.sub(lambda address: _address(hand, address.group()), text)
    if "=" in text and ("?" in text or "&" in text):
        text = _QUERY.sub(lambda query: _query(hand, query), text)
    if "scheme" in found:
        text = _SCHEME.sub(lambda credential: _after_scheme(hand, credential), text)
    if not whole and '"' in text and (worded or "escaped" in found):
        text = json_text(hand, text, side)
    return hand.shapes(text)


def _key(hand: Hand, body: str) -> str:
    """A private key's body: one placeholder, between the line ends that it had (real or escaped)."""
    core = body.strip()
    if not core or placed(core.strip("\\nr \n")):
        return body
    escaped = "\\n" in body[:4]
    end = "\\n" if escaped else "\n"
    core = re.sub(r"\\[nr]|\s", "", body) if escaped else re.sub(r"\s", "", body)
    return end + hand.ledger.write(core, "pem") + end


def _address(hand: Hand, found: str) -> str:
    tail = found[len(found.rstrip(".,;:!?)]}…*")) :]
    return url(hand, found[: len(found) - len(tail)]) + tail if len(found) > 12 else found


def _query(hand: Hand, found: re.Match[str]) -> str:
    mark, name, value = found.groups()
    if placed(value):
        return found.group()
    return f"{mark}{pairs(hand, f'{name}={value}')}"


def _after_scheme(hand: Hand, found: re.Match[str]) -> str:
    """A credential that stands behind its scheme in the middle of a sentence: only what no sentence would say."""
    scheme, blank, value = found.groups()
    core = value.strip('"')
    if kept(core) or placed(core) or core.startswith("HTTP/") or "=" in core.rstrip("="):
        return found.group()
    if not opaque(core) and (len(core) < 16 or core.islower() or "-" in core):
        return found.group()
    if scheme.lower() == "basic":
        return scheme + blank + authorization(hand, f"Basic {value}")[6:]
    return scheme + blank + value.replace(core, credential(hand, core), 1)


def _options(hand: Hand, text: str) -> str:
    """Options of commands that carry a secret: -u, -b, --proxy and their like."""
    out, at = [], 0
    for found in _OPTION.finditer(text):
        if found.end() < at:
            continue
        end = _closing(text, found.end(), found.group(2))
        value = text[found.end() : end]
        if not value or placed(value):
            continue
        new = _option(hand, found.group(1).strip(" \t=^`\n\r"), value)
        out += [text[at : found.end()], new]
        at = end
    return "".join(out) + text[at:] if out else text


def _option(hand: Hand, word: str, value: str) -> str:
    if word in ("-b", "--cookie"):
        return cookies(hand, value) if "=" in value else value  # else it is the name of a file
    if word in ("-x", "--proxy"):
        userinfo, at, host = value.rpartition("@")
        return value if not at or "://" in value else pair(hand, userinfo) + at + host
    if word in ("-E", "--cert", "--proxy-cert"):
        name, colon, phrase = value.partition(":")
        return name + colon + secret(hand, phrase, "password") if phrase and "\\" not in phrase[:1] else value
    if word in ("-u", "-U", "-a", "--user", "--proxy-user", "--auth", "--tlsuser"):
        return pair(hand, value) if ":" in value else value
    return secret(hand, value, "token" if "bearer" in word else "password")


def _called(hand: Hand, text: str) -> str:
    """Secrets that a call or a file takes by place: requests' auth=(), .netrc, PowerShell's cookies."""
    text = _PAIR.sub(lambda found: found.group(1) + secret(hand, found.group(4), "password"), text)
    text = _NETRC.sub(lambda found: found.group(1) + secret(hand, found.group(2), "password"), text)
    return _NET_COOKIE.sub(lambda found: found.group(1) + secret(hand, found.group(2), "cookie"), text)


def _closing(text: str, begun: int, mark: str) -> int:
    """Where the value ends that begins here behind an opening mark (a quotation mark, perhaps escaped): at its end or the line's."""
    if not mark:
        found = _UNQUOTED.match(text, begun)
        return found.end() if found else begun
    close = "'" if mark == "$'" else mark
    line = text.find("\n", begun)
    limit = len(text) if line < 0 else line
    at = text.find(close, begun)
    while 0 <= at < limit:
        if text.startswith("'\\''", at):  # a shell's way of writing the mark itself
            at = text.find(close, at + 4)
        elif close[0] == "\\":
            if not _slashes(text, at):
                return at
            at = text.find(close, at + 1)
        elif close != '^"' and _slashes(text, at):
            at = text.find(close, at + 1)
        else:
            return at
    return limit


def _slashes(text: str, at: int) -> int:
    count = 0
    while count < 8 and at > count and text[at - 1 - count] == "\\":
        count += 1
    return count % 2


def _assigned(hand: Hand, text: str, side: str) -> str:
    """Names that announce a secret, and what is assigned to them: headers, JSON, code, logs, configuration."""
    low = text.lower()
    out: list[str] = []
    at = 0
    for word in WORDS.finditer(low if len(low) == len(text) else text):
        if word.start() < at:
            continue
        left = _NAME_LEFT.search(text, max(at, word.start() - 60), word.start())
        begun = left.start() if left else word.start()
        right = _NAME_RIGHT.match(text, word.end())
        ended = right.end() if right else word.end()
        name = text[begun:ended].strip(".-$")
        assign = _ASSIGN.match(text, ended)
        if not name or assign is None or (text[begun - 1 : begun] in ("?", "&") and assign.group(1) == "="):
            continue  # of a query every parameter is looked at, below
        before = _opened(text, begun)
        mark = assign.group(2)
        bare_name = before and assign.group(1).lstrip("\\")[:1] not in "\"'`"
        begin = assign.end()
        if mark:
            end = _closing(text, begin, mark)
        elif bare_name and assign.group(1).strip() in (":", "=") and before != "{":
            end = _closing(text, begin, before)  # -H 'Name: value'
        elif assign.group(1).strip() == ":" and _heads(text, begun):
            end = text.find("\n", begin)
            end = len(text) if end < 0 else end
            end -= text[begin:end].endswith("\r")
        else:
            end = _unquoted_end(text, begin, name)
            if text[begin:end].isalpha() and _SENTENCE.match(text, end):
                continue
        value = text[begin:end]
        if len(value) < 2:
            continue
        if mark and "\\" in value and side != "request" and value.endswith("\\"):
            value, end = value[:-1], end - 1
        if "'\\''" in value:
            value = value.replace("'\\''", "'")
        new = _value(hand, name, value, side, line=not mark)
        if (
            new != value
            and not mark
            and value.isdigit()
            and before.endswith('"')
            and assign.group(1).lstrip("\\").startswith('"')
        ):
            new = before + new + before  # a number of JSON
        out += [text[at:begin], new if new != value else text[begin:end]]
        at = end
    return "".join(out) + text[at:] if out else text


def _unquoted_end(text: str, begin: int, name: str) -> int:
    found = _UNQUOTED.match(text, begin)
    end = found.end() if found else begin
    if found and re.fullmatch(r"(?i)bearer|basic|token|apikey|digest|dpop", found.group()):
        more = _UNQUOTED.match(text, end + 1)
        end = (
            more.end()
            if more and text[end : end + 1] in " \t" and not (more.group().isalpha() and len(more.group()) < 16)
            else end
        )
    if name.lower() in ("cookie", "set-cookie", "authorization"):
        line = text.find("\n", begin)
        end = max(end, len(text) if line < 0 else line) if found and "=" in found.group() else end
    return end


def _opened(text: str, begun: int) -> str:
    """The quotation mark that stands right before a name, with the backslashes before it."""
    if begun and text[begun - 1] in "\"'`":
        start = begun - 1
        while start and begun - start < 5 and text[start - 1] == "\\":
            start -= 1
        if start and text[start - 1] == "$" and text[begun - 1] == "'":
            return "$'"
        if start and text[start - 1] == "^" and text[begun - 1] == '"':
            return '^"'
        return text[start:begun]
    return ""


def _heads(text: str, begun: int) -> bool:
    """Whether a name stands where a header field begins: at the start of a line, behind the marks of a transcript."""
    start = text.rfind("\n", max(0, begun - 60), begun) + 1
    return begun - start < 60 and not text[start:begun].strip("<>*|#$ \t-+•0123456789:.[]")


def _said(core: str, kind: str) -> bool:
    """Whether what follows a name without quotation marks speaks of a secret (`JWT: JWTExpired`, `token: 403`), or names a variable."""
    if re.fullmatch(r"\$[A-Za-z_]\w*;?", core) or core.rstrip(".,;").lower() in _ANSWERS:
        return True
    return kind != "password" and bool(re.fullmatch(r"[A-Za-z]{1,39}[.,;:]?|\d{1,5}|[a-z]+(?:_[a-z]+)+[,;]?", core))


def _value(hand: Hand, name: str, value: str, side: str, *, line: bool) -> str:
    """What is assigned to a name, redacted as the name demands."""
    lowered = name.lower().rpartition(".")[2]
    if placed(value.strip()):
        return value
    if lowered in ("cookie", "cookies") or lowered.endswith("_cookie"):
        return cookies(hand, value) if "=" in value else cookie(hand, "", value) if opaque(value.strip()) else value
    if lowered == "set-cookie":
        return set_cookie(hand, value)
    named = of_name(lowered, prose=True) or (
        of_field(lowered) if lowered.startswith("x-") or "authorization" in lowered else None
    )
    core = value.strip()
    if named is None or kept(core.strip("\"'")) or prose(core):
        return value
    if line and _said(core, named.kind):
        return value
    if lowered.endswith("authorization"):
        return authorization(hand, value)
    if line and " " in core and named.kind != "password":
        first = core.partition(" ")[0]
        if not re.fullmatch(r"(?i)(?:bearer|basic|token|apikey)\s+\S+", core) and not opaque(first):
            return value  # a sentence
        if not re.fullmatch(r"(?i)(?:bearer|basic|token|apikey)\s+\S+", core):
            return value.replace(first, credential(hand, first, named.kind), 1)
    if core[:1] in "{[":
        return value
    if not named.sure and not opaque(core):
        return value
    if side == "response" and core.isalpha() and (len(core) < 16 or named.kind == "cookie"):
        return value  # a word of a script or a page
    if side == "response" and not opaque(core) and re.search(r"[\s()<>]|^\w+\.\w+", core):
        return value  # code
    if (
        re.fullmatch(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\(?.{0,3}", core)
        and not re.search(r"\d", core)
        and side == "response"
    ):
        return value
    return value.replace(core, credential(hand, core, named.kind), 1)


_ANSWERS = frozenset(
    [
        "invalid",
        "missing",
        "required",
        "expired",
        "incorrect",
        "wrong",
        "failed",
        "rejected",
        "refused",
        "denied",
        "not",
        "no",
        "is",
        "was",
        "error",
        "unknown",
        "bad",
        "mismatch",
        "malformed",
        "revoked",
        "absent",
    ]
)
