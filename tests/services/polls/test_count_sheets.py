"""Paper and hands: marked on the roll, counted by two people, corrected in the open."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.polls import Channel
from consult.domain.refusals import Reason
from consult.models import (
    AttendanceMark,
    BoxVisit,
    CountSheet,
    RollEntry,
    SheetConfirmation,
    db,
)
from consult.services.polls import closing, count_sheets, offline_turnout
from consult.services.polls.counting import due
from consult.services.polls.offline_turnout import Visit
from consult.services.site.verification import verify
from tests.village import a_photo, a_poll, number_of, villagers, vote, vote_in_secret
from tests.ways import ask_late, mark, poll_of, refused

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def sheet_of(
    cast, poll_id: int, channel: Channel = Channel.PAPER, *, by=None, corrects=None, key: str = "s"
) -> CountSheet:
    act = (by or cast.old_chan).act(now=clock.now() + LATER, key=key)
    return count_sheets.open_sheet(poll_of(poll_id), channel, "上围票箱", act, corrects=corrects)


def enter(sheet_id: int, who, figures: Figures, *, at: timedelta = LATER) -> None:
    photo = a_photo(who)
    sheet = db.session.get_one(CountSheet, sheet_id)
    count_sheets.enter(sheet, figures, who.act(now=clock.now() + at), picture=photo)


THREE = Figures(3, 3, (2, 1, 0))


@pytest.fixture
def on_paper(inside) -> int:
    """Three took paper, one voted by phone."""
    poll = a_poll(inside, paper=True, hands=True)
    mark(inside, poll, inside.ah_fong, inside.ah_kwok, inside.uncle_ho)
    vote(inside, poll, inside.ms_yip, 1)
    return poll


def test_a_sheet_counts_once_two_people_have_read_the_same(inside, on_paper):
    sheet = sheet_of(inside, on_paper).id
    enter(sheet, inside.old_chan, THREE)
    assert count_sheets.confirmation_of(sheet) is None and count_sheets.counted(on_paper) == []
    enter(sheet, inside.uncle_ho, THREE)
    tally = closing.declare(poll_of(on_paper), inside.old_chan.act(now=clock.now() + LATER)).facts["tally"]
    assert (tally["counts"], tally["present"]) == ([3, 1, 0], 4)
    assert tally["by_channel"] == {"paper": 3, "phone": 1}
    assert tally["counts_by_channel"] == {"paper": [2, 1, 0], "phone": [1, 0, 0]}
    assert list(verify(inside.row())) == []


def test_one_person_cannot_confirm_alone_however_often(inside, on_paper):
    sheet = sheet_of(inside, on_paper).id
    enter(sheet, inside.old_chan, THREE)
    enter(sheet, inside.old_chan, THREE)  # a double tap
    assert refused(enter, sheet, inside.old_chan, Figures(3, 3, (3, 0, 0))) is Reason.ENTERED_ALREADY
    assert count_sheets.confirmation_of(sheet) is None
    assert (
        refused(closing.declare, poll_of(on_paper), inside.old_chan.act(now=clock.now() + LATER)) is Reason.SHEETS_OPEN
    )


def test_figures_that_differ_need_a_third_person(inside, on_paper):
    sheet = sheet_of(inside, on_paper).id
    enter(sheet, inside.old_chan, THREE)
    enter(sheet, inside.uncle_ho, Figures(3, 3, (1, 2, 0)))
    assert count_sheets.confirmation_of(sheet) is None
    enter(sheet, inside.ms_yip, THREE)
    confirmed = count_sheets.confirmation_of(sheet)
    assert {confirmed.first_id, confirmed.second_id} == {inside.old_chan.id, inside.ms_yip.id}


def test_the_author_of_the_proposal_does_not_count(inside, on_paper):
    sheet = sheet_of(inside, on_paper).id
    assert refused(enter, sheet, inside.sister_chow, THREE) is Reason.COUNTER_IS_AUTHOR


def test_no_sheet_is_known_before_the_close(inside, on_paper):
    assert (
        refused(
            count_sheets.open_sheet,
            poll_of(on_paper),
            Channel.PAPER,
            "x",
            inside.old_chan.act(key="k"),
        )
        is Reason.NOT_CLOSED_YET
    )


def test_no_more_ballots_than_people_who_took_paper(inside, on_paper):
    sheet = sheet_of(inside, on_paper).id
    assert refused(enter, sheet, inside.old_chan, Figures(4, 4, (4, 0, 0))) is Reason.MORE_THAN_MARKED


def test_hands_are_no_more_than_were_present_and_had_not_voted_otherwise(inside, on_paper):
    mark(inside, on_paper, inside.old_chan, inside.aunt_leung, channel=Channel.HANDS)
    sheet = sheet_of(inside, on_paper, Channel.HANDS, key="h").id
    assert refused(enter, sheet, inside.old_chan, Figures(3, 3, (3, 0, 0))) is Reason.MORE_THAN_MARKED
    enter(sheet, inside.old_chan, Figures(2, 2, (1, 0, 1)))
    enter(sheet, inside.uncle_ho, Figures(2, 2, (1, 0, 1)))
    paper = sheet_of(inside, on_paper, key="p").id
    for who in (inside.old_chan, inside.uncle_ho):
        enter(paper, who, THREE)
    tally = closing.declare(poll_of(on_paper), inside.old_chan.act(now=clock.now() + LATER)).facts["tally"]
    assert tally["counts"] == [4, 1, 1] and tally["present"] == 6


def test_a_confirmed_sheet_is_corrected_by_another_that_everybody_sees(inside, on_paper):
    first = sheet_of(inside, on_paper).id
    for who in (inside.old_chan, inside.uncle_ho):
        enter(first, who, THREE)
    assert refused(enter, first, inside.ms_yip, Figures(3, 3, (0, 3, 0))) is Reason.SHEET_CONFIRMED
    second = sheet_of(inside, on_paper, corrects=db.session.get(CountSheet, first), key="second").id
    for who in (inside.old_chan, inside.ms_yip):
        enter(second, who, Figures(3, 2, (1, 0, 0), blank=1))
    assert [figures.valid for _, figures in count_sheets.counted(on_paper)] == [(1, 0, 0)]
    assert db.session.query(SheetConfirmation).count() == 2
    tally = closing.declare(poll_of(on_paper), inside.old_chan.act(now=clock.now() + LATER)).facts["tally"]
    assert (tally["counts"], tally["blank"]) == ([2, 0, 0], 1)


def test_nothing_is_declared_while_paper_has_no_sheet(inside, on_paper):
    act = inside.old_chan.act(now=clock.now() + LATER)
    assert refused(closing.declare, poll_of(on_paper), act) is Reason.SHEETS_MISSING
    assert due.close_due(now=clock.now() + LATER) == [], "the job leaves it to an officer"


def test_nothing_is_marked_or_entered_once_it_is_counted(inside, on_paper):
    sheet = sheet_of(inside, on_paper).id
    for who in (inside.old_chan, inside.uncle_ho):
        enter(sheet, who, THREE)
    closing.declare(poll_of(on_paper), inside.old_chan.act(now=clock.now() + LATER))
    late = timedelta(days=5)
    assert refused(mark, inside, on_paper, inside.ah_keung, at=late) is Reason.COUNTED_ALREADY
    assert refused(ask_late, inside, on_paper, 5, at=late) is Reason.COUNTED_ALREADY
    assert refused(sheet_of, inside, on_paper, key="late") is Reason.COUNTED_ALREADY


def test_what_was_not_announced_cannot_be_used(inside):
    poll = a_poll(inside)
    assert refused(mark, inside, poll, inside.ah_fong) is Reason.CHANNEL_NOT_OFFERED
    assert refused(sheet_of, inside, poll) is Reason.CHANNEL_NOT_OFFERED


def test_numbers_that_are_not_on_the_roll_mark_nobody(inside):
    poll = a_poll(inside, paper=True)
    act = (offline_turnout.mark, poll_of(poll), Channel.PAPER, [1, 99], inside.ms_yip.act())
    assert refused(*act) is Reason.NO_SUCH_NUMBER
    assert db.session.query(AttendanceMark).count() == 0


def test_the_box_is_carried_by_two_and_notes_whom_it_reached(inside):
    poll = a_poll(inside, paper=True)
    plan = Visit(inside.ah_keung.id, inside.ms_yip.id, "坑尾", clock.now())
    numbers = [number_of(poll, inside.ah_fong), number_of(poll, inside.ah_kwok)]
    for _ in range(2):
        offline_turnout.visit(poll_of(poll), plan, numbers, inside.ms_yip.act(key="v"))
    assert db.session.query(BoxVisit).count() == 1
    assert {m.visit_id for m in db.session.scalars(select(AttendanceMark))} == {1}
    alone = Visit(inside.ms_yip.id, inside.ms_yip.id, "坑尾", clock.now())
    act = (offline_turnout.visit, poll_of(poll), alone, numbers, inside.ms_yip.act(key="w"))
    assert refused(*act) is Reason.TWO_WORKERS


@pytest.mark.parametrize("figures", ["{}", THREE.text()])
def test_the_database_itself_confirms_only_what_two_people_entered(inside, on_paper, figures):
    sheet = sheet_of(inside, on_paper).id
    enter(sheet, inside.old_chan, THREE)
    for second in (inside.old_chan.id, inside.uncle_ho.id):
        db.session.add(
            SheetConfirmation(
                sheet_id=sheet,
                village_id=inside.id,
                figures=figures,
                first_id=inside.old_chan.id,
                second_id=second,
                confirmed_at=clock.now(),
            )
        )
        with pytest.raises(DBAPIError):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize("table", ["count_sheet", "sheet_entry", "sheet_confirmation", "attendance_mark", "box_visit"])
def test_what_was_entered_is_never_changed(inside, on_paper, table):
    sheet = sheet_of(inside, on_paper).id
    for who in (inside.old_chan, inside.uncle_ho):
        enter(sheet, who, THREE)
    plan = Visit(inside.ah_keung.id, inside.ms_yip.id, "坑尾", clock.now())
    numbers = [number_of(on_paper, inside.aunt_leung)]
    offline_turnout.visit(poll_of(on_paper), plan, numbers, inside.ms_yip.act(key="v"))
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET village_id = village_id"):
        with pytest.raises(DBAPIError):
            db.session.execute(text(statement))
        db.session.rollback()


def test_whoever_changes_a_sheet_or_a_mark_by_sql_is_found_out(inside, on_paper):
    from tests.services.polls.test_polls import without_triggers

    sheet = sheet_of(inside, on_paper).id
    for who in (inside.old_chan, inside.uncle_ho):
        enter(sheet, who, THREE)
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ALTER TABLE attendance_mark DISABLE TRIGGER USER"))
    without_triggers("DELETE FROM attendance_mark WHERE number = 1")
    assert any("marked on the list" in fault for fault in verify(inside.row()))


def test_hundreds_are_marked_in_a_few_statements(inside):
    villagers(inside, 300)
    poll = a_poll(inside, paper=True)
    others = [n for n in range(1, 302) if n != number_of(poll, inside.ms_yip)]
    marked = offline_turnout.mark(poll_of(poll), Channel.PAPER, others, inside.ms_yip.act())
    assert len(marked) == 300
    entries = select(RollEntry).where(RollEntry.poll_id == poll, RollEntry.channel == "paper")
    assert len(db.session.scalars(entries).all()) == 300


def test_a_secret_poll_joins_phone_and_paper_too(inside):
    poll = a_poll(inside, secret=True, paper=True)
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    mark(inside, poll, inside.ah_kwok, inside.uncle_ho)
    sheet = sheet_of(inside, poll).id
    for who in (inside.old_chan, inside.uncle_ho):
        enter(sheet, who, Figures(2, 2, (1, 0, 0), invalid=1))
    tally = closing.declare(poll_of(poll), inside.old_chan.act(now=clock.now() + LATER)).facts["tally"]
    assert (tally["counts"], tally["present"], tally["invalid"]) == ([2, 0, 0], 3, 1)
    assert list(verify(inside.row())) == []
