"""Which reader takes the input, and the input made into text: every byte of it is hostile."""

from __future__ import annotations

from ..model import Case, Exchange, UnreadableInput
from .compose import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

# most particular first; each is imported only where one of its cues stands in the text: importing costs more than reading
TEXT_READERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("curl", ("curl",)),
    ("fetch", ("fetch(",)),
    ("powershell", ("Invoke-WebRequest", "Invoke-RestMethod", "invoke-webrequest", "iwr ", "irm ")),
    ("transcript", ("HTTP/", "http/", "=> Send", "<= Recv")),
    ("http", ("HTTP/", "http/", "ontent-type", "ontent-Type", "erver: ")),
    ("logs", ("[error]", ":error]", "[crit]", "[warn]", " HTTP/", "[notice]", "[info]")),
    ("prose", ("",)),
)
HAR_CUES = (b'"entries"', b'"request"', b'"log"')
LONG = 1_000_000  # letters of a transcript or a command that are read
WHOLE = ("log", "text")  # readers that take any length: they keep what tells
COMMANDS = 20  # pasted curl commands that are read, each with what stands below it


def _reader(name: str) -> ModuleType | None:
    try:
        found: ModuleType = __import__(
            f"{__package__}.{name}", fromlist=("NAME",)
        )  # importlib itself would cost 0.5 ms
        return found if hasattr(found, "NAME") else None
    except ModuleNotFoundError as fault:
        if fault.name and fault.name.endswith(f".{name}"):
            return None
        raise


def as_text(data: bytes, name: str) -> str:
    """Bytes as text: UTF-8, UTF-16 as PowerShell writes it, else Latin-1 where it is text at all.

    Raises UnreadableInput for what is no text.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").lstrip("\ufeff")
    if data[:4000].count(b"\0") > len(data[:4000]) // 4 and data[1:2] == b"\0":
        return data.decode("utf-16-le", "replace")
    if b"\0" in data[:4000] or data[:4] in (b"PK\x03\x04", b"\x89PNG", b"%PDF", b"\x7fELF") or data[:2] == b"\x1f\x8b":
        raise UnreadableInput(
            "this is a binary file", name, "Give a HAR, a curl command, an answer, a log or an error's text"
        )
    text = data.decode("utf-8-sig", "replace")
    if text.count("\ufffd") > len(text) // 10 + 3:
        text = data.decode("latin-1")
        if sum(not (char.isprintable() or char.isspace()) for char in text[:4000]) > 400:
            raise UnreadableInput("this is a binary file", name, "Give a HAR, a curl command, an answer, a log or text")
    return text


def read_bytes(data: bytes, name: str = "-") -> Case:
    """An input of unknown format as a Case. Raises UnreadableInput with what, where and what to do."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise UnreadableInput(
            "the input is empty", name, "Paste what refused you: a curl command, a HAR, an answer, an error, a log"
        )
    return _recording(data, name) or read_text(as_text(data, name), name)


def _recording(data: bytes, name: str) -> Case | None:
    """A HAR as a Case; None for what is none."""
    head = bytes(data[:4096]).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] not in (b"{", b"[") or not any(cue in data for cue in HAR_CUES):
        return None
    har = _reader("har")
    if har is None or har.likeness_bytes(data) <= 0.5:
        return None
    case: Case = har.read_bytes(data, name)
    return case


def read_text(text: str, name: str = "-") -> Case:
    """Text of unknown format as a Case. Raises UnreadableInput."""
    if not text.strip():
        raise UnreadableInput(
            "the input is empty", name, "Paste what refused you: a curl command, a HAR, an answer, an error, a log"
        )
    if text.lstrip()[:1] in ("{", "[") and (case := _recording(text.encode("utf-8", "surrogatepass"), name)):
        return case
    if len(text) <= LONG and "curl" in text and (curl := _reader("curl")):
        commands: list[Exchange] = []
        first: Case | None = None
        rest = text
        while len(commands) < COMMANDS and (found := curl.find(rest)):
            first = first or found[0]
            commands += found[0].exchanges
            rest = found[1]
        if first is not None and rest.strip():
            return join(commands, first._replace(name=name), _read_by_likeness(rest, name))
    return _read_by_likeness(text, name)


def _read_by_likeness(text: str, name: str) -> Case:
    whole = text
    if len(text) > LONG:
        text = text[:LONG]
    best: tuple[float, ModuleType] | None = None
    for reader_name, cues in TEXT_READERS:
        if not any(cue in text for cue in cues) or (reader := _reader(reader_name)) is None:
            continue
        score = float(reader.likeness(text))
        if best is None or score > best[0]:
            best = (score, reader)
        if score >= 0.95:
            break
    if best is None or best[0] <= 0:
        raise UnreadableInput(
            "none of the forms I know", name, "Give a HAR, a curl command, an answer, an error or a log"
        )
    if best[1].NAME in WHOLE:
        text = whole
    case: Case = best[1].read(text, name)
    if text is not whole:
        remark = f"{len(whole):,} letters: the first {LONG:,} were read"
        case = case._replace(remarks=(*case.remarks, remark))
    return case
