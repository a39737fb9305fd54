"""Rules of one's own: what a village or a collective settles by two persons of different offices.

A charter's rule for a body, never below the law; a group's collective organisation; who is full of capacity, and of which
group's collective a person is a member. Each decides who votes or what carries, so no one person settles it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from consult.domain.form_errors import FormError, fen
from consult.domain.instants import read_day
from consult.domain.law.bodies import Body, CharterPart, Share
from consult.domain.numbers import read_number
from consult.domain.people.roles import SETTLES_RULES, Role
from consult.domain.refusals import Reason
from consult.domain.text_fields import line

SOURCE_LENGTH, NAME_LENGTH, MOST_NOTICE_DAYS = 120, 40, 60
SHARES: dict[str, Share] = {
    "half": Share(Fraction(1, 2), strict=True),
    "two_thirds": Share(Fraction(2, 3)),
    "three_quarters": Share(Fraction(3, 4)),
    "four_fifths": Share(Fraction(4, 5)),
    "all": Share(Fraction(1)),
}
"""The shares that charters use, by the code of a form."""


class RuleKind(StrEnum):
    """The kinds of rules of one's own."""

    CHARTER = "charter"
    COLLECTIVE = "collective"
    VOTER = "voter"


@dataclass(frozen=True, kw_only=True)
class CharterRule:
    """The numbers that a charter sets for a body, with its article. None: as the law has it."""

    quorum: Share | None = None
    majority: Share | None = None
    notice_days: int | None = None
    spending_fen: int | None = None
    """Of the committee: what it may spend on one matter without a vote, by two. None: nothing."""
    secret_letters: bool = False
    """Whether a secret vote may be given with a letter of proxy."""
    source: str

    def as_facts(self) -> dict[str, Any]:
        """Return what is stored."""
        facts = {
            "quorum": self.quorum.as_facts() if self.quorum else None,
            "majority": self.majority.as_facts() if self.majority else None,
            "notice_days": self.notice_days,
            **({"secret_letters": True} if self.secret_letters else {}),
        }
        return facts if self.spending_fen is None else facts | {"spending_fen": self.spending_fen}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any], source: str) -> "CharterRule":
        """Return the rule from what is stored."""
        return cls(
            quorum=Share.from_facts(facts["quorum"]) if facts["quorum"] else None,
            majority=Share.from_facts(facts["majority"]) if facts["majority"] else None,
            notice_days=facts["notice_days"],
            spending_fen=facts.get("spending_fen"),
            secret_letters=facts.get("secret_letters", False),
            source=source,
        )


@dataclass(frozen=True)
class VoterFacts:
    """The facts that decide in which bodies of a collective a person votes."""

    collective_group_id: int | None
    lives_by_own_labour: bool
    lacks_capacity: bool


def is_stricter(own: Share, law: Share) -> bool:
    """Tell whether a charter's share is at least as strict as the law's: two thirds is stricter than more than half."""
    return own.of > law.of or (own.of == law.of and own.strict >= law.strict)


def applied(body: Body, charter: CharterRule | None) -> Body:
    """Return the rule of a body with what the charter sets; where the law has become stricter since, the law holds."""
    if charter is None:
        return body
    quorum, majority, days = charter.quorum, charter.majority, charter.notice_days
    own_quorum = quorum is not None and (body.quorum is None or is_stricter(quorum, body.quorum))
    own_majority = majority is not None and is_stricter(majority, body.majority)
    return replace(
        body,
        quorum=quorum if own_quorum else body.quorum,
        majority=majority if own_majority and majority is not None else body.majority,
        notice_days=max(body.notice_days, days or 0),
        secret_letters=charter.source if charter.secret_letters and body.takes_letters else body.secret_letters,
        source=f"{body.source}；{charter.source}",
    )


def read_charter_form(
    form: Mapping[str, str], body: Body, *, today: date
) -> tuple[tuple[CharterRule, date] | None, dict[str, FormError]]:
    """Return a charter's rule and its first day from the fields of a form, or every mistake in it."""
    mistakes: dict[str, FormError] = {}
    quorum = _share(form, CharterPart.QUORUM, body, body.quorum, mistakes)
    majority = _share(form, CharterPart.MAJORITY, body, body.majority, mistakes)
    days = _days(form, body, mistakes)
    spending = _spending(form, body, mistakes)
    letters = bool(form.get("secret_letters"))
    if letters and not body.takes_letters:
        mistakes["secret_letters"] = FormError.NOT_OFFERED
    source = line(form, "source", SOURCE_LENGTH, mistakes)
    first = read_day(form.get("valid_from", ""))
    if first is None:
        mistakes["valid_from"] = FormError.NOT_A_DAY
    elif first < today:
        mistakes["valid_from"] = FormError.DAY_PAST
    if mistakes or first is None:
        return None, mistakes
    rule = CharterRule(
        quorum=quorum,
        majority=majority,
        notice_days=days,
        spending_fen=spending,
        secret_letters=letters,
        source=source,
    )
    return (rule, first), {}


def _share(
    form: Mapping[str, str], part: CharterPart, body: Body, law: Share | None, mistakes: dict[str, FormError]
) -> Share | None:
    chosen = form.get(part.value, "")
    if not chosen:
        return None
    share = SHARES.get(chosen)
    if share is None or part not in body.charter:
        mistakes[part.value] = FormError.NOT_OFFERED
    elif law is not None and not is_stricter(share, law):
        mistakes[part.value] = FormError.BELOW_THE_LAW
    return share


def _days(form: Mapping[str, str], body: Body, mistakes: dict[str, FormError]) -> int | None:
    typed = form.get(CharterPart.NOTICE_DAYS.value, "").strip()
    if not typed:
        return None
    days = read_number(typed, most=MOST_NOTICE_DAYS)
    if days is None:
        mistakes[CharterPart.NOTICE_DAYS.value] = FormError.NOT_A_NUMBER
    elif CharterPart.NOTICE_DAYS not in body.charter:
        mistakes[CharterPart.NOTICE_DAYS.value] = FormError.NOT_OFFERED
    elif days < body.notice_days:
        mistakes[CharterPart.NOTICE_DAYS.value] = FormError.BELOW_THE_LAW
    return days


def _spending(form: Mapping[str, str], body: Body, mistakes: dict[str, FormError]) -> int | None:
    typed = form.get(CharterPart.SPENDING.value, "").strip()
    if not typed:
        return None
    amount = fen(typed)
    if amount is None:
        mistakes[CharterPart.SPENDING.value] = FormError.NOT_MONEY
    elif CharterPart.SPENDING not in body.charter:
        mistakes[CharterPart.SPENDING.value] = FormError.NOT_OFFERED
    return amount


@dataclass(frozen=True)
class AskedRule:
    """The first half: who asked, by which office, and whom it concerns; None: nobody in particular."""

    by: int
    office: str
    person_id: int | None


def why_not_asker(asked: AskedRule, held: Collection[Role]) -> Reason | None:
    """Return why a person may not ask for a rule, None if they may."""
    if asked.office not in held or Role(asked.office) not in SETTLES_RULES:
        return Reason.NO_SUCH_OFFICE
    return Reason.OWN_RIGHT if asked.by == asked.person_id else None
