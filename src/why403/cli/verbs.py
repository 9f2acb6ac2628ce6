"""The verbs of the caller's bench. Each is a module of this room with `add(verbs)`, its options, and `run(options)`, its work."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Protocol

    class Verb(Protocol):
        """What a module of a verb has."""

        def add(self, verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
            """Declare the verb and its options."""

        def run(self, options: argparse.Namespace) -> int:
            """Do the work and write the answer; the exit status. Raises Why403Error."""


BENCH: tuple[str, ...] = ("convert", "diff", "sign", "token", "ip", "redact", "probe", "open", "guard")


def verb(name: str) -> Verb:
    """The module of a verb."""
    from importlib import import_module

    module: Verb = import_module(f".{name}", __package__)
    return module
