"""Builders of acts in the council's name: two officers of different offices and houses. Each runs in the app context at hand."""

from dataclasses import replace
from datetime import date, datetime

from consult.domain.law.rule_changes import CharterRule
from consult.domain.people.roles import Role
from consult.domain.talk.comments import AnswerState
from consult.domain.talk.phases import Phase
from consult.models import Consultation, CouncilRequest, Objection, OfficialAnswer, db
from consult.services.law import rule_changes
from consult.services.people import villages
from consult.services.talk import answers, phases
from consult.services.talk.council import council_acts, objection_answers
from consult.services.talk.duty import owed_answers
from tests.village import FOUNDED, Cast, Who

ZH = "zh-Hans-CN"


def drafted(
    cast: Cast,
    consultation_id: int,
    state: AnswerState,
    reason: str = "下月装好",
    *,
    key: str = "a",
    by: Who | None = None,
    now: datetime | None = None,
) -> CouncilRequest:
    """An answer that Old Chan of the committee drafts, and that waits."""
    act = (by or cast.old_chan).act(language=ZH, key=key, now=now)
    return answers.propose(db.session.get_one(Consultation, consultation_id), state, reason, act)


def confirmed(
    cast: Cast,
    request: CouncilRequest,
    *,
    by: Who | None = None,
    office: str = Role.SUPERVISOR,
    now: datetime | None = None,
) -> None:
    """Confirmed by Uncle Ho, the supervisor."""
    council_acts.confirm(request, office, (by or cast.uncle_ho).act(now=now))


def answered(
    cast: Cast,
    consultation_id: int,
    state: AnswerState,
    reason: str = "下月装好",
    *,
    key: str = "a",
    by: Who | None = None,
    now: datetime | None = None,
) -> OfficialAnswer:
    """Drafted by one and confirmed by the other."""
    confirmed(cast, drafted(cast, consultation_id, state, reason, key=key, by=by, now=now), now=now)
    query = db.session.query(OfficialAnswer).filter_by(consultation_id=consultation_id)
    return query.order_by(OfficialAnswer.number.desc()).first()  # type: ignore[return-value]


def later_day(
    cast: Cast,
    consultation_id: int,
    until: date,
    reason: str = "要请水利站来看",
    *,
    by: Who | None = None,
    now: datetime | None = None,
) -> CouncilRequest:
    """A later day for the answer that Old Chan asks for, and that waits."""
    act = (by or cast.old_chan).act(language=ZH, now=now)
    return owed_answers.extend(db.session.get_one(Consultation, consultation_id), until, reason, act)


def moved(cast: Cast, consultation_id: int, phase: Phase, *, by: Who | None = None) -> None:
    """Moved on by Old Chan; where it speaks for the council, confirmed by Uncle Ho."""
    consultation = db.session.get_one(Consultation, consultation_id)
    request = phases.move(consultation, phase, (by or cast.old_chan).act(language=ZH))
    if request is not None:
        confirmed(cast, request)


def objection_answered(
    cast: Cast, objection: Objection, text: str, *, by: Who | None = None, now: datetime | None = None
) -> None:
    act = (by or cast.old_chan).act(language=ZH, key=f"o{objection.id}", now=now)
    confirmed(cast, objection_answers.propose(objection, text, act), now=now)


def small_spending(cast: Cast, fen: int) -> None:
    """The charter lets the committee spend so much on one matter without a vote, by two."""
    rule = CharterRule(spending_fen=fen, source="章程 21")
    on = villages.local_day(cast.row(), FOUNDED)
    wanted = replace(rule_changes.wanted_charter("VC", None, rule, valid_from=date.min), valid_from=on)
    change = rule_changes.ask(wanted, Role.COMMITTEE_MEMBER, cast.old_chan.act(now=FOUNDED, key=f"small-{fen}"))
    rule_changes.confirm(change.id, Role.SUPERVISOR, cast.uncle_ho.act(now=FOUNDED))
