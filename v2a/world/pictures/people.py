"""What people share: skins, hair and cloth."""

from __future__ import annotations

from v2a.world.pictures.noise import Colour

SKINS: tuple[Colour, ...] = (
    (246, 208, 182),
    (232, 184, 150),
    (200, 148, 110),
    (150, 102, 72),
    (108, 72, 52),
)
HAIR: tuple[Colour, ...] = (
    (50, 34, 24),
    (24, 22, 22),
    (190, 144, 70),
    (120, 62, 34),
    (170, 168, 166),
)
CLOTHS: tuple[Colour, ...] = (
    (70, 90, 140),
    (150, 50, 50),
    (60, 100, 80),
    (210, 206, 196),
    (60, 60, 66),
)
