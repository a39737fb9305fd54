"""Two different persons at once: neither gets a fault, and what each was told holds. On both databases."""

import pytest

from consult.domain.refusals import Reason
from consult.domain.talk.comments import CommentText
from consult.domain.talk.consultations import Draft
from consult.domain.talk.moderation import ReportGround
from consult.domain.talk.phases import Phase
from consult.models import (
    Comment,
    ContentReport,
    Merger,
    PhaseEntry,
    Poll,
    ProposalDraft,
    Removal,
    Withdrawal,
    db,
)
from consult.services.polls import polls
from consult.services.talk import comments, drafts, moderation, revisions, withdrawals
from consult.services.talk.duty import mergers
from tests.faults.test_meetings_at_once import at_once, of, verified
from tests.village import a_consultation, a_plan, say

pytestmark = [pytest.mark.both_databases, pytest.mark.serial]
ROUNDS = 5


def count_of(model, **same) -> int:
    return db.session.query(model).filter_by(**same).count()


def test_two_who_report_one_comment_at_once_are_both_heard(app, village):
    with app.app_context():
        consultation = a_consultation(village)
        said = [say(village, consultation, village.ah_fong, key=f"c{n}") for n in range(ROUNDS)]

    def report(comment_id, who):
        return lambda: moderation.report_content(
            db.session.get_one(Comment, comment_id), ReportGround.OTHER, "", who.act()
        )

    for comment_id in said:
        at_once(app, *(report(comment_id, who) for who in (village.ah_kwok, village.uncle_ho, village.ah_keung)))
    with app.app_context():
        assert count_of(ContentReport) == 3 * ROUNDS
        assert verified(village) == []


def test_two_consultations_merged_into_each_other_at_once_leave_one(app, village):
    def merge(which, into, who):
        """Who proposed it and asks as an officer has said yes by that."""
        return lambda: mergers.ask(of(which), of(into), "同一件事", who.act()) and None

    for n in range(ROUNDS):
        with app.app_context():
            one = a_consultation(village, key=f"c{n}a", by=village.old_chan)
            two = a_consultation(village, key=f"c{n}b")
        told = at_once(app, merge(one, two, village.old_chan), merge(two, one, village.sister_chow))
        assert set(told) <= {None, Reason.ONLY_INTO_ANOTHER, Reason.CONSULTATION_ENDED}
        with app.app_context():
            assert count_of(Merger) == n + 1


def test_two_officers_who_announce_polls_and_move_on_at_once_are_both_heard(app, village):
    def announce(poll_id, who):
        return lambda: polls.announce(db.session.get_one(Poll, poll_id), who.act())

    for n in range(ROUNDS):
        with app.app_context():
            consultation = a_consultation(village, key=f"c{n}")
            first, second = (drafted_on(village, consultation, key=f"p{n}{m}") for m in "ab")
        at_once(app, announce(first, village.old_chan), announce(second, village.sister_chow))
        with app.app_context():
            assert count_of(PhaseEntry, consultation_id=consultation, phase=Phase.VOTE) == 1
    with app.app_context():
        assert verified(village) == []


def test_a_proposal_withdrawn_or_revised_while_its_vote_is_announced_is_one_or_the_other(app, village):
    words = Draft("修上圳渠", "改过的摘要", "改过的全文", None, ())

    def announce(poll_id):
        return lambda: polls.announce(db.session.get_one(Poll, poll_id), village.old_chan.act())

    def withdraw(consultation):
        return lambda: withdrawals.withdraw(of(consultation), "不修了", village.sister_chow.act())

    def revise(consultation):
        return lambda: revisions.revise(
            of(consultation),
            words,
            village.sister_chow.act(language="zh-Hans-CN", key=f"r{consultation}"),
            base=1,
            reason="改",
            accepted=(),
            in_office=True,
        )

    for n in range(2 * ROUNDS):
        other = (withdraw, revise)[n % 2]
        with app.app_context():
            consultation = a_consultation(village, key=f"c{n}")
            poll_id = drafted_on(village, consultation, key=f"p{n}")
        at_once(app, announce(poll_id), other(consultation))
        with app.app_context():
            poll = db.session.get_one(Poll, poll_id)
            ended = count_of(Withdrawal, consultation_id=consultation) == 1
            assert not (ended and poll.announced_at), "withdrawn and put to the vote"
            if poll.frozen_poll is not None:
                assert poll.frozen_poll.proposal_revision == of(consultation).proposal.revision


def test_two_steps_of_one_draft_kept_at_once_are_both_kept(app, village):
    def keep(draft_id, n):
        return lambda: drafts.keep(draft_id, {f"f{n}": n}, village.ah_fong.act())

    with app.app_context():
        draft_id = drafts.begin(village.ah_fong.act(key="d")).id
    at_once(app, *(keep(draft_id, n) for n in range(ROUNDS)))
    with app.app_context():
        assert len(db.session.get_one(ProposalDraft, draft_id).fields) == ROUNDS


def test_comments_written_and_hidden_while_a_vote_begins_meet_no_deadlock(app, village):
    """Each act locks the consultation before its comments, and before it writes to the log."""
    with app.app_context():
        consultation = a_consultation(village)
        poll_id = drafted_on(village, consultation, key="p")
        said = [say(village, consultation, village.ah_fong, key=f"q{n}", text=f"第{n}句") for n in range(ROUNDS)]

    def announce():
        polls.announce(db.session.get_one(Poll, poll_id), village.old_chan.act())

    def comment(n):
        return lambda: say(village, consultation, village.ah_kwok, key=f"c{n}", text=f"第{n}句")

    def answer(comment_id):
        return lambda: comments.reply(
            db.session.get_one(Comment, comment_id),
            CommentText(None, "好"),
            village.sister_chow.act(language="zh-Hans-CN", key=f"a{comment_id}"),
            in_office=True,
        )

    def hide(comment_id):
        return lambda: moderation.hide(
            db.session.get_one(Comment, comment_id), ReportGround.INSULT, "粗口", village.ms_yip.act()
        )

    acts = [act(comment_id) for comment_id in said for act in (answer, hide)]
    at_once(app, announce, *(comment(n) for n in range(ROUNDS)), *acts)
    with app.app_context():
        assert db.session.get_one(Poll, poll_id).announced_at is not None
        assert count_of(Removal) == ROUNDS
        assert verified(village) == []


def drafted_on(village, consultation_id: int, *, key: str) -> int:
    """Draft a poll on a consultation; return its id."""
    return polls.draft(of(consultation_id), a_plan(), village.sister_chow.act(key=key)).id
