"""Taking back, merging, relating; and that the log holds all of it."""

import pytest
from sqlalchemy import select, text

from consult.domain.refusals import Reason
from consult.models import Consultation, Poll, db
from consult.models.talk import talk_queries
from consult.services.core import transactions
from consult.services.polls import polls
from consult.services.site import verification
from consult.services.talk import answers, endorsements, withdrawals
from tests.services.talk.test_talk import revise, row, told, why
from tests.village import WORDS, a_draft, a_matter, say


def test_only_the_proposer_takes_a_proposal_back_and_it_stays_readable(inside):
    matter = a_matter(inside)
    say(inside, matter, inside.ah_kwok)
    assert why(withdrawals.withdraw, row(matter), "不要了", inside.old_chan.act()) is Reason.NOT_PROPOSER
    for _ in range(2):
        withdrawals.withdraw(row(matter), "已经有人修了", inside.ah_fong.act())
    assert row(matter).withdrawal.reason == "已经有人修了" and row(matter).proposal.title == WORDS.title
    assert told(inside.ah_kwok) == [("changed", "withdrawn")]


def test_nothing_can_be_added_to_what_was_taken_back(inside):
    matter = a_matter(inside)
    withdrawals.withdraw(row(matter), "已经有人修了", inside.ah_fong.act())
    assert why(say, inside, matter, inside.ah_kwok, key="late") is Reason.CONSULTATION_ENDED
    assert why(endorsements.endorse, row(matter), inside.ah_kwok.act()) is Reason.CONSULTATION_ENDED
    assert why(revise, matter, inside.ah_fong) is Reason.CONSULTATION_ENDED


def test_a_vote_cannot_be_announced_on_what_was_taken_back(inside):
    poll = a_draft(inside)
    consultation = db.session.scalar(select(Consultation))
    withdrawals.withdraw(consultation, "不要了", inside.sister_chow.act())
    draft = db.session.get_one(Poll, poll)
    assert why(polls.announce, draft, inside.sister_chow.act()) is Reason.CONSULTATION_ENDED


def test_relations_are_seen_from_both_sides_and_written_once(inside):
    one, other = a_matter(inside, key="one"), a_matter(inside, key="other")
    for first, second in ((one, other), (other, one)):
        withdrawals.relate(row(first), row(second), inside.sister_chow.act())
    assert [link.id for link in talk_queries.linked(one)] == [other]
    assert [link.id for link in talk_queries.linked(other)] == [one]


@pytest.mark.both_databases
def test_the_log_of_all_this_verifies(inside):
    matter = a_matter(inside)
    say(inside, matter, inside.ah_kwok)
    revise(matter, inside.ah_fong)
    withdrawals.withdraw(row(matter), "不要了", inside.ah_fong.act())
    answers.sum_up(
        row(a_matter(inside, key="two")), "多数人赞成", inside.sister_chow.act(language="zh-Hans-CN", key="s")
    )
    assert list(verification.verify(inside.row())) == []


@pytest.mark.both_databases
def test_words_changed_behind_our_back_do_not_pass_verification(inside):
    matter = a_matter(inside)
    comment = say(inside, matter, inside.ah_kwok)
    with transactions.writing():
        db.session.execute(text("UPDATE comment SET text = 'x'"))
        db.session.execute(text("UPDATE proposal SET title = 'x'"))
    found = list(verification.verify(inside.row()))
    assert any(f"comment {comment}" in fault for fault in found)
    assert any("proposal" in fault for fault in found)
