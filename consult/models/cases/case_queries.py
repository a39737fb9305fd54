"""Named selects over cases. All go through a reader's mark; none takes a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, func, or_, select, true
from sqlalchemy.orm import aliased

from consult.domain.cases.acts import ABOUT_ENTRIES
from consult.models.base import db
from consult.models.cases.cases import (
    CaseEntry,
    CaseFile,
    CaseLink,
    CaseName,
    CaseReader,
    CaseView,
    MediationCase,
    Screening,
)

Nearest, Home = aliased(CaseReader), aliased(CaseName)
ABOUT = sorted(act.value for act in ABOUT_ENTRIES)
RECUSED = ("recused", "recused:1")
"""Kept out because of a household, or by their own word."""
UNSEEN = (
    select(func.count())
    .select_from(CaseReader)
    .join(MediationCase, MediationCase.id == CaseReader.case_id)
    .where(
        CaseReader.reader_mark == bindparam("mark"), CaseReader.part.not_in(RECUSED), MediationCase.news_at.is_not(None)
    )
    .where(CaseReader.part.not_like("left:%"))
    .where(or_(CaseReader.seen_at.is_(None), CaseReader.seen_at < MediationCase.news_at))
)  # on every page: put together once


def by_address(village_id: int, address: str) -> MediationCase | None:
    query = select(MediationCase).where(MediationCase.address == address, MediationCase.village_id == village_id)
    return db.session.scalars(query).first()


def readers(case_id: int, marks: Sequence[str]) -> Sequence[CaseReader]:
    query = select(CaseReader).where(CaseReader.case_id == case_id, CaseReader.reader_mark.in_(marks))
    return db.session.scalars(query).all()


def names_one_of(case_id: int, marks: Sequence[str]) -> set[str]:
    """Return which of these names or households stand in a case."""
    query = select(CaseName.name_mark).where(CaseName.case_id == case_id, CaseName.name_mark.in_(marks))
    return set(db.session.scalars(query))


def lock_readers(case_id: int) -> None:
    """Lock the rows of all readers of a case until the commit, in one order."""
    query = select(CaseReader.reader_mark).where(CaseReader.case_id == case_id).order_by(CaseReader.reader_mark)
    db.session.execute(query.with_for_update())


def all_readers(case_id: int) -> Sequence[CaseReader]:
    return db.session.scalars(select(CaseReader).where(CaseReader.case_id == case_id)).all()


def entries(case_id: int) -> Sequence[CaseEntry]:
    query = select(CaseEntry).where(CaseEntry.case_id == case_id).order_by(CaseEntry.number)
    return db.session.scalars(query).all()


@dataclass(frozen=True)
class Marks:
    """A reader as the database knows one: by keyed marks."""

    all: tuple[str, ...]
    own: str
    home: str
    """Of the household: an office opens nothing to officers who live with a party."""
    mediates: bool
    """Whether the office that made somebody a mediator of a case still lasts."""


def _of(village_id: int, marks: Marks, *columns: Any) -> Select[Any]:
    """Select the cases that one of these marks may read. A mark of one's own, as party or recused, goes before one of an office.

    Of an office the mark stands in a function, so that a list is read from the cases, whose index has the state, and
    not from everything a head may read.
    """
    column = CaseReader.reader_mark
    mark = column if marks.all == (marks.own,) else func.coalesce(column, "")
    nearer = select(Nearest.case_id).where(Nearest.case_id == MediationCase.id, Nearest.reader_mark == marks.own)
    living_with = select(Home.case_id).where(Home.case_id == MediationCase.id, Home.name_mark == marks.home)
    kept_out = (*RECUSED, *(() if marks.mediates else ("mediator",)))
    mine = and_(mark == marks.own, CaseReader.part.not_in(kept_out))
    of_office = and_(mark != marks.own, ~nearer.exists(), ~living_with.exists())
    return (
        select(*columns)
        .join(CaseReader, CaseReader.case_id == MediationCase.id)
        .where(MediationCase.village_id == village_id, mark.in_(marks.all))
        .where(or_(mine, of_office))
    )


LISTED = (
    MediationCase.id,
    MediationCase.address,
    MediationCase.year,
    MediationCase.number,
    MediationCase.kind,
    MediationCase.state,
    MediationCase.due_kind,
    MediationCase.due_on,
    MediationCase.confirm_by,
    MediationCase.changed_at,
    MediationCase.cipher,
    MediationCase.news_at,
    CaseReader.seen_at,
    CaseReader.reader_mark,
    CaseReader.part,
    CaseReader.wrapped,
)
"""The columns of one line of a list."""


def listed(
    village_id: int,
    marks: Marks,
    states: Sequence[str],
    parts: Sequence[str],
    *,
    most: int,
    newest_first: bool = False,
    before: int = 0,
) -> Sequence[Row[Any]]:
    """Return cases by the day that is due, those without a day last. `newest_first`: by age, from before `before` on."""
    query = _of(
        village_id,
        marks,
        *LISTED,
    ).limit(most)
    if newest_first:  # along the index of village and id: the state stands in a function so that nothing is sorted
        query = query.order_by(MediationCase.id.desc()).where(MediationCase.id < before if before else true())
        query = query.where(func.coalesce(MediationCase.state, "").in_(states))
    else:
        query = query.order_by(MediationCase.due_on.is_(None), MediationCase.due_on, MediationCase.id.desc())
        query = query.where(MediationCase.state.in_(states))
    if parts:
        query = query.where(or_(*(CaseReader.part.startswith(part) for part in parts)))
    return db.session.execute(query).all()


@dataclass(frozen=True)
class Wanted:
    """The filters of a search that the database can answer: no word of people is in them."""

    states: tuple[str, ...]
    parts: tuple[str, ...]
    kind: str = ""
    year: int = 0
    number: int = 0
    sort: str = "number"
    """number, kind, state or due."""


ORDERS: dict[str, tuple[Any, ...]] = {
    "number": (MediationCase.id.desc(),),
    "kind": (MediationCase.kind, MediationCase.id.desc()),
    "state": (MediationCase.state, MediationCase.id.desc()),
    "due": (MediationCase.due_on.is_(None), MediationCase.due_on, MediationCase.id.desc()),
}


def searched(village_id: int, marks: Marks, wanted: Wanted, *, most: int, skip: int = 0) -> Sequence[Row[Any]]:
    """Return cases of a reader by these filters, in one select."""
    query = _of(village_id, marks, *LISTED).where(MediationCase.state.in_(wanted.states))
    query = query.where(or_(*(CaseReader.part.startswith(part) for part in wanted.parts)))
    if wanted.kind:
        query = query.where(MediationCase.kind == wanted.kind)
    if wanted.number:
        query = query.where(MediationCase.number == wanted.number)
    if wanted.year:
        query = query.where(MediationCase.year == wanted.year)
    return db.session.execute(query.order_by(*ORDERS[wanted.sort]).limit(most).offset(skip)).all()


def counted(village_id: int, marks: Marks, states: Sequence[str], parts: Sequence[str]) -> dict[str, int]:
    query = _of(village_id, marks, MediationCase.state, func.count()).group_by(MediationCase.state)
    query = query.where(MediationCase.state.in_(states))
    if parts:
        query = query.where(or_(*(CaseReader.part.startswith(part) for part in parts)))
    return {row[0]: row[1] for row in db.session.execute(query)}


def mediated_by(village_id: int, mark: str, states: Sequence[str], *, most: int) -> Sequence[str]:
    """Return the addresses of the cases in which a mark has the part of a mediator, the oldest first."""
    query = (
        select(MediationCase.address)
        .join(CaseReader, CaseReader.case_id == MediationCase.id)
        .where(CaseReader.reader_mark == mark, CaseReader.part == "mediator", MediationCase.village_id == village_id)
        .where(MediationCase.state.in_(states))
        .order_by(MediationCase.id)
        .limit(most)
    )
    return db.session.scalars(query).all()


def load(village_id: int, states: Sequence[str]) -> dict[str, int]:
    """Return how many open cases each mediator has, by mark."""
    query = (
        select(CaseReader.reader_mark, func.count())
        .join(MediationCase, MediationCase.id == CaseReader.case_id)
        .where(MediationCase.village_id == village_id, MediationCase.state.in_(states), CaseReader.part == "mediator")
        .group_by(CaseReader.reader_mark)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def by_state(village_id: int) -> dict[str, int]:
    query = select(MediationCase.state, func.count()).where(MediationCase.village_id == village_id)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(MediationCase.state))}


def by_clock(village_id: int, states: Sequence[str], today: date, soon_until: date) -> Sequence[Row[Any]]:
    """Count for each clock that runs: how many cases are past their day, due soon, and all."""
    due = MediationCase.due_on
    late, soon = due < today, due.between(today, soon_until)
    query = (
        select(
            MediationCase.due_kind,
            func.sum(case((late, 1), else_=0)).label("late"),
            func.sum(case((soon, 1), else_=0)).label("soon"),
            func.count().label("n"),
        )
        .where(MediationCase.village_id == village_id, MediationCase.state.in_(states), due.is_not(None))
        .group_by(MediationCase.due_kind)
    )
    return db.session.execute(query).all()


def due_on(days: Sequence[date], states: Sequence[str]) -> Sequence[MediationCase]:
    """Return the cases whose clock runs out on one of these days, of every village."""
    query = select(MediationCase).where(MediationCase.due_on.in_(days), MediationCase.state.in_(states))
    return db.session.scalars(query).all()


def confirm_by(days: Sequence[date]) -> Sequence[MediationCase]:
    """Return the cases whose parties may go to court together until one of these days, of every village."""
    return db.session.scalars(select(MediationCase).where(MediationCase.confirm_by.in_(days))).all()


def last_number(village_id: int, year: int) -> int:
    query = select(func.max(MediationCase.number)).where(
        MediationCase.village_id == village_id, MediationCase.year == year
    )
    return db.session.scalar(query) or 0


def named_together(village_id: int, case_id: int, names: Sequence[str], marks: Marks) -> Sequence[Row[Any]]:
    """Other cases of this reader in which somebody of the same name is a party, and how many of them; the newest."""
    same = (
        select(CaseName.case_id, func.count().label("together"))
        .where(CaseName.name_mark.in_(names), CaseName.case_id != case_id)
        .group_by(CaseName.case_id)
        .order_by(func.count().desc(), CaseName.case_id.desc())
        .limit(20)
    )
    together = {row.case_id: row.together for row in db.session.execute(same)}
    if not together:
        return []
    query = _of(
        village_id,
        marks,
        MediationCase.id,
        MediationCase.address,
        MediationCase.year,
        MediationCase.number,
        MediationCase.kind,
        MediationCase.state,
        case(together, value=MediationCase.id).label("together"),
    ).where(MediationCase.id.in_(together))
    return db.session.execute(query.order_by(MediationCase.id.desc()).limit(5)).all()


def of_names(village_id: int, case_id: int, names: Sequence[str], marks: Marks) -> Sequence[Row[Any]]:
    """Return other cases of this reader in which one of these names is a party, with the name's mark; the newest first."""
    query = (
        _of(
            village_id,
            marks,
            CaseName.name_mark,
            MediationCase.address,
            MediationCase.year,
            MediationCase.number,
            MediationCase.kind,
            MediationCase.state,
        )
        .join(CaseName, CaseName.case_id == MediationCase.id)
        .where(CaseName.name_mark.in_(names), MediationCase.id != case_id)
        .order_by(MediationCase.id.desc())
        .limit(100)
    )
    return db.session.execute(query).all() if names else ()


def files(case_id: int) -> Sequence[CaseFile]:
    return db.session.scalars(select(CaseFile).where(CaseFile.case_id == case_id).order_by(CaseFile.id)).all()


def waiting(case_id: int, form_mark: str) -> Sequence[CaseFile]:
    """Return the files that came with a form that had to be put right."""
    query = select(CaseFile).where(
        CaseFile.case_id == case_id, CaseFile.entry_number == 0, CaseFile.form_mark == form_mark
    )
    return db.session.scalars(query).all()


def views(case_id: int, *, most: int = 1000) -> Sequence[CaseView]:
    query = select(CaseView).where(CaseView.case_id == case_id).order_by(CaseView.id.desc()).limit(most)
    return db.session.scalars(query).all()


def linked(village_id: int, consultation_mark: str, marks: Marks) -> Sequence[str]:
    """Return the addresses of the cases that belong to a consultation, for one of these readers."""
    query = (
        _of(village_id, marks, MediationCase.address)
        .join(CaseLink, CaseLink.case_id == MediationCase.id)
        .where(CaseLink.consultation_mark == consultation_mark)
        .distinct()
    )
    return db.session.scalars(query).all()


def drafts_before(instant: datetime) -> Sequence[MediationCase]:
    query = select(MediationCase).where(MediationCase.state == "draft", MediationCase.changed_at < instant)
    return db.session.scalars(query).all()


def events(village_id: int, until: date) -> Sequence[Row[Any]]:
    """Return every entry's codes up to a day, and of later ones the corrections, in the order of each case."""
    query = (
        select(
            CaseEntry.case_id,
            CaseEntry.number,
            CaseEntry.act,
            CaseEntry.code,
            CaseEntry.state,
            CaseEntry.day,
            CaseEntry.due_on,
            MediationCase.source,
        )
        .join(MediationCase, MediationCase.id == CaseEntry.case_id)
        .where(CaseEntry.village_id == village_id, or_(CaseEntry.day <= until, CaseEntry.act.in_(ABOUT)))
        .order_by(CaseEntry.case_id, CaseEntry.number)
    )
    return db.session.execute(query).all()


def accepted_by_month(village_id: int, first: date, last: date) -> Sequence[Row[Any]]:
    """Category as it was taken, day: one row for each case accepted."""
    columns = (CaseEntry.case_id, CaseEntry.number, CaseEntry.code.label("kind"), CaseEntry.day)
    query = select(*columns).where(
        CaseEntry.village_id == village_id, CaseEntry.act == "accept", CaseEntry.day >= first, CaseEntry.day <= last
    )
    return db.session.execute(query).all()


def corrections(village_id: int) -> Sequence[Row[Any]]:
    """Return the case and the code of each correction in force, in their order."""
    query = select(CaseEntry.case_id, CaseEntry.code).where(
        CaseEntry.village_id == village_id, CaseEntry.act.in_(ABOUT), CaseEntry.code != ""
    )
    return db.session.execute(query.order_by(CaseEntry.case_id, CaseEntry.number)).all()


def sweeps(village_id: int, first: date, last: date) -> tuple[int, int]:
    """Return how many rounds there were in a span of days, and how many disputes they found."""
    query = select(func.count(), func.coalesce(func.sum(Screening.found), 0)).where(
        Screening.village_id == village_id, Screening.day >= first, Screening.day <= last
    )
    rounds, found = db.session.execute(query).one()
    return int(rounds), int(found)


def lines(cases: Sequence[int], mark: str) -> Sequence[Row[Any]]:
    """Return the sealed lines of cases with the keys wrapped for a reader."""
    query = select(MediationCase.cipher, CaseReader.wrapped).join(CaseReader, CaseReader.case_id == MediationCase.id)
    query = query.where(CaseReader.reader_mark == mark)
    found: list[Row[Any]] = []
    for n in range(0, len(cases), 500):
        found += db.session.execute(query.where(MediationCase.id.in_(cases[n : n + 500]))).all()
    return found


def unseen(mark: str) -> int:
    """Count the cases of a reader in which something happened since they looked."""
    return db.session.execute(UNSEEN, {"mark": mark}).scalar() or 0
