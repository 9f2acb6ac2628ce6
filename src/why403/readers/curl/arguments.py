"""A command's words to operations: what curl's own option parser makes of them, with nothing dropped in silence."""

from __future__ import annotations

from why403.model.patterns import Pattern

from .options import LETTERS, OPTIONS, Option, long_option
from .words import Word, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .variables import Variables

_URLISH = Pattern(
    r"""(?ix) (?!\d{1,2}:\d{2}(?::\d{2})?$) (?:   # no time of day
    [a-z][a-z0-9+.-]*:/           # a scheme
    | \$ | \{\{ | <[a-z] | %[a-z_{]   # a variable or a placeholder to fill in
    | localhost\b
    | \[[0-9a-f:]+\]              # an IPv6 address
    | [^\s/?\#]*:(?:[0-9]|\$|\{|<)     # a port
    | (?:[^\s/@]*@)?(?:[^\s./?\#@:]+\.)+[a-z$\{\[][^\s./?\#@:,;!)'"]+(?:[:/?\#]|$)   # a name with a dot
    | \d{1,3}(?:\.\d{1,3}){3}(?:[:/?\#]|$)
    | [^\s/?\#:]+/                # a name and a path
    )"""
)
LISTS = frozenset({"header", "proxy-header", "cookie", "url-query", "upload-file"})
DATA = frozenset({"data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json"})
AUTH = frozenset({"basic", "digest", "ntlm", "ntlm-wb", "negotiate", "anyauth"})
VERSIONS = frozenset({"http1.0", "http1.1", "http2", "http2-prior-knowledge", "http3", "http3-only"})
PROXIES = frozenset({"proxy", "proxy1.0", "socks4", "socks4a", "socks5", "socks5-hostname"})


class Operation:
    """What stands between two --next: the URLs and all that is asked of them."""

    __slots__ = ("auth", "data", "flags", "forms", "lists", "options", "proxy", "urls", "values", "version")

    def __init__(self) -> None:
        self.urls: list[Word] = []
        self.values: dict[str, Word] = {}  # the last value of an option that holds one
        self.flags: dict[str, bool] = {}
        self.lists: dict[str, list[Word]] = {name: [] for name in LISTS}
        self.data: list[tuple[str, Word]] = []
        self.forms: list[tuple[str, Word]] = []  # form or form-string
        self.auth: list[str] = []
        self.version = ""
        self.proxy: Word | None = None
        self.options: list[tuple[str, str]] = []  # how it is to be sent, as `Request.options` wants it

    def all(self, name: str) -> list[Word]:
        """Every value of an option that may be repeated."""
        return self.lists[name]


def urlish(text: str) -> bool:
    """Whether a word looks like a URL, a host or a placeholder for one."""
    return text.startswith(("http://", "https://")) or bool(_URLISH.match(text))


def operations(words: tuple[Word, ...]) -> tuple[list[Operation], list[str]]:
    """The operations that the words after `curl` ask for, and what was not understood."""
    parser = _Parser(words)
    parser.parse()
    return [one for one in parser.done if one.urls] or parser.done[:1], list(dict.fromkeys(parser.remarks))


class _Parser:
    def __init__(self, words: tuple[Word, ...]) -> None:
        self.words, self.at = words, 0
        self.now = Operation()
        self.done = [self.now]
        self.remarks: list[str] = []
        self._variables: Variables | None = None

    def parse(self) -> None:
        plain = False
        while self.at < len(self.words):
            word = self.words[self.at]
            self.at += 1
            if plain or not word.text.startswith("-"):
                self.operand(word)
            elif word.text == "--":
                plain = True
            elif word.text.startswith("--"):
                self.long(word)
            else:
                self.letters(word)
        self.strays()

    @property
    def variables(self) -> Variables:
        """The variables of curl itself; few commands have any."""
        if self._variables is None:
            from .variables import Variables

            self._variables = Variables(self.remarks)
        return self._variables

    def operand(self, word: Word) -> None:
        if word.text:
            self.now.urls.append(word)
        else:
            self.remarks.append("an empty word stands among the URLs")

    def strays(self) -> None:
        """Words that are no URLs, beside words that are: the rest of a value whose quotes are missing, most often."""
        for one in self.done:
            good = [word for word in one.urls if urlish(word.text)]
            if good and len(good) < len(one.urls):
                bad = [shown(word.text)[:60] for word in one.urls if not urlish(word.text)]
                more = f" and {len(bad) - 5} more" if len(bad) > 5 else ""
                self.remarks.append(f"left aside, curl would take as further URLs: {' '.join(bad[:5])}{more}")
                one.urls = good

    def long(self, word: Word) -> None:
        name, sign, value = word.text[2:].partition("=")
        on = True
        option, hits = long_option(name)
        if option is None and name.lower().startswith("no-"):
            option, hits = long_option(name[3:])
            on = False
            if option is not None and not option.no:
                self.remarks.append(f"{word.text} is not understood: {option.name} cannot be switched off")
                return
        if option is None and name.lower().startswith("expand-"):
            option, hits = long_option(name[7:])
            if option is not None and option.takes and not sign and self.at < len(self.words):
                self.at += 1
                self.apply(option, self.variables.put(self.words[self.at - 1]))
                return
        if option is None:
            self.unknown(word, hits)
        elif sign and option.takes:
            self.remarks.append(f"--{name}= with an equals sign is understood by curl 8.16 and newer only")
            self.apply(option, word._replace(text=value))
        elif sign:
            self.unknown(word, ())
        elif option.takes:
            self.take(option, word)
        else:
            self.switch(option, on)

    def letters(self, word: Word) -> None:
        letters = word.text
        if letters == "-":
            self.unknown(word, ())
            return
        for place in range(1, len(letters)):
            option = LETTERS.get(letters[place])
            if option is None:
                self.unknown(word._replace(text="-" + letters[place]), ())
                if letters[place] in "-=" or place > 20:
                    return
            elif option.takes:
                rest = letters[place + 1 :]
                if rest:
                    self.apply(option, word._replace(text=rest))
                else:
                    self.take(option, word)
                return
            else:
                self.switch(option, on=True)

    def unknown(self, word: Word, hits: tuple[str, ...]) -> None:
        name = shown(word.text)[:60]
        if hits:
            names = ", ".join("--" + hit for hit in hits[:4])
            self.remarks.append(f"{name} is ambiguous: {names}{' and more' if len(hits) > 4 else ''}")
            if all(OPTIONS[hit].takes for hit in hits):
                self.at = min(self.at + 1, len(self.words))
        else:
            self.remarks.append(f"{name} is no option of curl that is known here")

    def take(self, option: Option, word: Word) -> None:
        if self.at >= len(self.words):
            self.remarks.append(f"{shown(word.text)[:60]} stands at the end, without its value")
            return
        value = self.words[self.at]
        self.at += 1
        if value.text.startswith("-") and len(value.text) > 1 and option.effect != "quiet":
            other = LETTERS.get(value.text[1:2]) if value.text[1] != "-" else long_option(value.text[2:])[0]
            if other is not None and option.name not in DATA and option.name not in ("time-cond", "continue-at"):
                self.remarks.append(f"--{option.name} takes the next word as its value: {shown(value.text)[:60]}")
        elif option.effect == "quiet" and "://" in value.text and option.name not in ("write-out", "libcurl"):
            self.remarks.append(f"--{option.name} takes the next word as its value: {shown(value.text)[:60]}")
        self.apply(option, value)

    def apply(self, option: Option, value: Word) -> None:
        """An option with its value."""
        now, name = self.now, option.name
        if name == "url":
            self.operand(value)
        elif name in LISTS:
            now.lists[name].append(value)
        elif name in DATA:
            now.data.append((name, value))
        elif name in ("form", "form-string"):
            now.forms.append((name, value))
        elif name in PROXIES:
            scheme = {"proxy": "", "proxy1.0": "", "socks5-hostname": "socks5h://"}.get(name, f"{name}://")
            text = value.text if "://" in value.text or not value.text else scheme + value.text
            now.proxy = value._replace(text=text)
        elif option.effect == "asks":
            now.values[name] = value
        elif option.effect == "way":
            now.options.append((name, shown(value.text)))
        elif option.effect == "reads":
            now.options.append((name, shown(value.text)))
            self.remarks.append(f"--{name} {shown(value.text)[:60]}: the file is not read, it may change the request")
        elif name == "variable":
            self.variables.set(value)

    def switch(self, option: Option, on: bool) -> None:
        """An option without a value, switched on or off."""
        now, name = self.now, option.name
        if name == "next":
            if now.urls:
                self.now = Operation()
                self.done.append(self.now)
            else:
                self.remarks.append("--next stands where no URL has been given yet")
        elif name in VERSIONS:
            now.version = name
        elif name in AUTH:
            if name in now.auth:
                now.auth.remove(name)
            if on:
                now.auth.append(name)
        elif option.effect in ("way", "reads"):
            label = {"location": "follow", "location-trusted": "follow-trusted"}.get(name, name)
            kept = [pair for pair in now.options if pair[0] not in (label, "no-" + label)]
            if on and option.name not in ("alpn", "npn", "sessionid"):
                kept.append((label, ""))
            elif not on and option.name in ("alpn", "npn", "sessionid"):
                kept.append(("no-" + label, ""))
            now.options = kept
            if on and option.effect == "reads":
                self.remarks.append(f"--{name}: the file is not read, it may hold the credentials")
        else:
            now.flags[name] = on
