"""The few errors, told apart by whose fault it is. A refusal that we explain is a result, not an error."""

from __future__ import annotations


class Why403Error(Exception):
    """What went wrong, where, and what to do about it."""

    status = 2

    def __init__(self, message: str, where: str = "", hint: str = "") -> None:
        """Keep the three parts apart; `str()` joins them in one line."""
        super().__init__(message, where, hint)
        self.message, self.where, self.hint = message, where, hint

    def __str__(self) -> str:
        """One line: where, what, what to do."""
        line = f"{self.where}: {self.message}" if self.where else self.message
        return f"{line}. {self.hint}" if self.hint else line


class UnreadableInput(Why403Error):
    """The input is damaged, or not the format it claims to be."""


class BadCall(Why403Error):
    """The command line or the arguments are at fault."""


class BadTable(Why403Error):
    """A product's table or a cause's room breaks its own rules."""


class NetworkFailed(Why403Error):
    """The network, not a policy, kept us from asking."""

    status = 3
