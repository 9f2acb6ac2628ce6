"""Named tuples that cost next to nothing to define: `typing` and `collections.namedtuple` cost a paste a fifth of its time.

To a type checker this is `typing.NamedTuple`. At run time it does the same for classes whose module has `from __future__ import
annotations`: fields in the order of their annotations, defaults, methods and properties; the annotations are never evaluated, and
nothing is compiled for a class of its own.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:
    try:
        from _collections import _tuplegetter as field_at  # what `collections.namedtuple` uses
    except ImportError:
        from operator import itemgetter

        def field_at(index, doc):
            """A field by its place."""
            return property(itemgetter(index), doc=doc)

    class Frozen(type):
        """Makes a tuple with names of a class's body."""

        def __new__(kind, name, bases, body):
            """The class; its fields are read by place. A class of such a class that names no fields has those of its base."""
            body["__slots__"] = ()
            if bases and getattr(bases[0], "_fields", ()) and "__annotations__" not in body:
                return super().__new__(kind, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            body["_fields"] = body["__match_args__"] = fields
            body["_field_defaults"] = {field: body[field] for field in fields if field in body}
            body["_defaults"] = tuple(body["_field_defaults"].values())
            body.update((field, field_at(place, field)) for place, field in enumerate(fields))
            return super().__new__(kind, name, bases, body)

    class NamedTuple(tuple, metaclass=Frozen):
        """The base of every frozen class."""

        def __new__(cls, *values, **named):
            """Take the fields by place or by name. Raises TypeError for one that lacks, is unknown or comes twice."""
            missing = len(cls._fields) - len(values)
            if missing > 0 and not named and missing <= len(cls._defaults):
                values += cls._defaults[-missing:]
            elif missing > 0 or named:
                values += tuple(cls._named(named, len(values)))
            elif missing < 0:
                raise TypeError(f"{cls.__name__} has {len(cls._fields)} fields, not {len(values)}")
            return tuple.__new__(cls, values)

        @classmethod
        def _named(cls, named, given):
            for field in cls._fields[given:]:
                if field in named:
                    yield named.pop(field)
                elif field in cls._field_defaults:
                    yield cls._field_defaults[field]
                else:
                    raise TypeError(f"{cls.__name__} lacks {field!r}")
            if named:
                raise TypeError(f"{cls.__name__} takes no {', '.join(map(repr, named))} here")

        @classmethod
        def _make(cls, values):
            """An object of all of its values."""
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"{cls.__name__} has {len(cls._fields)} fields, not {len(made)}")
            return made

        def _replace(self, **changed):
            """A copy with these fields changed."""
            made = tuple.__new__(
                type(self), [changed.pop(field, old) for field, old in zip(self._fields, self, strict=True)]
            )
            if changed:
                raise ValueError(f"{type(self).__name__} has no {', '.join(map(repr, changed))}")
            return made

        def _asdict(self):
            """The fields by name."""
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            return (
                f"{type(self).__name__}({', '.join(f'{field}={value!r}' for field, value in self._asdict().items())})"
            )

        def __getnewargs__(self):
            return tuple(self)


__all__ = ["NamedTuple"]
