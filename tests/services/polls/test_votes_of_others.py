"""A mark or vote that two officers found wrong: what becomes of it, who may have a hand in it, and what comes after."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.polls import Channel
from consult.domain.refusals import Reason
from consult.models import MarkUndoing, Notification, Turnout, VoteDispute, db
from consult.models.polls import act_queries, poll_queries
from consult.services.core.acts import Act
from consult.services.people import grants, villages
from consult.services.polls import closing, offline_turnout
from consult.services.polls.channels import answers, own_acts, rulings
from consult.services.polls.counting import late_marks
from consult.services.polls.offline_turnout import Visit
from consult.services.site import waiting
from tests.bundle_cases import chained, check, files_of
from tests.hours import day_of
from tests.meetings import a_called_meeting, begin_vote, count_hands, end_vote, everybody, open_it, seat
from tests.meetings import declare as declare_vote
from tests.services.polls.test_acts_on_votes import (
    by_letter,
    contest,
    entry,
    letter,
    rule,
    say,
    sound,
    told,
    why_not_countable,
)
from tests.services.polls.test_count_sheets import enter, sheet_of
from tests.services.polls.test_marks import count, declare, unmark, why_not_declared
from tests.village import FOUNDED, Cast, Who, a_poll, close, help_to_vote, number_of, vote, vote_in_secret
from tests.ways import ask_late, mark, mark_late, poll_of, refused

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def office(cast: Cast, who: Who, role: Role) -> None:
    grants.grant(who.row(), role, Term(FOUNDED.date()), Act.by_system(cast.id, now=FOUNDED))


def waits(cast: Cast, who: Who, *, after: timedelta = timedelta()) -> list[str]:
    """The kinds of what stands on somebody's list."""
    now = clock.now() + after
    held = villages.roles_of(who.row(), on=day_of(now))
    return [one.kind.value for one in waiting.of_officer(cast.row(), who.row(), held, now=now)]


# a mark that was wrong


@pytest.mark.parametrize("secret", [False, True])
def test_a_mark_that_two_found_wrong_is_undone_and_the_household_votes_by_phone(inside, secret):
    poll = a_poll(inside, body="VA_house", paper=True, secret=secret)
    mark(inside, poll, inside.ah_fong, by=inside.ms_yip)
    one = contest(poll, inside.ah_kwok, "我家没有去投票")
    assert told(inside.ms_yip)[-1] == "contest_of_yours"
    rule(one, inside, upheld=True)
    assert entry(poll, inside.ah_fong).channel is None
    assert db.session.get_one(Turnout, poll, populate_existing=True).units == 0
    undone = db.session.scalars(select(MarkUndoing)).one()
    assert (undone.reason, undone.late, undone.undone_by) == ("看过了", False, inside.uncle_ho.id)
    for who in (inside.ah_fong, inside.ah_kwok):
        assert "you_unmarked" in told(who)
    (vote_in_secret if secret else vote)(inside, poll, inside.ah_fong, 2)
    after = clock.now() + LATER
    closing.declare(poll_of(poll), inside.old_chan.act(now=after))
    assert closing.tally_of(poll_of(poll)).counts == (0, 1, 0)
    assert act_queries.doubted_but_counted(poll) == 0
    assert sound(inside, poll) == []


def test_who_is_marked_anew_after_that_has_no_contest_open_and_none_upheld(inside):
    """The household came with its paper after all: the earlier word of two officers is not about this mark."""
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong, by=inside.ms_yip)
    rule(contest(poll, inside.ah_fong), inside, upheld=True)
    mark(inside, poll, inside.ah_fong, by=inside.ms_yip)
    assert act_queries.doubted_but_counted(poll) == 0
    again = contest(poll, inside.ah_fong)
    assert again.turn == 2 and again.rev == 2
    unmark(inside, poll, inside.ah_fong)
    assert act_queries.open_contest_ids(poll, again.number) == []
    mark(inside, poll, inside.ah_fong, by=inside.ms_yip)
    assert act_queries.open_contest_ids(poll, again.number) == [], "it was about a mark that is undone"
    count(inside, poll, Figures(1, 1, (1, 0, 0)))
    assert declare(inside, poll)["present"] == 1
    assert sound(inside, poll) == []


def test_a_household_that_votes_again_after_a_contest_was_upheld_counts_without_a_shadow(inside):
    poll = a_poll(inside, body="VA_house")
    vote(inside, poll, inside.ah_fong, 1)
    rule(contest(poll, inside.ah_kwok, "没有商量"), inside, upheld=True)
    vote(inside, poll, inside.ah_fong, 2)
    assert act_queries.doubted_but_counted(poll) == 0
    assert contest(poll, inside.ah_kwok, "又没有商量").turn == 2
    rule(db.session.scalars(select(VoteDispute).where(VoteDispute.turn == 2)).one(), inside, upheld=False)
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (0, 1, 0)
    assert sound(inside, poll) == []


def contested_and_counted(cast: Cast, *votes: int, papers: tuple[int, int, int]) -> int:
    """Two were given paper and both papers are on a sheet; then one of the two is found not to have voted."""
    poll = a_poll(cast, paper=True)
    mark(cast, poll, cast.ah_fong, cast.ah_keung, by=cast.ms_yip)
    voters = (cast.old_chan, cast.uncle_ho, cast.sister_chow, cast.aunt_leung, cast.ah_kwok, cast.ms_yip)
    for who, choice in zip(voters, votes, strict=False):
        vote(cast, poll, who, choice)
    one = contest(poll, cast.ah_fong)
    sheet = sheet_of(cast, poll).id
    for who in (cast.old_chan, cast.uncle_ho):
        enter(sheet, who, Figures(2, 2, papers))
    refusal = refused(say, one, cast.old_chan, "committee_member", upheld=True, after=LATER)
    assert refusal is Reason.MARKS_ARE_COUNTED, "both papers are on a sheet: it is wrong, or the paper is in the box"
    rule(one, cast, upheld=True, after=LATER, in_box=True)
    assert entry(poll, cast.ah_fong).channel is Channel.PAPER, "its paper cannot be found in the box"
    assert db.session.query(MarkUndoing).count() == 0
    assert act_queries.doubted_but_counted(poll) == 1
    return poll


def test_a_mark_whose_paper_is_counted_stays_and_is_named_with_a_result_that_stands_without_it(inside):
    poll = contested_and_counted(inside, 1, 1, 1, 1, 1, 1, papers=(2, 0, 0))
    assert declare(inside, poll)["counts"] == [8, 0, 0]
    assert act_queries.counts_of(poll) == {"contested": 1, "upheld": 1, "in_box": 1}
    assert told(inside.ah_fong)[-1] == "contest_in_box" and "you_unmarked" not in told(inside.ah_fong)
    assert sound(inside, poll) == []


def test_a_result_that_hangs_on_such_a_paper_is_not_declared(inside):
    poll = contested_and_counted(inside, 1, 1, 2, 2, 2, papers=(2, 0, 0))
    assert why_not_declared(inside, poll).reason is Reason.CONTEST_TOUCHES_OUTCOME


def test_a_paper_that_two_say_is_in_the_box_stays_marked_so_that_the_sheet_adds_up(inside, tmp_path):
    """Undone before, the sheet had one paper more than marks, and only marks after the close by two could mend it."""
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong, inside.ah_keung, by=inside.ms_yip)
    for who in (inside.old_chan, inside.uncle_ho, inside.sister_chow, inside.aunt_leung, inside.ah_kwok):
        vote(inside, poll, who, 1)
    one = contest(poll, inside.ah_fong)
    assert refused(say, one, inside.old_chan, "committee_member", upheld=True, in_box=None) is Reason.SAY_IF_IN_BOX
    rule(one, inside, upheld=True, in_box=True)
    assert entry(poll, inside.ah_fong).channel is Channel.PAPER
    number = [number_of(poll, inside.ah_fong)]
    act = (offline_turnout.unmark, poll_of(poll), number, "错", inside.sister_chow.act())
    assert refused(*act) is Reason.PAPER_RULED_IN_BOX
    assert refused(ask_late, inside, poll, *number, undo_because="错") is Reason.PAPER_RULED_IN_BOX
    count(inside, poll, Figures(2, 2, (2, 0, 0)))
    assert declare(inside, poll)["present"] == 7
    assert act_queries.counts_of(poll) == {"contested": 1, "upheld": 1, "in_box": 1}
    assert sound(inside, poll) == []
    files = files_of(poll, full=False)
    for tag in ("contest:ruled", "contest:opinion"):  # whether it stayed in the count, and that both said so
        assert "W1" in check(chained(files, lambda facts: facts.update(in_box=False), tag), tmp_path)[1]
    hidden = chained(files, lambda facts: facts["acts"].pop("in_box"), "poll:declared")
    assert "W1" in check(hidden, tmp_path)[1]


def test_two_who_differ_on_the_paper_have_not_decided(inside):
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong, by=inside.ms_yip)
    one = contest(poll, inside.ah_fong)
    say(one, inside.old_chan, "committee_member", upheld=True, in_box=True)
    say(one, inside.uncle_ho, "supervisor", upheld=True, in_box=False)
    assert act_queries.open_contest_ids(poll, one.number) == [one.id]
    say(one, inside.uncle_ho, "supervisor", upheld=True, in_box=True)
    assert act_queries.open_contest_ids(poll, one.number) == [], "he says otherwise now"
    assert entry(poll, inside.ah_fong).channel is Channel.PAPER


def test_a_mark_ruled_wrong_after_the_close_is_undone_by_the_two_who_ruled(inside):
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong, by=inside.ms_yip)
    vote(inside, poll, inside.ah_kwok, 1)
    rule(contest(poll, inside.ah_fong, after=LATER), inside, upheld=True, after=LATER)
    undone = db.session.scalars(select(MarkUndoing)).one()
    assert (undone.late, undone.late_id) == (True, None)
    assert declare(inside, poll)["present"] == 1
    assert sound(inside, poll) == []


# who did it


def test_neither_who_asked_nor_who_confirmed_a_late_mark_decides_on_it_and_the_marked_are_told(inside):
    poll = a_poll(inside, body="VA_house", paper=True)
    mark_late(inside, poll, inside.ah_fong)
    for who in (inside.ah_fong, inside.ah_kwok):
        assert told(who) == ["you_marked_paper"]
    one = contest(poll, inside.ah_kwok, after=LATER)
    assert act_queries.doers_of(one) == {inside.sister_chow.id, inside.old_chan.id}
    for who, office_of in ((inside.sister_chow, "council_member"), (inside.old_chan, "committee_member")):
        assert told(who)[-1] == "contest_of_yours"
        assert "contest" not in waits(inside, who, after=LATER)
        act = who.act(now=clock.now() + LATER)
        kept = db.session.get_one(VoteDispute, one.id)
        assert refused(rulings.say, kept, office_of, act, upheld=False, reason="签了") is Reason.CONTEST_OF_OWN_ACT
    assert "contest" in waits(inside, inside.uncle_ho, after=LATER)


def test_those_who_carried_the_box_did_it_too(inside):
    poll = a_poll(inside, paper=True)
    box = Visit(inside.old_chan.id, inside.uncle_ho.id, "上围", clock.now())
    offline_turnout.visit(poll_of(poll), box, [number_of(poll, inside.ah_fong)], inside.ms_yip.act(key="box"))
    doers = act_queries.doers_of(contest(poll, inside.ah_fong))
    assert doers == {inside.old_chan.id, inside.uncle_ho.id, inside.ms_yip.id}


def test_the_house_of_who_did_it_does_not_decide_either(inside):
    office(inside, inside.ah_kwok, Role.SUPERVISOR)
    poll = a_poll(inside)
    help_to_vote(inside, poll, inside.aunt_leung, 1, helper=inside.ah_keung, witness=inside.ah_fong)
    one = contest(poll, inside.aunt_leung)
    act = (rulings.say, db.session.get_one(VoteDispute, one.id), "supervisor", inside.ah_kwok.act())
    assert refused(*act, upheld=False, reason="是真的") is Reason.OWN_MATTER
    assert "contest" not in waits(inside, inside.ah_kwok)


# the own house


@pytest.fixture
def officer(inside) -> Who:
    """Ah Kwok, who marks and counts, and lives with Ah Fong."""
    office(inside, inside.ah_kwok, Role.COUNCIL_MEMBER)
    return inside.ah_kwok


@pytest.mark.parametrize("body", ["VA_people", "VA_house"])
def test_an_officer_marks_nobody_of_the_own_house_and_nobody_else_with_them(inside, officer, body):
    poll = a_poll(inside, body=body, paper=True)
    for who in {inside.ah_fong, officer} if body == "VA_people" else {inside.ah_fong}:
        assert refused(mark, inside, poll, who, inside.aunt_leung, by=officer) is Reason.MARK_OF_OWN_HOUSE
    assert entry(poll, inside.aunt_leung).channel is None
    mark(inside, poll, inside.aunt_leung, by=officer)
    mark(inside, poll, inside.ah_fong, by=inside.ms_yip)
    assert refused(unmark, inside, poll, inside.ah_fong, by=officer) is Reason.MARK_OF_OWN_HOUSE


def test_a_box_reaches_the_own_house_by_somebody_elses_note(inside, officer):
    poll = a_poll(inside, paper=True)
    box = Visit(inside.old_chan.id, inside.uncle_ho.id, "上围", clock.now())
    note = (offline_turnout.visit, poll_of(poll), box, [number_of(poll, inside.ah_fong)])
    assert refused(*note, officer.act(key="box")) is Reason.MARK_OF_OWN_HOUSE
    offline_turnout.visit(poll_of(poll), box, [number_of(poll, inside.ah_fong)], inside.ms_yip.act(key="box"))


def test_late_marks_of_the_own_house_are_neither_asked_for_nor_confirmed(inside, officer):
    poll = a_poll(inside, paper=True)
    n = number_of(poll, inside.ah_fong)
    assert refused(ask_late, inside, poll, n, by=officer) is Reason.MARK_OF_OWN_HOUSE
    asked = ask_late(inside, poll, n, by=inside.old_chan, office="committee_member")
    second = officer.act(now=clock.now() + LATER)
    assert refused(late_marks.confirm, asked, "council_member", second) is Reason.MARK_OF_OWN_HOUSE
    assert not db.session.scalars(
        select(Notification.id).where(
            Notification.person_id == officer.id, Notification.subject == f"waits_late_marks:{asked.id}"
        )
    ).all(), "who cannot is not called"
    late_marks.confirm(asked, "supervisor", inside.uncle_ho.act(now=clock.now() + LATER))


def test_of_an_open_secret_vote_the_refusal_says_nothing_of_who_has_voted(inside, officer):
    poll = a_poll(inside, secret=True, paper=True)
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    assert refused(mark, inside, poll, inside.ah_fong, by=officer) is Reason.MARK_OF_OWN_HOUSE
    assert refused(mark, inside, poll, officer, by=officer) is Reason.MARK_OF_OWN_HOUSE


def test_a_letter_and_a_contest_of_the_own_house_are_for_others(inside, officer):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_fong, officer, 2)
    assert refused(answers.look, letter(poll), officer.act(), sound=True) is Reason.LETTER_OF_OWN_HOUSE
    one = contest(poll, inside.ah_fong)
    said = (rulings.say, db.session.get_one(VoteDispute, one.id), "council_member", officer.act())
    assert refused(*said, upheld=False, reason="她写的") is Reason.CONTEST_OF_OWN_ACT


def test_who_moved_house_is_of_both_the_house_on_the_roll_and_the_own_one(inside, officer):
    poll = a_poll(inside, paper=True)
    inside.aunt_leung.row().household_id = officer.household_id
    db.session.commit()
    assert refused(mark, inside, poll, inside.aunt_leung, by=officer) is Reason.MARK_OF_OWN_HOUSE


# after a contest was upheld


def test_a_helper_found_wrong_does_not_help_that_voter_again_nor_does_the_witness(inside):
    poll = a_poll(inside)
    who = {"helper": inside.ah_keung, "witness": inside.ms_yip}
    help_to_vote(inside, poll, inside.ah_fong, 2, **who)
    rule(contest(poll, inside.ah_fong), inside, upheld=True)
    assert refused(help_to_vote, inside, poll, inside.ah_fong, 1, **who) is Reason.HELPER_WAS_CONTESTED
    other = {"helper": inside.old_chan, "witness": inside.ms_yip}
    assert refused(help_to_vote, inside, poll, inside.ah_fong, 1, **other) is Reason.HELPER_WAS_CONTESTED
    help_to_vote(inside, poll, inside.aunt_leung, 1, **who)
    help_to_vote(inside, poll, inside.ah_fong, 1, helper=inside.old_chan, witness=inside.aunt_leung)
    help_to_vote(inside, a_poll(inside, key="other"), inside.ah_fong, 1, **who)
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (2, 0, 0)
    assert sound(inside, poll) == []


def test_a_helper_whose_act_stood_helps_on(inside):
    poll = a_poll(inside)
    who = {"helper": inside.ah_keung, "witness": inside.ms_yip}
    help_to_vote(inside, poll, inside.ah_fong, 2, **who)
    rule(contest(poll, inside.ah_fong), inside, upheld=False)
    help_to_vote(inside, poll, inside.ah_fong, 1, **who)


def test_a_holder_found_wrong_brings_no_other_letter_of_that_giver(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    rule(contest(poll, inside.ah_fong, "我没有写过"), inside, upheld=True)
    assert refused(by_letter, inside, poll, inside.ah_fong, inside.ah_kwok, 2) is Reason.HELPER_WAS_CONTESTED
    vote(inside, poll, inside.ah_fong, 1)


def test_a_receipt_of_a_void_ballot_says_why(inside):
    poll = a_poll(inside, body="VA_house")
    vote(inside, poll, inside.ah_fong, 1)
    rule(contest(poll, inside.ah_kwok, "没有商量"), inside, upheld=True)
    vote(inside, poll, inside.ah_fong, 2)
    assert [(row.rev, row.void) for row in poll_queries.receipts_of(inside.ah_fong.row())] == [
        (2, None),
        (1, "contest_upheld"),
    ]


# hands at the chair's ending


def test_raised_hands_are_shown_and_not_told_and_can_be_contested(inside):
    meeting_id, poll_id = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    begin_vote(inside, meeting_id, poll_id)
    end_vote(inside, meeting_id, poll_id)
    assert "you_marked_hands" not in told(inside.ah_fong)
    mine = own_acts.mine(poll_of(poll_id), inside.ah_fong.row())
    assert [(one.kind, one.doer) for one in mine] == [("hands", inside.old_chan.name)]
    assert own_acts.mine(poll_of(poll_id), inside.ah_keung.row()) == []
    one = contest(poll_id, inside.ah_fong, "我没有举手")
    assert why_not_countable(poll_id) is Reason.CONTESTS_WAIT
    for who, office_of in ((inside.sister_chow, "council_member"), (inside.uncle_ho, "supervisor")):
        say(one, who, office_of, upheld=True)
    assert entry(poll_id, inside.ah_fong).channel is Channel.HANDS, (
        "of a hand that was raised nobody knows which it was"
    )
    count_hands(inside, poll_id, 6, 0, 0)
    declare_vote(inside, poll_id)
    assert act_queries.counts_of(poll_id) == {"contested": 1, "upheld": 1, "in_box": 1}
    assert sound(inside, poll_id) == []
