"""What somebody else does with a vote: those concerned are told, can stop it, and nothing counts before it is settled."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.instants import local_day
from consult.domain.law.rule_changes import CharterRule, RuleKind
from consult.domain.people.roles import Role
from consult.domain.people.waiting import Wait
from consult.domain.polls.acts_on_votes import VoidReason
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.polls import Channel
from consult.domain.polls.secret_ballots import new_token
from consult.domain.refusals import Reason
from consult.models import (
    AuditEntry,
    BallotEvent,
    ContestRuling,
    Notification,
    Poll,
    ProxyLetter,
    RollEntry,
    RuleChange,
    Turnout,
    VoidedBallot,
    VoteDispute,
    db,
)
from consult.models.polls import act_queries, poll_queries
from consult.services.polls import ballot_requests, ballots, closing
from consult.services.polls.channels import answers, own_acts, proxies, rulings, vote_disputes
from consult.services.polls.counting import late_marks
from consult.services.site import waiting
from consult.services.site.verification import verify
from tests.bundle_cases import check, files_of
from tests.hours import VILLAGE_TIME, today
from tests.services.polls.test_marks import count, declare, unmark
from tests.tampering import without_triggers
from tests.village import Cast, Who, a_photo, a_poll, close, help_to_vote, number_of, vote, vote_in_secret
from tests.ways import ask_late, mark, mark_late, poll_of, refused

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def why_not_countable(poll: int) -> Reason | None:
    refusal = closing.why_not_countable(poll_of(poll), clock.now())
    return refusal.reason if refusal else None


def by_letter(cast: Cast, poll_id: int, giver: Who, holder: Who, *choice: int, key: str = "") -> str:
    order = ballot_requests.BallotRequest(
        cast.id,
        poll_id,
        holder.id,
        choice,
        key or new_token(),
        channel=Channel.PROXY,
        number=number_of(poll_id, giver),
        letter=a_photo(holder),
    )
    db.session.rollback()
    return ballots.cast(order, clock=clock.now).code


def letter(poll_id: int) -> ProxyLetter:
    return db.session.scalars(select(ProxyLetter).filter_by(poll_id=poll_id).order_by(ProxyLetter.id.desc())).first()


def entry(poll_id: int, who: Who) -> RollEntry:
    return db.session.get(RollEntry, (poll_id, number_of(poll_id, who)), populate_existing=True)


def told(who: Who) -> list[str]:
    """The kinds of the lines that somebody got about votes, oldest first."""
    query = select(Notification.facts).where(Notification.person_id == who.id).order_by(Notification.id)
    return [facts["kind"] for facts in db.session.scalars(query) if "vote" in facts]


def contest(poll_id: int, who: Who, reason: str = "", *, after: timedelta = timedelta()) -> VoteDispute:
    act = who.act(now=clock.now() + after)
    return vote_disputes.dispute(poll_of(poll_id), reason, act, on=local_day(VILLAGE_TIME, act.now))


def say(
    one: VoteDispute,
    who: Who,
    office: str,
    *,
    upheld: bool,
    after: timedelta = timedelta(),
    in_box: bool | None = False,
) -> None:
    act = who.act(now=clock.now() + after)
    kept = db.session.get_one(VoteDispute, one.id)
    rulings.say(kept, office, act, upheld=upheld, reason="看过了", in_box=in_box)


def rule(one: VoteDispute, cast: Cast, *, upheld: bool, after: timedelta = timedelta(), in_box: bool = False) -> None:
    say(one, cast.old_chan, "committee_member", upheld=upheld, after=after, in_box=in_box)
    say(one, cast.uncle_ho, "supervisor", upheld=upheld, after=after, in_box=in_box)


def sound(cast: Cast, poll_id: int) -> list[str]:
    """All that is wrong with the log and the two bundles of a counted poll."""
    found = list(verify(cast.row()))
    with tempfile.TemporaryDirectory() as folder:
        for full in (False, True):
            found += check(files_of(poll_id, full=full), Path(folder))[1]
    return found


# letters


def test_the_giver_is_told_by_whom_and_her_own_vote_takes_the_place_of_the_letters(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    assert told(inside.ah_fong) == ["letter_for_you"]
    mine = own_acts.mine(poll_of(poll), inside.ah_fong.row())
    assert [(one.kind.value, one.doer, one.waits) for one in mine] == [("proxy", inside.ah_kwok.name, True)]
    vote(inside, poll, inside.ah_fong, 1)
    assert told(inside.ah_fong)[-1] == told(inside.ah_kwok)[-1] == "own_vote_counts"
    assert entry(poll, inside.ah_fong).channel is Channel.PHONE
    assert db.session.get(Turnout, poll).units == 1
    assert act_queries.letters_to_look_at(poll) == []
    close(at=clock.now() + LATER)
    tally = closing.tally_of(poll_of(poll))
    assert tally.counts == (1, 0, 0) and tally.by_channel == {"phone": 1}
    assert act_queries.counts_of(poll) == {"superseded": 1}
    assert sound(inside, poll) == []


def test_a_letter_waits_for_somebody_of_another_house_and_the_count_waits_for_it(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    vote(inside, poll, inside.old_chan, 1)
    assert close(at=clock.now() + LATER) == []
    assert closing.tally_of(poll_of(poll)) is None
    assert why_not_countable(poll) is Reason.LETTERS_WAIT
    declare = (closing.declare, poll_of(poll), inside.old_chan.act(now=clock.now() + LATER))
    assert refused(*declare) is Reason.LETTERS_WAIT
    answers.look(letter(poll), inside.ms_yip.act(), sound=True)
    answers.look(letter(poll), inside.ms_yip.act(), sound=True)  # twice
    assert "letter_accepted" in told(inside.ah_fong) and "letter_accepted" in told(inside.ah_kwok)
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (1, 1, 0)
    assert sound(inside, poll) == []


@pytest.mark.parametrize("who", ["ah_kwok", "ah_fong"])
def test_nobody_of_the_house_looks_at_its_letter(inside, who):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    looker = getattr(inside, who)
    assert refused(answers.look, letter(poll), looker.act(), sound=True) is Reason.LETTER_OF_OWN_HOUSE


def test_a_red_square_is_refused_does_not_count_and_leaves_the_vote_to_its_giver(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    answers.look(letter(poll), inside.ms_yip.act(), sound=False, reason="只是一块红色，没有字")
    assert told(inside.ah_fong)[-1] == told(inside.ah_kwok)[-1] == "letter_refused"
    assert entry(poll, inside.ah_fong).channel is None and db.session.get(Turnout, poll).units == 0
    assert refused(answers.look, letter(poll), inside.ms_yip.act(), sound=True) is Reason.ANSWERED_OTHERWISE
    assert poll_queries.counted_receipts(poll) == []
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 1)  # a better photo: a new letter
    answers.look(letter(poll), inside.ms_yip.act(), sound=True)
    assert [one.rev for one in db.session.scalars(select(ProxyLetter).order_by(ProxyLetter.id))] == [1, 2]
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (1, 0, 0)
    assert act_queries.counts_of(poll) == {"letter_refused": 1}
    assert sound(inside, poll) == []


def test_a_refused_letter_after_the_close_takes_the_vote_out_of_the_count(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    vote(inside, poll, inside.old_chan, 1)
    answers.look(letter(poll), inside.ms_yip.act(now=clock.now() + LATER), sound=False, reason="没有签名")
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (1, 0, 0)
    late = (answers.look, letter(poll), inside.old_chan.act(now=clock.now() + LATER))
    assert refused(*late, sound=True) is Reason.ANSWERED_OTHERWISE
    assert sound(inside, poll) == []


def test_a_second_letter_of_one_holder_is_refused_before_any_choice(inside):
    poll = a_poll(inside)
    proxies.refuse_unless_offered(poll_of(poll), inside.ah_kwok.row())
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    assert refused(proxies.refuse_unless_offered, poll_of(poll), inside.ah_kwok.row()) is Reason.ONE_PROXY_EACH
    vote(inside, poll, inside.ah_fong, 1)
    proxies.refuse_unless_offered(poll_of(poll), inside.ah_kwok.row())  # it stands no more


def test_a_secret_vote_takes_no_letter_and_says_so_in_what_is_frozen(inside):
    poll = a_poll(inside, secret=True)
    assert "proxy" not in poll_of(poll).frozen["channels"]
    assert refused(by_letter, inside, poll, inside.ah_fong, inside.ah_kwok, 1) is Reason.SECRET_NO_LETTERS
    assert refused(proxies.refuse_unless_offered, poll_of(poll), inside.ah_kwok.row()) is Reason.SECRET_NO_LETTERS


def test_a_charter_may_allow_letters_in_secret_votes_which_are_shown_at_a_door(inside):
    charter = RuleChange(
        village_id=inside.id,
        kind=RuleKind.CHARTER,
        body="VA_people",
        facts=CharterRule(secret_letters=True, source="村民自治章程 31").as_facts(),
        source="村民自治章程 31",
        valid_from=today(-timedelta(days=1)),
        request_key="charter",
        asked_by=inside.old_chan.id,
        asked_office="committee_member",
        asked_at=clock.now(),
        confirmed_by=inside.uncle_ho.id,
        confirmed_office="supervisor",
        confirmed_at=clock.now(),
    )
    db.session.add(charter)
    db.session.commit()
    poll = a_poll(inside, secret=True)
    assert "proxy" in poll_of(poll).frozen["channels"]
    assert refused(by_letter, inside, poll, inside.ah_fong, inside.ah_kwok, 1) is Reason.SECRET_NO_LETTERS


# helpers


def test_a_helped_vote_without_the_witnesss_pin_waits_and_counts_once_the_witness_says_yes(inside):
    poll = a_poll(inside)
    help_to_vote(inside, poll, inside.ah_fong, 1, helper=inside.ah_keung, witness=inside.ms_yip, pin=False)
    assert told(inside.ah_fong) == ["you_were_helped_waits"] and told(inside.ms_yip) == ["witness_asked"]
    n = number_of(poll, inside.ah_fong)
    for who in (inside.old_chan, inside.ah_keung):
        assert refused(answers.witness, poll_of(poll), n, 1, who.act(), sound=True) is Reason.NOT_THE_WITNESS
    answers.witness(poll_of(poll), n, 1, inside.ms_yip.act(), sound=True)
    answers.witness(poll_of(poll), n, 1, inside.ms_yip.act(), sound=True)
    assert told(inside.ah_fong)[-1] == told(inside.ah_keung)[-1] == "helped_confirmed"
    no = refused(answers.witness, poll_of(poll), n, 1, inside.ms_yip.act(), sound=False)
    assert no is Reason.ANSWERED_OTHERWISE
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (1, 0, 0)
    assert sound(inside, poll) == []


def test_what_nobody_said_yes_to_before_the_close_does_not_count_and_its_voter_is_told(inside):
    poll = a_poll(inside)
    help_to_vote(inside, poll, inside.ah_fong, 1, helper=inside.ah_keung, witness=inside.ms_yip, pin=False)
    vote(inside, poll, inside.old_chan, 2)
    n = number_of(poll, inside.ah_fong)
    late = (answers.witness, poll_of(poll), n, 1, inside.ms_yip.act(now=clock.now() + LATER))
    assert refused(*late, sound=True) is Reason.POLL_CLOSED
    assert closing.tally_of(poll_of(poll)) is None, "it is not known before it is settled"
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (0, 1, 0)
    assert db.session.scalars(select(VoidedBallot)).one().why is VoidReason.UNANSWERED
    assert told(inside.ah_fong)[-1] == "helped_unanswered"
    assert act_queries.counts_of(poll) == {"unanswered": 1}
    assert sound(inside, poll) == []


def test_the_voters_own_yes_is_as_good_as_the_witnesss_and_ends_the_helpers_changes(inside):
    poll = a_poll(inside)
    who = {"helper": inside.ah_keung, "witness": inside.ms_yip}
    help_to_vote(inside, poll, inside.ah_fong, 2, **who, pin=False)
    help_to_vote(inside, poll, inside.ah_fong, 1, **who, pin=False)  # read back, put right
    n = number_of(poll, inside.ah_fong)
    old = refused(answers.witness, poll_of(poll), n, 1, inside.ah_fong.act(), sound=True)
    assert old is Reason.VOTE_GIVEN_ANEW
    assert refused(answers.witness, poll_of(poll), n, 2, inside.ah_fong.act(), sound=False) is Reason.NOT_THE_WITNESS
    answers.witness(poll_of(poll), n, 2, inside.ah_fong.act(), sound=True)
    assert refused(help_to_vote, inside, poll, inside.ah_fong, 2, **who) is Reason.ACT_CONFIRMED
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (1, 0, 0)
    assert sound(inside, poll) == []


def test_a_made_up_number_names_no_witness(inside):
    poll = a_poll(inside)
    assert refused(answers.witness, poll_of(poll), 999, 1, inside.ah_fong.act(), sound=True) is Reason.NOT_THE_WITNESS


def test_a_witness_who_was_not_there_says_no_and_the_vote_does_not_count(inside):
    poll = a_poll(inside)
    help_to_vote(inside, poll, inside.ah_fong, 1, helper=inside.ah_keung, witness=inside.ms_yip, pin=False)
    answers.witness(poll_of(poll), number_of(poll, inside.ah_fong), 1, inside.ms_yip.act(), sound=False)
    assert told(inside.ah_fong)[-1] == told(inside.ah_keung)[-1] == "helped_denied"
    assert entry(poll, inside.ah_fong).channel is None
    vote(inside, poll, inside.ah_fong, 2)
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (0, 1, 0)
    assert sound(inside, poll) == []


def test_the_voters_own_vote_takes_the_place_of_the_helpers_who_cannot_change_it_again(inside):
    poll = a_poll(inside)
    who = {"helper": inside.ah_keung, "witness": inside.ms_yip}
    help_to_vote(inside, poll, inside.ah_fong, 2, **who)
    vote(inside, poll, inside.ah_fong, 1)
    for one in (inside.ah_fong, inside.ah_keung, inside.ms_yip):
        assert told(one)[-1] == "own_vote_counts"
    assert refused(help_to_vote, inside, poll, inside.ah_fong, 2, **who) is Reason.OTHER_CHANNEL
    vote(inside, poll, inside.ah_fong, 3)
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (0, 0, 1)
    assert [b.channel.value for b in db.session.scalars(select(BallotEvent).order_by(BallotEvent.rev))] == [
        "assisted",
        "phone",
        "phone",
    ]
    assert sound(inside, poll) == []


def test_a_secret_helped_vote_takes_the_witnesss_pin_and_stays(inside):
    poll = a_poll(inside, secret=True)
    who = {"helper": inside.ah_keung, "witness": inside.ms_yip}
    assert refused(help_to_vote, inside, poll, inside.ah_fong, 1, **who, pin=False) is Reason.WITNESS_PROVES_NOW
    help_to_vote(inside, poll, inside.ah_fong, 1, **who)
    assert refused(vote_in_secret, inside, poll, inside.ah_fong, 2) is Reason.OTHER_CHANNEL
    assert told(inside.ah_fong) == ["you_were_helped"]


# “that is not so”


def test_a_contest_arrives_with_a_day_stops_helper_count_and_declaration_and_is_decided_by_two(inside):
    poll = a_poll(inside)
    who = {"helper": inside.ah_keung, "witness": inside.ms_yip}
    help_to_vote(inside, poll, inside.ah_fong, 2, **who)
    vote(inside, poll, inside.old_chan, 1)
    one = contest(poll, inside.ah_fong)
    assert contest(poll, inside.ah_fong).id == one.id, "pressed twice"
    assert told(inside.ah_fong)[-1] == "contest_received" and one.due_on == today() + timedelta(days=3)
    assert told(inside.ah_keung)[-1] == told(inside.ms_yip)[-1] == "contest_of_yours"
    assert refused(help_to_vote, inside, poll, inside.ah_fong, 1, **who) is Reason.ACT_CONTESTED
    assert why_not_countable(poll) is Reason.CONTESTS_WAIT
    say(one, inside.old_chan, "committee_member", upheld=True)
    say(one, inside.old_chan, "committee_member", upheld=True)
    assert db.session.get(ContestRuling, one.id) is None
    say(one, inside.uncle_ho, "supervisor", upheld=True)
    assert told(inside.ah_fong)[-1] == told(inside.ah_keung)[-1] == "contest_upheld"
    assert entry(poll, inside.ah_fong).channel is None
    late = (rulings.say, db.session.get_one(VoteDispute, one.id), "council_member", inside.sister_chow.act())
    assert refused(*late, upheld=False, reason="不对") is Reason.CONTEST_RULED
    vote(inside, poll, inside.ah_fong, 1)
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (2, 0, 0)
    assert act_queries.counts_of(poll) == {"contest_upheld": 1, "contested": 1, "upheld": 1}
    assert sound(inside, poll) == []


def test_two_who_differ_decide_nothing_and_a_third_does(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    answers.look(letter(poll), inside.ms_yip.act(), sound=True)
    one = contest(poll, inside.ah_fong, "我没有写过委托书")
    say(one, inside.old_chan, "committee_member", upheld=True)
    say(one, inside.uncle_ho, "supervisor", upheld=False)
    assert act_queries.open_contest_ids(poll, one.number) == [one.id]
    say(one, inside.sister_chow, "council_member", upheld=False)
    assert told(inside.ah_fong)[-1] == "contest_dismissed"
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (0, 1, 0)
    assert sound(inside, poll) == []


def test_neither_the_doer_nor_the_house_decides(inside):
    poll = a_poll(inside)
    help_to_vote(inside, poll, inside.ah_fong, 2, helper=inside.uncle_ho, witness=inside.ms_yip)
    help_to_vote(inside, poll, inside.old_chan, 2, helper=inside.uncle_ho, witness=inside.ms_yip)
    one, other = contest(poll, inside.ah_fong), contest(poll, inside.old_chan)
    own = (rulings.say, db.session.get_one(VoteDispute, one.id), "supervisor", inside.uncle_ho.act())
    assert refused(*own, upheld=False, reason="是我") is Reason.CONTEST_OF_OWN_ACT
    home = (rulings.say, db.session.get_one(VoteDispute, other.id), "committee_member", inside.old_chan.act())
    assert refused(*home, upheld=True, reason="是我") is Reason.CONTEST_OF_OWN_HOUSE


def test_a_contest_falls_away_with_the_voters_own_vote(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    one = contest(poll, inside.ah_fong)
    vote(inside, poll, inside.ah_fong, 1)
    assert act_queries.open_contest_ids(poll, one.number) == []
    said = (rulings.say, db.session.get_one(VoteDispute, one.id), "supervisor", inside.uncle_ho.act())
    assert refused(*said, upheld=True, reason="对") is Reason.VOTE_GIVEN_ANEW
    close(at=clock.now() + LATER)
    assert closing.tally_of(poll_of(poll)).counts == (1, 0, 0)
    assert sound(inside, poll) == []


def test_an_upheld_contest_of_a_secret_vote_keeps_a_result_from_being_declared_that_hangs_on_it(inside):
    poll = a_poll(inside, secret=True)
    help_to_vote(inside, poll, inside.ah_fong, 1, helper=inside.ah_keung, witness=inside.ms_yip)
    for who, choice in ((inside.old_chan, 1), (inside.ah_kwok, 1), (inside.uncle_ho, 2), (inside.aunt_leung, 2)):
        vote_in_secret(inside, poll, who, choice)
    one = contest(poll, inside.ah_fong)
    after = clock.now() + LATER
    declare = (closing.declare, poll_of(poll), inside.old_chan.act(now=after))
    say(one, inside.sister_chow, "council_member", upheld=True, after=LATER)
    say(one, inside.uncle_ho, "supervisor", upheld=True, after=LATER)
    assert refused(*declare) is Reason.CONTEST_TOUCHES_OUTCOME


def test_an_upheld_contest_of_a_secret_vote_is_named_with_a_result_that_stands_without_it(inside):
    poll = a_poll(inside, secret=True)
    help_to_vote(inside, poll, inside.ah_fong, 2, helper=inside.ah_keung, witness=inside.ms_yip)
    for who in (inside.old_chan, inside.uncle_ho, inside.sister_chow, inside.aunt_leung, inside.ah_kwok, inside.ms_yip):
        vote_in_secret(inside, poll, who, 2)
    one = contest(poll, inside.ah_fong)
    after = clock.now() + LATER
    say(one, inside.sister_chow, "council_member", upheld=True, after=LATER)
    say(one, inside.uncle_ho, "supervisor", upheld=True, after=LATER)
    closing.declare(poll_of(poll), inside.old_chan.act(now=after))
    assert act_queries.counts_of(poll) == {"contested": 1, "upheld": 1}
    assert sound(inside, poll) == []


# marks


def test_who_is_marked_is_told_by_whom_and_may_say_no_until_the_result_is_declared(inside):
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong, by=inside.ah_keung)
    assert told(inside.ah_fong) == ["you_marked_paper"]
    lines = db.session.scalars(select(Notification.facts).where(Notification.person_id == inside.ah_fong.id))
    facts = next(one for one in lines if one.get("vote") == poll)
    assert facts["who"] == inside.ah_keung.name and facts["at"]
    asked, confirmed = inside.ms_yip, inside.old_chan
    late = ask_late(inside, poll, number_of(poll, inside.aunt_leung), by=asked, office="clerk")
    late_marks.confirm(late, "committee_member", confirmed.act(now=clock.now() + LATER))
    one = contest(poll, inside.aunt_leung, after=LATER)
    assert told(asked)[-1] == told(confirmed)[-1] == "contest_of_yours"
    assert why_not_countable(poll) is Reason.CONTESTS_WAIT
    for who, office in ((asked, "clerk"), (confirmed, "committee_member")):
        assert refused(say, one, who, office, upheld=False, after=LATER) is Reason.CONTEST_OF_OWN_ACT
    say(one, inside.sister_chow, "council_member", upheld=False, after=LATER)
    say(one, inside.uncle_ho, "supervisor", upheld=False, after=LATER)
    assert why_not_countable(poll) is Reason.SHEETS_MISSING


def test_all_adults_of_a_marked_household_are_told(inside):
    poll = a_poll(inside, body="VA_house", paper=True)
    mark(inside, poll, inside.ah_fong, by=inside.ms_yip)
    assert told(inside.ah_fong) == told(inside.ah_kwok) == ["you_marked_paper"]
    assert contest(poll, inside.ah_kwok).about.value == "paper"


def test_a_person_whom_nobody_did_anything_for_has_nothing_to_contest(inside):
    poll = a_poll(inside)
    assert refused(contest, poll, inside.ah_fong) is Reason.NOTHING_TO_CONTEST
    vote(inside, poll, inside.ah_fong, 1)
    assert refused(contest, poll, inside.ah_fong) is Reason.NOTHING_TO_CONTEST
    assert refused(contest, poll, inside.siu_ming) is Reason.NOTHING_TO_CONTEST


# the log


def test_a_void_ballot_put_back_by_sql_is_named(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    answers.look(letter(poll), inside.ms_yip.act(), sound=False, reason="没有字")
    assert list(verify(inside.row())) == []
    without_triggers("DELETE FROM voided_ballot")
    assert any("it counts here and not in the log" in line for line in verify(inside.row()))


def test_the_log_names_nobody_in_clear(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    rule(contest(poll, inside.ah_fong, "没有写过"), inside, upheld=True)
    facts = " ".join(db.session.scalars(select(AuditEntry.facts)))
    for words in (inside.ah_fong.name, inside.ah_kwok.name, "没有写过", "看过了"):
        assert words not in facts


def test_each_poll_gives_its_own_lines(inside):
    for key in ("one", "two"):
        by_letter(inside, a_poll(inside, key=key), inside.ah_fong, inside.ah_kwok, 2)
    assert told(inside.ah_fong) == ["letter_for_you"] * 2
    assert db.session.query(Poll).count() == 2


# marks of paper after ballots that do not count


@pytest.mark.parametrize("late", [False, True])
def test_whose_letter_was_refused_votes_on_paper_and_the_count_adds_up(inside, late):
    poll = a_poll(inside, paper=True)
    code = by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    looked_at = clock.now() + (LATER if late else timedelta())
    answers.look(letter(poll), inside.ms_yip.act(now=looked_at), sound=False, reason="没有字")
    (mark_late if late else mark)(inside, poll, inside.ah_fong)
    vote(inside, poll, inside.old_chan, 1)
    count(inside, poll, Figures(1, 1, (1, 0, 0)))
    tally = declare(inside, poll)
    assert (tally["present"], tally["by_channel"], tally["counts"]) == (2, {"paper": 1, "phone": 1}, [2, 0, 0])
    assert code not in poll_queries.counted_receipts(poll)
    assert sound(inside, poll) == []


def test_a_contest_is_about_one_mark_and_not_about_the_next_one_of_the_unit(inside):
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong)
    one = contest(poll, inside.ah_fong)
    assert one.rev == 1
    unmark(inside, poll, inside.ah_fong)
    mark(inside, poll, inside.ah_fong, by=inside.ms_yip)
    assert act_queries.open_contest_ids(poll, number_of(poll, inside.ah_fong)) == []
    assert refused(say, one, inside.old_chan, "committee_member", upheld=True) is Reason.VOTE_GIVEN_ANEW
    other = contest(poll, inside.ah_fong)
    assert (other.rev, act_queries.doers_of(other)) == (2, {inside.ms_yip.id})
    assert act_queries.doers_of(db.session.get_one(VoteDispute, one.id)) == {inside.sister_chow.id}


def test_the_lines_to_those_who_decide_go_with_what_was_contested(inside):
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong)
    by_letter(inside, poll, inside.ah_kwok, inside.ah_fong, 2)
    contest(poll, inside.ah_fong)
    contest(poll, inside.ah_kwok)

    def waiting_lines() -> int:
        lines = select(Notification.id).where(
            Notification.over_at.is_(None), Notification.person_id == inside.uncle_ho.id
        )
        return len(db.session.scalars(lines.where(Notification.facts["kind"].as_string() == "second_contest")).all())

    assert waiting_lines() == 2
    unmark(inside, poll, inside.ah_fong)
    assert waiting_lines() == 1
    answers.look(letter(poll), inside.ms_yip.act(), sound=False, reason="没有字")
    assert waiting_lines() == 0


def test_a_mark_that_was_taken_back_and_made_again_is_no_contested_vote_in_the_count(inside):
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong)
    rule(contest(poll, inside.ah_fong), inside, upheld=True)
    mark(inside, poll, inside.ah_fong)
    count(inside, poll, Figures(1, 1, (1, 0, 0)))
    assert act_queries.doubted_but_counted(poll) == 0
    declare(inside, poll)
    assert sound(inside, poll) == []


def test_of_an_annulled_vote_no_contest_waits_any_more(inside):
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong)
    count(inside, poll, Figures(1, 1, (1, 0, 0)))
    closing.close(poll_of(poll), inside.old_chan.act(now=clock.now() + LATER))
    one = contest(poll, inside.ah_fong, after=LATER)

    def waits() -> bool:
        now = clock.now() + LATER
        things = waiting.of_officer(inside.row(), inside.uncle_ho.row(), {Role.SUPERVISOR}, now=now)
        return one.id in {thing.row.id for thing in things if thing.kind is Wait.CONTEST}

    assert waits()
    without_triggers("UPDATE poll SET annulled_at = closes_at")
    assert not waits()
    assert refused(say, one, inside.uncle_ho, "supervisor", upheld=True, after=LATER) is Reason.POLL_ANNULLED


def test_a_household_that_votes_anew_after_a_contest_was_upheld_is_no_contested_vote(inside):
    poll = a_poll(inside, body="VA_house")
    vote(inside, poll, inside.ah_fong, 2)
    rule(contest(poll, inside.ah_kwok, "没有商量"), inside, upheld=True)
    vote(inside, poll, inside.ah_fong, 1, key="anew")
    assert act_queries.doubted_but_counted(poll) == 0
    assert contest(poll, inside.ah_kwok, "又没有商量").turn == 2


def test_who_decides_holds_an_office_that_decides_when_the_word_is_written_down(inside):
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong, by=inside.ms_yip)
    one = contest(poll, inside.ah_fong)
    for who, office in ((inside.ah_keung, "supervisor"), (inside.old_chan, "supervisor")):
        assert refused(say, one, who, office, upheld=True) is Reason.NO_SUCH_OFFICE
    assert act_queries.opinions_of([one.id]) == []
