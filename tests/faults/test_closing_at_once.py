"""A village is closed while another person begins something in it: whoever writes to the log first is first.

Each act of BEGINNINGS prepares, in an app context, what the other person does in the second in which the village is closed.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain import audit
from consult.domain.audit import Tag
from consult.domain.meetings.agendas import ItemKind
from consult.domain.people.office_terms import Term
from consult.domain.people.right_changes import RightKind, RightStepKind
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.moderation import ReportGround
from consult.domain.talk.tasks import TaskPlan
from consult.models import AuditEntry, Comment, Consultation, Poll, Removal, RightChange, RoleGrant, Village, db
from consult.services.core import sure_time, transactions
from consult.services.core.acts import Act
from consult.services.meetings import meetings
from consult.services.people import rights
from consult.services.people.rights import WantedRight
from consult.services.polls import polls
from consult.services.site import village_addresses
from consult.services.talk import moderation, tasks
from tests.cases import _filed
from tests.faults.overlap import PATIENCE, overlapping
from tests.hours import today
from tests.meetings import URGENT, a_meeting_draft, an_item, meeting, refused
from tests.tasks import carried_out
from tests.village import Cast, a_consultation, a_draft, a_matter, a_plan, say

pytestmark = pytest.mark.both_databases
Begin = Callable[[], object]


def draft_a_poll(cast: Cast) -> Begin:
    consultation = a_consultation(cast)
    plan = a_plan()
    return lambda: polls.draft(db.session.get_one(Consultation, consultation), plan, cast.sister_chow.act(key="p"))


def announce_a_poll(cast: Cast) -> Begin:
    poll = a_draft(cast)
    return lambda: polls.announce(db.session.get_one(Poll, poll), cast.sister_chow.act())


def draft_a_meeting(cast: Cast) -> Begin:
    return lambda: a_meeting_draft(cast)


def call_a_meeting(cast: Cast) -> Begin:
    drafted = a_meeting_draft(cast)
    an_item(cast, drafted, consultation_id=None, kind=ItemKind.REPORT)
    return lambda: meetings.call(meeting(drafted), URGENT, cast.old_chan.act())


def open_a_proposal(cast: Cast) -> Begin:
    return lambda: a_consultation(cast)


def raise_a_matter(cast: Cast) -> Begin:
    return lambda: a_matter(cast)


def file_a_case(cast: Cast) -> Begin:
    return lambda: _filed(cast)


def hand_out_a_task(cast: Cast) -> Begin:
    consultation = carried_out(cast)
    plan = TaskPlan("老碾房边砌石墙", today(timedelta(days=10)), None)
    act = cast.sister_chow.act(language="zh-Hans-CN", key="t")
    return lambda: tasks.assign(db.session.get_one(Consultation, consultation), plan, cast.ah_keung.row(), act)


def appeal_a_hiding(cast: Cast) -> Begin:
    comment = say(cast, a_consultation(cast), cast.ah_fong)
    moderation.hide(db.session.get_one(Comment, comment), ReportGround.INSULT, "粗口", cast.old_chan.act())
    removal = db.session.scalars(select(Removal.id)).one()
    return lambda: moderation.appeal(db.session.get_one(Removal, removal), "没有骂人", cast.ah_fong.act())


def ask_for_an_office(cast: Cast) -> Begin:
    wanted = WantedRight(
        kind=RightKind.OFFICE_GIVEN, person_id=cast.ah_kwok.id, role=Role.GRID_WORKER, term=Term(today(), None)
    )
    return lambda: rights.ask(wanted, Role.CLERK, cast.ms_yip.act(key="o"))


def say_something(cast: Cast) -> Begin:
    consultation = a_consultation(cast)
    return lambda: say(cast, consultation, cast.ah_fong)


BEGINNINGS = (
    draft_a_poll,
    announce_a_poll,
    draft_a_meeting,
    call_a_meeting,
    open_a_proposal,
    raise_a_matter,
    file_a_case,
    hand_out_a_task,
    appeal_a_hiding,
    ask_for_an_office,
    say_something,
)


def close(cast: Cast) -> bool:
    officers = [cast.old_chan.row(), cast.uncle_ho.row()]
    return village_addresses.close(cast.id, officers, Act.by_system(cast.id, now=clock.now()))


@pytest.mark.parametrize("prepare", BEGINNINGS, ids=lambda prepare: prepare.__name__)
def test_nothing_begins_in_the_second_in_which_a_village_is_closed(app, village, prepare):
    with app.app_context():
        begin = prepare(village)
        db.session.remove()
    told = overlapping(app, [begin, lambda: close(village)])
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry.tag).order_by(AuditEntry.number)).all()
        if db.session.get_one(Village, village.id).closed_at is None:
            assert told[1] is Reason.STILL_OPEN and not isinstance(told[0], Reason)
        else:
            assert entries[-1] == Tag.VILLAGE_CHANGED, f"{entries[-1]} was written after the closing: {told}"
            assert not any(village_addresses.still_open(village.id).values()), told


@pytest.mark.parametrize("prepare", BEGINNINGS, ids=lambda prepare: prepare.__name__)
def test_what_is_in_the_log_before_the_closing_is_counted_by_it(app, village, prepare):
    """The other person's entry is written and not committed when the closing begins to count what is open."""
    with app.app_context():
        begin = prepare(village)
        db.session.remove()
    written = threading.Event()

    def slowly() -> None:
        with app.app_context(), transactions.writing():
            begin()
            db.session.flush()
            written.set()
            time.sleep(PATIENCE)

    other = threading.Thread(target=slowly)
    other.start()
    assert written.wait(5)
    with app.app_context():
        with suppress(Refused):
            close(village)
        db.session.remove()
    other.join()
    with app.app_context():
        closed = db.session.get_one(Village, village.id).closed_at is not None
        assert not (closed and any(village_addresses.still_open(village.id).values()))


@pytest.mark.parametrize("prepare", BEGINNINGS, ids=lambda prepare: prepare.__name__)
def test_nothing_begins_in_a_closed_village_by_any_door(app, village, prepare):
    """Not by a request that was let in before the closing, nor by a command."""
    with app.app_context():
        begin = prepare(village)
        db.session.get_one(Village, village.id).closed_at = clock.now()
        db.session.commit()
        assert refused(begin) is Reason.VILLAGE_CLOSED


def held(cast: Cast) -> int:
    return int(db.session.query(RoleGrant).filter_by(village_id=cast.id).count())


def test_an_office_that_was_asked_for_before_is_not_confirmed_after_the_closing(app, village):
    with app.app_context():
        ask_for_an_office(village)()
        change = db.session.scalars(select(RightChange.id)).one()
        before = held(village)
        assert close(village)
        confirm = partial(rights.confirm, change, Role.COMMITTEE_MEMBER, village.old_chan.act())
        assert refused(confirm) is Reason.VILLAGE_CLOSED and held(village) == before


def test_an_office_that_was_confirmed_while_the_time_was_in_doubt_is_not_given_after_the_closing(
    app, village, monkeypatch
):
    with app.app_context():
        ask_for_an_office(village)()
        change = db.session.scalars(select(RightChange.id)).one()
        with monkeypatch.context() as doubted:
            doubted.setattr(sure_time, "surely_past", lambda _village, now: now - timedelta(days=1))
            rights.confirm(change, Role.COMMITTEE_MEMBER, village.old_chan.act())
        before = held(village)
        assert close(village)
        rights.apply_due(now=clock.now() + timedelta(days=3))
        assert RightStepKind.LAPSED in rights.steps_of(db.session.get_one(RightChange, change))
        assert held(village) == before


def test_each_kind_of_entry_is_taken_or_refused_for_one_reason():
    sets = (
        audit.ITS_OWN,
        audit.OF_ONES_OWN,
        audit.COME_TO_THEIR_END,
        audit.OF_A_VOTE,
    )
    assert sum(map(len, sets)) == len(audit.TAKEN_WHEN_CLOSED)
    begins = {"opened", "drafted", "announced", "made", "called", "filed", "asked", "appealed", "granted", "joined"}
    taken = {tag for tag in audit.TAKEN_WHEN_CLOSED if tag.partition(":")[2] in begins}
    own = {Tag.DATA_ASKED, Tag.FACTOR_CHANGE_ASKED, Tag.RIGHT_ASKED, Tag.EXPORT_MADE}
    assert taken == own, "what begins something is refused"
