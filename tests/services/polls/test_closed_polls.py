"""A counted vote stays with its figures: annulled by a body above alone; cancelled before, its matter is free again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.polls.annulments import Annuller, Ruling, sources
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.polls import PollState
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.phases import Phase
from consult.domain.talk.tasks import Stage
from consult.models import Consultation, Notice, PollChange, PollChangeEnd, PollTally, db
from consult.models.talk import consultation_queries
from consult.services.polls import closing, poll_changes, poll_states, polls
from consult.services.site.verification import verify
from consult.services.talk import phases, withdrawals
from tests.hours import today
from tests.services.polls.test_poll_changes import COMMITTEE, COUNCIL, poll_of, refused
from tests.tasks import a_task, look, note
from tests.village import a_photo, a_plan, a_poll, close, vote

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def ask(cast, poll: int, request: ChangeRequest, *, at, key: str = "k") -> int:
    return poll_changes.ask(poll_of(poll), request, COUNCIL, cast.sister_chow.act(now=at, key=key)).id


def confirm(cast, change: int, *, at) -> None:
    poll_changes.confirm(db.session.get_one(PollChange, change), COMMITTEE, cast.old_chan.act(now=at))


def ruling(cast, **changes) -> ChangeRequest:
    by = {"by": Annuller.COURT, "number": "（2026）粤01行初1号", "on": today(LATER)}
    paper = Ruling(**(by | changes), picture=a_photo(cast.old_chan))
    return ChangeRequest(ChangeKind.ANNULMENT, "侵害了外嫁女的权益", ruling=paper)


@pytest.fixture
def counted(inside) -> int:
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    assert close(at=clock.now() + LATER) == [poll]
    return poll


def test_a_closed_poll_is_not_cancelled_any_more_declared_or_not(inside, counted):
    at, wish = clock.now() + LATER, ChangeRequest(ChangeKind.CANCELLATION, "不想要这个结果")
    assert refused(ask, inside, counted, wish, at=at) is Reason.ONLY_ANNULLED_NOW
    closing.declare(poll_of(counted), inside.old_chan.act(now=at))
    assert refused(ask, inside, counted, wish, at=at) is Reason.ONLY_ANNULLED_NOW
    assert poll_of(counted).cancelled_at is None


def test_a_cancellation_that_waits_when_the_poll_falls_due_lapses_and_its_asker_is_told(inside):
    poll = a_poll(inside)
    change = ask(inside, poll, ChangeRequest(ChangeKind.CANCELLATION, "停电"), at=clock.now())
    at = clock.now() + LATER
    assert poll_changes.waiting(poll, now=at) == []
    assert refused(confirm, inside, change, at=at) is Reason.ONLY_ANNULLED_NOW
    assert poll_changes.lapse_due(now=at) == [change]
    assert db.session.get_one(PollChangeEnd, change).ended_by is None


@pytest.mark.parametrize("declared", [False, True])
def test_two_officers_put_on_record_that_a_body_above_annulled_it_and_the_figures_stay(inside, counted, declared):
    at = clock.now() + LATER
    if declared:
        closing.declare(poll_of(counted), inside.old_chan.act(now=at))
    before = db.session.get_one(PollTally, counted).counts
    confirm(inside, ask(inside, counted, ruling(inside), at=at), at=at)
    poll = poll_of(counted)
    assert poll_states.state_of(poll, at) is PollState.ANNULLED
    assert closing.tally_of(poll) is not None and db.session.get_one(PollTally, counted).counts == before
    tag, facts = db.session.execute(select(Notice.tag, Notice.facts).order_by(Notice.id.desc())).first()
    assert tag == "poll_annulled" and facts["annulled_by"] == "court" and facts["ruling"] == "（2026）粤01行初1号"
    assert list(verify(inside.row())) == []


def test_an_annulled_vote_decides_nothing_and_is_not_declared(inside, counted):
    at = clock.now() + LATER
    confirm(inside, ask(inside, counted, ruling(inside), at=at), at=at)
    assert refused(closing.declare, poll_of(counted), inside.old_chan.act(now=at)) is Reason.POLL_ANNULLED
    assert refused(ask, inside, counted, ruling(inside), at=at, key="again") is Reason.POLL_ANNULLED


def test_an_annulled_resolution_is_carried_out_no_more(inside):
    poll = a_poll(inside)
    for who in (inside.ah_fong, inside.ah_kwok, inside.old_chan, inside.uncle_ho, inside.ms_yip):
        vote(inside, poll, who, 1)
    at = clock.now() + LATER
    closing.declare(poll_of(poll), inside.old_chan.act(now=at))
    matter = poll_of(poll).consultation_id
    assert consultation_queries.is_carried(matter)
    confirm(inside, ask(inside, poll, ruling(inside), at=at), at=at)
    assert not consultation_queries.is_carried(matter)
    assert db.session.get_one(Consultation, matter, populate_existing=True).phase is Phase.DISCUSS


def test_another_annulment_that_waited_waits_no_more_once_one_is_on_record(inside, counted):
    at = clock.now() + LATER
    first = ask(inside, counted, ruling(inside), at=at)
    assert ask(inside, counted, ruling(inside), at=at, key="other") != first
    confirm(inside, first, at=at)
    assert poll_changes.waiting(counted, now=at) == []


def test_work_on_an_annulled_resolution_rests(inside):
    """Its page took notes on, as if it were decided."""
    poll, at = a_poll(inside), clock.now() + LATER
    for who in (inside.ah_fong, inside.ah_kwok, inside.old_chan, inside.uncle_ho, inside.ms_yip):
        vote(inside, poll, who, 1)
    closing.declare(poll_of(poll), inside.old_chan.act(now=at))
    matter = db.session.get_one(Consultation, poll_of(poll).consultation_id)
    phases.enter(matter, Phase.CARRY_OUT, inside.old_chan.act(now=at))
    db.session.commit()
    task = a_task(inside, budget=None)
    note(inside, task, inside.ah_keung, Stage.UNDER_WAY)
    confirm(inside, ask(inside, poll, ruling(inside), at=at), at=at)
    assert refused(note, inside, task, inside.ah_keung, Stage.DONE, after=1) is Reason.WORK_RESTS
    assert refused(look, task, inside.mr_wong, after=1) is Reason.WORK_RESTS


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"by": Annuller.PARTY_ABOVE}, Reason.CANNOT_ANNUL),
        ({"by": Annuller.ASSEMBLY}, Reason.CANNOT_ANNUL),
        ({"number": ""}, Reason.CANNOT_ANNUL),
        ({"on": today(-timedelta(days=30))}, Reason.RULING_OF_ANOTHER_TIME),
        ({"on": today(timedelta(days=90))}, Reason.RULING_OF_ANOTHER_TIME),
    ],
)
def test_nobody_annuls_whom_the_law_does_not_know_or_by_a_paper_of_another_time(inside, counted, changes, reason):
    assert refused(ask, inside, counted, ruling(inside, **changes), at=clock.now() + LATER) is reason


def test_a_running_poll_and_one_that_is_not_counted_are_not_annulled(inside):
    poll = a_poll(inside, paper=True)
    assert refused(ask, inside, poll, ruling(inside), at=clock.now()) is Reason.NOT_CLOSED_YET
    late = clock.now() + LATER
    assert refused(ask, inside, poll, ruling(inside), at=late) is Reason.NOT_COUNTED_BEFORE_ANNULLING


def test_one_officer_alone_annuls_nothing(inside, counted):
    at = clock.now() + LATER
    change = ask(inside, counted, ruling(inside), at=at)
    assert poll_of(counted).annulled_at is None
    row = db.session.get_one(PollChange, change)
    mine = inside.sister_chow.act(now=at)
    assert refused(poll_changes.confirm, row, COMMITTEE, mine) is Reason.SAME_PERSON


def test_the_database_itself_annuls_nothing_without_two_persons_and_a_count(inside, counted):
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE poll SET annulled_at = '2026-01-01 00:00:00+00'"))
    db.session.rollback()


def test_the_assembly_revokes_what_the_representatives_decided_and_a_court_what_any_body_did():
    assert Annuller.ASSEMBLY in sources("VRA") and Annuller.ASSEMBLY not in sources("VA_people")
    assert all(Annuller.COURT in sources(body) for body in ("VA_house", "VRA", "CM", "VC"))
    assert set(sources("PARTY")) == {Annuller.PARTY_ABOVE}


# a cancelled vote gives its matter back


def test_a_cancelled_vote_gives_its_matter_back_to_the_phase_before(inside):
    poll = a_poll(inside)
    matter = poll_of(poll).consultation_id
    earlier = db.session.get_one(Consultation, matter).phase
    assert earlier is Phase.VOTE and phases.holding_vote(matter) == poll
    confirm(
        inside, ask(inside, poll, ChangeRequest(ChangeKind.CANCELLATION, "题目写错了"), at=clock.now()), at=clock.now()
    )
    consultation = db.session.get_one(Consultation, matter, populate_existing=True)
    assert consultation.phase is Phase.DISCUSS and phases.holding_vote(matter) is None
    withdrawals.withdraw(consultation, "不办了", inside.sister_chow.act())


def test_a_matter_stays_in_its_vote_while_another_one_holds_it(inside):
    poll = a_poll(inside)
    consultation = poll_of(poll).consultation
    other = polls.draft(
        consultation, a_plan(body="VG_people", group_id=inside.upper_group), inside.sister_chow.act(key="other")
    )
    polls.announce(other, inside.sister_chow.act())
    now = clock.now()
    confirm(inside, ask(inside, poll, ChangeRequest(ChangeKind.CANCELLATION, "题目写错了"), at=now), at=now)
    assert db.session.get_one(Consultation, consultation.id, populate_existing=True).phase is Phase.VOTE
    with pytest.raises(Refused) as why:
        phases.move(consultation, Phase.DISCUSS, inside.old_chan.act())
    assert why.value.reason is Reason.VOTE_HOLDS_MATTER


def test_after_a_cancelled_vote_the_same_people_can_be_asked_at_once(inside):
    poll = a_poll(inside)
    now, consultation = clock.now(), poll_of(poll).consultation
    confirm(inside, ask(inside, poll, ChangeRequest(ChangeKind.CANCELLATION, "题目写错了"), at=now), at=now)
    again = polls.draft(consultation, a_plan(), inside.sister_chow.act(key="again"))
    polls.announce(again, inside.sister_chow.act())
    assert poll_of(again.id).announced_at is not None
