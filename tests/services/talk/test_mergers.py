"""A merger needs the proposer's yes, or two officers and a week without a no; names and the duty to answer move along."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.people.office_terms import Term
from consult.domain.people.owed import AnswerRule
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason
from consult.domain.talk.comments import AnswerState
from consult.models import AnswerExtension, Consultation, Endorsement, Merger, MergerRequest, Notification, Person, db
from consult.models.talk import answer_queries, talk_queries
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.people import grants, villages
from consult.services.site import verification
from consult.services.talk import endorsements
from consult.services.talk.council import council_requests
from consult.services.talk.duty import mergers, owed_answers
from consult.services.talk.withdrawals import withdraw
from tests.council import ZH, answered, confirmed, later_day
from tests.hours import today
from tests.services.talk.test_talk import row, told, why
from tests.village import FOUNDED, Cast, Who, a_matter
from tests.village import villagers as more

pytestmark = pytest.mark.both_databases


def grant(cast: Cast, who: Who, role: Role) -> None:
    grants.grant(who.row(), role, Term(FOUNDED.date()), Act.by_system(cast.id, now=FOUNDED))


def names(matter: int) -> set[int]:
    return set(db.session.scalars(select(Endorsement.person_id).where(Endorsement.consultation_id == matter)))


def stand_behind(cast, matter: int, how_many: int) -> list[int]:
    people = more(cast, how_many)
    for one in people:
        endorsements.endorse(row(matter), Act.of(db.session.get_one(Person, one), now=clock.now()))
    return people


@pytest.fixture
def two(inside):
    """One with three names, whose answer is owed; another, by Ah Keung, with his alone."""
    villages.set_endorsement_rule(inside.row(), AnswerRule(3, 10), inside.old_chan.act())
    one, other = a_matter(inside, key="one"), a_matter(inside, key="other", by=inside.ah_keung)
    stand_behind(inside, one, 2)
    assert row(one).answer_due_on is not None and row(other).answer_due_on is None
    return one, other


def ask(cast, two, *, who=None, at=None) -> MergerRequest:
    asked = mergers.ask(row(two[0]), row(two[1]), "同一件事", (who or cast.old_chan).act(now=at))
    assert asked is not None
    return asked


def test_an_officer_alone_merges_nothing(inside, two):
    asked = ask(inside, two)
    assert db.session.get(Merger, two[0]) is None and asked.ended_at is None
    assert told(inside.ah_fong)[-1] == ("changed", "merger_asked")


def test_with_the_proposers_yes_names_and_duty_move(inside, two):
    one, other = two
    due, before = row(one).answer_due_on, names(one)
    mergers.agree(ask(inside, two), inside.ah_fong.act())
    assert names(other) == before | {inside.ah_keung.id}
    assert row(other).answer_due_on == due and answer_queries.is_owed(other)
    assert row(one).answer_due_on == due, "it says what became of the duty"
    kinds = set(db.session.scalars(select(Notification.subject).where(Notification.subject.startswith("merged_name"))))
    told_names = select(func.count()).where(Notification.subject.in_(kinds))
    assert db.session.scalar(told_names) == 3, "everybody whose name moved"
    assert ("duty", "answer_due") in told(inside.sister_chow)
    assert list(verification.verify(inside.row())) == []


def test_each_name_counts_once(inside, two):
    one, other = two
    endorsements.endorse(row(other), inside.ah_fong.act())
    mergers.agree(ask(inside, two), inside.ah_fong.act())
    assert len(names(other)) == len(names(one) | {inside.ah_keung.id})


def test_the_earlier_day_of_two_holds(inside, two):
    one, other = two
    villages.set_endorsement_rule(inside.row(), AnswerRule(3, 30), inside.old_chan.act())
    for person in list(names(one))[:2]:
        endorsements.endorse(row(other), Act.of(db.session.get_one(Person, person), now=clock.now()))
    early, late = row(one).answer_due_on, row(other).answer_due_on
    assert early < late
    mergers.agree(ask(inside, two), inside.ah_fong.act())
    assert row(other).answer_due_on == early


def test_names_of_both_together_may_oblige_the_council(inside):
    villages.set_endorsement_rule(inside.row(), AnswerRule(3, 10), inside.old_chan.act())
    one, other = a_matter(inside, key="one"), a_matter(inside, key="other", by=inside.ah_keung)
    endorsements.endorse(row(one), inside.uncle_ho.act())
    mergers.agree(ask(inside, (one, other)), inside.ah_fong.act())
    assert answer_queries.is_owed(other)


def test_an_answer_from_before_the_merger_settles_nothing(inside, two):
    _, other = two
    row(other).answer_due_on = today()
    db.session.commit()
    answered(inside, other, AnswerState.NOT_ACCEPTED, "没钱")
    assert not answer_queries.is_owed(other)
    later = clock.now() + timedelta(seconds=5)
    mergers.agree(ask(inside, two), inside.ah_fong.act(now=later))
    assert answer_queries.is_owed(other)
    answered(inside, other, AnswerState.PARTLY, "先修一段", key="b", now=later + timedelta(seconds=5))
    assert not answer_queries.is_owed(other)


def test_the_proposers_no_is_binding(inside, two):
    asked = ask(inside, two)
    for _ in range(2):
        mergers.decline(asked, inside.ah_fong.act())
    assert told(inside.old_chan)[-1] == ("changed", "merger_declined")
    assert why(mergers.confirm, asked, "supervisor", inside.uncle_ho.act()) is Reason.MERGER_OVER
    assert why(ask, inside, two, who=inside.sister_chow) is Reason.MERGER_DECLINED
    assert mergers.hold_due(now=clock.now() + timedelta(days=60)) == []


def test_nobody_else_says_yes_or_no_for_the_proposer(inside, two):
    asked = ask(inside, two)
    for act in (mergers.agree, mergers.decline):
        assert why(act, asked, inside.ah_keung.act()) is Reason.NOT_PROPOSER


def test_two_officers_and_a_week_without_a_no(inside, two):
    asked = ask(inside, two)
    assert why(mergers.confirm, asked, "committee_member", inside.old_chan.act()) is Reason.SAME_PERSON
    assert why(mergers.confirm, asked, "supervisor", inside.ah_keung.act()) is Reason.NO_SUCH_OFFICE
    mergers.confirm(asked, "supervisor", inside.uncle_ho.act())
    assert ("changed", "merger_confirmed") in told(inside.ah_fong)
    mergers.hold_due(now=clock.now() + timedelta(days=6))
    assert db.session.get(Merger, two[0]) is None
    mergers.hold_due(now=clock.now() + timedelta(days=9))
    assert db.session.get(Merger, two[0]) is not None and answer_queries.is_owed(two[1])


def test_one_tap_within_the_week_keeps_them_apart(inside, two):
    asked = ask(inside, two)
    mergers.confirm(asked, "supervisor", inside.uncle_ho.act())
    mergers.decline(asked, inside.ah_fong.act(now=clock.now() + timedelta(days=6)))
    mergers.hold_due(now=clock.now() + timedelta(days=9))
    assert db.session.get(Merger, two[0]) is None and answer_queries.is_owed(two[0])


def test_a_request_lapses_and_ends_with_what_it_asks_about(inside, two):
    asked = ask(inside, two)
    mergers.hold_due(now=clock.now() + timedelta(days=15))
    assert asked.outcome == "lapsed"
    again = ask(inside, two, who=inside.sister_chow)
    mergers.confirm(again, "supervisor", inside.uncle_ho.act())
    withdraw(row(two[1]), "不要了", inside.ah_keung.act())
    mergers.hold_due(now=clock.now() + timedelta(days=9))
    assert again.outcome == "dropped" and db.session.get(Merger, two[0]) is None


def test_who_proposed_it_and_asks_as_an_officer_has_said_yes(inside):
    one, other = a_matter(inside, key="one", by=inside.old_chan), a_matter(inside, key="other")
    ask(inside, (one, other))
    assert db.session.get(Merger, one) is not None


def test_merging_goes_into_another_living_consultation_of_the_same_village(inside, two):
    one, other = two
    officer = inside.sister_chow
    assert why(mergers.ask, row(one), row(one), "同一件事", officer.act()) is Reason.ONLY_INTO_ANOTHER
    assert why(mergers.ask, row(one), None, "同一件事", officer.act()) is Reason.ONLY_INTO_ANOTHER
    assert why(mergers.ask, row(one), row(other), "同一件事", inside.ah_kwok.act()) is Reason.NO_SUCH_OFFICE
    mergers.agree(ask(inside, two), inside.ah_fong.act())
    assert [(link.id, link.how) for link in talk_queries.linked(one)] == [(other, "into")]
    assert [(link.id, link.how) for link in talk_queries.linked(other)] == [(one, "from")]


# the day for the answer


def test_that_the_council_studies_it_keeps_the_day(inside, two):
    one, _ = two
    due = row(one).answer_due_on
    answered(inside, one, AnswerState.EVALUATING, "请人来看")
    assert answer_queries.is_owed(one) and row(one).answer_due_on == due
    assert [r.id for r in answer_queries.unanswered(due)] == [one], "reminders go on"


def test_the_day_is_moved_once_by_two_officers_and_everybody_is_told(inside, two):
    one, _ = two
    grant(inside, inside.aunt_leung, Role.SUPERVISOR)
    due = row(one).answer_due_on
    assert why(later_day, inside, one, due + timedelta(days=31)) is Reason.EXTENSION_TOO_LONG
    assert why(later_day, inside, one, due) is Reason.EXTENSION_TOO_LONG
    until = due + timedelta(days=30)
    asked = later_day(inside, one, until)
    assert later_day(inside, one, until).id == asked.id, "the same wish of the same officer"
    assert row(one).answer_due_on == due and owed_answers.extended(one) is None, "while it waits the day runs on"
    assert ("changed", "answer_extended") not in told(inside.ah_fong)
    assert ("duty", "second_extension") in told(inside.uncle_ho)
    for _ in range(2):
        confirmed(inside, asked, by=inside.aunt_leung)
    assert row(one).answer_due_on == until
    assert told(inside.ah_fong)[-1] == ("changed", "answer_extended")
    assert ("changed", "answer_extended") in told(inside.uncle_ho)
    given = owed_answers.extended(one)
    assert (given.request.asker.id, given.request.step.person.id) == (inside.old_chan.id, inside.aunt_leung.id)
    assert why(later_day, inside, one, due + timedelta(days=31), by=inside.sister_chow) is Reason.ANSWER_EXTENDED
    assert list(verification.verify(inside.row())) == []


def test_of_two_wishes_for_a_later_day_the_first_confirmed_holds_and_the_other_lapses(inside, two):
    one, _ = two
    due = row(one).answer_due_on
    grant(inside, inside.aunt_leung, Role.SUPERVISOR)
    first = later_day(inside, one, due + timedelta(days=5))
    other = later_day(inside, one, due + timedelta(days=9), by=inside.sister_chow)
    confirmed(inside, first, by=inside.aunt_leung)
    assert why(confirmed, inside, other) is Reason.ANSWER_EXTENDED
    assert council_requests.lapse_due(now=clock.now()) == [other.id]


def test_a_day_that_has_passed_is_not_moved(inside, two):
    one, other = two
    due = row(one).answer_due_on
    late = clock.now() + timedelta(days=12)
    assert why(later_day, inside, one, due + timedelta(days=9), now=late) is Reason.ANSWER_LATE
    assert why(later_day, inside, other, due) is Reason.NO_ANSWER_OWED


def test_a_later_day_that_nobody_confirmed_before_the_day_passed_is_refused_and_lapses(inside, two):
    one, _ = two
    due = row(one).answer_due_on
    asked = later_day(inside, one, due + timedelta(days=9))
    late = clock.now() + timedelta(days=12)
    assert why(confirmed, inside, asked, now=late) is Reason.ANSWER_LATE
    assert row(one).answer_due_on == due
    assert council_requests.lapse_due(now=clock.now()) == [], "while the day is to come it waits"
    assert council_requests.lapse_due(now=late) == [asked.id]
    assert told(inside.old_chan)[-1][1] == "council_lapsed"


def test_a_later_day_for_an_answer_that_was_given_meanwhile_is_refused(inside, two):
    one, _ = two
    asked = later_day(inside, one, row(one).answer_due_on + timedelta(days=9))
    answered(inside, one, AnswerState.PARTLY)
    assert why(confirmed, inside, asked) is Reason.NO_ANSWER_OWED


def test_a_day_that_a_merger_brought_forward_is_not_the_one_that_was_to_be_moved(inside, two):
    one, _ = two
    due = row(one).answer_due_on
    asked = later_day(inside, one, due + timedelta(days=9))
    with transactions.writing():
        db.session.execute(update(Consultation).where(Consultation.id == one).values(answer_due_on=due - timedelta(1)))
    assert why(confirmed, inside, asked) is Reason.CHANGED_MEANWHILE


def test_nobody_of_the_movers_house_moves_the_day_or_confirms_it(inside, two):
    one, _ = two
    due = row(one).answer_due_on
    grant(inside, inside.ah_kwok, Role.COUNCIL_MEMBER)
    assert why(later_day, inside, one, due + timedelta(days=9), by=inside.ah_kwok) is Reason.OWN_MATTER
    asked = later_day(inside, one, due + timedelta(days=9))
    assert why(confirmed, inside, asked, by=inside.ah_kwok, office=Role.COUNCIL_MEMBER) is Reason.OWN_MATTER
    assert why(confirmed, inside, asked, by=inside.old_chan, office=Role.COMMITTEE_MEMBER) is Reason.SAME_PERSON


def test_the_database_moves_no_day_on_the_word_of_one_officer(inside, two):
    one, _ = two
    due = row(one).answer_due_on
    asked = later_day(inside, one, due + timedelta(days=9))
    alone = AnswerExtension(
        consultation_id=one,
        village_id=inside.id,
        due_before=due,
        until=due + timedelta(days=9),
        reason="慢",
        language=ZH,
        extended_by=inside.old_chan.id,
        extended_at=clock.now(),
        request_id=asked.id,
    )
    db.session.add(alone)
    with pytest.raises(DBAPIError, match="takes two persons"):
        db.session.flush()
    db.session.rollback()


def test_who_stands_behind_it_is_told_what_became_of_the_duty_when_it_is_taken_back(inside, two):
    one, _ = two
    endorsements.endorse(row(one), inside.uncle_ho.act())
    withdraw(row(one), "不要了", inside.ah_fong.act())
    assert told(inside.uncle_ho)[-1] == ("changed", "withdrawn_with_duty")
    assert not answer_queries.unanswered(row(one).answer_due_on)
