"""The speed of an item: constant warps and freezes as one number; ramps are refused."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import opentimelineio as otio

FASTEST = 1000
"""Largest speed, either way. Chosen well above what editors offer; more is a damaged file."""


class Unplayable(Exception):
    """An item's picture cannot be played; the message says why, in words about the clip."""


def speed_of(item: otio.core.Item) -> Fraction:
    """Media seconds per second of the timeline: 0 freezes, negative plays backwards.

    Raises Unplayable for a speed that changes, is not finite, or is above `FASTEST`.
    """
    import opentimelineio as otio

    speed = Fraction(1)
    for effect in item.effects:
        if isinstance(effect, otio.schema.LinearTimeWarp):
            speed *= _scalar(effect.time_scalar)
        elif isinstance(effect, otio.schema.TimeEffect):
            raise Unplayable("its speed changes on the way (a ramp)")
        elif remap := _fcp_remap(effect):
            speed *= _fcp_speed(remap)
    return speed


def _scalar(value: float) -> Fraction:
    if not isfinite(value) or abs(value) > FASTEST:
        raise Unplayable(f"a speed of {value} is none")
    return Fraction(value).limit_denominator(100_000)


def _fcp_remap(effect: otio.schema.Effect) -> Mapping[str, Any] | None:
    """The time remap of FCP 7 XML, which its adapter leaves in an effect's metadata; or None."""
    told = cast("Mapping[str, Any]", effect.metadata).get("fcp_xml")
    if isinstance(told, Mapping) and told.get("effectid") == "timeremap":
        return cast("Mapping[str, Any]", told)
    return None


def _fcp_speed(remap: Mapping[str, Any]) -> Fraction:
    given = remap.get("parameter", ())
    listed = cast("list[Any]", [given] if isinstance(given, Mapping) else list(given))
    values = {
        str(p.get("parameterid", p.get("name"))): str(p.get("value", ""))
        for p in listed
        if isinstance(p, Mapping)
    }
    if values.get("variablespeed", "0").upper() in {"1", "TRUE"}:
        raise Unplayable("its speed changes on the way (a ramp)")
    try:
        percent = float(values.get("speed", "100"))
    except ValueError:
        raise Unplayable("its speed cannot be read") from None
    backwards = values.get("reverse", "FALSE").upper() == "TRUE"
    return _scalar(percent / 100) * (-1 if backwards else 1)
