"""What is touched is large enough for a thumb, and for an elder's: 48 pixels, and 60 in large type."""

import re

from consult.config import ROOT

SHEET = (ROOT / "consult" / "static" / "style.css").read_text(encoding="utf-8")
BROWSERS_OWN = 16
"""Pixels of a letter before anything is set."""


def pixels(percent: str, rem: str) -> float:
    return BROWSERS_OWN * float(percent) / 100 * float(rem)


def test_targets_are_large_enough_in_both_sizes_of_type():
    usual = re.search(r"html\{font:([\d.]+)%", SHEET)
    touch = re.search(r"--touch:([\d.]+)rem", SHEET)
    elder = re.search(r"\.elder\{font-size:([\d.]+)%;[^}]*--touch:([\d.]+)rem", SHEET)
    assert usual and touch and elder
    assert pixels(usual[1], touch[1]) >= 48
    assert pixels(elder[1], elder[2]) >= 60
