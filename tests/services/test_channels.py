"""Helpers, letters, paper, hands and contests: each marks its unit once, and what is not allowed is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.count_sheets import Figures
from consult.domain.polls import Channel, Standing
from consult.domain.refusals import Reason, Refused
from consult.models import (
    Assistance,
    AttendanceMark,
    BallotEvent,
    BoxVisit,
    CountSheet,
    Poll,
    ProxyLetter,
    RollEntry,
    SheetConfirmation,
    db,
)
from consult.services import (
    assistances,
    attendance,
    ballot_orders,
    ballots,
    closing,
    contests,
    count_sheets,
    transactions,
)
from consult.services.attendance import Visit
from consult.services.verification import verify
from tests.village import a_poll, formal_by_phone, help_to_vote, number_of, villagers, vote, vote_in_secret

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def refused(act, *arguments, **facts) -> Reason:
    transactions.expect(reading=False)
    with pytest.raises(Refused) as refusal:
        act(*arguments, **facts)
    db.session.rollback()
    return refusal.value.reason


def poll_of(poll_id: int) -> Poll:
    transactions.expect(reading=False)
    return db.session.get_one(Poll, poll_id, populate_existing=True)


def mark(
    cast, poll_id: int, *who, channel: Channel = Channel.PAPER, by=None, at: timedelta = timedelta(0)
) -> list[int]:
    numbers = sorted(number_of(poll_id, one) for one in who)
    actor = (by or cast.sister_chow).row()
    return attendance.mark(poll_of(poll_id), channel, numbers, actor, now=clock.now() + at)


# helpers


def test_a_helped_vote_is_counted_as_helped_and_belongs_to_the_voter(inside):
    poll = a_poll(inside, key="p")
    help_to_vote(inside, poll, inside.ah_fong, 1, helper=inside.ah_keung, witness=inside.ms_yip)
    ballot = db.session.scalars(select(BallotEvent)).one()
    assert (ballot.channel, ballot.actor_id, ballot.helper_id) == ("assisted", inside.ah_fong.id, inside.ah_keung.id)
    tally = closing.count(poll_of(poll))
    assert tally.by_channel == {"assisted": 1} and tally.counts == (1, 0, 0)
    assert [(row.name, row.helped) for row in assistances.by_helper(poll)] == [(inside.ah_keung.name, 1)]
    assert list(verify(inside.row())) == []


def test_a_helped_secret_vote_leaves_no_name_beside_the_ballot(inside):
    poll = a_poll(inside, secret=True)
    help_to_vote(inside, poll, inside.ah_fong, 1, helper=inside.ah_keung, witness=inside.ms_yip)
    assert db.session.query(BallotEvent).count() == 0
    assert db.session.scalars(select(Assistance)).one().voter_id == inside.ah_fong.id
    assert list(verify(inside.row())) == []


@pytest.mark.parametrize(("helper", "witness", "reason"), [
    ("sister_chow", "ms_yip", Reason.HELPER_IS_AUTHOR), ("ah_fong", "ms_yip", Reason.HELPER_IS_VOTER),
    ("ah_keung", "ah_keung", Reason.WITNESS_IS_ANOTHER), ("ah_keung", "ah_fong", Reason.WITNESS_IS_ANOTHER),
])  # fmt: skip
def test_neither_the_author_nor_the_voter_helps_and_the_witness_is_a_third_person(inside, helper, witness, reason):
    poll = a_poll(inside)
    who = {"helper": getattr(inside, helper), "witness": getattr(inside, witness)}
    assert refused(help_to_vote, inside, poll, inside.ah_fong, 1, **who) is reason
    assert db.session.query(BallotEvent).count() == 0


def test_a_helper_fills_in_for_three_in_a_formal_poll_and_no_more(inside):
    formal_by_phone(inside, "VA_people")
    poll = a_poll(inside, standing=Standing.FORMAL, short_notice_reason="水到门口")
    for voter in (inside.ah_fong, inside.ah_kwok, inside.old_chan):
        help_to_vote(inside, poll, voter, 1, helper=inside.ah_keung, witness=inside.ms_yip)
    help_to_vote(inside, poll, inside.ah_fong, 2, helper=inside.ah_keung, witness=inside.ms_yip)  # the same voter again
    more = {"helper": inside.ah_keung, "witness": inside.ms_yip}
    assert refused(help_to_vote, inside, poll, inside.uncle_ho, 1, **more) is Reason.HELPER_HELPED_ENOUGH
    assert poll_of(poll).frozen["helper_cap"] == 3


def test_an_advisory_poll_has_no_such_cap(inside):
    poll = a_poll(inside)
    for voter in (inside.ah_fong, inside.ah_kwok, inside.old_chan, inside.uncle_ho):
        help_to_vote(inside, poll, voter, 1, helper=inside.ah_keung, witness=inside.ms_yip)
    assert closing.count(poll_of(poll)).present == 4


def test_a_unit_has_one_channel_whichever_comes_first(inside):
    poll = a_poll(inside, paper=True)
    vote(inside, poll, inside.ah_fong, 1)
    help_to_vote(inside, poll, inside.ah_kwok, 1, helper=inside.ah_keung, witness=inside.ms_yip)
    mark(inside, poll, inside.old_chan)
    other = {"helper": inside.ah_keung, "witness": inside.ms_yip}
    assert refused(help_to_vote, inside, poll, inside.ah_fong, 1, **other) is Reason.OTHER_CHANNEL
    assert refused(help_to_vote, inside, poll, inside.old_chan, 1, **other) is Reason.OTHER_CHANNEL
    assert refused(vote, inside, poll, inside.ah_kwok, 2) is Reason.OTHER_CHANNEL
    assert refused(vote, inside, poll, inside.old_chan, 2) is Reason.OTHER_CHANNEL
    assert refused(mark, inside, poll, inside.ah_fong) is Reason.VOTED_ANOTHER_WAY
    assert refused(mark, inside, poll, inside.ah_kwok) is Reason.VOTED_ANOTHER_WAY
    assert mark(inside, poll, inside.old_chan) == []


def test_a_helped_vote_pressed_twice_is_one(inside):
    poll = a_poll(inside)
    who = {"helper": inside.ah_keung, "witness": inside.ms_yip, "key": "one"}
    assert len({help_to_vote(inside, poll, inside.ah_fong, 1, **who) for _ in range(3)}) == 1
    assert db.session.query(Assistance).count() == 1


@pytest.mark.parametrize("columns", [
    {"helper_id": "voter_id"}, {"witness_id": "helper_id"}, {"witness_id": "voter_id"},
])  # fmt: skip
def test_the_database_itself_wants_three_persons(inside, columns):
    poll = a_poll(inside)
    people = {"voter_id": inside.ah_fong.id, "helper_id": inside.ah_keung.id, "witness_id": inside.ms_yip.id}
    for name, same in columns.items():
        people[name] = people[same]
    db.session.add(
        Assistance(poll_id=poll, number=1, rev=1, village_id=inside.id, helped_at=clock.now(), **people)
    )  # fmt: skip
    with pytest.raises(DBAPIError):
        db.session.flush()
    db.session.rollback()


# letters


def by_letter(cast, poll_id: int, giver, holder, *choice: int, key: str = "") -> str:
    order = ballot_orders.Order(
        cast.id, poll_id, holder.id, choice, key or f"l{giver.id}{holder.id}{choice}", Channel.PROXY,
        number_of(poll_id, giver), letter="d" * 64,
    )  # fmt: skip
    db.session.rollback()
    return ballots.cast(order, clock=clock.now).code


def test_somebody_of_the_same_household_votes_with_a_letter(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_kwok, inside.ah_fong, 2)
    letter = db.session.scalars(select(ProxyLetter)).one()
    assert (letter.giver_id, letter.holder_id) == (inside.ah_kwok.id, inside.ah_fong.id)
    vote(inside, poll, inside.ah_fong, 1)
    tally = closing.count(poll_of(poll))
    assert tally.by_channel == {"phone": 1, "proxy": 1} and tally.counts == (1, 1, 0)
    assert refused(vote, inside, poll, inside.ah_kwok, 1) is Reason.OTHER_CHANNEL
    assert list(verify(inside.row())) == []


def test_nobody_of_another_household_and_nobody_for_oneself(inside):
    poll = a_poll(inside)
    assert refused(by_letter, inside, poll, inside.ah_kwok, inside.old_chan, 1) is Reason.PROXY_OF_ANOTHER
    assert refused(by_letter, inside, poll, inside.ah_fong, inside.ah_fong, 1) is Reason.PROXY_OF_ANOTHER


def test_one_person_holds_one_letter_and_may_correct_its_vote(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_kwok, inside.ah_fong, 2)
    by_letter(inside, poll, inside.ah_kwok, inside.ah_fong, 1)
    assert closing.count(poll_of(poll)).counts == (1, 0, 0)
    assert db.session.query(ProxyLetter).count() == 1


def test_a_households_one_vote_needs_no_letter(inside):
    poll = a_poll(inside, body="VA_house")
    assert refused(by_letter, inside, poll, inside.ah_kwok, inside.ah_fong, 1) is Reason.NO_PROXY_FOR_HOUSEHOLDS


# paper and hands


def sheet_of(
    cast, poll_id: int, channel: Channel = Channel.PAPER, *, by=None, corrects=None, key: str = "s"
) -> CountSheet:
    actor = (by or cast.old_chan).row()
    return count_sheets.open_sheet(
        poll_of(poll_id), channel, "上围票箱", actor, key=key, now=clock.now() + LATER, corrects=corrects
    )


def enter(sheet_id: int, who, figures: Figures, *, at: timedelta = LATER) -> None:
    transactions.expect(reading=False)
    count_sheets.enter(db.session.get_one(CountSheet, sheet_id), figures, who.row(), picture="p", now=clock.now() + at)


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
    tally = closing.declare(poll_of(on_paper), inside.old_chan.row(), now=clock.now() + LATER).facts["tally"]
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
        refused(closing.declare, poll_of(on_paper), inside.old_chan.row(), now=clock.now() + LATER)
        is Reason.SHEETS_OPEN
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
    assert refused(
        count_sheets.open_sheet, poll_of(on_paper), Channel.PAPER, "x", inside.old_chan.row(), key="k", now=clock.now()
    ) is Reason.NOT_CLOSED_YET  # fmt: skip


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
    tally = closing.declare(poll_of(on_paper), inside.old_chan.row(), now=clock.now() + LATER).facts["tally"]
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
    tally = closing.declare(poll_of(on_paper), inside.old_chan.row(), now=clock.now() + LATER).facts["tally"]
    assert (tally["counts"], tally["blank"]) == ([2, 0, 0], 1)


def test_nothing_is_declared_while_paper_has_no_sheet(inside, on_paper):
    act = (poll_of(on_paper), inside.old_chan.row())
    assert refused(closing.declare, *act, now=clock.now() + LATER) is Reason.SHEETS_MISSING
    assert closing.close_due(now=clock.now() + LATER) == [], "the job leaves it to an officer"


def test_a_paper_list_may_be_typed_in_after_the_close_and_says_so(inside, on_paper):
    mark(inside, on_paper, inside.aunt_leung, at=LATER)
    assert attendance.late_marks(on_paper) == 1
    sheet = sheet_of(inside, on_paper).id
    for who in (inside.old_chan, inside.uncle_ho):
        enter(sheet, who, THREE)
    closing.declare(poll_of(on_paper), inside.old_chan.row(), now=clock.now() + LATER)
    late = timedelta(days=5)
    assert refused(mark, inside, on_paper, inside.ah_keung, at=late) is Reason.COUNTED_ALREADY
    assert refused(sheet_of, inside, on_paper, key="late") is Reason.COUNTED_ALREADY


def test_what_was_not_announced_cannot_be_used(inside):
    poll = a_poll(inside)
    assert refused(mark, inside, poll, inside.ah_fong) is Reason.CHANNEL_NOT_OFFERED
    assert refused(sheet_of, inside, poll) is Reason.CHANNEL_NOT_OFFERED


def test_numbers_that_are_not_on_the_roll_mark_nobody(inside):
    poll = a_poll(inside, paper=True)
    act = (attendance.mark, poll_of(poll), Channel.PAPER, [1, 99], inside.ms_yip.row())
    assert refused(*act, now=clock.now()) is Reason.NO_SUCH_NUMBER
    assert db.session.query(AttendanceMark).count() == 0


def test_the_box_is_carried_by_two_and_notes_whom_it_reached(inside):
    poll = a_poll(inside, paper=True)
    plan = Visit(inside.ah_keung.id, inside.ms_yip.id, "坑尾", clock.now())
    numbers = [number_of(poll, inside.ah_fong), number_of(poll, inside.ah_kwok)]
    for _ in range(2):
        attendance.visit(poll_of(poll), plan, numbers, inside.ms_yip.row(), key="v", now=clock.now())
    assert db.session.query(BoxVisit).count() == 1
    assert {m.visit_id for m in db.session.scalars(select(AttendanceMark))} == {1}
    alone = Visit(inside.ms_yip.id, inside.ms_yip.id, "坑尾", clock.now())
    act = (attendance.visit, poll_of(poll), alone, numbers, inside.ms_yip.row())
    assert refused(*act, key="w", now=clock.now()) is Reason.TWO_WORKERS


@pytest.mark.parametrize("figures", ["{}", THREE.text()])
def test_the_database_itself_confirms_only_what_two_people_entered(inside, on_paper, figures):
    sheet = sheet_of(inside, on_paper).id
    enter(sheet, inside.old_chan, THREE)
    for second in (inside.old_chan.id, inside.uncle_ho.id):
        transactions.expect(reading=False)
        db.session.add(
            SheetConfirmation(sheet_id=sheet, village_id=inside.id, figures=figures, first_id=inside.old_chan.id,
                              second_id=second, confirmed_at=clock.now())
        )  # fmt: skip
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
    attendance.visit(poll_of(on_paper), plan, numbers, inside.ms_yip.row(), key="v", now=clock.now())
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET village_id = village_id"):
        with pytest.raises(DBAPIError):
            db.session.execute(text(statement))
        db.session.rollback()


def test_whoever_changes_a_sheet_or_a_mark_by_sql_is_found_out(inside, on_paper):
    from tests.services.test_polls import without_triggers

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
    transactions.expect(reading=False)
    marked = attendance.mark(poll_of(poll), Channel.PAPER, list(range(1, 301)), inside.ms_yip.row(), now=clock.now())
    assert len(marked) == 300
    entries = select(RollEntry).where(RollEntry.poll_id == poll, RollEntry.channel == "paper")
    assert len(db.session.scalars(entries).all()) == 300


# contests


def test_another_adult_contests_the_households_vote_which_stays(inside):
    poll = a_poll(inside, body="VA_house")
    vote(inside, poll, inside.ah_fong, 1)
    for _ in range(2):
        contests.contest(poll_of(poll), inside.ah_kwok.row(), "没商量", on=clock.now().date(), now=clock.now())
    assert list(contests.numbers(poll)) == [number_of(poll, inside.ah_fong)]
    assert closing.count(poll_of(poll)).counts == (1, 0, 0)


@pytest.mark.parametrize(("who", "body", "later"), [
    ("ah_fong", "VA_house", False), ("old_chan", "VA_house", False), ("siu_ming", "VA_house", False), ("ah_kwok", "VA_people", False),
])  # fmt: skip
def test_who_cast_it_who_has_not_voted_a_child_and_a_persons_vote_contest_nothing(inside, who, body, later):
    poll = a_poll(inside, body=body)
    vote(inside, poll, inside.ah_fong, 1)
    act = (contests.contest, poll_of(poll), getattr(inside, who).row(), "没商量")
    assert refused(*act, on=clock.now().date(), now=clock.now()) is Reason.NOTHING_TO_CONTEST


def test_after_the_close_nothing_is_contested(inside):
    poll = a_poll(inside, body="VA_house")
    vote(inside, poll, inside.ah_fong, 1)
    act = (contests.contest, poll_of(poll), inside.ah_kwok.row(), "没商量")
    assert refused(*act, on=clock.now().date(), now=clock.now() + LATER) is Reason.POLL_CLOSED


def test_a_secret_poll_joins_phone_and_paper_too(inside):
    poll = a_poll(inside, secret=True, paper=True)
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    mark(inside, poll, inside.ah_kwok, inside.uncle_ho)
    sheet = sheet_of(inside, poll).id
    for who in (inside.old_chan, inside.uncle_ho):
        enter(sheet, who, Figures(2, 2, (1, 0, 0), invalid=1))
    tally = closing.declare(poll_of(poll), inside.old_chan.row(), now=clock.now() + LATER).facts["tally"]
    assert (tally["counts"], tally["present"], tally["invalid"]) == ([2, 0, 0], 3, 1)
    assert list(verify(inside.row())) == []
