"""Each door by which a text comes to a vote that decides: none takes another text than the Party organisation studied.

The walk over bodies, matters, owners and texts is tests/domain/law/test_no_way_round.py; here are the doors.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from consult import clock
from consult.domain.law.four_deliberations import DeliberationStage
from consult.domain.law.vote_gates import Exceptions
from consult.domain.meetings.agendas import ItemKind, ItemPlan, MotionPlan, Result
from consult.domain.meetings.meetings import MeetingPlan
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.resolution_texts import ResolutionText
from consult.domain.refusals import Reason
from consult.models import AgendaItem, Consultation, Poll, db
from consult.services.core.acts import Act
from consult.services.law import four_deliberations
from consult.services.meetings import agendas, archives, meeting_votes, meetings, minutes, proceedings, resolutions
from consult.services.people import grants
from consult.services.polls import poll_changes, polls
from tests.meetings import (
    ALL_YES,
    URGENT,
    a_called_meeting,
    a_formal_poll,
    a_meeting_draft,
    a_vote,
    an_item,
    begin_vote,
    count_hands,
    declare,
    end_vote,
    everybody,
    meeting,
    open_it,
    poll,
    refused,
    ripe,
    seat,
    studied,
)
from tests.village import FOUNDED, Cast, a_consultation, formal_by_phone

pytestmark = pytest.mark.both_databases
OTHER = "把鱼塘租给外人三十年。"


def a_studied_proposal(cast: Cast, key: str = "studied") -> int:
    consultation = a_consultation(cast, key=key)
    ripe(cast, consultation)
    studied(cast, consultation)
    return consultation


def ticked_again(cast: Cast, consultation_id: int) -> None:
    row = db.session.get_one(Consultation, consultation_id)
    four_deliberations.check_motion(row, ALL_YES, cast.old_chan.act())


def call(cast: Cast, meeting_id: int, said: Exceptions = URGENT) -> None:
    meetings.call(meeting(meeting_id), said, cast.old_chan.act())


def called_with(cast: Cast, consultation: int, text: str) -> Callable[[], None]:
    """The door of the call: the item stands on the draft with its text."""
    meeting_id = a_meeting_draft(cast)
    an_item(cast, meeting_id, consultation_id=consultation, text=text)
    return lambda: call(cast, meeting_id)


def revised_with(cast: Cast, consultation: int, text: str) -> Callable[[], None]:
    """The door of the call: the text was written on the item later."""
    meeting_id = a_meeting_draft(cast)
    item = an_item(cast, meeting_id, consultation_id=consultation)
    plan = ItemPlan(item.title, ItemKind.MOTION, consultation, "", "", resolution=ResolutionText(text))
    agendas.revise(item, plan, cast.old_chan.act(key="revised"))
    return lambda: call(cast, meeting_id)


def added_with(cast: Cast, consultation: int, text: str) -> Callable[[], None]:
    """The door of the open meeting: the item is added on the spot, and put to the vote."""
    meeting_id = a_meeting_draft(cast)
    an_item(cast, meeting_id, kind=ItemKind.REPORT, title="收支账")
    call(cast, meeting_id)
    plan = ItemPlan(
        "修圳", ItemKind.MOTION, consultation, "", "急", short_notice="堤要垮了", resolution=ResolutionText(text)
    )
    item = agendas.add(meeting(meeting_id), plan, cast.old_chan.act(language="zh-Hans-CN", key="spot"))
    poll_id = a_vote(cast, item)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id, item=2)
    return lambda: begin_vote(cast, meeting_id, poll_id)


def added_and_revised_with(cast: Cast, consultation: int, text: str) -> Callable[[], None]:
    """The door of the open meeting: the added item gets its text by its form."""
    knock = added_with(cast, consultation, "")
    item = db.session.query(AgendaItem).filter_by(number=2).one()
    plan = ItemPlan("修圳", ItemKind.MOTION, consultation, "", "急", "堤要垮了", resolution=ResolutionText(text))
    agendas.revise(item, replace(plan, motion=MotionPlan()), cast.old_chan.act(key="revised"))
    return knock


def taken_again_with(cast: Cast, consultation: int, text: str) -> Callable[[], None]:
    """The door of the next meeting: the item was put off with a text that the open meeting gave it, and comes again."""
    meeting_id = a_meeting_draft(cast)
    item = an_item(cast, meeting_id, consultation_id=consultation)
    call(cast, meeting_id)
    open_it(cast, meeting_id)
    if text:
        resolutions.amend(meeting(meeting_id), item.id, text, cast.old_chan.act())
    proceedings.close_item(meeting(meeting_id), 1, Result.POSTPONED, cast.old_chan.act(key="later"))
    proceedings.close_meeting(meeting(meeting_id), cast.old_chan.act(key="end"), ended_at=clock.now())
    again = next_one(cast, meeting_id)
    return lambda: call(cast, again)


def next_one(cast: Cast, meeting_id: int) -> int:
    plan = MeetingPlan("VA_people", None, "再开", "祠堂", clock.now() + timedelta(days=20))
    return agendas.plan_meeting(plan, [], agendas.put_off(meeting(meeting_id)), cast.old_chan.act(key="again")).id


DOORS = [called_with, revised_with, added_with, added_and_revised_with, taken_again_with]


@pytest.mark.parametrize("door", DOORS)
def test_another_text_than_was_studied_comes_through_no_door_until_it_is_studied_and_checked(inside, door):
    consultation = a_studied_proposal(inside)
    knock = door(inside, consultation, OTHER)
    assert refused(knock) is Reason.TEXT_NOT_STUDIED
    ticked_again(inside, consultation)
    assert refused(knock) is Reason.TEXT_NOT_STUDIED, "the questions of law are no study"
    studied(inside, consultation)
    knock()


@pytest.mark.parametrize("door", DOORS)
def test_the_words_of_the_proposal_come_through_every_door(inside, door):
    door(inside, a_studied_proposal(inside), "")()


@pytest.mark.parametrize("door", [called_with, added_with])
def test_the_proposals_words_typed_on_the_item_are_the_proposals_words(inside, door):
    consultation = a_studied_proposal(inside)
    summary = db.session.get_one(Consultation, consultation).proposal.summary
    item = an_item(inside, a_meeting_draft(inside, key="other"), consultation_id=consultation)
    said = resolutions.of_item(item).text
    assert summary in said
    door(inside, consultation, said)()


def test_a_text_that_was_there_before_the_study_was_studied_with_it(inside):
    consultation = a_consultation(inside)
    knock = called_with(inside, consultation, OTHER)
    ripe(inside, consultation)
    assert refused(knock) is Reason.NO_PARTY_STUDY
    studied(inside, consultation)
    knock()


def test_the_questions_of_law_are_gone_through_for_the_text_that_is_put_to_the_vote(inside):
    consultation = a_studied_proposal(inside)
    knock = called_with(inside, consultation, OTHER)
    studied(inside, consultation)
    assert refused(knock) is Reason.MOTION_UNCHECKED
    ticked_again(inside, consultation)
    knock()


def test_a_study_is_put_on_record_once_however_often_it_is_sent(inside):
    consultation = a_studied_proposal(inside)
    called_with(inside, consultation, OTHER)
    for _ in range(2):
        studied(inside, consultation)
    assert four_deliberations.done(consultation)[DeliberationStage.PARTY_PROPOSES].number == 2


def test_an_item_opens_its_proposal_with_its_text(inside):
    meeting_id = a_meeting_draft(inside)
    item = an_item(inside, meeting_id, text=OTHER)
    consultation = item.consultation_id
    assert consultation is not None
    assert db.session.get_one(Consultation, consultation).proposal.text == OTHER
    ripe(inside, consultation)
    studied(inside, consultation)
    call(inside, meeting_id)


def test_a_study_by_vote_is_of_the_words_with_which_the_vote_began(inside):
    cast = inside
    consultation = a_consultation(cast)
    ripe(cast, consultation)
    party, vote_id = a_party_vote(cast, consultation)
    knock = called_with(cast, consultation, OTHER)
    end_vote(cast, party, vote_id)
    count_hands(cast, vote_id, 1, 0, 0)
    declare(cast, vote_id)
    assert four_deliberations.motion(consultation).studied
    ticked_again(cast, consultation)
    assert refused(knock) is Reason.TEXT_NOT_STUDIED
    studied(cast, consultation)
    knock()


def a_party_vote(cast: Cast, consultation: int) -> tuple[int, int]:
    """The Party members vote on it by hands, as far as the open vote."""
    act = Act.by_system(cast.id, now=FOUNDED)
    grants.grant(cast.old_chan.row(), Role.PARTY_MEMBER, Term(FOUNDED.date()), act)
    grants.grant(cast.old_chan.row(), Role.BRANCH_SECRETARY, Term(FOUNDED.date()), act)
    party = a_meeting_draft(cast, body="PARTY", key="party")
    item = an_item(cast, party, consultation_id=consultation)
    vote_id = a_vote(cast, item, key="party-vote")
    call(cast, party)
    seat(cast, party, cast.old_chan)
    open_it(cast, party)
    begin_vote(cast, party, vote_id)
    return party, vote_id


def test_what_the_open_meeting_changes_is_voted_on_and_said_as_its_amendment(inside):
    cast = inside
    meeting_id, poll_id = a_called_meeting(cast)
    (item,) = db.session.query(AgendaItem)
    before = resolutions.of_item(item).text
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)
    resolutions.amend(meeting(meeting_id), item.id, "只修上圳两处。", cast.old_chan.act())
    undo = lambda: proceedings.undo(  # noqa: E731
        meeting(meeting_id), max(proceedings.course_of(meeting_id).standing), cast.old_chan.act()
    )
    assert refused(undo) is Reason.AMENDMENT_STANDS
    voted(cast, meeting_id, poll_id)
    (written,) = minutes.of_meeting(meeting(meeting_id)).items
    assert (written.resolution.text, written.called) == ("只修上圳两处。", before)
    (facts,) = archives.facts_of(meeting(meeting_id))["items"]
    assert (facts["called"]["text"], facts["amended_in_meeting"]) == (before, "只修上圳两处。")


def voted(cast: Cast, meeting_id: int, poll_id: int) -> None:
    begin_vote(cast, meeting_id, poll_id)
    end_vote(cast, meeting_id, poll_id)
    count_hands(cast, poll_id, 6, 0, 0)
    declare(cast, poll_id)


def test_an_amendment_to_an_item_that_was_added_on_the_spot_is_said_too(inside):
    cast = inside
    added_with(cast, a_studied_proposal(cast), "")
    item = db.session.query(AgendaItem).filter_by(number=2).one()
    before = resolutions.of_item(item).text
    resolutions.amend(meeting(item.meeting_id), item.id, "只修上圳两处。", cast.old_chan.act())
    assert resolutions.called_of_item(meeting(item.meeting_id).call, item).text == before
    voted(cast, item.meeting_id, db.session.query(Poll).one().id)
    written = minutes.of_meeting(meeting(item.meeting_id)).items[1]
    assert (written.resolution.text, written.called) == ("只修上圳两处。", before)


def test_an_amendment_makes_no_text_studied_and_a_repeated_vote_asks_for_the_text_before_it(inside):
    cast = inside
    meeting_id, poll_id = a_called_meeting(cast)
    (item,) = db.session.query(AgendaItem)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)
    resolutions.amend(meeting(meeting_id), item.id, OTHER, cast.old_chan.act())
    assert item.text_at is None and not resolutions.against_proposal(item).differs
    begin_vote(cast, meeting_id, poll_id)
    wish = ChangeRequest(ChangeKind.CANCELLATION, "停电")
    change = poll_changes.ask(poll(poll_id), wish, "council_member", cast.sister_chow.act(key="c"))
    poll_changes.confirm(change, "committee_member", cast.old_chan.act())
    again = meeting_votes.repeat(meeting(meeting_id), poll_id, cast.old_chan.act(key="r")).id
    begin_vote(cast, meeting_id, again)
    assert polls.resolution_of(poll(again)).text == OTHER


def test_an_item_that_was_put_off_as_it_was_studied_needs_no_new_study(inside):
    cast = inside
    consultation = a_consultation(cast)
    meeting_id = a_meeting_draft(cast)
    an_item(cast, meeting_id, consultation_id=consultation, text=OTHER)
    ripe(cast, consultation)
    studied(cast, consultation)
    call(cast, meeting_id)
    open_it(cast, meeting_id)
    proceedings.close_item(meeting(meeting_id), 1, Result.POSTPONED, cast.old_chan.act(key="later"))
    proceedings.close_meeting(meeting(meeting_id), cast.old_chan.act(key="end"), ended_at=clock.now())
    call(cast, next_one(cast, meeting_id))


def test_a_poll_by_phone_puts_the_proposals_words_and_a_longer_one_puts_no_others(inside):
    cast = inside
    formal_by_phone(cast, "VA_people")
    poll_id = a_formal_poll(cast, opens_at=clock.now() + timedelta(days=12), closes_at=clock.now() + timedelta(days=15))
    consultation = poll(poll_id).consultation_id
    an_item(cast, a_meeting_draft(cast), consultation_id=consultation, text=OTHER)
    polls.announce(poll(poll_id), cast.old_chan.act())
    said = polls.resolution_of(poll(poll_id))
    assert OTHER not in said.text
    wish = ChangeRequest(ChangeKind.EXTENSION, "雨", clock.now() + timedelta(days=20))
    change = poll_changes.ask(poll(poll_id), wish, "council_member", cast.sister_chow.act(key="k"))
    poll_changes.confirm(change, "committee_member", cast.old_chan.act())
    assert polls.resolution_of(poll(poll_id)) == said
