"""Offices and ways in change by two persons of different offices, never by or to oneself, and the house can say no."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.clock_leaps import Leap
from consult.domain.people.office_terms import Term
from consult.domain.people.people import DepartureKind
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import CardLoss, SignInWay
from consult.domain.refusals import Reason, Refused
from consult.models import AuditEntry, ClockDoubt, Departure, HouseholdCard, Notification, Person, RoleGrant, db
from consult.services.core import sure_time
from consult.services.core.acts import Act
from consult.services.people import cards, grants, representatives, rights, sign_ins, ways_in
from consult.services.people.rights import WantedRight
from tests.hours import day_of, today
from tests.rights import SINCE, ask, by_two, confirm, end, give
from tests.village import a_poll

DAY = timedelta(hours=24)
NEW = "13900000099"


def why(act) -> Reason | None:
    try:
        act()
    except Refused as refusal:
        return refusal.reason
    return None


def office(who, role, **term) -> dict:
    return {"kind": RightKind.OFFICE_GIVEN, "person_id": who.id, "role": role, "term": Term(SINCE, **term)}


def held(who) -> set[str]:
    rows = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == who.id, RoleGrant.ended_at.is_(None)))
    return {row.role.value for row in rows}


def told(who, kind: str) -> int:
    lines = db.session.scalars(select(Notification).where(Notification.person_id == who.id))
    return sum(line.facts.get("kind") == kind for line in lines)


def number_of(who) -> str:
    return ways_in.number_of(db.session.get_one(Person, who.id, populate_existing=True))


def without_number(*people) -> None:
    """Let people stand on the roll who never had a number."""
    for who in people:
        row = who.row()
        row.phone_cipher = row.phone_mark = row.number_since = None
    db.session.commit()


# offices


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.VILLAGER, Role.GROUP_HEAD, Role.GRID_WORKER)]
)
def test_an_office_that_one_person_asked_for_opens_nothing(inside, role):
    change = ask(inside, **office(inside.ah_keung, role))
    assert role.value not in held(inside.ah_keung)
    confirm(inside, change, inside.ah_keung.id)
    assert role.value in held(inside.ah_keung)


def test_nobody_asks_for_their_own_office(inside):
    wanted = WantedRight(**office(inside.ms_yip, Role.HEAD_OF_MEDIATION))
    assert why(lambda: rights.ask(wanted, "clerk", inside.ms_yip.act())) is Reason.OWN_RIGHT


def test_nobody_confirms_their_own_office(inside):
    wanted = WantedRight(**office(inside.uncle_ho, Role.MEDIATOR))
    change = rights.ask(wanted, "clerk", inside.ms_yip.act())
    assert why(lambda: rights.confirm(change.id, "supervisor", inside.uncle_ho.act())) is Reason.OWN_RIGHT


def test_who_asked_does_not_confirm_by_another_office_of_theirs(inside):
    give(inside, inside.ms_yip, Role.BRANCH_SECRETARY)
    change = rights.ask(WantedRight(**office(inside.ah_fong, Role.MEDIATOR)), "clerk", inside.ms_yip.act())
    assert why(lambda: rights.confirm(change.id, "branch_secretary", inside.ms_yip.act())) is Reason.SAME_PERSON


def test_two_of_the_same_office_are_not_enough(inside):
    give(inside, inside.ah_fong, Role.CLERK)
    change = rights.ask(WantedRight(**office(inside.ah_kwok, Role.MEDIATOR)), "clerk", inside.ms_yip.act())
    assert why(lambda: rights.confirm(change.id, "clerk", inside.ah_fong.act())) is Reason.SAME_OFFICE


def test_an_office_that_somebody_does_not_hold_asks_and_confirms_nothing(inside):
    wanted = WantedRight(**office(inside.ah_fong, Role.MEDIATOR))
    assert why(lambda: rights.ask(wanted, "supervisor", inside.ms_yip.act())) is Reason.NO_SUCH_OFFICE
    assert why(lambda: rights.ask(wanted, "council_member", inside.sister_chow.act())) is Reason.NO_SUCH_OFFICE
    change = rights.ask(wanted, "clerk", inside.ms_yip.act())
    assert why(lambda: rights.confirm(change.id, "mediator", inside.aunt_leung.act())) is Reason.NO_SUCH_OFFICE


def test_one_person_ends_no_office(inside):
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == inside.aunt_leung.id)).one()
    ask(inside, kind=RightKind.OFFICE_ENDED, person_id=inside.aunt_leung.id, role=Role.MEDIATOR, grant_id=grant.id)
    assert held(inside.aunt_leung) == {"mediator"}
    end(inside, grant.id)
    assert not held(inside.aunt_leung)


def ending(who) -> dict:
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == who.id)).one()
    return {"kind": RightKind.OFFICE_ENDED, "person_id": who.id, "role": grant.role, "grant_id": grant.id}


def test_the_last_two_who_can_give_offices_are_not_ended(inside):
    by_two(inside, **ending(inside.old_chan))
    last = WantedRight(**ending(inside.uncle_ho))
    assert why(lambda: rights.ask(last, "clerk", inside.ms_yip.act())) is Reason.LAST_TWO_OFFICERS


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("old_chan", Role.SUPERVISOR),
        ("ms_yip", Role.SUPERVISOR),
        ("uncle_ho", Role.COMMITTEE_MEMBER),
        ("uncle_ho", Role.BRANCH_SECRETARY),
        ("aunt_leung", Role.COUNTY_OPERATOR),
        ("aunt_leung", Role.JUSTICE_OFFICE),
    ],
)
def test_offices_that_do_not_go_together_are_refused_with_the_article(inside, who, role):
    with pytest.raises(Refused) as refusal:
        ask(inside, **office(getattr(inside, who), role))
    assert refusal.value.reason is Reason.OFFICES_CLASH and refusal.value.facts["source"]


def test_a_director_of_the_collective_is_not_its_supervisor(inside):
    give(inside, inside.ah_fong, Role.COLLECTIVE_DIRECTOR)
    assert why(lambda: ask(inside, **office(inside.ah_fong, Role.COLLECTIVE_SUPERVISOR))) is Reason.OFFICES_CLASH


def test_near_kin_of_a_committee_member_do_not_supervise_it(inside):
    give(inside, inside.ah_fong, Role.COMMITTEE_MEMBER)
    assert why(lambda: ask(inside, **office(inside.ah_kwok, Role.SUPERVISOR))) is Reason.KIN_CLASH


def test_a_clash_that_came_up_since_it_was_asked_is_refused_at_the_confirmation(inside):
    first = ask(inside, **office(inside.ah_fong, Role.SUPERVISOR))
    give(inside, inside.ah_kwok, Role.COMMITTEE_MEMBER)
    assert why(lambda: confirm(inside, first, inside.ah_fong.id)) is Reason.KIN_CLASH


def test_no_office_began_before_the_longest_term(inside):
    long_ago = {**office(inside.ah_fong, Role.MEDIATOR), "term": Term(date(2015, 1, 1))}
    assert why(lambda: ask(inside, **long_ago)) is Reason.BEGAN_TOO_LONG_AGO
    over = {**office(inside.ah_fong, Role.MEDIATOR), "term": Term(date(2025, 1, 1), date(2025, 12, 31))}
    assert why(lambda: ask(inside, **over)) is Reason.TERM_IS_OVER


def test_the_holder_and_the_committee_are_told_when_it_is_asked_and_when_it_holds(inside):
    change = ask(inside, **office(inside.ah_fong, Role.MEDIATOR))
    assert told(inside.ah_fong, "office_asked") == 1
    assert told(inside.old_chan, "right_waits") == told(inside.uncle_ho, "right_waits") == 1
    confirm(inside, change, inside.ah_fong.id)
    assert told(inside.ah_fong, "office_in_force") == told(inside.old_chan, "office_in_force") == 1


def test_the_holder_can_decline_an_office_that_waits(inside):
    change = ask(inside, **office(inside.ah_fong, Role.MEDIATOR))
    assert why(lambda: rights.stop(change, inside.ah_kwok.act())) is Reason.NOT_YOUR_HOUSE
    rights.stop(change, inside.ah_fong.act())
    assert why(lambda: confirm(inside, change, inside.ah_fong.id)) is Reason.RIGHT_STOPPED


def test_asking_and_confirming_twice_does_it_once(inside):
    change = ask(inside, key="k", **office(inside.ah_fong, Role.MEDIATOR))
    assert ask(inside, key="k", **office(inside.ah_fong, Role.MEDIATOR)) == change
    assert ask(inside, key="other", **office(inside.ah_fong, Role.MEDIATOR)) == change
    confirm(inside, change, inside.ah_fong.id)
    confirm(inside, change, inside.ah_fong.id)
    assert len([e for e in db.session.scalars(select(AuditEntry)) if f'"change":{change}' in e.facts]) == 3


def test_what_an_officer_dropped_is_not_confirmed(inside):
    change = ask(inside, **office(inside.ah_fong, Role.MEDIATOR))
    rights.drop(change, "committee_member", inside.old_chan.act())
    assert why(lambda: confirm(inside, change, inside.ah_fong.id)) is Reason.RIGHT_STOPPED


def test_an_officer_does_not_drop_the_end_of_their_own_office(inside):
    change = ask(inside, **ending(inside.uncle_ho))
    assert why(lambda: rights.drop(change, "supervisor", inside.uncle_ho.act())) is Reason.OWN_RIGHT
    assert why(lambda: rights.stop(change, inside.uncle_ho.act())) is Reason.NOT_YOUR_HOUSE
    assert why(lambda: rights.drop(change, "council_member", inside.sister_chow.act())) is Reason.NO_SUCH_OFFICE


# the operator


def test_the_operator_gives_the_first_offices_and_none_once_the_village_runs(inside):
    by_operator = Act.by_system(inside.id, now=clock.now())
    term = Term(SINCE)
    given = grants.grant(inside.ah_fong.row(), Role.REPRESENTATIVE, term, by_operator)
    assert given.granted_by is None
    a_poll(inside)
    by_operator = Act.by_system(inside.id, now=clock.now())
    assert why(lambda: grants.grant(inside.ah_fong.row(), Role.CLERK, term, by_operator)) is Reason.TAKES_TWO_OFFICERS


def test_the_operator_helps_a_village_that_lost_those_who_could_give_offices(inside):
    a_poll(inside)
    db.session.query(RoleGrant).filter(RoleGrant.role.in_(["clerk", "supervisor"])).update({"ended_at": clock.now()})
    db.session.commit()
    given = grants.grant(inside.ah_fong.row(), Role.CLERK, Term(SINCE), Act.by_system(inside.id, now=clock.now()))
    assert given.role is Role.CLERK


def test_no_person_gives_an_office_past_the_two(inside):
    act = inside.ms_yip.act()
    assert why(lambda: grants.grant(inside.ah_fong.row(), Role.CLERK, Term(SINCE), act)) is Reason.TAKES_TWO_OFFICERS


# the database


@pytest.mark.both_databases
def test_the_database_refuses_an_office_given_by_one_person(inside):
    row = RoleGrant(
        village_id=inside.id,
        person_id=inside.ah_fong.id,
        role=Role.SUPERVISOR,
        since=SINCE,
        granted_by=inside.ms_yip.id,
        granted_at=clock.now(),
    )
    db.session.add(row)
    with pytest.raises(DBAPIError, match="two persons"):
        db.session.flush()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("done_by", "done_office"), [("ms_yip", "supervisor"), ("ah_fong", "supervisor"), ("old_chan", "clerk")]
)
def test_the_database_refuses_a_confirmation_by_the_asker_the_holder_or_the_same_office(inside, done_by, done_office):
    change = ask(inside, **office(inside.ah_fong, Role.MEDIATOR))
    values = {"change": change, "village": inside.id, "by": getattr(inside, done_by).id, "office": done_office}
    values |= {"asked": inside.ms_yip.id, "person": inside.ah_fong.id, "at": clock.now()}
    statement = text(
        "INSERT INTO right_step (change_id, step, village_id, asked_by, asked_office, person_id, done_by, done_office, done_at) "
        "VALUES (:change, 'confirmed', :village, :asked, 'clerk', :person, :by, :office, :at)"
    )
    with pytest.raises(DBAPIError):
        db.session.execute(statement, values)


@pytest.mark.both_databases
@pytest.mark.parametrize("change", ["role = 'supervisor'", "person_id = 2"])
def test_the_database_keeps_what_was_asked_for_and_who_holds_what(inside, change):
    asked = ask(inside, **office(inside.ah_fong, Role.MEDIATOR))
    for table, row in (("right_change", asked), ("role_grant", 1)):
        with pytest.raises(DBAPIError):
            db.session.execute(text(f"UPDATE {table} SET {change} WHERE id = {row}"))
        db.session.rollback()


# ways in


def number(who, new: str = NEW) -> dict:
    return {"kind": RightKind.NUMBER_CHANGED, "person_id": who.id, "number": new}


@pytest.mark.both_databases
def test_a_number_takes_two_officers_and_a_day(inside):
    now = clock.now()
    change = ask(inside, now=now, **number(inside.ah_fong))
    rights.apply_due(now=now + 2 * DAY)
    assert number_of(inside.ah_fong) == inside.ah_fong.phone, (
        "one officer alone changes no number, however long it waits"
    )
    confirm(inside, change, inside.ah_fong.id, now=now)
    assert rights.apply_due(now=now + DAY - timedelta(minutes=1)) == []
    assert number_of(inside.ah_fong) == inside.ah_fong.phone
    assert rights.apply_due(now=now + DAY) == [change]
    assert number_of(inside.ah_fong) == NEW


def test_a_number_holds_at_once_when_both_officers_see_somebody_of_the_house(inside):
    asked = {**number(inside.ah_fong), "present_id": inside.ah_kwok.id}
    by_two(inside, at_desk=True, **asked)
    assert number_of(inside.ah_fong) == NEW


def test_it_waits_where_only_one_officer_says_that_somebody_is_at_the_desk(inside):
    asked = {**number(inside.ah_fong), "present_id": inside.ah_kwok.id}
    by_two(inside, at_desk=False, **asked)
    assert number_of(inside.ah_fong) == inside.ah_fong.phone


def test_who_comes_to_the_desk_later_takes_the_place_of_what_waits(inside):
    waiting = ask(inside, **number(inside.ah_fong))
    by_two(inside, at_desk=True, **{**number(inside.ah_fong), "present_id": inside.ah_kwok.id})
    assert number_of(inside.ah_fong) == NEW
    assert why(lambda: confirm(inside, waiting, inside.ah_fong.id)) is Reason.RIGHT_STOPPED


def test_neither_officer_stands_for_the_house_at_the_desk(inside):
    """The clerk lives in the house herself: her own word is not the house's."""
    kwok = inside.ah_kwok
    give(inside, kwok, Role.CLERK)
    wanted = WantedRight(**{**number(inside.ah_fong), "present_id": kwok.id})
    assert why(lambda: rights.ask(wanted, "clerk", kwok.act())) is Reason.NOBODY_OF_THE_HOUSE
    change = rights.ask(wanted, "supervisor", inside.uncle_ho.act())
    rights.confirm(change.id, "clerk", kwok.act(), at_desk=True)
    assert number_of(inside.ah_fong) == inside.ah_fong.phone


def test_only_an_adult_of_the_house_can_stand_at_the_desk(inside):
    asked = {**number(inside.ah_fong), "present_id": inside.old_chan.id}
    assert why(lambda: ask(inside, **asked)) is Reason.NOBODY_OF_THE_HOUSE


def test_the_person_and_everybody_in_the_house_are_told_when_it_is_asked_and_when_it_holds(inside):
    now = clock.now()
    by_two(inside, now=now, **number(inside.ah_fong))
    assert told(inside.ah_fong, "way_asked") == told(inside.ah_kwok, "way_asked") == 1
    rights.apply_due(now=now + DAY)
    assert told(inside.ah_fong, "way_in_force") == told(inside.ah_kwok, "way_in_force") == 1
    assert not told(inside.old_chan, "way_asked")


@pytest.mark.parametrize("who", ["ah_fong", "ah_kwok"])
def test_the_person_or_the_house_says_no_with_one_tap_while_it_waits(inside, who):
    now = clock.now()
    change = by_two(inside, now=now, **number(inside.ah_fong))
    rights.stop(change, getattr(inside, who).act(now=now))
    rights.apply_due(now=now + 2 * DAY)
    assert number_of(inside.ah_fong) == inside.ah_fong.phone


def test_a_neighbour_cannot_say_no(inside):
    change = by_two(inside, **number(inside.ah_fong))
    assert why(lambda: rights.stop(change, inside.ah_keung.act())) is Reason.NOT_YOUR_HOUSE


def test_a_number_that_is_not_ours_is_taken_off_afterwards_and_its_sign_ins_end(inside):
    now = clock.now()
    change = by_two(inside, now=now, **number(inside.ah_fong))
    rights.apply_due(now=now + DAY)
    token = sign_ins.begin(inside.ah_fong.row(), SignInWay.CODE, now=now + DAY)
    rights.stop(change, inside.ah_kwok.act(now=now + DAY))
    assert number_of(inside.ah_fong) == ""
    assert sign_ins.find(token, now=now + DAY) is None


def test_a_changed_number_ends_the_sign_ins_by_the_old_one(inside):
    token = sign_ins.begin(inside.ah_fong.row(), SignInWay.CODE, now=clock.now())
    by_two(inside, at_desk=True, **{**number(inside.ah_fong), "present_id": inside.ah_kwok.id})
    assert sign_ins.find(token, now=clock.now()) is None


def test_a_number_taken_away_and_put_back_is_not_a_first_one(inside):
    now = clock.now()
    by_two(inside, now=now, **number(inside.ah_fong, ""))
    rights.apply_due(now=now + DAY)
    assert number_of(inside.ah_fong) == ""
    wanted = WantedRight(**number(inside.ah_fong))
    assert rights.ask_number(wanted, "clerk", inside.ms_yip.act(now=now + DAY), vote_runs=False) is not None
    assert number_of(inside.ah_fong) == ""


def test_a_first_number_holds_at_once_and_the_house_is_told(inside):
    without_number(inside.ah_kwok)
    act = inside.ms_yip.act()
    assert rights.ask_number(WantedRight(**number(inside.ah_kwok)), "clerk", act, vote_runs=False) is None
    assert number_of(inside.ah_kwok) == NEW
    assert told(inside.ah_fong, "number_first") == 1


def test_a_first_number_waits_a_day_while_a_vote_runs_and_the_house_can_say_no(inside):
    without_number(inside.ah_kwok, inside.old_chan)
    now = clock.now()
    stopped, kept = (
        rights.ask_number(WantedRight(**number(who)), "clerk", inside.ms_yip.act(now=now), vote_runs=True).id
        for who in (inside.ah_kwok, inside.old_chan)
    )
    rights.stop(stopped, inside.ah_fong.act(now=now))
    assert rights.apply_due(now=now + DAY) == [kept]
    assert (number_of(inside.ah_kwok), number_of(inside.old_chan)) == ("", NEW)


def test_the_new_number_stands_nowhere_once_it_is_settled(inside):
    change = by_two(inside, **number(inside.ah_fong))
    rights.stop(change, inside.ah_fong.act())
    kept = db.session.execute(text("SELECT number_cipher FROM right_change")).scalars().all()
    assert kept == [""]


# cards


def card_for(who) -> dict:
    return {"kind": RightKind.FURTHER_CARD, "person_id": who.id}


def cards_of(who) -> list[HouseholdCard]:
    return list(cards.of_household(who.household_id))


def test_a_further_card_comes_a_day_after_two_officers_agreed(inside):
    now = clock.now()
    by_two(inside, now=now, **card_for(inside.ah_fong))
    assert not cards_of(inside.ah_fong)
    rights.apply_due(now=now + DAY)
    assert len(cards_of(inside.ah_fong)) == 1


def test_a_further_card_is_claimed_only_by_the_adult_it_was_made_for(inside):
    now = clock.now()
    by_two(inside, now=now, **card_for(inside.ah_fong))
    rights.apply_due(now=now + DAY)
    (card,) = cards_of(inside.ah_fong)
    wrong = {"on": day_of(now), "now": now}
    assert why(lambda: cards.claim(card, inside.ah_kwok.id, "739264", **wrong)) is Reason.NOT_IN_HOUSEHOLD
    assert cards.claim(card, inside.ah_fong.id, "739264", **wrong).id == inside.ah_fong.id


def test_a_withdrawn_card_is_not_replaced_by_a_first_one(inside):
    cards.issue(inside.upper_group, inside.ms_yip.act())
    (card,) = cards_of(inside.ah_fong)
    cards.withdraw(card, CardLoss.LOST, inside.ms_yip.act())
    assert cards.issue(inside.upper_group, inside.ms_yip.act()) == 0
    assert not cards_of(inside.ah_fong)


def test_a_claim_tells_the_person_and_the_house_and_stands_in_the_log_with_the_person(inside):
    cards.issue(inside.upper_group, inside.ms_yip.act())
    (card,) = cards_of(inside.ah_fong)
    cards.claim(card, inside.ah_kwok.id, "739264", on=today(), now=clock.now())
    assert told(inside.ah_kwok, "card_claimed") == told(inside.ah_fong, "card_claimed") == 1
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "card:claimed")).one()
    assert f'"person":{inside.ah_kwok.id}' in entry.facts


def test_a_first_card_made_while_a_vote_runs_is_claimed_a_day_later_and_told_at_once(inside):
    cards.issue(inside.upper_group, inside.ms_yip.act(), tell=True)
    (card,) = cards_of(inside.ah_fong)
    assert told(inside.ah_fong, "card_made") == told(inside.ah_kwok, "card_made") == 1
    now, since = clock.now(), card.issued_at - timedelta(days=1)
    day, who = day_of(now), inside.ah_kwok.id
    assert why(lambda: cards.claim(card, who, "739264", on=day, now=now, vote_since=since)) is Reason.CARD_IS_NEW
    later = card.issued_at + DAY
    assert cards.claim(card, who, "739264", on=day, now=later, vote_since=since).id == who


def test_a_first_card_from_before_the_announcement_is_claimed_at_once(inside):
    cards.issue(inside.upper_group, inside.ms_yip.act())
    (card,) = cards_of(inside.ah_fong)
    now, since = clock.now(), card.issued_at + timedelta(seconds=1)
    assert (
        cards.claim(card, inside.ah_kwok.id, "739264", on=day_of(now), now=now, vote_since=since).id
        == inside.ah_kwok.id
    )


def test_the_house_is_told_of_a_card_that_was_withdrawn(inside):
    cards.issue(inside.upper_group, inside.ms_yip.act())
    (card,) = cards_of(inside.ah_fong)
    cards.withdraw(card, CardLoss.LOST, inside.ms_yip.act())
    assert told(inside.ah_fong, "card_withdrawn_by_office") == told(inside.ah_kwok, "card_withdrawn_by_office") == 1


def test_a_card_that_somebody_else_claimed_is_ended_by_the_house(inside):
    cards.issue(inside.upper_group, inside.ms_yip.act())
    (card,) = cards_of(inside.ah_fong)
    cards.claim(card, inside.ah_kwok.id, "739264", on=today(), now=clock.now())
    token = sign_ins.begin(inside.ah_kwok.row(), SignInWay.CARD, now=clock.now())
    assert why(lambda: rights.end_card(card.id, inside.ah_keung.act())) is Reason.NOT_YOUR_HOUSE
    rights.end_card(card.id, inside.ah_fong.act())
    assert not cards_of(inside.ah_fong)
    assert sign_ins.find(token, now=clock.now()) is None


# leaving the roll


def leaving(who) -> dict:
    return {"kind": RightKind.DEPARTURE, "person_id": who.id, "departure": DepartureKind.MOVED}


def gone(who) -> bool:
    return db.session.get(Departure, who.id, populate_existing=True) is not None


def test_an_officer_leaves_the_roll_only_by_two(inside):
    now = clock.now()
    change = ask(inside, now=now, **leaving(inside.aunt_leung))
    rights.apply_due(now=now + 13 * DAY)
    assert not gone(inside.aunt_leung)
    confirm(inside, change, inside.aunt_leung.id, now=now + 13 * DAY)
    assert gone(inside.aunt_leung)


def test_a_villager_noted_as_gone_by_one_officer_stays_a_day_and_the_house_can_say_no(inside):
    now = clock.now()
    first, second = ask(inside, now=now, **leaving(inside.ah_kwok)), ask(inside, now=now, **leaving(inside.ah_fong))
    assert not gone(inside.ah_kwok) and told(inside.ah_fong, "way_asked") == 2
    rights.stop(second, inside.ah_fong.act(now=now))
    assert rights.apply_due(now=now + DAY) == [first]
    assert gone(inside.ah_kwok) and not gone(inside.ah_fong)


@pytest.mark.both_databases
def test_the_house_that_somebody_is_moved_into_is_told_and_can_say_no(inside):
    """Who lives in a house may claim its cards: so its people are asked, and not only those of the house left."""
    fong, host = inside.ah_fong, inside.ah_keung
    assert fong.household_id != host.household_id
    wanted = {"kind": RightKind.HOUSE_CHANGED, "person_id": fong.id, "household_id": host.household_id}
    change = by_two(inside, **wanted)
    assert told(host, "way_asked") == 1
    rights.stop(change, host.act())
    rights.apply_due(now=clock.now() + DAY)
    assert db.session.get_one(Person, fong.id, populate_existing=True).household_id != host.household_id


@pytest.mark.both_databases
def test_the_offices_of_an_officer_who_left_end_and_no_roll_brings_them_back(inside):
    who = inside.old_chan
    assert held(who)
    by_two(inside, kind=RightKind.DEPARTURE, person_id=who.id, departure=DepartureKind.MOVED)
    assert db.session.get(Departure, who.id) is not None
    assert not held(who)


@pytest.mark.both_databases
def test_a_clock_in_doubt_shortens_no_wait_of_a_house(inside):
    now = clock.now()
    by_two(inside, now=now, **number(inside.ah_fong))
    inside.row().clock_trusted_at = now
    db.session.commit()
    rights.apply_due(now=now + 2 * DAY)
    assert number_of(inside.ah_fong) != NEW
    inside.row().clock_trusted_at = None
    db.session.commit()
    rights.apply_due(now=now + 2 * DAY)
    assert number_of(inside.ah_fong) == NEW


@pytest.mark.both_databases
def test_the_house_is_told_who_speaks_for_it_now(inside):
    fong, kwok = inside.ah_fong, inside.ah_kwok
    representatives.choose(kwok.id, kwok.act(), on=today())
    assert told(fong, "speaker_chosen") == 1 and not told(kwok, "speaker_chosen")


def test_a_clock_in_doubt_shortens_no_wait_of_a_new_card(inside):
    now = clock.now()
    cards.issue(inside.upper_group, inside.ms_yip.act())
    card = next(c for c, _ in cards.unclaimed(inside.upper_group) if c.household_id == inside.ah_fong.household_id)
    inside.row().clock_trusted_at = now
    db.session.commit()
    leapt, facts = now + timedelta(days=2), {"on": day_of(now), "vote_since": now - timedelta(days=1)}
    assert why(lambda: cards.claim(card, inside.ah_kwok.id, "739264", now=leapt, **facts)) is Reason.CARD_IS_NEW
    inside.row().clock_trusted_at = None
    db.session.commit()
    assert cards.claim(card, inside.ah_kwok.id, "739264", now=leapt, **facts).id == inside.ah_kwok.id


def test_a_trusted_clock_runs_on_with_the_machine_and_keeps_nobody_waiting_for_ever(inside, monkeypatch):
    now = clock.now()
    inside.row().clock_trusted_at = now
    facts = {"trusted_at": now, "shown_at": now + timedelta(days=9), "entry": 1, "persons_needed": 2}
    started = {"boot": clock.boot(), "running_us": clock.running_us()}
    db.session.add(ClockDoubt(village_id=inside.id, kind=Leap.FORWARD, **facts, **started))
    db.session.commit()
    leapt, hour = now + timedelta(days=9), timedelta(hours=1)
    assert now <= sure_time.surely_past(inside.id, leapt) < now + hour
    later = started["running_us"] + 25 * 3_600_000_000
    monkeypatch.setattr("consult.clock.running_us", lambda: later)
    assert abs(sure_time.surely_past(inside.id, leapt) - now - 25 * hour) < hour
