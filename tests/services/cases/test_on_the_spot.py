"""Settled on the spot: one form makes the entries of the long way, all or none, once, under the same rules."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.states import CaseRole, CaseState, Source
from consult.domain.cases.writing_once.carried import carried
from consult.domain.cases.writing_once.on_the_spot import OnTheSpot, read_form
from consult.domain.form_errors import FormError
from consult.domain.refusals import Reason, Refused
from consult.models import AuditEntry, MediationCase, db
from consult.services.cases import case_verification, membership, on_the_spot, reading
from consult.services.people import villages
from tests.cases import opened, row_of

THE_LONG_WAY = [
    CaseAct.FILE,
    CaseAct.STATEMENT,
    CaseAct.ACCEPT,
    CaseAct.TAKE_ON,
    CaseAct.CONSENT,
    CaseAct.CONSENT,
    CaseAct.HOLD_SESSION,
    CaseAct.AGREE,
    CaseAct.PERFORM,
]


def today(cast):
    return villages.local_day(cast.row(), clock.now())


def form(cast, **more: str) -> dict[str, str]:
    typed = {
        "topic": "neighbours",
        "source": "application",
        "applicant": "李桂芳",
        "respondent": "陈伯坚",
        "title": "鸡吃了菜",
        "said": "李桂芳：鸡吃了我的菜。\n陈伯坚：愿意赔。",
        "terms": "陈伯坚当场赔李桂芳80元。",
        "place": "榕树头",
        "on": today(cast).isoformat(),
        "rights_told": "1",
        "consent_1": "1",
        "consent_2": "1",
        "identity_seen": "1",
        "by_1": "2",
        "what_1": "赔菜钱",
        "amount_1": "80",
        "done_1": "1",
        "claim": "compensate",
        "claim_amount": "80",
    }
    return typed | more


def told(cast, **more: str) -> OnTheSpot:
    read, wrong = read_form(form(cast, **more), [one.value for one in Source], today(cast))
    assert read is not None and not wrong
    return read


def sides(cast, *, asking=None) -> list[Side]:
    asks = (asking or cast.ah_fong).row()
    return [
        membership.party_of(asks, CaseRole.APPLICANT),
        membership.party_of(cast.old_chan.row(), CaseRole.RESPONDENT),
    ]


def settle(cast, what: OnTheSpot, *, asking=None, who=None, key: str = "spot", **options) -> str:
    who = who or cast.aunt_leung
    on = today(cast)
    reader = reading.reader_of(who.row(), villages.roles_of(who.row(), on=on), on=on)
    return on_the_spot.settle(what, sides(cast, asking=asking), reader, who.act(key=key), **options).address


@pytest.mark.both_databases
def test_one_form_makes_the_entries_of_the_long_way_each_with_its_day(inside):
    earlier = today(inside) - timedelta(2)
    address = settle(inside, told(inside, on=earlier.isoformat()))
    case = opened(inside, inside.aunt_leung, address)
    assert [entry.act for entry in case.entries] == THE_LONG_WAY
    assert case.state is CaseState.PERFORMED and case.situation.accepted_on == earlier
    assert all(entry.happened == earlier and entry.entered_late for entry in case.entries)
    assert not list(case_verification.faults(inside.id))
    assert opened(inside, inside.old_chan, address).part is CaseRole.RESPONDENT


@pytest.mark.both_databases
def test_the_same_form_twice_makes_one_case_with_one_line_in_the_log(inside):
    assert settle(inside, told(inside)) == settle(inside, told(inside))
    assert db.session.query(MediationCase).count() == 1
    assert db.session.query(AuditEntry).filter(AuditEntry.subject.like("case:%")).count() == 1


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"asked_written": "1"}, Reason.CASE_MUST_BE_WRITTEN),
        ({"due_1": "later", "done_1": ""}, Reason.CASE_MUST_BE_WRITTEN),
    ],
)
def test_what_must_be_written_is_refused_with_nothing_kept_and_the_long_way_takes_it_over(inside, more, reason):
    later = (today(inside) + timedelta(30)).isoformat()
    what = told(inside, **{name: later if value == "later" else value for name, value in more.items()})
    with pytest.raises(Refused) as refused:
        settle(inside, what)
    assert refused.value.reason is reason and db.session.query(MediationCase).count() == 0
    case = opened(inside, inside.aunt_leung, settle(inside, what, long_way=True))
    assert case.state is CaseState.MEDIATING and case.entries[-1].act is CaseAct.NOTE
    filled = carried(CaseAct.AGREE, case.situation, case.entries, today(inside))
    assert (filled["form"], filled["terms"], filled["amount_1"]) == ("written", "陈伯坚当场赔李桂芳80元。", "80")
    assert not list(case_verification.faults(inside.id))


@pytest.mark.both_databases
def test_a_minor_needs_a_representative_and_the_words_wait_for_one(inside):
    with pytest.raises(Refused) as refused:
        settle(inside, told(inside, applicant="陈小明"), asking=inside.siu_ming)
    assert refused.value.reason is Reason.CASE_REPRESENTATIVE_MISSING
    case = opened(
        inside,
        inside.aunt_leung,
        settle(inside, told(inside, applicant="陈小明"), asking=inside.siu_ming, long_way=True),
    )
    assert case.state is CaseState.APPLIED
    assert carried(CaseAct.ACCEPT, case.situation, case.entries, today(inside))["title"] == "鸡吃了菜"
    session = carried(CaseAct.HOLD_SESSION, case.situation, case.entries, today(inside))
    assert session["said"].startswith("李桂芳") and session["place"] == "榕树头"


def test_a_mediator_close_to_a_party_settles_nothing_and_another_takes_it(inside):
    close = [*sides(inside)[:1], membership.party_of(inside.aunt_leung.row(), CaseRole.RESPONDENT)]
    on = today(inside)
    me = inside.aunt_leung
    reader = reading.reader_of(me.row(), villages.roles_of(me.row(), on=on), on=on)
    with pytest.raises(Refused):
        on_the_spot.settle(told(inside), close, reader, me.act(key="close"))
    assert db.session.query(MediationCase).count() == 0


def test_every_mistake_is_named_by_its_field(inside):
    _, wrong = read_form(
        {"on": (today(inside) + timedelta(1)).isoformat(), "by_1": "7", "what_1": "x"}, ["application"], today(inside)
    )
    assert wrong["consent_1"] is wrong["rights_told"] is FormError.MUST_BE_TICKED
    assert wrong["on"] is FormError.DAY_TO_COME and wrong["by_1"] is FormError.NOT_OFFERED
    assert {"applicant", "respondent", "title", "said", "terms", "place", "topic", "source"} <= set(wrong)


def test_the_case_stands_where_its_entries_leave_it(inside):
    address = settle(inside, told(inside, done_1=""))
    assert row_of(inside, address).state == CaseState.AGREED_ORALLY
