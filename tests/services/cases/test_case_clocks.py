"""What runs out, what is counted, what is found: reminders, the month's figures, and tampering with cases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text, update

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from consult.domain.messages.notifications import NotificationEvent
from consult.models import CaseReader, MediationCase, Notification, db
from consult.services.cases import access_log, figures, reading, reminders
from consult.services.people import villages
from consult.services.site.verification import verify
from tests.cases import a_case, act, opened, row_of
from tests.tampering import without_triggers


def told(person_id: int) -> int:
    return db.session.query(Notification).filter_by(event=NotificationEvent.DUTY.value, person_id=person_id).count()


def news(who) -> int:
    return reading.unseen(who.row())


def at_noon(day: date):
    return clock.now().replace(year=day.year, month=day.month, day=day.day, hour=4, minute=0)


@pytest.mark.both_databases
def test_the_desk_is_reminded_before_a_clock_runs_out_on_the_day_and_the_day_after_each_once(inside):
    address = a_case(inside)
    due, before = row_of(inside, address).due_on, told(inside.aunt_leung.id)
    counts = []
    for days in (-2, -1, -1, 0, 1, 2):
        reminders.remind(now=at_noon(due + timedelta(days)))
        counts.append(told(inside.aunt_leung.id) - before)
    assert counts == [0, 1, 1, 2, 3, 3]
    assert news(inside.ah_fong) == 0


def test_a_case_that_cannot_be_reminded_of_does_not_keep_the_others_from_it(inside, caplog):
    broken, whole = (row_of(inside, a_case(inside, key=key)) for key in ("1", "2"))
    broken.due_kind = "no such clock"
    db.session.commit()
    wrong, day, before = broken.id, whole.due_on, told(inside.aunt_leung.id)
    assert reminders.remind(now=at_noon(day)) == 1
    assert told(inside.aunt_leung.id) == before + 1
    assert caplog.messages == [f"reminding of case {wrong} failed"]


@pytest.mark.both_databases
def test_parties_see_that_there_is_news_until_they_look_and_no_message_names_them(inside):
    address = a_case(inside, CaseState.PERFORMING)
    row = row_of(inside, address)
    due, court = row.due_on, row.confirm_by
    assert news(inside.old_chan) == 1 and news(inside.ah_kwok) == 0
    access_log.note(opened(inside, inside.old_chan, address), "page", inside.old_chan.act())
    db.session.rollback()
    assert news(inside.old_chan) == 0
    for day in (due - timedelta(3), court - timedelta(3)):
        db.session.execute(update(CaseReader).values(seen_at=at_noon(day) - timedelta(days=1)))
        db.session.execute(update(MediationCase).values(news_at=at_noon(day) - timedelta(days=2)))
        db.session.commit()
        assert news(inside.ah_fong) == news(inside.old_chan) == 0
        reminders.remind(now=at_noon(day))
        assert news(inside.ah_fong) == news(inside.old_chan) == 1
    lines = db.session.query(Notification.person_id, Notification.facts).all()
    desk, parties = inside.aunt_leung.id, {inside.ah_fong.id, inside.old_chan.id}
    assert {person for person, facts in lines if facts["kind"] in ("case_waits", "case_due")} == {desk}
    assert {person for person, facts in lines if facts["kind"] == "message"} == parties
    assert all(set(facts) == {"kind"} for _, facts in lines)


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
    last = villages.local_day(inside.row(), clock.now())
    first = last.replace(day=1)
    figures.note_screening(last.replace(day=1), 2, inside.aunt_leung.act(key="round"))
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
    assert found.handed_on == counted("escalate") == 1 and found.declined == counted("decline") == 1
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


EVENING, MORNING = datetime(2026, 11, 29, 15, 30, tzinfo=UTC), datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
"""23:30 on the 29th and 07:30 on the 30th by the village's clock: one day in UTC."""


def test_who_opened_a_case_is_told_by_the_villages_days(inside):
    address = a_case(inside)
    for at in (EVENING, MORNING, MORNING + timedelta(minutes=20), MORNING + timedelta(minutes=40)):
        access_log.note(opened(inside, inside.aunt_leung, address), "page", inside.aunt_leung.act(now=at))
    db.session.rollback()
    lines = access_log.lines(opened(inside, inside.aunt_leung, address))
    assert [(line.at, line.times) for line in lines] == [(MORNING + timedelta(minutes=40), 3), (EVENING, 1)]


@pytest.mark.parametrize(("at", "day"), [(EVENING, 29), (MORNING, 30)])
def test_a_line_about_a_case_bears_the_villages_day(inside, at, day):
    address = a_case(inside)
    db.session.query(Notification).delete()
    db.session.commit()
    act(inside, address, inside.ah_fong, CaseAct.STATEMENT, {"words": "水又来了"}, at=at)
    told_at = db.session.query(Notification.told_at).one()[0]
    assert villages.local_day(inside.row(), told_at) == date(2026, 11, day)
    assert told_at == villages.local_midnight(inside.row(), at), "the day is kept, and not the hour"
