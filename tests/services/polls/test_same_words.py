"""A second vote needs other words, and the words of an earlier vote are not put to the vote anew under another proposal."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.polls.repeat_grounds import Ground
from consult.domain.refusals import Reason
from consult.domain.talk.phases import Phase
from consult.models import AuditEntry, Consultation, FurtherVote, MatterComparison, Poll, db
from consult.services.polls import closing, polls
from consult.services.polls.requests import further_votes, same_words
from consult.services.site.verification import verify
from consult.services.talk import phases, revisions
from tests.services.polls.test_further_votes import announce, another, state
from tests.services.polls.test_poll_changes import COMMITTEE, COUNCIL, poll_of, refused
from tests.village import WORDS, a_consultation, a_plan, a_poll, vote

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


@pytest.fixture
def decided(inside) -> int:
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 2)
    closing.declare(poll_of(poll), inside.old_chan.act(now=clock.now() + LATER))
    return poll


def revised(cast, poll: int, words, *, key: str) -> None:
    """The proposal goes back to discussion after its vote and is revised."""
    at = clock.now() + LATER
    matter = poll_of(poll).consultation
    phases.pass_into(matter, Phase.DISCUSS, now=at)
    db.session.commit()
    act = cast.sister_chow.act(now=at, key=key, language="zh-Hans-CN")
    base = matter.proposal.revision
    revisions.revise(matter, words, act, base=base, reason="改", accepted=(), in_office=True)


def test_one_comma_is_no_changed_proposal_and_another_plan_is(inside, decided):
    at = clock.now() + LATER
    revised(inside, decided, replace(WORDS, text=WORDS.text.replace("，", "、") + " 。"), key="comma")
    changed = {"at": at, "ground": Ground.CHANGED_PROPOSAL}
    assert refused(state, inside, decided, **changed) is Reason.GROUND_DOES_NOT_FIT
    revised(inside, decided, replace(WORDS, text="改成埋管，不再砌石。"), key="pipe")
    assert state(inside, decided, **changed)


def the_same_again(cast, *, key: str = "same-words") -> tuple[int, int]:
    """Another proposal with the words of the first one, to be put to the same people. Returns matter and drafted vote."""
    at = clock.now() + LATER
    matter = a_consultation(cast, words=replace(WORDS, title=WORDS.title + "！"), key=key)
    plan = a_plan(opens_at=at, closes_at=at + timedelta(days=3))
    draft = polls.draft(db.session.get_one(Consultation, matter), plan, cast.sister_chow.act(key=key, now=at))
    return matter, draft.id


def open_as_chan(poll: int, cast, *, at) -> None:
    polls.announce(poll_of(poll), cast.old_chan.act(now=at))


def say(cast, matter: int, earlier: int, *, same: bool, words: str = "", who=None, office: str = COUNCIL) -> None:
    act = (who or cast.sister_chow).act(now=clock.now() + LATER)
    same_words.say(db.session.get_one(Consultation, matter), poll_of(earlier), office, act, same=same, words=words)


def test_the_words_of_an_earlier_vote_are_asked_about_before_they_are_put_to_the_vote_again(inside, decided):
    at = clock.now() + LATER
    matter, draft = the_same_again(inside)
    assert refused(announce, inside, draft, at=at) is Reason.SAME_WORDS_VOTED
    assert [one.id for one in same_words.alike(db.session.get_one(Consultation, matter))] == [decided]
    assert refused(say, inside, matter, decided, same=False) is Reason.SAY_WHY_ANOTHER
    for _ in range(2):
        say(inside, matter, decided, same=False, words="上次是上圳，这次是下圳")
    assert refused(say, inside, matter, decided, same=True) is Reason.ANSWERED_OTHERWISE
    open_as_chan(draft, inside, at=at)
    told = same_words.other_matters(matter)
    assert [(one.earlier.id, one.words, one.name) for one in told] == [
        (decided, "上次是上圳，这次是下圳", inside.sister_chow.name)
    ]
    assert poll_of(draft).frozen_poll.again is None
    entry = db.session.scalars(select(AuditEntry).filter_by(tag="matter:compared")).one()
    assert "下圳" not in entry.facts
    assert list(verify(inside.row())) == []


def test_of_the_same_matter_the_same_people_vote_once_more_only_on_a_ground(inside, decided):
    at = clock.now() + LATER
    matter, draft = the_same_again(inside)
    say(inside, matter, decided, same=True)
    assert refused(announce, inside, draft, at=at) is Reason.VOTED_BEFORE
    here = db.session.get_one(Consultation, matter)
    act = inside.sister_chow.act(now=at, key="g")
    changed = (further_votes.ask, poll_of(decided), Ground.CHANGED_PROPOSAL, "改了", COUNCIL, act)
    assert refused(*changed, matter=here) is Reason.GROUND_DOES_NOT_FIT
    assert [(poll.id, Ground.NEW_FACTS in grounds) for poll, grounds in further_votes.repeatable(matter, now=at)] == [
        (decided, True)
    ]
    request = further_votes.ask(poll_of(decided), Ground.NEW_FACTS, "石料降价了", COUNCIL, act, matter=here).id
    further_votes.confirm(request, COMMITTEE, inside.old_chan.act(now=at))
    announce(inside, draft, at=at)
    assert poll_of(draft).frozen_poll.again.poll == decided
    assert db.session.get_one(FurtherVote, request).consultation_id == matter
    assert further_votes.repeat_of(poll_of(draft)).earlier.id == decided
    assert list(verify(inside.row())) == []


def test_a_ground_for_the_first_proposal_opens_no_vote_on_the_second(inside, decided):
    at = clock.now() + LATER
    matter, draft = the_same_again(inside)
    say(inside, matter, decided, same=True)
    further_votes.confirm(state(inside, decided, at=at), COMMITTEE, inside.old_chan.act(now=at))
    assert refused(announce, inside, draft, at=at) is Reason.VOTED_BEFORE


def test_what_was_said_of_two_matters_holds_for_both(inside, decided):
    at = clock.now() + LATER
    matter, draft = the_same_again(inside)
    say(inside, matter, decided, same=False, words="下圳")
    open_as_chan(draft, inside, at=at)
    again = another(inside, decided, at=at)
    assert refused(announce, inside, again, at=at) is Reason.VOTED_BEFORE, "not: same words"
    assert db.session.query(MatterComparison).count() == 1


def test_other_words_other_people_and_a_cancelled_vote_are_not_asked_about(inside, decided):
    at = clock.now() + LATER
    matter = a_consultation(
        inside, words=replace(WORDS, title="建停车场", summary="村口没有地方停车。", text="铺三十个车位。"), key="p"
    )
    assert same_words.alike(db.session.get_one(Consultation, matter)) == []
    matter, _ = the_same_again(inside)
    plan = a_plan(body="VG_people", group_id=inside.upper_group, opens_at=at, closes_at=at + timedelta(days=3))
    draft = polls.draft(db.session.get_one(Consultation, matter), plan, inside.sister_chow.act(key="group", now=at))
    announce(inside, draft.id, at=at)
    assert db.session.get_one(Poll, draft.id).announced_at is not None


def test_who_says_that_it_is_another_matter_does_not_open_its_vote(inside, decided):
    """Else one officer alone voted on the same thing until it fits."""
    at = clock.now() + LATER
    matter, draft = the_same_again(inside)
    say(inside, matter, decided, same=False, words="下圳")
    assert refused(announce, inside, draft, at=at) is Reason.ANOTHER_MATTER_BY_TWO
    open_as_chan(draft, inside, at=at)
    assert poll_of(draft).announced_at == at


def test_that_it_is_another_matter_was_said_of_the_words_that_were_compared(inside, decided):
    """The lower channel is another matter. Revised to be the upper one it is the same again."""
    at = clock.now() + LATER + timedelta(minutes=1)
    lower = replace(WORDS, summary=WORDS.summary + "这次是下圳。")
    matter = a_consultation(inside, words=lower, key="lower")
    here = db.session.get_one(Consultation, matter)
    say(inside, matter, decided, same=False, words="下圳")
    comma = replace(lower, text=lower.text.replace("，", "、"))
    for n, words in enumerate((comma, WORDS), 1):
        assert same_words.said(matter) == {poll_of(decided).consultation_id: False}
        act = inside.sister_chow.act(now=at, key=f"r{n}", language="zh-Hans-CN")
        revisions.revise(here, words, act, base=n, reason="改", accepted=(), in_office=True)
    plan = a_plan(opens_at=at, closes_at=at + timedelta(days=3))
    draft = polls.draft(here, plan, inside.sister_chow.act(key="lower", now=at)).id
    assert refused(open_as_chan, draft, inside, at=at) is Reason.VOTED_BEFORE
    other = replace(WORDS, title="建停车场", summary="村口没有地方停车。", place="村口", text="铺三十个车位。")
    act = inside.sister_chow.act(now=at, key="park", language="zh-Hans-CN")
    revisions.revise(here, other, act, base=3, reason="改", accepted=(), in_office=True)
    open_as_chan(draft, inside, at=at)


def test_a_repeated_vote_shows_the_ground_of_its_own_matter(inside, decided):
    at = clock.now() + LATER
    matter, draft = the_same_again(inside)
    say(inside, matter, decided, same=True)
    here, old = db.session.get_one(Consultation, matter), inside.old_chan
    asked = [
        further_votes.ask(
            poll_of(decided), Ground.NEW_FACTS, words, COUNCIL, inside.sister_chow.act(now=at, key=words), matter=of
        )
        for words, of in (("石料降价了", here), ("别的事由", poll_of(decided).consultation))
    ]
    for one in asked:
        further_votes.confirm(one.id, COMMITTEE, old.act(now=at))
    announce(inside, draft, at=at)
    assert further_votes.repeat_of(poll_of(draft)).words == "石料降价了"
