"""At the door: who may sign in, letters, leaving, undoing; and what is typed in from paper afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.meetings.check_ins import CheckInKind, CheckInWay
from consult.domain.refusals import Reason
from consult.models import CheckIn, MeetingAddition, MeetingRollEntry, Person, Village, db
from consult.models.meetings import check_in_queries
from consult.services.meetings import check_ins, meeting_additions, meeting_states, minutes
from consult.services.site import verification
from tests.meetings import (
    a_called_meeting,
    a_held_meeting,
    close_it,
    meeting,
    open_it,
    refused,
    seat,
    seat_number,
)
from tests.village import Who, a_photo, formal_by_phone

pytestmark = pytest.mark.both_databases


def check_in(meeting_id: int, who: Who, way: CheckInWay = CheckInWay.SCAN, *, minutes_ago: float = 0) -> None:
    code = check_ins.screen_codes(meeting_id, clock.now() - timedelta(minutes=minutes_ago))[0]
    check_ins.check_in(meeting(meeting_id), way, who.act(), code=code)


def present(meeting_id: int) -> int:
    return meeting_states.quorum_of(meeting(meeting_id)).present


def bring(cast, meeting_id: int, absent: Who, holder: Who, letter: str | None = None) -> None:
    number = seat_number(meeting_id, absent)
    photo = a_photo(cast.ah_keung) if letter is None else letter
    check_ins.bring_letter(meeting(meeting_id), number, holder.row(), photo, cast.ah_keung.act())


def leave(cast, meeting_id: int, who: Who) -> None:
    number = seat_number(meeting_id, who)
    check_ins.leave(meeting(meeting_id), [number], cast.ah_keung.act())


def newest_line(meeting_id: int) -> int:
    return db.session.scalars(select(CheckIn.number).where(CheckIn.meeting_id == meeting_id)).all()[-1]


def undo(cast, meeting_id: int, line: int) -> None:
    check_ins.undo(meeting(meeting_id), line, "", cast.ah_keung.act())


def test_scanning_the_screen_signs_in_once(inside):
    meeting_id, _ = a_called_meeting(inside)
    check_in(meeting_id, inside.ah_fong)
    check_in(meeting_id, inside.ah_fong)
    assert present(meeting_id) == 1
    assert db.session.query(CheckIn).count() == 1


@pytest.mark.parametrize(("minutes_ago", "taken"), [(0, True), (10, True), (21, False)])
def test_a_code_photographed_and_sent_home_is_soon_no_longer_taken(inside, minutes_ago, taken):
    meeting_id, _ = a_called_meeting(inside)
    act = lambda: check_in(meeting_id, inside.ah_fong, minutes_ago=minutes_ago)  # noqa: E731
    if taken:
        act()
    else:
        assert refused(act) is Reason.DOOR_CODE_OLD


def test_the_code_of_one_meeting_opens_no_other(inside):
    one, _ = a_called_meeting(inside)
    other, _ = a_called_meeting(inside, key="other")
    code = check_ins.screen_codes(one, clock.now())[0]
    act = lambda: check_ins.check_in(meeting(other), CheckInWay.SCAN, inside.ah_fong.act(), code=code)  # noqa: E731
    assert refused(act) is Reason.DOOR_CODE_OLD


def test_whoever_is_not_called_does_not_sign_in(inside):
    meeting_id, _ = a_called_meeting(inside)
    assert refused(lambda: check_in(meeting_id, inside.siu_ming)) is Reason.NOT_OF_THE_MEETING


def test_one_of_a_household_speaks_for_it_and_the_second_is_told_who(inside):
    meeting_id, _ = a_called_meeting(inside, body="VA_house")
    check_in(meeting_id, inside.ah_kwok)
    assert refused(lambda: check_in(meeting_id, inside.ah_fong)) is Reason.HOUSEHOLD_IS_HERE
    assert present(meeting_id) == 1
    leave(inside, meeting_id, inside.ah_kwok)
    check_in(meeting_id, inside.ah_fong)
    assert present(meeting_id) == 1


def test_from_away_only_where_a_rule_lets_people_take_part_online(inside):
    meeting_id, _ = a_called_meeting(inside)
    open_it(inside, meeting_id)
    assert refused(lambda: check_in(meeting_id, inside.ah_fong, CheckInWay.ONLINE)) is Reason.ONLINE_NOT_OFFERED
    formal_by_phone(inside, "VA_people")
    close_it(inside, meeting_id)
    other, _ = a_called_meeting(inside, key="other")
    assert refused(lambda: check_in(other, inside.ah_fong, CheckInWay.ONLINE)) is Reason.MEETING_NOT_OPEN
    open_it(inside, other)
    check_in(other, inside.ah_fong, CheckInWay.ONLINE)
    assert check_in_queries.present_by_way(other) == {"online": 1}


def test_ticking_somebody_twice_ticks_once(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, inside.ah_fong, inside.ah_kwok)
    seat(inside, meeting_id, inside.ah_fong)
    assert present(meeting_id) == 2 and db.session.query(CheckIn).count() == 2


def test_a_number_that_is_not_on_the_roll_ticks_nobody(inside):
    meeting_id, _ = a_called_meeting(inside)
    tick = lambda: check_ins.tick(meeting(meeting_id), [1, 99], CheckInWay.MANUAL, inside.ms_yip.act())  # noqa: E731
    assert refused(tick) is Reason.NO_SUCH_NUMBER
    assert present(meeting_id) == 0


def test_a_letter_lets_a_housemate_sit_for_an_absent_one(inside):
    meeting_id, _ = a_called_meeting(inside)
    bring(inside, meeting_id, inside.ah_kwok, inside.ah_fong)
    assert present(meeting_id) == 1
    assert check_in_queries.present_by_way(meeting_id) == {"proxy": 1}


def test_a_letter_of_another_household_or_without_its_photo_is_refused(inside):
    meeting_id, _ = a_called_meeting(inside)
    assert refused(lambda: bring(inside, meeting_id, inside.ah_kwok, inside.ah_keung)) is Reason.PROXY_OF_ANOTHER
    assert refused(lambda: bring(inside, meeting_id, inside.ah_kwok, inside.ah_fong, "")) is Reason.LETTER_MISSING


def test_a_meeting_by_households_knows_no_letters(inside):
    meeting_id, _ = a_called_meeting(inside, body="VA_house")
    assert refused(lambda: bring(inside, meeting_id, inside.ah_kwok, inside.ah_fong)) is Reason.NO_PROXY_FOR_HOUSEHOLDS


def test_whoever_holds_a_letter_and_goes_home_takes_that_seat_along(inside):
    meeting_id, _ = a_called_meeting(inside)
    check_in(meeting_id, inside.ah_fong)
    bring(inside, meeting_id, inside.ah_kwok, inside.ah_fong)
    assert present(meeting_id) == 2
    leave(inside, meeting_id, inside.ah_fong)
    leave(inside, meeting_id, inside.ah_fong)
    assert present(meeting_id) == 0


def test_a_tick_in_the_wrong_row_is_undone_and_leaves_its_trace(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, inside.ah_fong)
    undo(inside, meeting_id, newest_line(meeting_id))
    assert present(meeting_id) == 0
    assert [line.kind for line in db.session.query(CheckIn)] == [CheckInKind.ARRIVED, CheckInKind.UNDONE]


def test_undoing_a_departure_seats_the_same_person_again(inside):
    meeting_id, _ = a_called_meeting(inside, body="VA_house")
    check_in(meeting_id, inside.ah_kwok)
    leave(inside, meeting_id, inside.ah_kwok)
    undo(inside, meeting_id, newest_line(meeting_id))
    entry = db.session.get_one(MeetingRollEntry, (meeting_id, seat_number(meeting_id, inside.ah_kwok)))
    assert entry.attending_id == inside.ah_kwok.id


def test_only_the_newest_line_of_somebody_is_undone_and_only_once(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, inside.ah_fong)
    first = newest_line(meeting_id)
    leave(inside, meeting_id, inside.ah_fong)
    assert refused(lambda: undo(inside, meeting_id, first)) is Reason.NOTHING_TO_UNDO
    newest = newest_line(meeting_id)
    undo(inside, meeting_id, newest)
    assert refused(lambda: undo(inside, meeting_id, newest)) is Reason.NOTHING_TO_UNDO


def test_a_guest_sits_in_without_a_vote(inside):
    meeting_id, _ = a_called_meeting(inside)
    for _ in range(2):
        check_ins.sit_in(meeting(meeting_id), "罗志明", "镇农办", inside.ah_keung.act())
    assert present(meeting_id) == 0
    assert check_ins.sitting_in(meeting_id) == [("罗志明", "镇农办")]


def test_excused_late_and_left_stand_in_the_minutes(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, inside.ah_fong, inside.ah_kwok)
    number = seat_number(meeting_id, inside.uncle_ho)
    check_ins.excuse(meeting(meeting_id), [number], "住院", inside.ah_keung.act())
    open_it(inside, meeting_id)
    after_the_hour = inside.ms_yip.act(now=clock.now() + timedelta(minutes=21))
    check_ins.tick(meeting(meeting_id), [seat_number(meeting_id, inside.aunt_leung)], CheckInWay.MANUAL, after_the_hour)
    leave(inside, meeting_id, inside.ah_kwok)
    written = minutes.of_meeting(meeting(meeting_id)).present
    assert (written.came, written.late, written.left, written.excused, written.absent) == (3, 1, 1, 1, 4)


def test_what_is_typed_in_from_paper_afterwards_stands_in_the_minutes_and_changes_no_vote(inside):
    meeting_id, _ = a_held_meeting(inside)
    number = seat_number(meeting_id, inside.ah_keung)
    for _ in range(2):
        check_ins.tick(meeting(meeting_id), [number], CheckInWay.PAPER, inside.ms_yip.act())
    assert present(meeting_id) == 6
    written = minutes.of_meeting(meeting(meeting_id)).present
    assert (written.came, written.by_way) == (7, {"manual": 6, "paper": 1})
    assert not list(verification.verify(db.session.get_one(Village, inside.id)))


def test_somebody_left_out_comes_on_the_roll_by_two_persons_of_two_offices(inside):
    meeting_id, _ = a_called_meeting(inside)
    late = Person(
        village_id=inside.id,
        household_id=inside.ah_fong.household_id,
        roll_position=600,
        name="陈迟来",
        born=inside.old_chan.row().born,
    )
    db.session.add(late)
    db.session.commit()
    late_id = late.id

    def ask(key: str = "ask") -> MeetingAddition:
        person = db.session.get_one(Person, late_id)
        return meeting_additions.ask(meeting(meeting_id), person, "刚迁回", "group_head", inside.ah_keung.act(key=key))

    def confirm(who: Who, office: str) -> None:
        addition = db.session.query(MeetingAddition).one()
        meeting_additions.confirm(addition, office, who.act())

    ask()
    ask()
    home = db.session.get_one(Person, late_id)
    mine = lambda: meeting_additions.ask(meeting(meeting_id), home, "", "x", inside.ah_kwok.act(key="own"))  # noqa: E731
    assert refused(mine) is Reason.OWN_RIGHT, "neither of the two lives with them"
    assert refused(lambda: confirm(inside.ah_keung, "committee_member")) is Reason.SAME_PERSON
    assert refused(lambda: confirm(inside.ah_fong, "group_head")) is Reason.SAME_OFFICE
    for _ in range(2):
        confirm(inside.old_chan, "committee_member")
    quorum = meeting_states.quorum_of(meeting(meeting_id))
    assert (quorum.roll, quorum.needed) == (9, 5)
    assert refused(lambda: ask("again")) is Reason.ON_ROLL_ALREADY
    assert not list(verification.verify(db.session.get_one(Village, inside.id)))
