"""The papers that the law asks for beside a vote, as an officer puts them on record: matters.toml says which."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from consult.domain.form_errors import FormError
from consult.domain.instants import read_day
from consult.domain.law.bodies import Share
from consult.domain.law.matters import MatterPaper
from consult.domain.numbers import read_number
from consult.domain.text_fields import line

WORDS_LENGTH, MOST_HOUSEHOLDS = 200, 100_000
STOOD_FOR, SIGNED = Share(Fraction(2, 3)), Share(Fraction(1, 2), strict=True)
"""国办发〔2007〕4号: representatives stand for two thirds of the households, and more than half of these are for it."""


@dataclass(frozen=True, kw_only=True)
class PaperRecord:
    """A paper: its kind, its day, its number or title, and the households on a sheet of signatures."""

    paper: MatterPaper
    dated: date
    words: str
    households: int = 0
    signed: int = 0


def read_paper_form(
    form: Mapping[str, str], *, offered: Collection[MatterPaper], households: int, today: date
) -> tuple[PaperRecord | None, dict[str, FormError]]:
    """Return a paper's record from the fields of a form, or every mistake in it. `households`: all of the village."""
    mistakes: dict[str, FormError] = {}
    paper = next((one for one in offered if one.value == form.get("paper")), None)
    if paper is None:
        mistakes["paper"] = FormError.NOT_OFFERED
    words = line(form, "paper_words", WORDS_LENGTH, mistakes)
    dated = read_day(form.get("dated", ""))
    if dated is None:
        mistakes["dated"] = FormError.NOT_A_DAY
    elif dated > today:
        mistakes["dated"] = FormError.DAY_TO_COME
    stood_for = signed = 0
    if paper is MatterPaper.HOUSEHOLD_SIGNATURES:
        stood_for, signed = (_count(form, name, mistakes) for name in ("households", "signed"))
        if not mistakes and stood_for > households:
            mistakes["households"] = FormError.MORE_THAN_EXPECTED
        elif not mistakes and signed > stood_for:
            mistakes["signed"] = FormError.MORE_THAN_PRESENT
        elif not mistakes and not (STOOD_FOR.met_by(stood_for, households) and SIGNED.met_by(signed, stood_for)):
            mistakes["signed"] = FormError.SIGNATURES_NOT_ENOUGH
    if mistakes or paper is None or dated is None:
        return None, mistakes
    return PaperRecord(paper=paper, dated=dated, words=words, households=stood_for, signed=signed), {}


def _count(form: Mapping[str, str], name: str, mistakes: dict[str, FormError]) -> int:
    number = read_number(form.get(name, "").strip(), most=MOST_HOUSEHOLDS)
    if number is None:
        mistakes[name] = FormError.NOT_A_COUNT
        return 0
    return number
