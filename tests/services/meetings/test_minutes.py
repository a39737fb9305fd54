"""From the opening to confirmed minutes: who decides what, what cannot be skipped, and that tampering is seen."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from consult import clock
from consult.domain.law.four_deliberations import DeliberationStage
from consult.domain.meetings.agendas import ItemKind, Result
from consult.domain.meetings.entry_facts import ChairChangedFacts, ProceedingStep, SpeechNotedFacts
from consult.domain.meetings.petitions import PetitionKind, PetitionPlan
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason
from consult.models import MinutesConfirmation, Petition, Village, db
from consult.services.core.acts import Act
from consult.services.law import four_deliberations
from consult.services.meetings import meeting_votes, meetings, minutes, petitions, proceedings
from consult.services.people import grants
from consult.services.polls import closing
from consult.services.polls.counting import due
from consult.services.site import verification
from tests.meetings import (
    URGENT,
    a_called_meeting,
    a_held_meeting,
    a_meeting_draft,
    a_vote,
    an_item,
    begin_vote,
    close_it,
    count_hands,
    end_vote,
    everybody,
    meeting,
    note,
    open_it,
    poll,
    refused,
    ripe,
    seat,
)
from tests.tampering import tampering
from tests.tasks import representatives
from tests.village import FOUNDED, Who, a_consultation, vote

both = pytest.mark.both_databases


def confirm(meeting_id: int, who: Who) -> None:
    minutes.confirm(meeting(meeting_id), who.act())


def correct(cast, meeting_id: int, line: int, words: str) -> None:
    proceedings.correct(meeting(meeting_id), line, words, cast.ms_yip.act())


def call_item(cast, meeting_id: int, number: int) -> None:
    proceedings.call_item(meeting(meeting_id), number, cast.old_chan.act())


def close_item(cast, meeting_id: int, number: int, result: Result = Result.HEARD) -> None:
    proceedings.close_item(meeting(meeting_id), number, result, cast.old_chan.act())


def faults(cast) -> list[str]:
    db.session.expire_all()
    return list(verification.verify(db.session.get_one(Village, cast.id)))


@both
def test_the_chair_confirms_the_minutes_and_nobody_else(inside):
    meeting_id, _ = a_held_meeting(inside)
    assert refused(lambda: confirm(meeting_id, inside.ms_yip)) is Reason.NOT_CHAIR
    confirm(meeting_id, inside.old_chan)
    confirm(meeting_id, inside.old_chan)
    assert db.session.query(MinutesConfirmation).count() == 1
    assert faults(inside) == []


@both
def test_the_minutes_are_confirmed_after_the_end(inside):
    meeting_id, _ = a_called_meeting(inside)
    open_it(inside, meeting_id)
    assert refused(lambda: confirm(meeting_id, inside.old_chan)) is Reason.MEETING_GOES_ON


@both
def test_a_correction_after_the_chair_confirmed_waits_for_the_chair_again(inside):
    meeting_id, _ = a_held_meeting(inside)
    line = next(
        n for n, e in proceedings.course_of(meeting_id).standing.items() if e.step is ProceedingStep.SPEECH_NOTED
    )
    confirm(meeting_id, inside.old_chan)
    correct(inside, meeting_id, line, "分两段做。")
    assert minutes.confirmed_digest(meeting_id) != minutes.of_meeting(meeting(meeting_id)).digest()
    confirm(meeting_id, inside.old_chan)
    assert minutes.confirmed_digest(meeting_id) == minutes.of_meeting(meeting(meeting_id)).digest()
    assert faults(inside) == []


@both
def test_a_new_chair_confirms_what_the_old_one_may_not(inside):
    meeting_id, _ = a_called_meeting(inside)
    open_it(inside, meeting_id)
    proceedings.note(
        meeting(meeting_id),
        ChairChangedFacts(person=inside.uncle_ho.id, name=inside.uncle_ho.name, reason="与石料商有亲"),
        None,
        inside.old_chan.act(key="c"),
    )
    close_it(inside, meeting_id)
    assert refused(lambda: confirm(meeting_id, inside.old_chan)) is Reason.NOT_CHAIR
    confirm(meeting_id, inside.uncle_ho)


@both
def test_an_item_that_was_voted_on_ends_as_its_vote_did_whatever_is_chosen(inside):
    meeting_id, _ = a_held_meeting(inside)
    assert proceedings.course_of(meeting_id).results == {1: Result.CARRIED}


@both
def test_no_item_is_left_and_no_meeting_closed_while_a_vote_is_open_or_not_declared(inside):
    meeting_id, poll_id = a_called_meeting(inside)
    an_item(inside, meeting_id, kind=ItemKind.REPORT, title="收支账", reason="补")
    seat(inside, meeting_id, *everybody(inside)[:5])
    open_it(inside, meeting_id)
    begin_vote(inside, meeting_id, poll_id)
    assert refused(lambda: call_item(inside, meeting_id, 2)) is Reason.VOTE_IS_OPEN
    assert refused(lambda: close_item(inside, meeting_id, 1)) is Reason.VOTE_NOT_DECLARED
    end_vote(inside, meeting_id, poll_id)
    assert refused(lambda: close_it(inside, meeting_id)) is Reason.VOTE_NOT_DECLARED


@both
def test_nothing_is_noted_before_the_opening_nor_put_on_the_list_after_the_end(inside):
    meeting_id, _ = a_called_meeting(inside)
    assert (
        refused(lambda: note(inside, meeting_id, ProceedingStep.SPEECH_NOTED, name="甲", text="早"))
        is Reason.MEETING_NOT_OPEN
    )
    open_it(inside, meeting_id)
    close_it(inside, meeting_id)
    assert refused(lambda: note(inside, meeting_id, ProceedingStep.SPEECH_ASKED, name="甲")) is Reason.MEETING_CLOSED
    line = note(inside, meeting_id, ProceedingStep.REMARK_NOTED, text="散会后补一句")
    assert line in proceedings.course_of(meeting_id).late


@both
def test_the_same_key_notes_once(inside):
    meeting_id, _ = a_called_meeting(inside)
    open_it(inside, meeting_id)
    for _ in range(2):
        proceedings.note(
            meeting(meeting_id),
            SpeechNotedFacts(name="甲", text="讲"),
            1,
            inside.ms_yip.act(key="once"),
        )
    lines = [e for e in proceedings.course_of(meeting_id).standing.values() if e.step is ProceedingStep.SPEECH_NOTED]
    assert len(lines) == 1


@both
def test_a_wrong_gist_is_taken_back_until_its_item_is_closed(inside):
    meeting_id, _ = a_called_meeting(inside)
    open_it(inside, meeting_id)
    line = note(inside, meeting_id, ProceedingStep.SPEECH_NOTED, name="甲", text="错")
    for _ in range(2):
        proceedings.undo(meeting(meeting_id), line, inside.ms_yip.act())
    assert line not in proceedings.course_of(meeting_id).standing
    kept = note(inside, meeting_id, ProceedingStep.SPEECH_NOTED, name="甲", text="对")
    close_item(inside, meeting_id, 1)
    undo = lambda: proceedings.undo(meeting(meeting_id), kept, inside.ms_yip.act())  # noqa: E731
    assert refused(undo) is Reason.ITEM_CLOSED


@both
def test_open_accounts_added_on_the_spot_are_not_decided_the_same_day(inside):
    for one in (inside.ah_fong, inside.uncle_ho, inside.old_chan):
        term, act = Term(FOUNDED.date()), Act.by_system(inside.id, now=FOUNDED)
        grants.grant(one.row(), Role.COLLECTIVE_REPRESENTATIVE, term, act)
    meeting_id = a_meeting_draft(inside, body="CRA")
    an_item(inside, meeting_id, kind=ItemKind.REPORT, title="半年账目")
    meetings.call(meeting(meeting_id), URGENT, inside.old_chan.act())
    consultation = a_consultation(inside)
    ripe(inside, consultation, "collective_budget")
    item = an_item(inside, meeting_id, title="收益分配方案", consultation_id=consultation, reason="昨晚算出")
    poll_id = a_vote(inside, item, key="late")
    seat(inside, meeting_id, inside.ah_fong, inside.uncle_ho, inside.old_chan)
    open_it(inside, meeting_id, item=2)
    assert refused(lambda: begin_vote(inside, meeting_id, poll_id)) is Reason.PLAN_NOT_OPEN_LONG_ENOUGH


@both
def test_an_item_put_on_the_agenda_after_a_call_with_notice_days_is_not_voted_on(inside):
    meeting_id, _ = a_called_meeting(inside)
    item = an_item(inside, meeting_id, title="临时修桥", reason="昨晚冲垮")
    poll_id = a_vote(inside, item, key="late")
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id, item=2)
    assert refused(lambda: begin_vote(inside, meeting_id, poll_id)) is Reason.ADDED_AFTER_NOTICE


@both
def test_a_vote_that_nobody_ended_ends_by_itself_with_whoever_is_here(inside):
    meeting_id, poll_id = a_called_meeting(inside, hands=False)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    begin_vote(inside, meeting_id, poll_id)
    vote(inside, poll_id, inside.ah_fong, 1)
    later = clock.now() + meeting_votes.LONGEST + timedelta(minutes=1)
    assert due.close_due(now=later) == [poll_id]
    tally = closing.tally_of(poll(poll_id))
    assert tally is not None and (tally.present, sum(tally.counts)) == (6, 1)
    assert faults(inside) == []


@both
def test_a_carried_vote_is_the_villagers_step_and_its_posting(inside):
    _, poll_id = a_held_meeting(inside)
    done = four_deliberations.done(poll(poll_id).consultation_id)
    assert {step.value for step in done} == {"party_proposes", "villagers_resolve", "resolution_posted"}
    step = done[DeliberationStage.VILLAGERS_RESOLVE]
    assert (step.expected, step.present, step.support, step.oppose, step.abstain) == (8, 6, 4, 1, 1)


TAMPERINGS = [
    ('UPDATE proceeding SET facts = \'{"name": "甲", "text": "改过"}\' WHERE step = \'speech_noted\'', "its words"),
    ("DELETE FROM proceeding WHERE step = 'speech_noted'", "the entry is gone"),
    ("UPDATE arrival SET roll_number = 8 WHERE number = 1", "it is not what the log says"),
    ("DELETE FROM arrival WHERE number = 1", "the line is gone"),
    ("UPDATE meeting_roll_entry SET attending_id = person_id WHERE number = 8", "not what the arrivals give"),
    ("UPDATE meeting_roll_entry SET unit = 'person:99' WHERE number = 8", "the roll was changed"),
    ("UPDATE meeting SET fingerprint = 'x'", "fingerprint"),
    ("UPDATE poll_ending SET present = '[1]'", "who was present"),
    ("UPDATE minutes_confirmation SET digest = 'x'", "the confirmed minutes"),
    ("DELETE FROM deliberation_step", "the record is gone"),
    ("UPDATE deliberation_step SET support = 99", "the log knows nothing"),
    ("UPDATE matter_choice SET matter = 'village_rules'", "the log knows nothing"),
    ("UPDATE motion_check SET note = 'x'", "the log knows nothing"),
]
"""What somebody writes to the database, and words of the fault that names it."""


@both
def test_whoever_writes_to_the_database_directly_is_found_out(inside):
    """Each by itself, on one meeting: to hold a meeting takes longer than to look through it."""
    meeting_id, _ = a_held_meeting(inside)
    confirm(meeting_id, inside.old_chan)
    unseen = {}
    with tampering() as tamper:
        for statement, seen in TAMPERINGS:
            with tamper(statement):
                found = faults(inside)
            if not any(seen in fault for fault in found):
                unseen[statement] = found
    assert unseen == {}
    assert faults(inside) == [], "the next one was tried on what was left of the one before"


@both
def test_the_database_itself_refuses_to_change_what_happened(inside):
    meeting_id, _ = a_held_meeting(inside)
    confirm(meeting_id, inside.old_chan)
    for table in ("proceeding", "arrival", "minutes_confirmation", "poll_ending", "deliberation_step"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET village_id = village_id + 0"):
            with pytest.raises(DatabaseError):
                db.session.execute(text(statement))
            db.session.rollback()


@both
def test_a_petition_reaches_its_number_and_the_committee_is_told_once(inside):
    representatives(inside, inside.ah_fong, inside.uncle_ho)
    plan = PetitionPlan(PetitionKind.ASSEMBLY_BY_REPRESENTATIVES, "开会商量断水", "八月断水。")
    for _ in range(2):
        opened = petitions.open_petition(plan, inside.ah_fong.act(key="p"))
    assert (opened.of, opened.needed, petitions.signed(opened.id)) == (2, 1, 1)
    petition_id = opened.id
    for _ in range(2):
        petitions.sign(db.session.get_one(Petition, petition_id), inside.uncle_ho.act())
    assert petitions.signed(petition_id) == 2
    sign = lambda: petitions.sign(  # noqa: E731
        db.session.get_one(Petition, petition_id), inside.ah_kwok.act()
    )
    assert refused(sign) is Reason.NOT_A_SIGNER


@both
def test_votes_by_hand_are_two_persons_counts_even_when_they_differ_at_first(inside):
    meeting_id, poll_id = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    begin_vote(inside, meeting_id, poll_id)
    end_vote(inside, meeting_id, poll_id)
    undeclared = lambda: closing.declare(poll(poll_id), inside.old_chan.act())  # noqa: E731
    assert refused(undeclared) is Reason.SHEETS_OPEN
    count_hands(inside, poll_id, 4, 1, 1)
    assert closing.declare(poll(poll_id), inside.old_chan.act()).outcome == "carried"
