"""Marks and papers: presence is counted by papers, a wrong mark is undone, and after the close a mark takes two persons."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.people.office_terms import Term
from consult.domain.people.right_changes import numbers
from consult.domain.people.roles import Role
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.polls import Channel
from consult.domain.refusals import Reason, Refused
from consult.models import (
    AttendanceMark,
    AuditEntry,
    CountSheet,
    LateMarks,
    LateMarksConfirmation,
    MarkUndoing,
    Notification,
    RollEntry,
    Turnout,
    db,
)
from consult.models.polls import act_queries, channel_queries
from consult.services.core.acts import Act
from consult.services.people import grants
from consult.services.polls import closing, count_sheets, offline_turnout
from consult.services.polls.counting import late_marks
from consult.services.site.verification import verify
from tests.services.polls.test_count_sheets import enter, sheet_of
from tests.village import FOUNDED, a_photo, a_poll, number_of, vote, vote_in_secret
from tests.ways import ask_late, give_out_paper, mark, mark_late, poll_of, refused, unmark_late

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def count(cast, poll: int, figures: Figures, *, key: str = "s", corrects: CountSheet | None = None) -> int:
    sheet = sheet_of(cast, poll, key=key, corrects=corrects).id
    for who in (cast.old_chan, cast.uncle_ho):
        enter(sheet, who, figures)
    return sheet


def declare(cast, poll: int):
    return closing.declare(poll_of(poll), cast.old_chan.act(now=clock.now() + LATER)).facts["tally"]


def why_not_declared(cast, poll: int) -> Refused:
    with pytest.raises(Refused) as refusal:
        declare(cast, poll)
    db.session.rollback()
    return refusal.value


def channel_of(poll: int, number: int) -> Channel | None:
    return db.session.get_one(RollEntry, (poll, number), populate_existing=True).channel


def unmark(cast, poll: int, *who, by=None, reason: str = "认错了人", at: timedelta = timedelta(0)) -> list[int]:
    act = (by or cast.ms_yip).act(now=clock.now() + at)
    give_out_paper(poll, act.actor)
    return offline_turnout.unmark(poll_of(poll), [number_of(poll, one) for one in who], reason, act)


@pytest.fixture
def poll(inside) -> int:
    """Three were given paper, one voted by phone."""
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong, inside.ah_kwok, inside.uncle_ho)
    vote(inside, poll, inside.ms_yip, 1)
    return poll


def test_a_unit_marked_undone_and_marked_again_in_one_instant_is_told_of_each_mark(inside, poll):
    number, act = number_of(poll, inside.ah_fong), inside.ms_yip.act(now=clock.now())
    give_out_paper(poll, act.actor)
    offline_turnout.unmark(poll_of(poll), [number], "认错了人", act)
    offline_turnout.mark(poll_of(poll), Channel.PAPER, [number], act)
    offline_turnout.unmark(poll_of(poll), [number], "认错了人", act)
    offline_turnout.mark(poll_of(poll), Channel.PAPER, [number], act)
    said = db.session.scalars(select(Notification.subject).filter_by(person_id=inside.ah_fong.id))
    assert sorted(one for one in said if one.startswith("vote_act:you_marked_paper:")) == [
        f"vote_act:you_marked_paper:{poll}:{number}:{turn}" for turn in (1, 2, 3)
    ]


def test_who_took_a_paper_and_did_not_bring_it_back_is_not_present(inside, poll):
    count(inside, poll, Figures(3, 1, (1, 0, 0)))
    tally = declare(inside, poll)
    assert (tally["present"], tally["issued"], tally["returned"]) == (2, 3, 1)
    assert tally["by_channel"] == {"paper": 3, "phone": 1}
    assert list(verify(inside.row())) == []


def test_marks_without_papers_stop_the_count_with_the_difference(inside, poll):
    """Four were marked, two papers given out, one came back: declared with four on paper."""
    count(inside, poll, Figures(1, 1, (1, 0, 0)))
    refusal = why_not_declared(inside, poll)
    assert refusal.reason is Reason.FEWER_THAN_MARKED
    assert refusal.facts == {"marked": 3, "counted": 1, "difference": 2}


def test_sheets_of_several_boxes_add_up_and_a_correction_replaces_its_sheet(inside, poll):
    count(inside, poll, Figures(1, 1, (1, 0, 0)))
    wrong = count(inside, poll, Figures(1, 1, (0, 1, 0)), key="second box")
    assert why_not_declared(inside, poll).facts["difference"] == 1
    count(inside, poll, Figures(2, 2, (0, 1, 0), blank=1), key="again", corrects=db.session.get(CountSheet, wrong))
    tally = declare(inside, poll)
    assert (tally["present"], tally["issued"], tally["returned"], tally["blank"]) == (4, 3, 3, 1)
    assert tally["counts"] == [2, 1, 0]


@pytest.mark.parametrize(
    ("figures", "reason", "counted", "expected"),
    [
        (Figures(2, 3, (3, 0, 0)), Reason.MORE_RETURNED_THAN_ISSUED, 3, 2),
        (Figures(3, 3, (1, 0, 0)), Reason.PAPERS_DO_NOT_ADD_UP, 1, 3),
        (Figures(3, 3, (2, 1, 0), blank=1), Reason.PAPERS_DO_NOT_ADD_UP, 4, 3),
    ],
)
def test_a_sheet_that_does_not_add_up_is_refused_with_the_difference(inside, poll, figures, reason, counted, expected):
    sheet = sheet_of(inside, poll).id
    with pytest.raises(Refused) as refusal:
        enter(sheet, inside.old_chan, figures)
    assert refusal.value.reason is reason
    assert refusal.value.facts == {"counted": counted, "expected": expected, "difference": abs(counted - expected)}


def test_a_wrong_mark_is_undone_and_the_household_votes_by_phone(inside, poll):
    number = number_of(poll, inside.ah_fong)
    assert unmark(inside, poll, inside.ah_fong) == [number]
    assert channel_of(poll, number) is None
    assert db.session.get_one(Turnout, poll, populate_existing=True).units == 3
    vote(inside, poll, inside.ah_fong, 2)
    count(inside, poll, Figures(2, 2, (2, 0, 0)))
    tally = declare(inside, poll)
    assert (tally["counts"], tally["present"]) == ([3, 1, 0], 4)
    assert list(verify(inside.row())) == []


def test_who_was_unmarked_can_be_marked_again_and_undone_again(inside, poll):
    for _ in range(2):
        unmark(inside, poll, inside.ah_fong)
        mark(inside, poll, inside.ah_fong)
    assert db.session.query(AttendanceMark).count() == 5 and db.session.query(MarkUndoing).count() == 2
    assert channel_of(poll, number_of(poll, inside.ah_fong)) is Channel.PAPER
    assert list(verify(inside.row())) == []


def test_undone_twice_is_undone_once(inside, poll):
    unmark(inside, poll, inside.ah_fong)
    assert unmark(inside, poll, inside.ah_fong, by=inside.sister_chow) == []
    assert db.session.query(MarkUndoing).count() == 1


def test_who_was_never_marked_cannot_be_unmarked_and_a_vote_by_phone_stays(inside, poll):
    assert refused(unmark, inside, poll, inside.aunt_leung) is Reason.NOT_MARKED
    assert refused(unmark, inside, poll, inside.ms_yip, by=inside.sister_chow) is Reason.NOT_MARKED
    assert refused(unmark, inside, poll, inside.ah_fong, inside.aunt_leung) is Reason.NOT_MARKED
    assert channel_of(poll, number_of(poll, inside.ah_fong)) is Channel.PAPER


def test_a_mark_whose_paper_is_counted_stays(inside, poll):
    sheet = sheet_of(inside, poll).id
    enter(sheet, inside.old_chan, Figures(3, 3, (3, 0, 0)))
    assert refused(unmark_late, inside, poll, inside.ah_fong) is Reason.MARKS_ARE_COUNTED
    enter(sheet, inside.uncle_ho, Figures(3, 3, (3, 0, 0)))
    assert refused(unmark_late, inside, poll, inside.ah_fong) is Reason.MARKS_ARE_COUNTED
    declare(inside, poll)
    assert refused(unmark_late, inside, poll, inside.ah_fong) is Reason.COUNTED_ALREADY
    assert refused(unmark, inside, poll, inside.ah_fong, at=LATER) is Reason.COUNTED_ALREADY


def test_a_mark_too_many_is_undone_beside_sheets_that_are_right(inside, poll):
    """Else a slip that is found at the count could only be mended by cancelling the vote."""
    count(inside, poll, Figures(2, 2, (2, 0, 0)))
    assert why_not_declared(inside, poll).reason is Reason.FEWER_THAN_MARKED
    assert refused(unmark_late, inside, poll, inside.ah_fong, inside.ah_kwok) is Reason.MARKS_ARE_COUNTED
    unmark_late(inside, poll, inside.ah_fong)
    assert declare(inside, poll)["present"] == 3


def test_in_an_open_secret_poll_only_who_gives_out_paper_undoes_marks(inside):
    poll = a_poll(inside, secret=True, paper=True)
    mark(inside, poll, inside.ah_fong)
    act = (offline_turnout.unmark, poll_of(poll), [number_of(poll, inside.ah_fong)], "错", inside.ms_yip.act())
    assert refused(*act) is Reason.NOT_TICKING
    unmark(inside, poll, inside.ah_fong)
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    assert list(verify(inside.row())) == []


def test_the_log_names_an_undone_mark_without_persons(inside, poll):
    unmark(inside, poll, inside.ah_fong, reason="看错了号")
    entry = db.session.query(AuditEntry).filter_by(tag="unit:unmarked").one()
    assert f'"numbers":[{number_of(poll, inside.ah_fong)}]' in entry.facts
    assert "看错" not in entry.facts and inside.ah_fong.name not in entry.facts


def test_after_the_close_nobody_marks_alone(inside, poll):
    assert refused(mark, inside, poll, inside.aunt_leung, at=LATER) is Reason.LATE_MARKS_BY_TWO
    asked = ask_late(inside, poll, number_of(poll, inside.aunt_leung))
    assert channel_of(poll, number_of(poll, inside.aunt_leung)) is None
    alone = inside.sister_chow.act(now=clock.now() + LATER)
    assert refused(late_marks.confirm, asked, "council_member", alone) is Reason.SAME_PERSON
    late_marks.confirm(asked, "supervisor", inside.uncle_ho.act(now=clock.now() + LATER))
    late_marks.confirm(asked, "supervisor", inside.uncle_ho.act(now=clock.now() + LATER))
    assert channel_of(poll, number_of(poll, inside.aunt_leung)) is Channel.PAPER
    count(inside, poll, Figures(4, 4, (4, 0, 0)))
    tally = declare(inside, poll)
    assert (tally["late"], tally["present"]) == (1, 5)
    assert list(verify(inside.row())) == []


@pytest.mark.parametrize(
    ("second", "office", "reason"),
    [("ah_kwok", Role.SUPERVISOR, Reason.SAME_HOUSE), ("aunt_leung", Role.COUNCIL_MEMBER, Reason.SAME_OFFICE)],
)
def test_the_second_person_is_of_another_house_and_office(inside, second, office, reason):
    for who, role in (("ah_fong", Role.COUNCIL_MEMBER), (second, office)):
        grants.grant(getattr(inside, who).row(), role, Term(FOUNDED.date()), Act.by_system(inside.id, now=FOUNDED))
    poll = a_poll(inside, paper=True)
    asked = ask_late(inside, poll, number_of(poll, inside.ah_keung), by=inside.ah_fong)
    act = getattr(inside, second).act(now=clock.now() + LATER)
    assert refused(late_marks.confirm, asked, office.value, act) is reason


def test_late_marks_need_the_photo_of_the_signed_list(inside, poll):
    numbers, ask = [number_of(poll, inside.ah_keung)], {"picture": "", "office": "council_member"}
    act = inside.sister_chow.act(now=clock.now() + LATER, key="l")
    assert refused(late_marks.ask, poll_of(poll), Channel.PAPER, numbers, act, **ask) is Reason.PHOTO_OF_LIST_NEEDED
    now = inside.sister_chow.act(key="l")
    assert refused(late_marks.ask, poll_of(poll), Channel.PAPER, numbers, now, **ask) is Reason.NOT_LATE_YET


def test_the_photo_stands_in_the_log_as_a_digest(inside, poll):
    asked = ask_late(inside, poll, number_of(poll, inside.aunt_leung))
    entry = db.session.query(AuditEntry).filter_by(tag="late_marks:asked").one()
    assert asked.picture not in entry.facts and '"picture":"' in entry.facts
    assert list(verify(inside.row())) == []


def test_late_marks_are_refused_of_those_who_voted_or_are_marked(inside, poll):
    assert refused(ask_late, inside, poll, number_of(poll, inside.ms_yip)) is Reason.VOTED_ANOTHER_WAY
    assert refused(ask_late, inside, poll, number_of(poll, inside.ah_fong)) is Reason.MARKED_ALREADY
    assert refused(ask_late, inside, poll, 99) is Reason.NO_SUCH_NUMBER


def test_late_marks_that_nobody_confirms_lapse_and_those_dropped_stay_dropped(inside, poll):
    lapsing = ask_late(inside, poll, number_of(poll, inside.aunt_leung), key="a")
    dropped = ask_late(inside, poll, number_of(poll, inside.ah_keung), key="b")
    second = inside.uncle_ho.act(now=clock.now() + LATER)
    late_marks.drop(dropped, "supervisor", second)
    assert refused(late_marks.confirm, dropped, "supervisor", second) is Reason.RIGHT_STOPPED
    over = clock.now() + LATER + numbers().lapse + timedelta(minutes=1)
    assert late_marks.lapse_due(now=over) == [lapsing.id]
    lapsed = db.session.query(LateMarks).filter_by(request_key="a").one()
    assert refused(late_marks.confirm, lapsed, "supervisor", second) is Reason.REQUEST_LAPSED
    assert channel_queries.late_marks(poll) == 0
    assert list(verify(inside.row())) == []


def test_late_marks_end_with_the_count_and_wait_for_nobody_any_more(inside):
    poll = a_poll(inside, paper=True)
    vote(inside, poll, inside.ms_yip, 1)
    asked = ask_late(inside, poll, number_of(poll, inside.aunt_leung)).id
    at = clock.now() + LATER
    closing.close(poll_of(poll), inside.old_chan.act(now=at))
    assert late_marks.lapse_due(now=at) == [asked]


def test_the_same_key_asks_once(inside, poll):
    number = number_of(poll, inside.aunt_leung)
    assert ask_late(inside, poll, number).id == ask_late(inside, poll, number).id
    assert db.session.query(LateMarks).count() == 1


def test_a_late_mark_can_be_undone_too(inside, poll):
    mark_late(inside, poll, inside.aunt_leung, inside.ah_keung)
    unmark_late(inside, poll, inside.aunt_leung)
    count(inside, poll, Figures(4, 4, (4, 0, 0)))
    assert declare(inside, poll)["late"] == 1
    assert list(verify(inside.row())) == []


def test_the_database_itself_takes_no_late_mark_of_one_person(inside, poll):
    mark = (
        "INSERT INTO attendance_mark (poll_id, number, turn, village_id, channel, late, marked_by, marked_at) "
        "SELECT poll_id, 5, 1, village_id, channel, true, marked_by, marked_at FROM attendance_mark WHERE number = :n"
    )
    with pytest.raises(DBAPIError, match="two persons"):
        db.session.execute(text(mark), {"n": number_of(poll, inside.ah_fong)})
    db.session.rollback()


@pytest.mark.parametrize("value", ["NULL", "'phone'"])
def test_the_database_gives_no_channel_back_without_an_undoing(inside, poll, value):
    given_back = f"UPDATE roll_entry SET channel = {value} WHERE poll_id = {poll} AND number = 1"
    mark(inside, poll, *(who for who in (inside.old_chan,)))
    with pytest.raises(DBAPIError, match="frozen"):
        db.session.execute(text(given_back))
    db.session.rollback()


@pytest.mark.parametrize("table", ["mark_undoing", "late_marks", "late_marks_confirmation", "late_marks_end"])
def test_undoings_and_late_marks_are_never_changed(inside, poll, table):
    mark_late(inside, poll, inside.aunt_leung)
    late_marks.drop(
        ask_late(inside, poll, number_of(poll, inside.ah_keung), key="d"),
        "supervisor",
        inside.uncle_ho.act(now=clock.now() + LATER),
    )
    unmark_late(inside, poll, inside.ah_fong)
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET village_id = village_id"):
        with pytest.raises(DBAPIError):
            db.session.execute(text(statement))
        db.session.rollback()


def test_no_mark_of_a_counted_poll_is_undone_in_the_database_either(inside, poll):
    count(inside, poll, Figures(3, 3, (3, 0, 0)))
    declare(inside, poll)
    undoing = (
        "INSERT INTO mark_undoing (poll_id, number, turn, village_id, reason, late, undone_by, undone_at) "
        "SELECT poll_id, number, turn, village_id, 'x', false, marked_by, marked_at FROM attendance_mark"
    )
    with pytest.raises(DBAPIError, match="counted"):
        db.session.execute(text(undoing))
    db.session.rollback()


def test_several_sheets_hold_their_marks_together(inside, poll):
    count(inside, poll, Figures(2, 2, (2, 0, 0)))
    enter(sheet_of(inside, poll, key="b").id, inside.old_chan, Figures(1, 1, (1, 0, 0)))
    assert count_sheets.held_by_sheets(poll, Channel.PAPER) == 3
    assert refused(unmark_late, inside, poll, inside.ah_fong) is Reason.MARKS_ARE_COUNTED


# undone after the close: by two


def test_after_the_close_nobody_undoes_a_mark_alone(inside, poll):
    """Three were given paper; number 24 was ticked for 42, which only the count brings to light."""
    number = number_of(poll, inside.ah_fong)
    assert refused(unmark, inside, poll, inside.ah_fong, at=LATER) is Reason.LATE_MARKS_BY_TWO
    asked = ask_late(inside, poll, number, undo_because="名单上没有签字")
    assert channel_of(poll, number) is Channel.PAPER
    at = clock.now() + LATER
    assert refused(late_marks.confirm, asked, "council_member", inside.sister_chow.act(now=at)) is Reason.SAME_PERSON
    assert refused(late_marks.confirm, asked, "supervisor", inside.ah_fong.act(now=at)) is Reason.NO_SUCH_OFFICE
    for _ in range(2):
        late_marks.confirm(asked, "supervisor", inside.uncle_ho.act(now=at))
    undone = db.session.query(MarkUndoing).one()
    assert (undone.late, undone.late_id, undone.reason) == (True, asked.id, "名单上没有签字")
    assert channel_of(poll, number) is None
    line = (
        db.session.query(Notification).filter_by(person_id=inside.ah_fong.id).order_by(Notification.id.desc()).first()
    )
    assert line.facts["kind"] == "you_unmarked_by_two"
    assert (line.facts["name"], line.facts["who"]) == (inside.sister_chow.name, inside.uncle_ho.name)
    assert line.facts["why"] == "名单上没有签字"
    count(inside, poll, Figures(2, 2, (2, 0, 0)))
    assert declare(inside, poll)["present"] == 3
    assert act_queries.counts_of(poll) == {"undone_late": 1}
    assert list(verify(inside.row())) == []


def test_one_officer_undoes_a_mark_until_the_close_and_then_two(inside, poll):
    number = number_of(poll, inside.ah_kwok)
    asked = {"picture": a_photo(inside.sister_chow), "office": "council_member", "undo_because": "错"}
    now = inside.sister_chow.act(key="early")
    assert refused(late_marks.ask, poll_of(poll), Channel.PAPER, [number], now, **asked) is Reason.NOT_LATE_TO_UNDO
    unmark(inside, poll, inside.ah_kwok)
    later = {"undo_because": "错", "key": "again"}
    assert refused(ask_late, inside, poll, number, **later) is Reason.UNDONE_ALREADY
    assert refused(ask_late, inside, poll, number_of(poll, inside.ms_yip), **later) is Reason.NOT_MARKED


def test_nobody_asks_for_or_confirms_the_undoing_of_a_mark_of_the_own_house(inside):
    for who, role in ((inside.ah_fong, Role.COUNCIL_MEMBER), (inside.ah_kwok, Role.SUPERVISOR)):
        grants.grant(who.row(), role, Term(FOUNDED.date()), Act.by_system(inside.id, now=FOUNDED))
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong, inside.aunt_leung, by=inside.ms_yip)
    number, undo = number_of(poll, inside.ah_fong), {"undo_because": "错"}
    assert refused(ask_late, inside, poll, number, by=inside.ah_kwok, office="supervisor", **undo) is (
        Reason.MARK_OF_OWN_HOUSE
    )
    asked = ask_late(inside, poll, number, **undo)
    act = inside.ah_kwok.act(now=clock.now() + LATER)
    assert refused(late_marks.confirm, asked, "supervisor", act) is Reason.MARK_OF_OWN_HOUSE


def test_what_was_asked_as_marks_cannot_be_confirmed_as_an_undoing_and_lapses_like_it(inside, poll):
    asked = ask_late(inside, poll, number_of(poll, inside.ah_fong), undo_because="错")
    over = clock.now() + LATER + numbers().lapse + timedelta(minutes=1)
    assert late_marks.lapse_due(now=over) == [asked.id]
    line = db.session.query(Notification).filter_by(person_id=inside.sister_chow.id).order_by(Notification.id.desc())
    assert line.first().facts["kind"] == "late_undoing_lapsed"
    assert channel_of(poll, number_of(poll, inside.ah_fong)) is Channel.PAPER


def test_the_database_itself_takes_no_late_undoing_of_one_person(inside, poll):
    undoing = (
        "INSERT INTO mark_undoing (poll_id, number, turn, village_id, reason, late, late_id, undone_by, undone_at) "
        "SELECT poll_id, number, turn, village_id, 'x', true, {late_id}, marked_by, marked_at FROM attendance_mark "
        "WHERE number = :n"
    )
    mark_late(inside, poll, inside.aunt_leung)  # what two confirmed as marks undoes none
    made = db.session.query(LateMarks).one().id
    for late_id in ("NULL", str(made)):
        with pytest.raises(DBAPIError, match="two persons"):
            db.session.execute(text(undoing.format(late_id=late_id)), {"n": number_of(poll, inside.ah_fong)})
        db.session.rollback()


def test_the_database_itself_undoes_after_the_close_only_what_two_confirmed_by_number_and_way(inside, poll):
    """Any confirmed request of the poll let any mark be undone."""
    mark_late(inside, poll, inside.aunt_leung, inside.ah_keung)
    unmark_late(inside, poll, inside.aunt_leung)
    confirmed = db.session.query(LateMarks).filter_by(undoes=True).one()
    undoing = (
        "INSERT INTO mark_undoing (poll_id, number, turn, village_id, reason, late, late_id, undone_by, undone_at) "
        f"SELECT poll_id, number, turn, village_id, 'x', true, {confirmed.id}, marked_by, marked_at "
        "FROM attendance_mark WHERE number = :n"
    )
    with pytest.raises(DBAPIError, match="two persons"):
        db.session.execute(text(undoing), {"n": number_of(poll, inside.ah_keung)})
    db.session.rollback()
    asked = db.session.query(LateMarks).filter_by(undoes=False).one()
    other = (
        "INSERT INTO attendance_mark (poll_id, number, turn, village_id, channel, late, late_id, marked_by, marked_at) "
        f"SELECT poll_id, :n, 9, village_id, channel, true, {asked.id}, marked_by, marked_at FROM attendance_mark "
        "WHERE number = :of"
    )
    numbers = {"n": number_of(poll, inside.ms_yip), "of": number_of(poll, inside.ah_keung)}
    with pytest.raises(DBAPIError, match="two persons"):
        db.session.execute(text(other), numbers)
    db.session.rollback()
    of_hands = LateMarks(
        village_id=inside.id,
        poll_id=poll,
        channel=Channel.HANDS,
        numbers=[number_of(poll, inside.ah_keung)],
        picture=confirmed.picture,
        undoes=True,
        reason="x",
        request_key="of-hands",
        asked_by=confirmed.asked_by,
        asked_office=confirmed.asked_office,
        asked_at=confirmed.asked_at,
    )
    db.session.add(of_hands)
    db.session.flush()
    kept = {"asked_by": confirmed.asked_by, "asked_office": confirmed.asked_office, "confirmed_at": confirmed.asked_at}
    second = {"confirmed_by": inside.uncle_ho.id, "confirmed_office": "supervisor"}
    db.session.add(LateMarksConfirmation(request_id=of_hands.id, village_id=inside.id, **kept, **second))
    db.session.flush()
    other_way = undoing.replace(f"true, {confirmed.id},", f"true, {of_hands.id},")
    with pytest.raises(DBAPIError, match="two persons"):
        db.session.execute(text(other_way), {"n": number_of(poll, inside.ah_keung)})
    db.session.rollback()
