"""A POSIX shell's word splitting, with bash's additions. Nothing is expanded and nothing is run.

Strategy: one pass from left to right, in pieces as large as a pattern can take, so that a word of a megabyte costs
what copying it costs. Whatever a shell would expand ($NAME, ${...}, $(...), `...`, <(...)) stays in the word as it is
written and is named in `Word.kept`.
"""

from __future__ import annotations

import re

from why403.model.patterns import Pattern

from .escapes import ansi, output
from .words import Line, Simple, UnclosedError, Word, joined, raw

_BLANK = Pattern(r"(?:[ \t]|\r(?!\n)|\\\r?\n)+")
_PLAIN = Pattern(r"[^ \t\r\n\\'\"$`;&|<>()]+")
_DOUBLE = Pattern(r'[^"\\$`]+')
_SINGLE_ANSI = Pattern(r"(?:[^'\\]|\\.)*+", re.DOTALL)
_NAME = Pattern(r"\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])")
_REDIRECTS = Pattern(r"([0-9]*)(<<<|<<-?|<>|<&|<|>>|>&|>\||>)|(&>>?)")
_PLACEHOLDER = Pattern(r"<[A-Za-z][A-Za-z0-9_.-]{0,40}>(?=[^ \t\r\n]|[ \t]*(?:\\?\r?\n|$))")
_CLOSERS = Pattern(r"[()'\"`\\]")
_BRACE = Pattern(r"[{}'\"`\\]")
_HERE_ESCAPE = Pattern(r"\\([$`\\])|\\\n")
_PS2 = Pattern(r"> ?")
_SPOILT = Pattern(r"\\[ \t]+\r?\n(?=[ \t]*(?:>[ \t]*)?-)")


def split(text: str, start: int, stop: int) -> Line:
    """Read one line of commands (all that a shell takes before it runs anything) from `start`, not past `stop`.

    Raises UnclosedError where a quotation or substitution that was opened is not closed.
    """
    return _Splitter(text, start, stop).line()


class _Splitter:
    """The state of one pass."""

    def __init__(self, text: str, start: int, stop: int) -> None:
        self.text = text if stop >= len(text) else text[:stop]
        self.at, self.stop = start, len(self.text)
        self.remarks: list[str] = []
        self.here: list[tuple[str, bool, bool, int]] = []  # delimiter, tabs stripped, quoted, index of its command
        self.inputs: dict[int, bytes | None] = {}  # by the number of the command
        self.pipes: set[int] = set()

    def line(self) -> Line:
        commands: list[Simple] = []
        words: list[Word] = []
        begun = self.at
        piped = False
        while True:
            self.blanks()
            char = self.text[self.at] if self.at < self.stop else ""
            if char not in ("", "\n", "\r", ";", "&", "|", "(", ")") or self.text.startswith("&>", self.at):
                if char == "#":
                    self.at = self.newline()
                elif not self.redirect(len(commands)):
                    before = self.at
                    words.append(self.word())
                    self.at = max(self.at, before + 1)  # whatever stands here, it is stepped over
                continue
            if words:
                number = len(commands)
                if number not in self.inputs and piped:
                    self.pipes.add(number)
                commands.append(Simple(tuple(words), begun, self.at))
                words = []
            if not char or char == ")":
                break
            two = self.text[self.at : self.at + 2]
            piped = char == "|" and two != "||"
            if char in "\r\n":
                self.at = min(self.newline() + 1, self.stop)
                self.bodies()
                break
            if char == "&" and two != "&&" and commands:
                self.lone_ampersand(commands[-1])
            self.at += 2 if two in ("&&", "||", "|&", ";;") else 1
            if piped or two in ("&&", "||"):
                self.newlines()
            begun = self.at
        self.bodies()
        for number in sorted(self.pipes):
            self.inputs[number] = self.piped(commands, number - 1)
        filled = tuple(one._replace(stdin=self.inputs.get(number)) for number, one in enumerate(commands))
        return Line(filled, self.at, tuple(self.remarks))

    def blanks(self) -> None:
        while self.at < self.stop:
            match = _BLANK.match(self.text, self.at, self.stop)
            if match:
                self.at = match.end()
                if match[0].endswith("\n"):
                    self.prompt()
                continue
            spoilt = _SPOILT.match(self.text, self.at, self.stop)
            if not spoilt:
                return
            self.remarks.append("a blank stands behind the backslash that ends a line: a shell ends the command there")
            self.at = spoilt.end()
            self.prompt()

    def prompt(self) -> None:
        """Step over the mark that a shell prints before a continued line, where the paste carries it."""
        match = _PS2.match(self.text, self.at, self.stop)
        if match:
            self.at = match.end()

    def newline(self) -> int:
        at = self.text.find("\n", self.at, self.stop)
        return self.stop if at < 0 else at

    def newlines(self) -> None:
        """After an operator that needs a further command, newlines do not end the line."""
        while True:
            self.blanks()
            char = self.text[self.at : self.at + 1]
            if char not in ("\n", "\r") or self.at >= self.stop or self.here:
                return
            self.at = min(self.newline() + 1, self.stop)

    def lone_ampersand(self, command: Simple) -> None:
        rest = self.text[self.at + 1 : self.at + 2]
        if rest and rest not in " \t\r\n&>;|)" and "?" in command.words[-1].text:
            self.remarks.append("an & outside of quotes ends the command for a shell: the rest of the URL is not sent")

    def piped(self, commands: list[Simple], number: int) -> bytes | None:
        """What the command of this number writes into a pipe, where that is certain."""
        if number < 0:
            return None
        words = commands[number].words
        if len(words) == 1 and words[0].text == "cat":
            return self.inputs.get(number)
        return output(words)

    def redirect(self, number: int) -> bool:
        """Take a redirection if one stands here; what comes from a here-document or here-string is kept."""
        match = _REDIRECTS.match(self.text, self.at, self.stop)
        if not match:
            return False
        sign = match[2] or match[3]
        if match.end() < self.stop and sign in "<>" and self.text[match.end()] == "(":
            return False
        if sign == "<" and not match[1] and _PLACEHOLDER.match(self.text, self.at, self.stop):
            return False
        self.at = match.end()
        self.blanks()
        inner = self.text.startswith(("<(", ">("), self.at)
        if not inner and (self.at >= self.stop or self.text[self.at] in "\r\n;&|()<>"):
            return True
        begun = self.at
        target = self.word()
        if sign in ("<<", "<<-"):
            quoted = any(mark in self.text[begun : self.at] for mark in "'\"\\")
            self.here.append((target.text, sign == "<<-", quoted, number))
            self.inputs[number] = None
        elif sign == "<<<":
            self.inputs[number] = None if target.kept else raw(target.text) + b"\n"
        elif sign == "<" and match[1] in ("", "0"):
            self.inputs[number] = self.substituted(target)
        return True

    def substituted(self, target: Word) -> bytes | None:
        """What `< <(printf ...)` puts on the standard input."""
        inner = target.text
        if not inner.startswith("<(") or target.kept != (inner,):
            return None
        line = split(inner, 2, len(inner) - 1)
        return output(line.commands[0].words) if len(line.commands) == 1 else None

    def bodies(self) -> None:
        """Read the here-documents that the line just ended has announced."""
        for delimiter, tabs, quoted, number in self.here:
            lines: list[str] = []
            while self.at < self.stop:
                end = self.newline()
                line = self.text[self.at : end].removesuffix("\r")
                self.at = min(end + 1, self.stop)
                if tabs:
                    line = line.lstrip("\t")
                if line == delimiter:
                    break
                lines.append(line + "\n")
            body = "".join(lines)
            if not quoted:
                names = dict.fromkeys(_NAME.each(body))
                if names:
                    self.remarks.append(f"not in the paste, kept as written: {', '.join(list(names)[:8])}")
                body = _HERE_ESCAPE.sub(lambda match: match[1] or "", body)
            self.inputs[number] = raw(body)
        self.here = []

    def word(self) -> Word:
        """One word, from here to the next blank or operator."""
        begun = self.at
        parts: list[str] = []
        kept: list[str] = []
        text, stop = self.text, self.stop
        while self.at < stop:
            plain = _PLAIN.match(text, self.at, stop)
            if plain:
                parts.append(plain[0])
                self.at = plain.end()
                continue
            char = text[self.at]
            if char == "'":
                parts.append(self.until("'", "a single quote"))
            elif char == '"':
                self.double(parts, kept)
            elif char == "\\":
                self.backslash(parts)
            elif char == "$":
                self.dollar(parts, kept)
            elif char == "`":
                self.keep(parts, kept, self.backtick())
            elif char in "<>" and text.startswith("(", self.at + 1):
                self.keep(parts, kept, self.balanced(self.at + 1))
            elif char == "<" and (match := _PLACEHOLDER.match(text, self.at, stop)):
                parts.append(match[0])
                self.at = match.end()
            elif char == "\r" and not text.startswith("\r\n", self.at):
                parts.append(char)
                self.at += 1
            else:
                break
        return Word(joined(parts), begun, tuple(kept))

    def until(self, quote: str, what: str) -> str:
        end = self.text.find(quote, self.at + 1, self.stop)
        if end < 0:
            raise UnclosedError(what, self.at)
        piece = self.text[self.at + 1 : end]
        self.at = end + 1
        return piece

    def backslash(self, parts: list[str]) -> None:
        after = self.text[self.at + 1 : min(self.at + 3, self.stop)]
        if after.startswith(("\n", "\r\n")):
            self.at += 2 if after[0] == "\n" else 3
            self.prompt()
        else:
            parts.append(after[:1])
            self.at += 2 if after else 1

    def double(self, parts: list[str], kept: list[str]) -> None:
        opened = self.at
        self.at += 1
        while self.at < self.stop:
            piece = _DOUBLE.match(self.text, self.at, self.stop)
            if piece:
                parts.append(piece[0])
                self.at = piece.end()
                continue
            char = self.text[self.at]
            if char == '"':
                self.at += 1
                return
            if char == "\\":
                after = self.text[self.at + 1 : self.at + 2]
                if after == "\n":
                    self.at += 2
                    self.prompt()
                else:
                    parts.append(after if after in ("$", "`", '"', "\\") else "\\" + after)
                    self.at += 2
            elif char == "$":
                self.dollar(parts, kept, quoted=True)
            else:
                self.keep(parts, kept, self.backtick())
        raise UnclosedError("a double quote", opened)

    def dollar(self, parts: list[str], kept: list[str], *, quoted: bool = False) -> None:
        text, at = self.text, self.at
        after = text[at + 1 : at + 2] if at + 1 < self.stop else ""
        if after == "'" and not quoted:
            match = _SINGLE_ANSI.match(text, at + 2, self.stop)
            end = match.end() if match else at + 2
            if end >= self.stop or text[end] != "'":
                raise UnclosedError("a $' quotation", at)
            parts.append(ansi(text[at + 2 : end]))
            self.at = end + 1
        elif after == '"' and not quoted:
            self.at += 1
            self.double(parts, kept)
        elif after == "(":
            self.keep(parts, kept, self.balanced(at + 1))
        elif after == "{":
            self.keep(parts, kept, self.braced())
        elif match := _NAME.match(text, at, self.stop):
            self.keep(parts, kept, match.end())
        else:
            parts.append("$")
            self.at += 1

    def keep(self, parts: list[str], kept: list[str], end: int) -> None:
        piece = self.text[self.at : end]
        parts.append(piece)
        kept.append(piece)
        self.at = end

    def backtick(self) -> int:
        at = self.at + 1
        while at < self.stop:
            char = self.text[at]
            if char == "`":
                return at + 1
            at += 2 if char == "\\" else 1
        raise UnclosedError("a backtick", self.at)

    def braced(self) -> int:
        return self._close(self.at + 1, _BRACE, "{", "}", "${")

    def balanced(self, opening: int) -> int:
        return self._close(opening, _CLOSERS, "(", ")", "a substitution $(")

    def _close(self, opening: int, marks: Pattern, opens: str, closes: str, what: str) -> int:
        """The place behind the bracket that closes the one at `opening`; quotations within are stepped over."""
        depth, at = 0, opening
        while match := marks.search(self.text, at, self.stop):
            char, at = match[0], match.end()
            if char == opens:
                depth += 1
            elif char == closes:
                depth -= 1
                if not depth:
                    return at
            elif char == "\\":
                at += 1
            elif char == "'":
                end = self.text.find("'", at, self.stop)
                if end < 0:
                    break
                at = end + 1
        raise UnclosedError(what, self.at)
