"""What decides who votes, and for whom, changes by two persons; what nobody confirms lapses; a closed door opens again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.clock_leaps import Leap, Reading
from consult.domain.people import retention as retention_rules
from consult.domain.people.office_terms import Term
from consult.domain.people.own_data import RequestKind
from consult.domain.people.people import HEAD_OF_HOUSEHOLD, DepartureKind
from consult.domain.people.right_changes import RightKind, RightStepKind, numbers
from consult.domain.people.roles import Role
from consult.domain.people.second_factors import FactorChange
from consult.domain.people.sign_ins import CardLoss, SignInWay
from consult.domain.refusals import Reason, Refused
from consult.models import (
    BodyStanding,
    ClockConfirmation,
    ClockDoubt,
    Departure,
    FactorRequest,
    Household,
    Notification,
    Person,
    RightChange,
    RightStep,
    RoleGrant,
    SecondFactor,
    StandingChange,
    db,
)
from consult.models.people import right_queries
from consult.models.people.two_person_triggers import MARK_KEPT_DAYS, REQUESTS_KEPT_DAYS
from consult.services.core import transactions
from consult.services.machine import clock_settlements
from consult.services.people import (
    cards,
    data_requests,
    departures,
    factor_changes,
    representatives,
    retention,
    rights,
    sign_ins,
    ways_in,
)
from consult.services.people.rights import WantedRight
from consult.services.people.roll import rolls
from consult.services.polls import formal_basis, polls
from tests.hours import day_of, today
from tests.rights import SINCE, ask, by_two, confirm, end, give
from tests.rolls import answer_all
from tests.village import Cast, Who, a_poll

HEAD = "村民小组,户号,姓名,与户主关系,出生日期,集体成员\n"
DAY = timedelta(hours=24)


def why(act) -> Reason | None:
    try:
        act()
    except Refused as refusal:
        return refusal.reason
    return None


def told(who: Who, kind: str) -> int:
    lines = db.session.scalars(select(Notification).where(Notification.person_id == who.id))
    return sum(line.facts.get("kind") == kind for line in lines)


def line(
    who: Who, relation: str, *, group: str = "上围", code: str = "01-001", born: str = "", member: str = "是"
) -> str:
    return f"{group},{code},{who.name},{relation},{born or who.row().born.isoformat()},{member}\n"


def take_in(cast: Cast, *lines: str, by: Who | None = None) -> list[RightChange]:
    """A roll by one officer. Returns what it asks for."""
    who = by or cast.ms_yip
    office = Role.CLERK if who == cast.ms_yip else Role.COMMITTEE_MEMBER
    reading = rolls.read_file((HEAD + "".join(lines)).encode(), "r.csv", today=today())
    assert reading.problems == ()
    staged = rolls.stage(reading, "r.csv", who.act())
    answer_all(staged, who.act())
    rolls.confirm(staged, None, who.act(), office=office)
    return list(db.session.scalars(select(RightChange).order_by(RightChange.id)))


def all_by_two(cast: Cast, changes: list[RightChange]) -> None:
    """Another officer confirms all, and a day goes by."""
    for change in changes:
        rights.confirm(change.id, Role.SUPERVISOR, cast.uncle_ho.act())
    rights.apply_due(now=clock.now() + DAY + timedelta(minutes=1))
    db.session.expire_all()


def heads(cast: Cast) -> set[str]:
    people = db.session.scalars(select(Person).where(Person.household_id == cast.ah_fong.household_id))
    return {one.name for one in people if one.relation == HEAD_OF_HOUSEHOLD}


def speaker(cast: Cast) -> int | None:
    house = db.session.get_one(Household, cast.ah_fong.household_id, populate_existing=True)
    return representatives.speaker_of(house, representatives.adults_of(house.id, on=today()))


def counted(cast: Cast) -> set[str]:
    ids = {one.id for one in polls.villagers(cast.row(), on=today())}
    return {one.name for one in db.session.scalars(select(Person).where(Person.id.in_(ids)))}


# heads, groups, membership


@pytest.mark.both_databases
def test_a_roll_of_one_officer_does_not_change_who_speaks_for_a_house(inside):
    fong, kwok = inside.ah_fong, inside.ah_kwok
    changes = take_in(inside, line(fong, "配偶"), line(kwok, HEAD_OF_HOUSEHOLD))
    assert {change.kind for change in changes} == {RightKind.HEAD_CHANGED} and len(changes) == 2
    assert heads(inside) == {fong.name} and speaker(inside) == fong.id
    assert told(fong, "way_asked") == told(kwok, "way_asked") == 2
    all_by_two(inside, changes)
    assert heads(inside) == {kwok.name} and speaker(inside) == kwok.id


@pytest.mark.both_databases
def test_one_tap_of_the_house_keeps_its_head_both_halves_end(inside):
    first, second = take_in(inside, line(inside.ah_fong, "配偶"), line(inside.ah_kwok, HEAD_OF_HOUSEHOLD))
    rights.confirm(first.id, Role.SUPERVISOR, inside.uncle_ho.act())
    rights.stop(second.id, inside.ah_fong.act())
    rights.apply_due(now=clock.now() + 2 * DAY)
    db.session.expire_all()
    assert heads(inside) == {inside.ah_fong.name}


@pytest.mark.postgresql
def test_all_that_ends_with_a_stopped_head_is_locked_before_the_log_is(inside):
    _, second = take_in(inside, line(inside.ah_fong, "配偶"), line(inside.ah_kwok, HEAD_OF_HOUSEHOLD))
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        rights.stop(second.id, inside.ah_fong.act())
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    logged = next(n for n, one in enumerate(said) if "audit_head" in one)
    assert not [one for one in said[logged:] if "FOR UPDATE" in one and "right_change" in one]


def test_a_relation_that_makes_nobody_head_is_clerk_work(inside):
    assert take_in(inside, line(inside.ah_kwok, "丈夫")) == []
    assert inside.ah_kwok.row().relation == "丈夫"


def test_an_unchanged_roll_asks_nothing(inside):
    assert take_in(inside, line(inside.ah_fong, HEAD_OF_HOUSEHOLD), line(inside.ah_kwok, "配偶")) == []


@pytest.mark.both_databases
def test_a_roll_of_one_officer_moves_no_house_to_another_group(inside):
    (change,) = take_in(
        inside, line(inside.ah_fong, HEAD_OF_HOUSEHOLD, group="下围"), line(inside.ah_kwok, "配偶", group="下围")
    )
    house = db.session.get_one(Household, inside.ah_fong.household_id)
    assert change.kind is RightKind.GROUP_CHANGED and house.group_id == inside.upper_group
    assert told(inside.ah_kwok, "way_asked") == 1
    all_by_two(inside, [change])
    assert house.group_id == inside.lower_group


def test_the_house_that_another_group_takes_says_no(inside):
    (change,) = take_in(inside, line(inside.ah_fong, HEAD_OF_HOUSEHOLD, group="下围"))
    rights.stop(change.id, inside.ah_kwok.act())
    assert why(lambda: rights.confirm(change.id, "supervisor", inside.uncle_ho.act())) is Reason.RIGHT_STOPPED


@pytest.mark.both_databases
def test_who_is_a_member_of_the_collective_takes_two(inside):
    (change,) = take_in(inside, line(inside.ah_kwok, "配偶", member="否"))
    assert change.kind is RightKind.MEMBER_CHANGED and inside.ah_kwok.row().collective_member
    all_by_two(inside, [change])
    assert not inside.ah_kwok.row().collective_member


def test_an_officer_neither_asks_nor_confirms_who_speaks_for_their_own_house(inside):
    old_chan, wanted = inside.old_chan, {"kind": RightKind.HEAD_CHANGED, "relation": HEAD_OF_HOUSEHOLD}
    mine = WantedRight(person_id=inside.siu_ming.id, **wanted)
    assert why(lambda: rights.ask(mine, "committee_member", old_chan.act())) is Reason.OWN_RIGHT
    change = rights.ask(mine, "clerk", inside.ms_yip.act())
    assert why(lambda: rights.confirm(change.id, "committee_member", old_chan.act())) is Reason.OWN_RIGHT


@pytest.mark.parametrize("born", ["2020-01-01", "2018-05-05"])
def test_no_date_of_birth_by_one_officer_makes_a_child_a_voter_or_a_voter_a_child(inside, born):
    grown = line(inside.siu_ming, "孙子", code="01-002", born="1990-01-01")
    assert why(lambda: take_in(inside, grown)) is Reason.NOT_BY_ONE_ROLL
    assert why(lambda: take_in(inside, line(inside.ah_kwok, "配偶", born=born))) is Reason.NOT_BY_ONE_ROLL


def test_no_date_of_birth_by_one_officer_decides_who_speaks_for_a_house_without_a_head(inside):
    with transactions.writing():
        inside.ah_fong.row().relation = "配偶"
    assert speaker(inside) == inside.ah_kwok.id
    elder = line(inside.ah_fong, "配偶", born="1960-01-01")
    assert why(lambda: take_in(inside, elder, line(inside.ah_kwok, "配偶"))) is Reason.NOT_BY_ONE_ROLL


def test_another_name_in_a_roll_takes_two_and_the_same_in_other_characters_does_not(inside):
    a_poll(inside)
    kwok, fong = inside.ah_kwok.row(), inside.ah_fong.row()
    before, born = kwok.name, kwok.born.isoformat()
    stranger = f"上围,01-001,外来客,配偶,{born},是\n"
    [change] = take_in(inside, line(inside.ah_fong, fong.relation), stranger)
    assert (change.kind, change.person_id, inside.ah_kwok.row().name) == (RightKind.CORRECTED, kwok.id, before)
    all_by_two(inside, [change])
    assert inside.ah_kwok.row().name == "外来客"


def test_spelling_in_a_roll_is_clerk_work_and_no_officer_renames_the_own_house(inside):
    a_poll(inside)
    yip = inside.ms_yip.row()
    fong = inside.ah_fong.row()
    fong.name, fong.born = "林伟汉", date(1961, 2, 3)
    db.session.commit()
    same = f"上围,01-001,林偉漢,{fong.relation},{fong.born.isoformat()},是\n"
    own = f"下围,{yip.household.code},叶小姐,{yip.relation},{yip.born.isoformat()},是\n"
    before = yip.name
    kinds = [one.kind for one in take_in(inside, same, own)]
    assert RightKind.CORRECTED not in kinds
    assert (inside.ah_fong.row().name, inside.ms_yip.row().name) == ("林偉漢", before)


# who is new


NEW = "上围,09-009,新来人,户主,1980-01-01,\n"


def test_a_first_roll_stays_one_person(inside):
    assert take_in(inside, NEW) == [] and "新来人" in counted(inside)


@pytest.mark.both_databases
def test_once_the_village_runs_somebody_new_counts_only_by_two(inside):
    a_poll(inside)
    (change,) = take_in(inside, NEW, "上围,09-009,小宝,女儿,2020-01-01,\n")
    assert change.kind is RightKind.JOINED and "新来人" not in counted(inside)
    assert {"小宝"} <= counted(inside), "a small child asks nothing of anybody"
    assert take_in(inside, NEW) == [change], "the same roll again brings nobody in"
    assert "新来人" not in counted(inside)
    all_by_two(inside, [change])
    assert "新来人" in counted(inside)


@pytest.mark.both_databases
def test_once_the_village_runs_nobody_comes_back_by_one_officer(inside):
    a_poll(inside)
    with transactions.writing():
        departures.note(inside.ah_kwok.row(), DepartureKind.DECEASED, inside.ms_yip.act())
    (change,) = take_in(inside, line(inside.ah_kwok, "配偶"))
    assert db.session.get(Departure, inside.ah_kwok.id) is not None
    all_by_two(inside, [change])
    assert db.session.get(Departure, inside.ah_kwok.id) is None


def test_who_waits_to_join_is_not_noted_as_gone_and_then_let_in(inside):
    a_poll(inside)
    (change,) = take_in(inside, NEW)
    gone = {"kind": RightKind.DEPARTURE, "departure": DepartureKind.DECEASED}
    assert why(lambda: ask(inside, person_id=change.person_id, **gone)) is Reason.NOT_ON_ROLL_HERE
    all_by_two(inside, [change])
    assert "新来人" in counted(inside)


def test_a_new_head_in_an_old_house_waits_for_two(inside):
    (change,) = take_in(inside, "上围,01-001,新户主,户主,1950-01-01,\n")
    assert change.kind is RightKind.HEAD_CHANGED and speaker(inside) == inside.ah_fong.id


# lapsing, and asking again


ASKED = {
    RightKind.OFFICE_GIVEN: None,
    RightKind.NUMBER_CHANGED: {"number": "13900000099"},
    RightKind.FURTHER_CARD: {},
    RightKind.HEAD_CHANGED: {"relation": "女儿"},
    RightKind.MEMBER_CHANGED: {"collective": False},
}


def asked(cast: Cast, kind: RightKind) -> int:
    if kind is RightKind.OFFICE_GIVEN:
        return ask(cast, kind=kind, person_id=cast.ah_fong.id, role=Role.MEDIATOR, term=Term(SINCE))
    return ask(cast, kind=kind, person_id=cast.ah_fong.id, **(ASKED[kind] or {}))


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", ASKED)
def test_what_nobody_confirms_lapses_and_who_asked_is_told(inside, kind):
    change = asked(inside, kind)
    later = clock.now() + numbers().lapse
    rights.apply_due(now=later - timedelta(minutes=5))
    assert db.session.scalar(select(RightStep.step).where(RightStep.change_id == change)) is None
    rights.apply_due(now=later)
    assert db.session.scalar(select(RightStep.step).where(RightStep.change_id == change)) is RightStepKind.LAPSED
    assert told(inside.ms_yip, "office_lapsed") + told(inside.ms_yip, "way_lapsed") == 1
    assert asked(inside, kind) != change, "it can be asked for again"


@pytest.mark.parametrize("kind", ASKED)
def test_what_has_lapsed_is_not_confirmed_also_where_no_job_ran(inside, kind):
    change = asked(inside, kind)
    later = clock.now() + numbers().lapse
    assert why(lambda: confirm(inside, change, inside.ah_fong.id, now=later)) is Reason.REQUEST_LAPSED


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", ASKED)
def test_what_somebody_asked_for_whose_office_ended_is_not_confirmed(inside, kind):
    give(inside, inside.ah_keung, Role.CLERK)
    change = asked(inside, kind)
    held = select(RoleGrant.id).where(RoleGrant.person_id == inside.ms_yip.id, RoleGrant.role == Role.CLERK)
    end(inside, db.session.scalars(held).one())
    assert why(lambda: confirm(inside, change, inside.ah_fong.id)) is Reason.ASKER_LEFT_OFFICE


def test_what_is_so_already_or_about_somebody_who_left_is_not_confirmed(inside):
    change = asked(inside, RightKind.MEMBER_CHANGED)
    with transactions.writing():
        inside.ah_fong.row().collective_member = False
    assert why(lambda: confirm(inside, change, inside.ah_fong.id)) is Reason.ALREADY_SO
    number = asked(inside, RightKind.NUMBER_CHANGED)
    with transactions.writing():
        departures.note(inside.ah_fong.row(), DepartureKind.MOVED, inside.ms_yip.act())
    assert why(lambda: confirm(inside, number, inside.ah_fong.id)) is Reason.NOT_ON_ROLL_HERE


def test_the_house_takes_back_what_holds_for_a_month_and_no_longer(inside):
    now = clock.now()
    change = by_two(inside, now=now, kind=RightKind.FURTHER_CARD, person_id=inside.ah_fong.id)
    rights.apply_due(now=now + DAY)
    late = now + DAY + numbers().undo
    assert why(lambda: rights.stop(change, inside.ah_kwok.act(now=late))) is Reason.TOO_LATE_TO_UNDO
    rights.stop(change, inside.ah_kwok.act(now=late - timedelta(minutes=5)))
    assert list(cards.of_household(inside.ah_fong.household_id)) == []


@pytest.mark.both_databases
def test_a_number_that_was_replaced_is_not_taken_back_together_with_the_one_that_holds(inside):
    """Somebody of the house, at odds with her, says no to the number before: the new one was confirmed by two, and stays."""
    now = clock.now()
    numbered = {"kind": RightKind.NUMBER_CHANGED, "person_id": inside.ah_fong.id}
    first = by_two(inside, now=now, number="13900000001", **numbered)
    rights.apply_due(now=now + DAY)
    second = by_two(inside, now=now + DAY, number="13900000002", **numbered)
    rights.apply_due(now=now + 2 * DAY)
    later = inside.ah_kwok.act(now=now + 2 * DAY)
    assert why(lambda: rights.stop(first, later)) is Reason.ALREADY_SO
    assert ways_in.number_of(inside.ah_fong.row()) == "13900000002"
    rights.stop(second, later)
    assert ways_in.number_of(inside.ah_fong.row()) == ""


# cards


@pytest.fixture
def card(inside):
    cards.issue(inside.upper_group, inside.ms_yip.act())
    (found,) = cards.of_household(inside.ah_fong.household_id)
    now = clock.now()
    cards.claim(found, inside.ah_fong.id, "739264", on=day_of(now), now=now)
    return found


@pytest.mark.both_databases
def test_a_card_that_was_withdrawn_before_an_erasure_is_not_brought_back_after_it(inside, card):
    """All ways in were erased: no tap of the house opens one of them again."""
    now = clock.now()
    cards.withdraw(card, CardLoss.LOST, inside.ms_yip.act())
    asked_for = data_requests.ask(RequestKind.ERASURE, "请删去", inside.ah_fong.act(key="erase"))
    rights.grant_erasure(asked_for, "好", Role.CLERK, inside.ms_yip.act())
    rights.confirm(right_queries.erasure_waiting(inside.ah_fong.id).id, Role.COMMITTEE_MEMBER, inside.old_chan.act())
    rights.apply_due(now=now + 2 * DAY)
    later = inside.ah_kwok.act(now=now + 3 * DAY)
    assert why(lambda: rights.bring_back_card(card.id, later)) is Reason.CARD_NOT_BROUGHT_BACK
    assert cards.of_household(inside.ah_fong.household_id) == []


def test_a_withdrawn_card_closes_at_once_and_the_house_and_the_officers_hear_why(inside, card):
    token = sign_ins.begin(inside.ah_fong.row(), SignInWay.CARD, now=clock.now())
    cards.withdraw(card, CardLoss.STOLEN, inside.ms_yip.act())
    assert sign_ins.find(token, now=clock.now()) is None
    line = db.session.scalars(select(Notification).where(Notification.person_id == inside.ah_fong.id)).all()[-1]
    assert line.facts["kind"] == "card_withdrawn_by_office" and line.facts["why"] == "stolen"
    assert told(inside.ah_kwok, "card_withdrawn_by_office") == 1
    assert told(inside.uncle_ho, "card_withdrawn_seen") == told(inside.old_chan, "card_withdrawn_seen") == 1


@pytest.mark.both_databases
def test_no_officer_locks_a_house_out_one_tap_brings_the_card_back_and_it_stays(inside, card):
    cards.withdraw(card, CardLoss.LOST, inside.ms_yip.act())
    assert why(lambda: rights.bring_back_card(card.id, inside.old_chan.act())) is Reason.NOT_YOUR_HOUSE
    rights.bring_back_card(card.id, inside.ah_kwok.act())
    now = clock.now()
    assert cards.holder_by_pin(card, "739264", on=day_of(now), now=now).id == inside.ah_fong.id
    assert why(lambda: cards.withdraw(card, CardLoss.LOST, inside.ms_yip.act())) is Reason.CARD_BROUGHT_BACK
    assert told(inside.ms_yip, "card_brought_back_seen") == 1


def test_a_clock_that_leapt_ahead_takes_no_days_from_a_house_that_brings_its_card_back(inside, card):
    now = clock.now()
    cards.withdraw(card, CardLoss.LOST, inside.ms_yip.act(now=now))
    inside.row().clock_trusted_at = now
    db.session.commit()
    leapt = now + numbers().card_back
    home = inside.ah_fong.household_id
    assert [one.id for one in cards.withdrawn_lately(home, now=leapt, on=day_of(now))] == [card.id]
    rights.bring_back_card(card.id, inside.ah_kwok.act(now=leapt))
    assert card.withdrawn_at is None


def test_a_card_stays_closed_after_a_week_and_where_the_house_itself_closed_it(inside, card):
    now = clock.now()
    cards.withdraw(card, CardLoss.LOST, inside.ms_yip.act(now=now))
    late = inside.ah_kwok.act(now=now + numbers().card_back)
    assert why(lambda: rights.bring_back_card(card.id, late)) is Reason.CARD_NOT_BROUGHT_BACK
    rights.end_card(card.id, inside.ah_kwok.act())
    assert why(lambda: rights.bring_back_card(card.id, inside.ah_kwok.act())) is Reason.CARD_NOT_BROUGHT_BACK


# the formal basis of a body


def basis(cast: Cast, source: str = "章程 12") -> int:
    return formal_basis.ask("VA_people", source, Role.COMMITTEE_MEMBER, cast.old_chan.act()).id


@pytest.mark.both_databases
def test_a_formal_basis_takes_two_persons_of_different_offices(inside):
    change = basis(inside)
    assert formal_basis.source_of(inside.id, "VA_people") == ""
    mine = lambda: formal_basis.confirm(change, Role.COMMITTEE_MEMBER, inside.old_chan.act())  # noqa: E731
    assert why(mine) is Reason.SAME_PERSON
    give(inside, inside.ah_keung, Role.COMMITTEE_MEMBER)
    same = lambda: formal_basis.confirm(change, Role.COMMITTEE_MEMBER, inside.ah_keung.act())  # noqa: E731
    assert why(same) is Reason.SAME_OFFICE
    formal_basis.confirm(change, Role.SUPERVISOR, inside.uncle_ho.act())
    assert formal_basis.source_of(inside.id, "VA_people") == "章程 12"
    formal_basis.confirm(basis(inside, ""), Role.SUPERVISOR, inside.uncle_ho.act())
    assert formal_basis.source_of(inside.id, "VA_people") == ""


def test_a_formal_basis_lapses_and_who_asked_is_told(inside):
    change, later = basis(inside), clock.now() + numbers().lapse
    act = inside.uncle_ho.act(now=later)
    assert why(lambda: formal_basis.confirm(change, Role.SUPERVISOR, act)) is Reason.REQUEST_LAPSED
    assert formal_basis.lapse_due(now=later) == [change]
    assert told(inside.old_chan, "basis_lapsed") == 1 and not formal_basis.waiting(inside.id)


def test_a_formal_basis_that_lapsed_is_not_called_dropped_where_no_job_ran_and_somebody_asks_anew(inside):
    change, later = basis(inside), clock.now() + numbers().lapse
    give(inside, inside.ah_keung, Role.COMMITTEE_MEMBER)
    formal_basis.ask("VA_people", "章程 13", Role.COMMITTEE_MEMBER, inside.ah_keung.act(now=later))
    assert told(inside.old_chan, "basis_lapsed") == 1 and not told(inside.old_chan, "basis_dropped")
    late = inside.uncle_ho.act(now=later)
    assert why(lambda: formal_basis.confirm(change, Role.SUPERVISOR, late)) is Reason.REQUEST_LAPSED


@pytest.mark.both_databases
def test_the_database_refuses_a_formal_basis_by_one_person(inside):
    kept = {"village_id": inside.id, "body": "VA_people", "source": "章程", "set_by": inside.old_chan.id}
    db.session.add(BodyStanding(**kept, set_at=clock.now()))
    with pytest.raises(DBAPIError, match="two persons"):
        db.session.flush()
    db.session.rollback()
    change = basis(inside)
    for person, office in ((inside.old_chan.id, "supervisor"), (inside.uncle_ho.id, "committee_member")):
        row = db.session.get_one(StandingChange, change)
        row.confirmed_by, row.confirmed_office, row.confirmed_at = person, office, clock.now()
        with pytest.raises(DBAPIError):
            db.session.flush()
        db.session.rollback()


# second proofs


def with_factor(who: Who) -> None:
    with transactions.writing():
        sealed = {"kind": "app", "secret_cipher": "sealed", "made_at": clock.now()}
        db.session.add(SecondFactor(village_id=who.row().village_id, person_id=who.id, **sealed))


def test_the_committee_and_the_supervisors_hear_that_a_second_proof_ends(inside):
    with_factor(inside.ms_yip)
    request = factor_changes.ask(FactorChange.RESET, inside.ms_yip.id, "supervisor", inside.uncle_ho.act())
    assert told(inside.ms_yip, "factor_reset_asked") == told(inside.old_chan, "factor_reset_others_asked") == 1
    factor_changes.confirm(request, "committee_member", inside.old_chan.act())
    assert told(inside.ms_yip, "factor_reset") == told(inside.uncle_ho, "factor_reset_others_in_force") == 1


def test_everybody_whose_office_it_binds_hears_that_a_second_proof_is_needed(inside):
    request = factor_changes.ask(FactorChange.REQUIRE, None, "supervisor", inside.uncle_ho.act())
    assert told(inside.old_chan, "factor_require_asked") == 1
    factor_changes.confirm(request, "committee_member", inside.old_chan.act())
    assert told(inside.ms_yip, "factor_require_in_force") == told(inside.uncle_ho, "factor_require_in_force") == 1
    assert inside.row().second_factor_needed


@pytest.mark.both_databases
def test_a_request_about_second_proofs_lapses_and_asks_again_who_asked(inside):
    request = factor_changes.ask(FactorChange.REQUIRE, None, "supervisor", inside.uncle_ho.act())
    later = clock.now() + numbers().lapse
    act = inside.old_chan.act(now=later)
    assert why(lambda: factor_changes.confirm(request, "committee_member", act)) is Reason.REQUEST_LAPSED
    assert factor_changes.lapse_due(now=later) == [request.id]
    assert told(inside.uncle_ho, "factor_lapsed") == 1 and not factor_changes.waiting(inside.id)
    again = factor_changes.ask(FactorChange.REQUIRE, None, "clerk", inside.ms_yip.act())
    assert why(lambda: factor_changes.confirm(again, "mediator", inside.aunt_leung.act())) is Reason.NO_SUCH_OFFICE


@pytest.mark.both_databases
@pytest.mark.parametrize(("who", "office"), [("uncle_ho", "clerk"), ("old_chan", "supervisor"), ("ms_yip", "clerk")])
def test_the_database_refuses_a_second_proof_ended_by_the_asker_the_holder_or_the_same_office(inside, who, office):
    with_factor(inside.ms_yip)
    request = factor_changes.ask(FactorChange.RESET, inside.ms_yip.id, "supervisor", inside.uncle_ho.act()).id
    row = db.session.get_one(FactorRequest, request)
    row.confirmed_by, row.confirmed_office, row.confirmed_at = getattr(inside, who).id, office, clock.now()
    with pytest.raises(DBAPIError, match="two persons"):
        db.session.flush()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE village SET second_factor_needed = true",
        "INSERT INTO right_step (change_id, step, village_id, asked_by, asked_office, person_id, done_office, done_at) "
        "SELECT id, 'applied', village_id, asked_by, asked_office, person_id, '', asked_at FROM right_change",
        "UPDATE right_change SET relation = '户主'",
        "UPDATE right_change SET number_mark = ''",
    ],
)
def test_the_database_lets_nothing_that_takes_two_be_done_past_the_second_one(inside, statement):
    ask(inside, kind=RightKind.NUMBER_CHANGED, person_id=inside.ah_fong.id, number="13900000099")
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))


@pytest.mark.both_databases
def test_the_mark_of_a_number_goes_after_its_days_and_nothing_else_of_the_change(inside):
    long_ago = clock.now() - timedelta(days=MARK_KEPT_DAYS, hours=1)
    change = ask(inside, now=long_ago, kind=RightKind.NUMBER_CHANGED, person_id=inside.ah_fong.id, number="13900000099")
    rights.apply_due(now=clock.now())
    retention.forget_old(now=clock.now())
    row = db.session.get_one(RightChange, change, populate_existing=True)
    assert (row.number_mark, row.number_cipher) == ("", "") and row.asked_by == inside.ms_yip.id


def test_what_the_database_keeps_for_some_days_is_kept_for_as_many_by_the_jobs():
    periods = retention_rules.periods()
    assert periods["right_change"].days == MARK_KEPT_DAYS and periods["factor_request"].days == REQUESTS_KEPT_DAYS


def test_a_word_about_the_clock_waits_as_long_as_any_other_first_half_and_counts_while_the_office_is_held(inside):
    now, chan = clock.now(), inside.old_chan
    kept = {"village_id": inside.id, "boot": "one", "running_us": 0}
    facts = {"trusted_at": now, "shown_at": now, "entry": 1, "persons_needed": 2}
    doubt = ClockDoubt(kind=Leap.FORWARD, **facts, **kept)
    db.session.add(doubt)
    db.session.flush()
    word = {"person_id": chan.id, "office": Role.COMMITTEE_MEMBER.value, "confirmed_at": now}
    db.session.add(ClockConfirmation(doubt_id=doubt.id, **word, **kept))
    db.session.commit()

    def counts(after: timedelta) -> bool:
        present = Reading(now + after, "one", after // timedelta(microseconds=1))
        return bool(clock_settlements.still_valid(doubt, present))

    assert counts(numbers().lapse - timedelta(minutes=1)) and not counts(numbers().lapse)
    db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == chan.id)).one().ended_at = now
    db.session.commit()
    assert not counts(timedelta(minutes=1))
