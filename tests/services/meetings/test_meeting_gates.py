"""The gates around a meeting: petitions, hours, changes, letters, groups, keys; and what is typed in afterwards."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.law.motions import Motion
from consult.domain.meetings.agendas import ItemKind
from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.meetings.entry_facts import RemarkNotedFacts
from consult.domain.meetings.petitions import PetitionKind, PetitionPlan
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.refusals import Reason
from consult.models import AttendanceMark, Person, Petition, db
from consult.services.law import four_deliberations
from consult.services.meetings import check_ins, meeting_additions, meetings, petitions, proceedings
from consult.services.polls import closing, poll_changes, poll_states
from consult.services.site import verification
from tests.meetings import (
    URGENT,
    a_called_meeting,
    a_held_meeting,
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
    seat_number,
)
from tests.tasks import representatives
from tests.village import a_consultation, a_photo, formal_by_phone, help_to_vote

pytestmark = pytest.mark.both_databases


def petition(cast, title: str = "开会商量断水") -> int:
    plan = PetitionPlan(PetitionKind.ASSEMBLY_BY_VILLAGERS, title, "八月断水。")
    return petitions.open_petition(plan, cast.ah_fong.act(key=title)).id


def test_a_petition_is_met_by_the_meeting_it_asks_for_and_by_no_other(inside):
    asked = petition(inside)
    wrong = lambda: a_meeting_draft(inside, body="COUNCIL", petition_id=asked)  # noqa: E731
    assert refused(wrong) is Reason.PETITION_NOT_REACHED
    row = db.session.get_one(Petition, asked)
    row.reached_at = None
    db.session.commit()
    assert refused(lambda: a_meeting_draft(inside, petition_id=asked)) is Reason.PETITION_NOT_REACHED
    assert refused(lambda: a_meeting_draft(inside, petition_id=9999)) is Reason.PETITION_NOT_REACHED


def test_a_meeting_is_not_opened_before_people_can_be_there(inside):
    meeting_id, _ = a_called_meeting(inside, starts_at=clock.now() + timedelta(hours=2))
    assert refused(lambda: open_it(inside, meeting_id)) is Reason.TOO_EARLY_TO_OPEN


def test_a_meetings_vote_is_neither_extended_nor_added_to_by_two_officers(inside, voting):
    _, poll_id = voting
    for wish in (
        ChangeRequest(ChangeKind.EXTENSION, "雨", clock.now() + timedelta(days=3)),
        ChangeRequest(ChangeKind.ADDITION, "漏", person_id=inside.ah_keung.id),
    ):
        ask = lambda wish=wish: poll_changes.ask(  # noqa: E731
            poll(poll_id), wish, "council_member", inside.sister_chow.act(key="k")
        )
        assert refused(ask) is Reason.VOTE_OF_MEETING


def test_a_cancelled_vote_stands_in_the_record_and_moves_the_screens(inside, voting):
    meeting_id, poll_id = voting
    pulse = meeting(meeting_id).pulse
    change = poll_changes.ask(
        poll(poll_id),
        ChangeRequest(ChangeKind.CANCELLATION, "停电"),
        "council_member",
        inside.sister_chow.act(key="c"),
    )
    poll_changes.confirm(change, "committee_member", inside.old_chan.act())
    assert meeting(meeting_id).pulse > pulse
    steps = [e.step.value for e in proceedings.course_of(meeting_id).standing.values()]
    assert "vote_cancelled" in steps


def test_whoever_takes_part_from_away_raises_no_hand(inside):
    formal_by_phone(inside, "VA_people")
    meeting_id, poll_id = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:5])
    open_it(inside, meeting_id)
    check_ins.check_in(meeting(meeting_id), CheckInWay.ONLINE, inside.ah_keung.act())
    begin_vote(inside, meeting_id, poll_id)
    end_vote(inside, meeting_id, poll_id)
    assert db.session.query(AttendanceMark).filter_by(channel="hands").count() == 5
    count_hands(inside, poll_id, 5, 0, 0)
    declare(inside, poll_id)
    tally = closing.tally_of(poll(poll_id))
    assert tally is not None and tally.present == 6


def bring(cast, meeting_id: int, holder: Person) -> None:
    number = seat_number(
        meeting_id, cast.ah_kwok if holder.household_id == cast.ah_kwok.household_id else cast.old_chan
    )
    holder_id, photo = holder.id, a_photo(cast.ah_keung)
    holder = db.session.get_one(Person, holder_id)
    check_ins.bring_letter(meeting(meeting_id), number, holder, photo, cast.ah_keung.act())


def test_a_child_holds_no_letter_and_an_elected_seat_sends_none(inside):
    meeting_id, _ = a_called_meeting(inside)
    assert refused(lambda: bring(inside, meeting_id, inside.siu_ming.row())) is Reason.HOLDER_TOO_YOUNG
    representatives(inside, inside.ah_kwok)
    assembly = a_meeting_draft(inside, key="vra", body="VRA")
    an_item(inside, assembly, kind=ItemKind.REPORT)
    meetings.call(meeting(assembly), URGENT, inside.old_chan.act())
    assert refused(lambda: bring(inside, assembly, inside.ah_fong.row())) is Reason.NO_LETTERS_FOR_SEATS


def test_a_helper_fills_in_only_for_somebody_who_is_in_the_room(inside):
    meeting_id, poll_id = a_called_meeting(inside)
    seat(inside, meeting_id, *[w for w in everybody(inside)[:6] if w is not inside.ah_kwok])
    bring(inside, meeting_id, inside.ah_fong.row())
    open_it(inside, meeting_id)
    begin_vote(inside, meeting_id, poll_id)
    act = lambda: help_to_vote(inside, poll_id, inside.ah_kwok, 1, helper=inside.uncle_ho, witness=inside.ms_yip)  # noqa: E731
    assert refused(act) is Reason.HELD_BY_LETTER


def test_a_groups_meeting_takes_nobody_of_another_group(inside):
    meeting_id = a_meeting_draft(inside, body="VG_people", group_id=inside.upper_group)
    an_item(inside, meeting_id, kind=ItemKind.REPORT)
    meetings.call(meeting(meeting_id), URGENT, inside.old_chan.act())
    ask = lambda: meeting_additions.ask(  # noqa: E731
        meeting(meeting_id),
        inside.uncle_ho.row(),
        "漏了",
        "group_head",
        inside.ah_keung.act(key="a"),
    )
    assert refused(ask) is Reason.NO_SEAT


def test_a_budget_lies_open_for_ten_days_before_it_is_decided(inside):
    consultation = a_consultation(inside)
    ripe(inside, consultation, "collective_budget")
    assert four_deliberations.motion(consultation).open_days == 10
    assert Motion().open_days == 0


def test_the_same_key_with_other_words_is_refused_and_not_swallowed(inside):
    meeting_id, _ = a_called_meeting(inside)
    open_it(inside, meeting_id)

    def note(text: str) -> None:
        proceedings.note(meeting(meeting_id), RemarkNotedFacts(text=text), 1, inside.ms_yip.act(key="k"))

    note("第一句")
    note("第一句")
    assert refused(lambda: note("第二句")) is Reason.KEY_USED


def test_a_plan_that_got_no_further_than_its_draft_is_finished_by_the_second_try(inside):
    meeting_id = a_meeting_draft(inside)
    item = an_item(inside, meeting_id, consultation_id=a_consultation(inside))
    poll_id = a_vote(inside, item)
    assert a_vote(inside, item) == poll_id
    assert poll(poll_id).meeting_poll is not None
    assert poll_states.waits_for_ending(poll(poll_id))


def test_typed_in_afterwards_makes_no_quorum_and_a_mistyped_number_can_be_taken_back(inside):
    meeting_id, _ = a_held_meeting(inside)
    number = seat_number(meeting_id, inside.ah_keung)
    check_ins.tick(meeting(meeting_id), [number], CheckInWay.PAPER, inside.ms_yip.act())
    from_paper = max(check_ins.newest_lines(meeting_id))
    check_ins.undo(meeting(meeting_id), from_paper, "", inside.ms_yip.act())
    assert number not in check_ins.arrived_ever(meeting_id)
    first = min(check_ins.newest_lines(meeting_id))
    undo = lambda: check_ins.undo(meeting(meeting_id), first, "", inside.ms_yip.act())  # noqa: E731
    assert refused(undo) is Reason.NOTHING_TO_UNDO
    assert list(verification.verify(inside.row())) == []
