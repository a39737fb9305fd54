"""What runs out, what is counted, what is found: reminders, the month's figures, and tampering with cases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text, update

from consult import clock
from consult.domain.cases.states import CaseState
from consult.domain.messages.notifications import NotificationEvent
from consult.models import CaseReader, MediationCase, Notification, db
from consult.services.cases import figures, reading, reminders, viewing
from consult.services.core import transactions
from consult.services.people import villages
from consult.services.site.verification import verify
from tests.cases import a_case, opened, row_of
from tests.tampering import without_triggers


def told(person_id: int) -> int:
    return db.session.query(Notification).filter_by(event=NotificationEvent.DUTY.value, person_id=person_id).count()


def news(who) -> int:
    return reading.news(who.row())


def at_noon(day: date):
    return clock.now().replace(year=day.year, month=day.month, day=day.day, hour=4, minute=0)


@pytest.mark.both_databases
def test_the_desk_is_reminded_before_a_clock_runs_out_on_the_day_and_the_day_after_each_once(inside):
    address = a_case(inside)
    due, before = row_of(inside, address).due_on, told(inside.aunt_leung.id)
    counts = []
    for days in (-2, -1, -1, 0, 1, 2):
        transactions.expect(reading=False)
        reminders.remind(now=at_noon(due + timedelta(days)))
        counts.append(told(inside.aunt_leung.id) - before)
    assert counts == [0, 1, 1, 2, 3, 3]
    assert news(inside.ah_fong) == 0


@pytest.mark.both_databases
def test_parties_see_that_there_is_news_until_they_look_and_no_message_names_them(inside):
    address = a_case(inside, CaseState.PERFORMING)
    row = row_of(inside, address)
    due, court = row.due_on, row.confirm_by
    assert news(inside.old_chan) == 1 and news(inside.ah_kwok) == 0
    viewing.note(opened(inside, inside.old_chan, address), inside.old_chan.row(), "page", now=clock.now())
    db.session.rollback()
    assert news(inside.old_chan) == 0
    for day in (due - timedelta(3), court - timedelta(3)):
        transactions.expect(reading=False)
        db.session.execute(update(CaseReader).values(seen_at=at_noon(day) - timedelta(days=1)))
        db.session.execute(update(MediationCase).values(news_at=at_noon(day) - timedelta(days=2)))
        db.session.commit()
        assert news(inside.ah_fong) == news(inside.old_chan) == 0
        reminders.remind(now=at_noon(day))
        assert news(inside.ah_fong) == news(inside.old_chan) == 1
    about = {facts["kind"] for (facts,) in db.session.query(Notification.facts)}
    people = {person for (person,) in db.session.query(Notification.person_id)}
    assert about <= {"case_waits", "case_due"} and people == {inside.aunt_leung.id}


@pytest.mark.both_databases
def test_the_months_report_is_what_an_independent_query_counts(inside):
    for n, until in enumerate(
        (
            CaseState.APPLIED,
            CaseState.DECLINED,
            CaseState.MEDIATING,
            CaseState.PERFORMING,
            CaseState.ARCHIVED,
            CaseState.ESCALATED,
        )
    ):
        a_case(inside, until, key=f"case-{n}")
    first, last = figures.month_of(villages.local_day(inside.row(), clock.now()))
    figures.note_sweep(inside.aunt_leung.row(), last.replace(day=1), 2, key="round", now=clock.now())
    found = figures.of_span(inside.id, first, last)
    count = "SELECT count(DISTINCT case_id) FROM case_entry WHERE act = '{}' AND day BETWEEN :first AND :last {}"
    span = {"first": first.isoformat(), "last": last.isoformat()}
    if db.engine.dialect.name == "postgresql":
        span = {"first": first, "last": last}

    def counted(act_name: str, more: str = "") -> int:
        return db.session.scalar(text(count.format(act_name, more)), span)

    assert found.filed == counted("file") == 6
    assert found.accepted == sum(found.by_kind.values()) == counted("accept")
    assert found.written == counted("sign", "AND state = 'performing'") == 2
    assert found.handed_on == counted("escalate") + counted("decline")
    assert found.performed == counted("perform", "AND state = 'performed'") == 1
    assert found.closed == counted("close") == 1 and found.sweeps == 1
    still = "SELECT count(*) FROM mediation_case WHERE state NOT IN ('closed', 'archived', 'draft', 'discarded')"
    assert found.in_hand == db.session.scalar(text(still)) == 5 and found.reconciles
    assert found.amount_fen == 120_000 * found.succeeded


@pytest.mark.both_databases
def test_changing_an_entry_or_a_state_behind_the_apps_back_is_found(inside):
    a_case(inside, CaseState.MEDIATING)
    assert list(verify(inside.row())) == []
    without_triggers("UPDATE mediation_case SET state = 'closed'")
    assert [line for line in verify(inside.row()) if "does not stand where" in line]
    without_triggers(
        "UPDATE mediation_case SET state = 'mediating'", "UPDATE case_entry SET code = 'no' WHERE act = 'consent'"
    )
    assert [line for line in verify(inside.row()) if "not those of the log" in line]


@pytest.mark.both_databases
def test_the_database_itself_refuses_to_change_an_entry_or_who_looked(inside):
    a_case(inside)
    for statement in ("UPDATE case_entry SET code = 'x'", "DELETE FROM case_entry"):
        with pytest.raises(Exception, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
