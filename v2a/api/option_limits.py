"""Limits of options: told once, as metadata of the fields they hold for, and kept at every door.

`limited` gives a field of an options dataclass its limit, `check` holds the options against them
as they are made, and the command line, `.v2a.toml`, the bridge and the server read the same
numbers by `limit_of`. So what one door refuses none lets through, with the same words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass, field, fields
from fractions import Fraction
from functools import cache
from numbers import Integral, Rational, Real
from typing import Any

from v2a.errors import V2AError

KINDS = {
    int: (Integral, "a whole number"),
    float: (Real, "a number"),
    Fraction: (Rational, "an exact number"),
}
"""Of each kind of limit: what values must be, and what they are called."""
MOST_SHOWN = 40
"""Letters of a wrong value in a message."""


@dataclass(frozen=True)
class Limit:
    """What a number may be; the type of `most` says of which kind: int, float or Fraction."""

    least: int | float | Fraction
    most: int | float | Fraction
    above: bool = False
    """`least` itself is too little."""

    def holds(self, value: object) -> bool:
        """Whether a value is one of these; a NaN never is, a truth value is no number."""
        kind = KINDS[type(self.most)][0]
        if isinstance(value, bool) or not isinstance(value, kind):
            return False
        number: Any = value
        return bool(self.least <= number <= self.most) and not (self.above and number == self.least)

    @property
    def words(self) -> str:
        """What a value should be: "a whole number from 1 to 64"."""
        least = f"{float(self.least):g}"
        most = f"{float(self.most):.15g}" if self.most < 1e9 else str(self.most)
        start = f"above {least} and at most" if self.above else f"from {least} to"
        return f"{KINDS[type(self.most)][1]} {start} {most}"

    @property
    def bounds(self) -> dict[str, Any]:
        """The same as pydantic's `Field` takes it; a model must forbid infinity and NaN itself."""
        return {"gt" if self.above else "ge": self.least, "le": self.most}

    def require(self, what: str, value: object) -> None:
        """Raise BAD_OPTION, which names `what`, for a value that is none of these."""
        if not self.holds(value):
            raise bad_option(f"{what} {_shown(value)} is not {self.words}")


def bad_option(detail: str, hint: str = "correct it and ask again") -> V2AError:
    """BAD_OPTION for a number that is beyond its limits."""
    return V2AError("BAD_OPTION", detail=detail, hint=hint)


def read_exact(words: str) -> Fraction | None:
    """A number in digits as "8", "12.5" or "24000/1001"; None for anything else.

    No exponents: one of nine digits would take all memory there is.
    """
    try:
        return Fraction(words) if re.fullmatch(r"[\d./]{1,60}", words) else None
    except (ValueError, ZeroDivisionError):
        return None


def limited(limit: Limit, default: Any = MISSING, default_factory: Any = MISSING) -> Any:
    """A field of a dataclass with a limit: of its number, of each of several, or of the keys."""
    metadata = {"limit": limit}
    if default_factory is not MISSING:
        return field(default_factory=default_factory, metadata=metadata)
    return field(default=default, metadata=metadata)


@cache
def limits_of(options: type) -> Mapping[str, Limit]:
    """The limits of an options dataclass, by field."""
    found = {one.name: one.metadata.get("limit") for one in fields(options)}
    return {name: limit for name, limit in found.items() if limit is not None}


def limit_of(options: type, name: str) -> Limit:
    """The limit of one field."""
    return limits_of(options)[name]


def check(options: Any, prefix: str = "") -> None:
    """Raise BAD_OPTION for the first number of some options that is beyond its limit.

    `prefix` goes before the field's name; None is not looked at.
    """
    check_values(type(options), vars(options), prefix)


def check_values(options: type, values: Mapping[str, Any], prefix: str = "") -> None:
    """The same for values by the fields' names, before the options are made of them."""
    for name, limit in limits_of(options).items():
        value = values.get(name)
        if value is None:
            continue
        several = isinstance(value, Collection) and not isinstance(value, str)
        for one in value if several else (value,):
            limit.require(f"{prefix}{name}", one)


def _shown(value: object) -> str:
    """A value in a message, however long it is."""
    if isinstance(value, int) and value.bit_length() > 128:  # beyond, digits say nothing
        return f"{'-' if value < 0 else ''}2^{value.bit_length()} or so"
    plain = isinstance(value, Fraction)
    return (str(value) if plain else repr(value))[:MOST_SHOWN]
