"""The bodies that decide, their members and rules: bodies.toml, read and typed."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from consult.domain import citations
from consult.domain.people.roles import Role


class Scope(StrEnum):
    """The range of a body: the whole village (or the township), or one of its groups."""

    VILLAGE = "village"
    GROUP = "group"


class CharterPart(StrEnum):
    """A number that a charter may set for a body, never below the law."""

    QUORUM = "quorum"
    MAJORITY = "majority"
    NOTICE_DAYS = "notice_days"
    SPENDING = "spending"
    """What the committee may spend on one matter without a vote, by two: small spending."""


class UnitKind(StrEnum):
    """The holder of one vote: a person or a household."""

    PERSON = "person"
    HOUSEHOLD = "household"


class QuorumBase(StrEnum):
    """The number of which a majority is a share."""

    PRESENT = "present"
    ALL = "all"


class Members(StrEnum):
    """The members of a body, of those on the village's roll."""

    ADULTS = "adults"
    REPRESENTATIVES = "representatives"
    COLLECTIVE_MEMBERS = "collective_members"
    COLLECTIVE_REPRESENTATIVES = "collective_representatives"
    COLLECTIVE_DIRECTORS = "collective_directors"
    PARTY_MEMBERS = "party_members"
    COMMITTEE_MEMBERS = "committee_members"
    COUNCIL_MEMBERS = "council_members"
    TWO_COMMITTEES = "two_committees"


SEATS: dict[Members, frozenset[Role]] = {
    Members.REPRESENTATIVES: frozenset({Role.REPRESENTATIVE, Role.COMMITTEE_MEMBER}),
    Members.COLLECTIVE_REPRESENTATIVES: frozenset({Role.COLLECTIVE_REPRESENTATIVE}),
    Members.COLLECTIVE_DIRECTORS: frozenset({Role.COLLECTIVE_DIRECTOR}),
    Members.PARTY_MEMBERS: frozenset({Role.PARTY_MEMBER, Role.BRANCH_SECRETARY, Role.BRANCH_MEMBER}),
    Members.COMMITTEE_MEMBERS: frozenset({Role.COMMITTEE_MEMBER}),
    Members.COUNCIL_MEMBERS: frozenset({Role.COUNCIL_MEMBER}),
    Members.TWO_COMMITTEES: frozenset({Role.COMMITTEE_MEMBER, Role.BRANCH_SECRETARY, Role.BRANCH_MEMBER}),
}
"""The offices that give a seat. Adults and collective members sit by themselves, without office."""
OF_A_COLLECTIVE = frozenset(
    {Members.COLLECTIVE_MEMBERS, Members.COLLECTIVE_REPRESENTATIVES, Members.COLLECTIVE_DIRECTORS}
)
"""Their members are those of one collective organisation: of the village's, of a group's or of the township's (CEO 2)."""


@dataclass(frozen=True)
class Share:
    """A required share of a whole. "More than half" is strict; "two thirds" is not."""

    of: Fraction
    strict: bool = False

    def met_by(self, part: int, whole: int) -> bool:
        """Tell whether `part` of `whole` meets the share, in whole numbers. Of an empty whole nothing does."""
        if whole <= 0:
            return False
        left, right = self.of.denominator * part, self.of.numerator * whole
        return left > right if self.strict else left >= right

    def needed(self, whole: int) -> int:
        """Return the smallest part that meets it: 2/3 of 412 is 275, more than half of 43 is 22."""
        exact = self.of * whole
        if self.strict:
            return exact.numerator // exact.denominator + 1
        return max(1, -(-exact.numerator // exact.denominator))

    def as_facts(self) -> dict[str, Any]:
        """Return the share as it is stored."""
        return {"of": f"{self.of.numerator}/{self.of.denominator}", "strict": self.strict}

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> "Share":
        """Return a share from its stored form."""
        return cls(Fraction(facts["of"]), bool(facts["strict"]))


@dataclass(frozen=True)
class Body:
    """One row of bodies.toml."""

    code: str
    members: Members
    unit: UnitKind
    scopes: frozenset[Scope]
    notice_days: int
    quorum: Share | None
    majority: Share
    base: QuorumBase
    source: str
    """As people write it: 《村民委员会组织法》第二十五条."""
    valid_from: date
    province: str = ""
    valid_until: date | None = None
    """The last day on which it holds. None: until another row takes its place."""
    supersedes: frozenset[str] = frozenset()
    """Of a national row: the provinces whose own older rows it takes the place of; "*" means all."""
    online: bool = False
    consultative: bool = False
    notice_waivable: str = ""
    """The article that knows special circumstances in which notice may be shorter, for a reason written down."""
    by_ballot: bool = False
    """Raised hands do not decide: it is voted by ballot."""
    internal: bool = False
    """A meeting of office-holders: those called are told, the board is not."""
    called_by: frozenset[Role] = frozenset()
    """Who may call its meetings and run them; a group head those of the own group alone."""
    acting: frozenset[Role] = frozenset()
    """Who calls them instead where there is no collective organisation whose directors could."""
    acting_source: str = ""
    charter: frozenset[CharterPart] = frozenset()
    """What a charter may set."""
    secret_letters: str = ""
    """The article by which a secret vote, too, may be given with a letter of proxy. Empty: none allows it."""

    @property
    def of_a_collective(self) -> bool:
        """Tell whether it is a body of a collective organisation."""
        return self.members in OF_A_COLLECTIVE

    @property
    def is_an_assembly(self) -> bool:
        """Tell whether people sit in it by themselves, without being elected or holding an office."""
        return self.members not in SEATS

    def is_of(self, group_id: int | None) -> bool:
        """Tell whether it can be a body of this group; None: of the village."""
        return (Scope.VILLAGE if group_id is None else Scope.GROUP) in self.scopes

    @property
    def takes_letters(self) -> bool:
        """Tell whether an absent member may send a letter: for a member's own vote, not a household's nor an elected seat."""
        return self.unit is UnitKind.PERSON and self.members in (Members.ADULTS, Members.COLLECTIVE_MEMBERS)

    def holds_on(self, day: date) -> bool:
        """Tell whether the row holds on a day; its first and its last day are included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def takes_the_place_of(self, older: "Body") -> bool:
        """Tell whether this national row takes the place of a province's older one."""
        named = "*" in self.supersedes or older.province in self.supersedes
        return not self.province and bool(older.province) and named and older.valid_from < self.valid_from

    def rule_facts(self) -> dict[str, Any]:
        """Return the rule as it is frozen into a poll or a call."""
        return {
            "body": self.code,
            "unit": self.unit.value,
            "quorum": self.quorum.as_facts() if self.quorum else None,
            "majority": self.majority.as_facts(),
            "base": self.base.value,
            "notice_days": self.notice_days,
            "source": self.source,
        }


@lru_cache(maxsize=1)
def all_rows() -> tuple[Body, ...]:
    """Return the rows of bodies.toml."""
    rows = tomllib.loads((Path(__file__).parent / "bodies.toml").read_text(encoding="utf-8"))["body"]
    return tuple(_body(row) for row in rows)


def _body(row: dict[str, Any]) -> Body:
    return Body(
        code=row["code"],
        members=Members(row["members"]),
        unit=UnitKind(row["unit"]),
        scopes=frozenset(map(Scope, row["scope"])),
        notice_days=row["notice_days"],
        quorum=_share(row.get("quorum")),
        majority=_share(row["majority"]) or Share(Fraction(1)),
        base=QuorumBase(row["base"]),
        source=citations.text(row["source"]),
        valid_from=row["valid_from"],
        province=row.get("province", ""),
        valid_until=row.get("valid_until"),
        supersedes=frozenset(row.get("supersedes", ())),
        online=row.get("online", False),
        consultative=row.get("consultative", False),
        notice_waivable=_cited(row, "notice_waivable"),
        by_ballot=row.get("by_ballot", False),
        internal=row.get("internal", False),
        called_by=frozenset(map(Role, row["called_by"])),
        acting=frozenset(map(Role, row.get("acting", ()))),
        acting_source=_cited(row, "acting_source"),
        charter=frozenset(map(CharterPart, row.get("charter", ()))),
        secret_letters=_cited(row, "secret_letters"),
    )


def _cited(row: dict[str, Any], name: str) -> str:
    return citations.text(row[name]) if name in row else ""


def _share(row: dict[str, Any] | None) -> Share | None:
    return Share(Fraction(row["of"]), row["strict"]) if row else None


def codes() -> list[str]:
    """Return the code of every body, in the order of the table."""
    return list(dict.fromkeys(row.code for row in all_rows()))


def takes_letters(code: str) -> bool:
    """Tell whether a body's absent members may send a letter; the same in every province."""
    return next(row.takes_letters for row in all_rows() if row.code == code)


def unit_of(code: str) -> UnitKind:
    """Return whether a body's votes are of persons or of households; the same in every province."""
    return next(row.unit for row in all_rows() if row.code == code)


def is_of_a_collective(code: str) -> bool:
    """Tell whether a body is one of a collective organisation; the same in every province."""
    return next(row.of_a_collective for row in all_rows() if row.code == code)


def internal_codes() -> list[str]:
    """Return the bodies of office-holders: their meetings and votes are not public."""
    return sorted({row.code for row in all_rows() if row.internal})


def find(code: str, *, province: str, on: date, rows: Iterable[Body] | None = None) -> Body:
    """Return the row in force on a day: the province's own before the nation's, the newest first. Raises KeyError.

    A provincial row does not hold any more where a newer national one says that it takes its place.
    """
    fitting = [
        row for row in rows or all_rows() if row.code == code and row.province in ("", province) and row.holds_on(on)
    ]
    left = [row for row in fitting if not any(newer.takes_the_place_of(row) for newer in fitting)]
    if not left:
        raise KeyError(code)
    return max(left, key=lambda r: (r.province != "", r.valid_from))


def first_day(code: str) -> date:
    """Return the day from which the nation's oldest row of a body holds."""
    return min(row.valid_from for row in all_rows() if row.code == code and not row.province)


def first_opening_day(announced_on: date, notice_days: int) -> date:
    """Return the first day on which a poll may open: the day of the notice is not counted, full days lie between.

    Civil Code 201: the starting day is not counted. Ten days' notice on 1 March: open from 12 March.
    """
    return announced_on + timedelta(days=notice_days + 1) if notice_days else announced_on
