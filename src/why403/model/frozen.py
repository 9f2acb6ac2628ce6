"""Named tuples without `typing`, whose import costs every start half of what an empty Python takes.

To a type checker this is `typing.NamedTuple`. At run time it does the same for classes whose module has `from __future__ import
annotations`: fields in the order of their annotations, defaults, methods and properties; the annotations are never evaluated.
"""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:

    class Frozen(type):
        """Makes a named tuple of a class's body."""

        def __new__(kind, name, bases, body):
            """The named tuple; the empty base itself where there is no base yet."""
            if not bases:
                return super().__new__(kind, name, bases, body)
            fields = body.get("__annotations__", {})
            defaults = [body[field] for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            made.__doc__ = body.get("__doc__")
            for member, value in body.items():
                if member not in fields and member not in ("__module__", "__qualname__", "__annotations__", "__doc__"):
                    setattr(made, member, value)
            return made

    class NamedTuple(metaclass=Frozen):
        """The base of every frozen class."""


__all__ = ["NamedTuple"]
