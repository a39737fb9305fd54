"""No officer alone speaks for the council: two of different offices and houses do, or the item of a meeting."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.people.office_terms import Term
from consult.domain.people.owed import AnswerRule
from consult.domain.people.right_changes import numbers
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.comments import AnswerState
from consult.domain.talk.council_requests import CouncilAct, CouncilEnd
from consult.domain.talk.phases import Phase
from consult.models import (
    AgendaItem,
    AuditEntry,
    Consultation,
    CouncilRequest,
    Notification,
    OfficialAnswer,
    PhaseEntry,
    Village,
    db,
)
from consult.models.talk import answer_queries, meeting_bases
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.people import grants, villages
from consult.services.site import verification
from consult.services.talk import answers, endorsements, phases, revisions, withdrawals
from consult.services.talk.council import council_acts, council_requests
from consult.services.talk.council.council_requests import Wish
from tests.council import ZH, answered, confirmed, drafted, moved
from tests.hours import today
from tests.meetings import close_it
from tests.tasks import by_the_meeting
from tests.village import FOUNDED, WORDS, Cast, Who, a_consultation, a_matter

pytestmark = pytest.mark.both_databases


def row(matter: int) -> Consultation:
    return db.session.get_one(Consultation, matter)


def why(act, *args, **kwargs) -> Reason:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    db.session.rollback()
    return refused.value.reason


def told(who: Who) -> list[str]:
    lines = select(Notification.facts["kind"].as_string()).where(
        Notification.person_id == who.id, Notification.over_at.is_(None)
    )
    return list(db.session.scalars(lines))


def grant(cast: Cast, who: Who, role: Role) -> None:
    grants.grant(who.row(), role, Term(FOUNDED.date()), Act.by_system(cast.id, now=FOUNDED))


def owed(cast: Cast) -> int:
    matter = a_matter(cast)
    row(matter).answer_due_on = today(timedelta(days=2))
    db.session.commit()
    return matter


def in_three_days() -> object:
    return today(timedelta(days=3))


def test_a_draft_posts_nothing_and_the_day_by_which_an_answer_is_owed_goes_on(inside):
    matter = owed(inside)
    drafted(inside, matter, AnswerState.ACCEPTED)
    assert db.session.query(OfficialAnswer).count() == 0
    assert [one.id for one in answer_queries.unanswered(in_three_days())] == [matter]
    assert "official_answer" not in told(inside.ah_fong)
    assert told(inside.uncle_ho) == ["second_answer"] == told(inside.sister_chow) and told(inside.ms_yip) == []


def test_two_officers_answer_and_both_names_stand_by_it(inside):
    matter = owed(inside)
    given = answered(inside, matter, AnswerState.NOT_ACCEPTED)
    assert (given.answered_by, given.request.step.done_by) == (inside.old_chan.id, inside.uncle_ho.id)
    assert not answer_queries.unanswered(in_three_days()) and told(inside.uncle_ho) == []
    assert told(inside.ah_fong) == ["official_answer"]
    assert list(verification.verify(inside.row())) == []


def test_confirming_twice_and_the_same_key_answer_once(inside):
    matter = a_matter(inside)
    one = drafted(inside, matter, AnswerState.EVALUATING)
    assert drafted(inside, matter, AnswerState.EVALUATING).id == one.id
    assert drafted(inside, matter, AnswerState.EVALUATING, key="other").id == one.id, (
        "the same words of the same officer"
    )
    for _ in range(2):
        confirmed(inside, one)
    assert db.session.query(OfficialAnswer).count() == 1


def test_who_may_not_be_the_second_one(inside):
    grant(inside, inside.ah_keung, Role.COMMITTEE_MEMBER)
    grant(inside, inside.siu_ming, Role.COUNCIL_MEMBER)  # of Old Chan's house
    grant(inside, inside.ah_kwok, Role.SUPERVISOR)  # of the mover's house
    one = drafted(inside, a_matter(inside), AnswerState.ACCEPTED)
    confirm = lambda who, office: council_acts.confirm(one, office, who.act())  # noqa: E731
    assert why(confirm, inside.old_chan, Role.COMMITTEE_MEMBER) is Reason.SAME_PERSON
    assert why(confirm, inside.siu_ming, Role.COUNCIL_MEMBER) is Reason.SAME_HOUSE
    assert why(confirm, inside.ah_keung, Role.COMMITTEE_MEMBER) is Reason.SAME_OFFICE
    assert why(confirm, inside.ah_kwok, Role.SUPERVISOR) is Reason.OWN_MATTER
    assert why(confirm, inside.ms_yip, Role.CLERK) is Reason.NO_SUCH_OFFICE
    assert db.session.query(OfficialAnswer).count() == 0


def test_that_the_council_studies_it_after_it_took_its_answer_back_is_no_answer(inside):
    matter = owed(inside)
    answered(inside, matter, AnswerState.ACCEPTED, key="a")
    answered(inside, matter, AnswerState.WITHDRAWN, "说错了", key="b")
    answered(inside, matter, AnswerState.EVALUATING, "再看看", key="c")
    assert [one.id for one in answer_queries.unanswered(in_three_days())] == [matter]
    answered(inside, matter, AnswerState.PARTLY, "先装一半", key="d")
    assert not answer_queries.unanswered(in_three_days())


def test_nobody_answers_the_own_matter_or_that_of_the_house(inside):
    grant(inside, inside.ah_kwok, Role.COMMITTEE_MEMBER)
    matter = a_matter(inside)
    for who, one in ((inside.sister_chow, a_consultation(inside)), (inside.ah_kwok, matter)):
        assert why(drafted, inside, one, AnswerState.ACCEPTED, by=who) is Reason.OWN_MATTER
        assert why(moved, inside, one, Phase.DECIDE, by=who) is Reason.OWN_MATTER


def test_what_changed_since_the_draft_is_not_confirmed(inside):
    matter = a_matter(inside)
    one = drafted(inside, matter, AnswerState.ACCEPTED)
    other = drafted(inside, matter, AnswerState.NOT_ACCEPTED, key="b")
    confirmed(inside, one)
    assert why(confirmed, inside, other) is Reason.CHANGED_MEANWHILE


def test_new_words_of_the_proposal_need_a_new_draft(inside):
    matter = a_matter(inside)
    one = drafted(inside, matter, AnswerState.ACCEPTED)
    act = inside.ah_fong.act(language=ZH, key="r")
    revisions.revise(
        row(matter), replace(WORDS, title="装三盏"), act, base=1, reason="加一盏", accepted=(), in_office=False
    )
    assert why(confirmed, inside, one) is Reason.CHANGED_MEANWHILE


def test_an_answer_is_corrected_and_taken_back_by_two_and_then_owed_again(inside):
    matter = owed(inside)
    assert why(drafted, inside, matter, AnswerState.WITHDRAWN) is Reason.NOTHING_TO_TAKE_BACK
    answered(inside, matter, AnswerState.ACCEPTED)
    answered(inside, matter, AnswerState.PARTLY, "只装一盏", key="b")
    answered(inside, matter, AnswerState.WITHDRAWN, "说错了", key="c")
    kept = db.session.scalars(select(OfficialAnswer.state).order_by(OfficialAnswer.number)).all()
    assert kept == ["accepted", "partly", "withdrawn"]
    assert [one.id for one in answer_queries.unanswered(in_three_days())] == [matter]
    assert why(drafted, inside, matter, AnswerState.WITHDRAWN, key="d") is Reason.NOTHING_TO_TAKE_BACK


def test_a_draft_lapses_or_is_dropped_and_who_drafted_it_is_told(inside):
    matter = a_matter(inside)
    one = drafted(inside, matter, AnswerState.ACCEPTED)
    council_requests.drop(one, Role.COUNCIL_MEMBER, inside.sister_chow.act())
    council_requests.drop(one, Role.COUNCIL_MEMBER, inside.sister_chow.act())
    assert why(confirmed, inside, one) is Reason.RIGHT_STOPPED
    two = drafted(inside, matter, AnswerState.ACCEPTED, key="b").id
    assert council_requests.lapse_due(now=clock.now() + numbers().lapse) == [two]
    assert [kind for kind in told(inside.old_chan) if kind.startswith("council_")] == [
        "council_dropped",
        "council_lapsed",
    ]
    assert why(confirmed, inside, db.session.get_one(CouncilRequest, two)) is Reason.REQUEST_LAPSED


def test_a_draft_ends_with_its_proposal(inside):
    matter = a_matter(inside)
    one = drafted(inside, matter, AnswerState.ACCEPTED).id
    withdrawals.withdraw(row(matter), "不修了", inside.ah_fong.act())
    assert why(confirmed, inside, db.session.get_one(CouncilRequest, one)) is Reason.CONSULTATION_ENDED
    assert council_requests.lapse_due(now=clock.now()) == [one]
    ended = council_requests.step_of(db.session.get_one(CouncilRequest, one))
    assert ended is not None and ended.step is CouncilEnd.LAPSED


def test_an_item_of_a_meeting_bears_out_what_its_vote_said_and_nothing_else(inside):
    matter = by_the_meeting(inside)
    give = lambda state, item, who=inside.old_chan: answers.give_by_meeting(  # noqa: E731
        row(matter), state, "会上通过", who.act(language=ZH, key=f"{state}{item}"), item_id=item
    )
    item = db.session.scalars(select(AgendaItem.id).where(AgendaItem.consultation_id == matter)).one()
    assert not meeting_bases.bases_of(matter), "the meeting is not over"
    assert why(give, AnswerState.ACCEPTED, item) is Reason.NOT_BORNE_OUT
    meeting_id = db.session.scalars(select(AgendaItem.meeting_id).where(AgendaItem.id == item)).one()
    close_it(inside, meeting_id)
    assert why(give, AnswerState.NOT_ACCEPTED, item) is Reason.NOT_BORNE_OUT
    assert why(give, AnswerState.ACCEPTED, 99) is Reason.NOT_BORNE_OUT
    assert why(give, AnswerState.ACCEPTED, item, inside.sister_chow) is Reason.OWN_MATTER
    assert why(give, AnswerState.ACCEPTED, item, inside.ah_fong) is Reason.NO_SUCH_OFFICE
    given = give(AnswerState.ACCEPTED, item)
    assert give(AnswerState.ACCEPTED, item).id == given.id and (given.item_id, given.request_id) == (item, None)
    assert list(verification.verify(inside.row())) == []


def test_an_answer_that_accepts_what_costs_money_begins_the_four_deliberations(inside):
    matter = a_matter(inside)
    answered(inside, matter, AnswerState.ACCEPTED)
    assert "deliberations_begin" in told(inside.old_chan)
    assert phases.why_not_carried_out(row(matter), now=clock.now()) is Reason.MONEY_NOT_DECIDED


@pytest.mark.parametrize("phase", [Phase.RAISE, Phase.DISCUSS])
def test_moves_that_end_talking_take_two_and_say_who(inside, phase):
    matter = a_matter(inside)
    if phase is Phase.DISCUSS:
        moved(inside, matter, Phase.DISCUSS)
        assert row(matter).phase is Phase.DISCUSS, "what opens something is one officer's"
    waits = phases.move(row(matter), Phase.DECIDE, inside.old_chan.act(language=ZH), reason="谈完了")
    assert waits is not None and row(matter).phase is phase
    confirmed(inside, waits)
    last = db.session.scalars(select(PhaseEntry).order_by(PhaseEntry.number.desc())).first()
    assert last is not None and (last.phase, last.request_id, last.reason) == (Phase.DECIDE, waits.id, "谈完了")


def test_a_move_that_was_overtaken_is_not_confirmed(inside):
    matter = a_matter(inside)
    waits = phases.move(row(matter), Phase.DECIDE, inside.old_chan.act(language=ZH))
    assert waits is not None
    phases.move(row(matter), Phase.DISCUSS, inside.sister_chow.act())
    assert why(confirmed, inside, waits) is Reason.CHANGED_MEANWHILE


def test_how_many_oblige_the_council_is_settled_by_two(inside):
    asked = endorsements.ask_rule(inside.row(), AnswerRule(40, 20), inside.old_chan.act(key="r"))
    assert asked is not None and db.session.get_one(Village, inside.id).endorsements_needed != 40
    confirmed(inside, asked)
    here = db.session.get_one(Village, inside.id)
    assert (here.endorsements_needed, here.answer_days) == (40, 20)
    assert endorsements.ask_rule(inside.row(), AnswerRule(40, 20), inside.old_chan.act(key="r2")) is None


def test_a_request_from_before_the_town_had_a_number_leaves_it_as_it_is(inside):
    villages.set_endorsement_rule(inside.row(), AnswerRule(3, 10, 7), inside.old_chan.act())
    wish = Wish(kind=CouncilAct.ENDORSEMENT_RULE, facts={"needed": 40, "days": 20})
    with transactions.writing():
        asked = council_requests.ask(wish, "", inside.old_chan.act(key="old"))
    confirmed(inside, asked)
    assert villages.answer_rule(inside.row()) == AnswerRule(40, 20, 7)


@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("UPDATE council_request SET text = 'x'", "append-only"),
        ("DELETE FROM council_request", "append-only"),
        ("UPDATE council_request_step SET done_office = 'x'", "append-only"),
        (
            "INSERT INTO official_answer (village_id, consultation_id, state, reason, number, language, request_key, "
            "answered_by, answered_at) SELECT village_id, consultation_id, 'accepted', 'x', 9, 'zh', 'alone', "
            "answered_by, answered_at FROM official_answer",
            "takes two persons",
        ),
    ],
)
def test_the_database_refuses_an_answer_on_one_word_and_keeps_the_drafts(inside, statement, match):
    answered(inside, a_matter(inside), AnswerState.ACCEPTED)
    with pytest.raises(DBAPIError, match=match):
        db.session.execute(text(statement))
    db.session.rollback()


def test_each_half_stands_in_the_log(inside):
    answered(inside, a_matter(inside), AnswerState.ACCEPTED)
    tags = db.session.scalars(select(AuditEntry.tag).order_by(AuditEntry.number)).all()
    assert [tag for tag in tags if tag.startswith(("council", "proposal:answered"))] == [
        "council:asked",
        "proposal:answered",
        "council:confirmed",
    ]
