"""What is read stands out from what it stands on, by day and in the dark: WCAG 2.2, 4.5 to 1, and 3 to 1 for rims.

The pages that axe looks at are light ones; that the same names have colours of their own in the dark is asked here.
"""

import re
from itertools import product

import pytest

from consult.config import ROOT

SHEET = (ROOT / "consult" / "static" / "style.css").read_text(encoding="utf-8")
ONE = re.compile(r"--([\w-]+):(#[0-9a-f]{6})")
READ, OF_RIMS = 4.5, 3.0
GROUNDS = ("stone", "paper", "steep", "shade")
PAIRS = [
    *product(("ink", "soft", "leaf"), GROUNDS),
    ("ink", "slab"),
    ("soft", "slab"),
    *product(["tea"], ("stone", "paper", "steep")),
    ("on-leaf", "leaf"),
    ("bright", "canopy"),
    ("bright", "seal"),
]
"""Words and what they stand on."""
RIMS = [*product(["edge"], ("stone", "paper"))]


def colours(*blocks: str) -> dict[str, str]:
    return {name: colour for block in blocks for name, colour in ONE.findall(block)}


def blocks() -> tuple[str, str]:
    light, dark = SHEET.index(":root{"), SHEET.index("(prefers-color-scheme:dark)")
    return SHEET[light:dark], SHEET[dark : SHEET.index("}}", dark)]


def lightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((lightness(one), lightness(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_and_rims_stand_out_from_their_ground(dark):
    usual, at_night = blocks()
    named = colours(usual, *[at_night] * dark)
    least = [(pair, READ) for pair in PAIRS] + [(pair, OF_RIMS) for pair in RIMS]
    assert {
        pair: round(found, 2) for pair, needed in least if (found := contrast(*(named[one] for one in pair))) < needed
    } == {}


def test_the_dark_has_a_colour_of_its_own_for_each_ground():
    usual, at_night = blocks()
    assert set(GROUNDS) <= set(colours(at_night)) and contrast("#000000", "#ffffff") == 21
    assert all(lightness(colours(at_night)[one]) < lightness(colours(usual)[one]) for one in GROUNDS)
