"""Officers off the roll: by two, one account for several villages, exactly the rights of their offices, in no count."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.law import bodies, compositions, voting_rolls
from consult.domain.meetings.petitions import PetitionKind
from consult.domain.people.office_terms import OfficeSource, Origin, Term
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import OFF_THE_ROLL, Role
from consult.domain.people.second_factors import FactorChange
from consult.domain.people.sign_ins import SignInWay
from consult.domain.people.waiting import Wait
from consult.domain.refusals import Reason, Refused
from consult.models import Account, Person, RightChange, RoleGrant, SignIn, Village, db
from consult.models.people import account_triggers, person_queries, role_queries, roll_queries
from consult.services.core import crypto
from consult.services.core.acts import Act
from consult.services.meetings import petitions
from consult.services.people import factor_changes, grants, proofs, rights, second_factors, sign_ins, villages, ways_in
from consult.services.people.accounts import accounts, outside_officers, switching
from consult.services.people.codes import people_on
from consult.services.people.rights import WantedRight
from consult.services.people.roll import rolls
from consult.services.polls import polls
from consult.services.site import body_make_up, waiting
from tests.accounts import JUSTICE, MAI, TERM, asked, force_role, outside, outside_there, person_here
from tests.village import Cast, formal_by_phone

TODAY = date(2026, 6, 1)


def why(act) -> Reason | None:
    try:
        act()
    except Refused as refusal:
        return refusal.reason
    return None


def who_sign_in(village_id: int, number: str) -> list[str]:
    return [one.name for one in people_on(village_id, crypto.mark("phone", number), on=TODAY)]


def test_an_officer_off_the_roll_is_entered_by_two_and_signs_in_only_then(inside):
    change_id = asked(inside)
    assert who_sign_in(inside.id, MAI.number) == []
    rights.confirm(change_id, Role.SUPERVISOR, inside.uncle_ho.act())
    assert who_sign_in(inside.id, MAI.number) == [MAI.name]
    mai = person_here(inside.id, MAI)
    assert villages.roles_of(mai, on=TODAY) == {Role.CLERK}
    assert ways_in.number_of(mai) == MAI.number
    assert db.session.get_one(RightChange, change_id).number_cipher == ""


def test_asked_twice_it_is_one_person_and_one_change(inside):
    assert asked(inside, key="one") == asked(inside, key="one") == asked(inside, key="another")
    assert db.session.query(Person).filter_by(village_id=inside.id, name=MAI.name).count() == 1


def test_the_one_who_asks_does_not_confirm(inside):
    change_id = asked(inside)
    assert why(lambda: rights.confirm(change_id, Role.COMMITTEE_MEMBER, inside.old_chan.act())) is Reason.SAME_PERSON


def test_an_outside_clerk_and_an_outside_justice_officer_are_not_of_one_house(inside):
    mai, he = outside(inside), outside(inside, JUSTICE, Role.JUSTICE_OFFICE)
    assert not villages.of_one_house(mai, db.session.get_one(Person, he))
    on = villages.local_day(inside.row(), clock.now())
    assert role_queries.two_hold(inside.id, {Role.CLERK, Role.JUSTICE_OFFICE}, on=on)


@pytest.mark.parametrize("role", sorted(set(Role) - OFF_THE_ROLL - {Role.VILLAGER}))
def test_no_office_with_a_seat_is_given_to_somebody_off_the_roll(inside, role):
    assert why(lambda: asked(inside, MAI, role)) is Reason.OFFICE_OF_THE_ROLL
    mai = outside(inside)
    wanted = WantedRight(kind=RightKind.OFFICE_GIVEN, person_id=mai, role=role, term=Term(TODAY))
    refused = why(lambda: rights.ask(wanted, Role.COMMITTEE_MEMBER, inside.old_chan.act()))
    assert refused is Reason.OFFICE_OF_THE_ROLL
    with pytest.raises(DBAPIError, match=account_triggers.NO_SEAT):
        db.session.execute(
            text(
                "INSERT INTO role_grant (village_id, person_id, role, title, since, granted_at) "
                "VALUES (:village, :person, :role, '', '2026-01-01', '2026-01-01 00:00:00')"
            ),
            {"village": inside.id, "person": mai, "role": role.value},
        )


def counts(cast: Cast) -> Iterator[Any]:
    """Every number of people that the village has: rolls of all bodies, signers, the roll's own counts, the make-up."""
    village = db.session.get_one(Village, cast.id)
    people = polls.villagers(village, on=TODAY)
    for code in sorted(dict.fromkeys(row.code for row in bodies.all_rows())):
        body = bodies.find(code, province=village.province, on=TODAY)
        for group_id in (None, cast.upper_group, cast.lower_group):
            yield code, group_id, [unit.unit for unit in voting_rolls.freeze(people, body, group_id=group_id, on=TODAY)]
    for kind in PetitionKind:
        yield kind, sorted(petitions.signers(village, kind, now=clock.now()))
    yield roll_queries.counts(cast.id)
    yield [one.id for one in roll_queries.people(cast.id, most=1000)]
    yield len(rolls.export(village, today=TODAY)), len(rolls.known_people(cast.id))
    yield list(body_make_up.warnings(village, on=TODAY))
    yield sorted({row.body for row in compositions.all_rows()})
    yield person_queries.by_names(cast.id, [MAI.name, JUSTICE.name])


def test_no_officer_off_the_roll_changes_any_number_of_people_whatever_the_office(inside):
    formal_by_phone(inside, "VA_people")
    before = list(counts(inside))
    for n, role in enumerate(sorted(OFF_THE_ROLL)):
        who = replace(MAI, name=f"外{n}", number=f"1390000010{n}")
        term = replace(TERM, group_id=inside.upper_group)
        change = outside_officers.ask(who, role, term, Role.COMMITTEE_MEMBER, inside.old_chan.act())
        rights.confirm(change.id, Role.SUPERVISOR, inside.uncle_ho.act())
    assert list(counts(inside)) == before


def test_not_even_an_office_forced_into_the_database_gives_a_seat(inside):
    mai = outside(inside)
    before = list(counts(inside))
    for role in sorted(set(Role) - OFF_THE_ROLL - {Role.VILLAGER}):
        force_role(inside, mai, role)
    assert list(counts(inside)) == before


@pytest.mark.both_databases
def test_the_database_lets_nobody_off_the_roll_stand_anywhere_as_a_villager(inside):
    mai = outside(inside)
    assert account_triggers.AS_VILLAGER
    for table, column in account_triggers.AS_VILLAGER:
        written = text(f"INSERT INTO {table} ({column}) VALUES (:id)")
        with pytest.raises(DBAPIError, match=f"(?s){account_triggers.NO_VILLAGER}.*INTO {table} "):
            db.session.execute(written, {"id": mai})
        db.session.rollback()


@pytest.mark.both_databases
def test_nobody_is_moved_onto_the_roll_or_off_it_and_no_account_changes_hands(inside):
    mai, he = outside(inside), outside(inside, JUSTICE, Role.JUSTICE_OFFICE)
    account = db.session.get_one(Person, he).account_id
    for change in (
        f"UPDATE person SET household_id = {inside.ah_fong.household_id}, born = '1990-01-01', account_id = NULL WHERE id = {mai}",
        f"UPDATE person SET account_id = {account} WHERE id = {mai}",
        f"UPDATE person SET household_id = NULL, born = NULL WHERE id = {inside.ah_fong.id}",
    ):
        with pytest.raises(DBAPIError):
            db.session.execute(text(change))
        db.session.rollback()


def test_one_number_is_one_account_in_all_villages_and_nobody_learns_of_the_others(inside):
    here, there = outside(inside), outside_there()
    assert db.session.query(Account).count() == 1
    places = switching.places_of(db.session.get_one(Person, here), now=clock.now())
    assert [one.person.id for one in places] == [here, there]
    assert who_sign_in(db.session.get_one(Person, there).village_id, MAI.number) == [MAI.name]


def test_a_number_on_this_roll_is_nobodys_account_here(inside):
    refused = why(lambda: asked(inside, replace(MAI, number=inside.ah_fong.phone)))
    assert refused is Reason.NUMBER_ON_ROLL


def test_a_number_that_comes_onto_the_roll_meanwhile_is_seen_when_it_is_confirmed(inside):
    change_id = asked(inside)
    fong = inside.ah_fong.row()
    fong.phone_mark = crypto.mark("phone", MAI.number)
    db.session.commit()
    assert why(lambda: rights.confirm(change_id, Role.SUPERVISOR, inside.uncle_ho.act())) is Reason.NUMBER_ON_ROLL


def test_no_two_officers_of_one_village_reach_the_account(inside):
    """They would come in as its holder, here and in the other villages."""
    mai = outside(inside)
    outside_there()
    for wanted in (
        {"kind": RightKind.NUMBER_CHANGED, "number": "13900000199"},
        {"kind": RightKind.FURTHER_CARD},
        {"kind": RightKind.ERASURE},
        {"kind": RightKind.HOUSE_CHANGED, "household_id": inside.ah_fong.household_id},
    ):
        asking = WantedRight(person_id=mai, **wanted)
        refused = why(lambda one=asking: rights.ask(one, Role.CLERK, inside.ms_yip.act()))
        assert refused is Reason.HOLDS_AN_ACCOUNT
    set_up_app(mai)
    refused = why(lambda: factor_changes.ask(FactorChange.RESET, mai, Role.CLERK, inside.ms_yip.act()))
    assert refused is Reason.HOLDS_AN_ACCOUNT


def set_up_app(person_id: int) -> tuple[str, list[str]]:
    """Give somebody an app as second proof. Returns its secret and the codes on paper."""
    person, secret, now = db.session.get_one(Person, person_id), second_factors.new_secret(), clock.now()
    digits = pyotp.TOTP(secret).at(now)
    return secret, second_factors.set_up_app(person, secret, str(digits), Act.of(person, now=now))


def test_the_second_proof_of_an_account_is_asked_for_and_counts_in_each_of_its_villages(inside):
    here, there = outside(inside), outside_there()
    _, codes = set_up_app(here)
    assert second_factors.of_person(there)
    second_factors.prove(db.session.get_one(Person, there), codes[0], now=clock.now())
    refused = why(lambda: second_factors.prove(db.session.get_one(Person, here), codes[0], now=clock.now()))
    assert refused is Reason.WRONG_DIGITS
    assert second_factors.mark_of(here) == second_factors.mark_of(there)


def signed_in(person_id: int, *, way: SignInWay = SignInWay.CODE) -> SignIn:
    token = sign_ins.begin(db.session.get_one(Person, person_id), way, now=clock.now())
    found = sign_ins.find(token, now=clock.now())
    assert found is not None
    return found


def test_a_switch_lasts_no_longer_and_proves_no_more_than_the_sign_in_it_comes_from(inside):
    here, there = outside(inside), outside_there()
    row = signed_in(here)
    before = (row.id, row.started_at, row.expires_at, row.proven_at, row.second_at, row.way, row.shared)
    later = clock.now() + timedelta(minutes=5)
    place = switching.destination(row.person, there, now=later)
    token = switching.switch(row, place, now=later)
    found = sign_ins.find(token, now=later)
    assert (found.person_id, found.village_id) == (there, place.village.id)
    assert (
        found.id,
        found.started_at,
        found.expires_at,
        found.proven_at,
        found.second_at,
        found.way,
        found.shared,
    ) == before
    assert sign_ins.visit("rongxi", token, now=later).sign_in.person_id == there


def test_nobody_switches_to_a_person_of_another_account_or_to_an_office_that_ended(inside):
    here, there = outside(inside), outside_there()
    other = outside(inside, JUSTICE, Role.JUSTICE_OFFICE)
    row = signed_in(here)
    assert why(lambda: switching.destination(row.person, other, now=clock.now())) is Reason.NO_OFFICE_THERE
    assert why(lambda: switching.destination(row.person, inside.ah_fong.id, now=clock.now())) is Reason.NO_OFFICE_THERE
    for grant in db.session.query(RoleGrant).filter_by(person_id=there):
        grant.ended_at = clock.now()
    db.session.commit()
    assert why(lambda: switching.destination(row.person, there, now=clock.now())) is Reason.NO_OFFICE_THERE


def test_an_ended_sign_in_switches_nowhere(inside):
    here, there = outside(inside), outside_there()
    row = signed_in(here)
    place = switching.destination(row.person, there, now=clock.now())
    sign_ins.end_own(row.person, row.id, now=clock.now())
    assert why(lambda: switching.switch(row, place, now=clock.now())) is Reason.NOT_SIGNED_IN


def test_whoever_signs_out_everywhere_is_out_in_all_villages(inside):
    here, there = outside(inside), outside_there()
    kept, other = signed_in(here), signed_in(there)
    sign_ins.end_others(kept.person, kept.id, now=clock.now())
    db.session.refresh(other)
    assert other.ended_at is not None


def test_the_operator_changes_the_number_in_all_villages_and_sign_ins_by_code_end(inside):
    here, there = outside(inside), outside_there()
    row = signed_in(there)
    act = Act.by_system(inside.id, now=clock.now())
    accounts.change_number(db.session.get_one(Person, here), "13900000188", act)
    db.session.refresh(row)
    assert row.ended_at is not None
    assert who_sign_in(inside.id, MAI.number) == []
    assert who_sign_in(inside.id, "13900000188") == [MAI.name]
    assert proofs.way_of(signed_in(here)) is proofs.ProofWay.CODE


def test_the_number_of_an_account_is_forgotten_half_a_year_after_the_last_office_by_it(inside):
    here, there = outside(inside), outside_there()
    later = clock.now() + timedelta(days=200)
    assert accounts.forget_unused(now=later) == 0
    for person_id, left in ((here, 0), (there, 1)):
        for grant in db.session.query(RoleGrant).filter_by(person_id=person_id):
            grant.ended_at = clock.now()
        db.session.commit()
        assert accounts.forget_unused(now=clock.now()) == 0
        assert accounts.forget_unused(now=later) == left
    assert ways_in.number_of(db.session.get_one(Person, here)) == ""


def test_offices_over_in_one_village_leave_the_other_as_it_is(inside):
    here, there = outside(inside), outside_there()
    (grant,) = db.session.query(RoleGrant).filter_by(person_id=here)
    wanted = WantedRight(kind=RightKind.OFFICE_ENDED, person_id=here, role=Role.CLERK, grant_id=grant.id)
    change = rights.ask(wanted, Role.COMMITTEE_MEMBER, inside.old_chan.act())
    rights.confirm(change.id, Role.SUPERVISOR, inside.uncle_ho.act())
    assert who_sign_in(inside.id, MAI.number) == []
    assert who_sign_in(db.session.get_one(Person, there).village_id, MAI.number) == [MAI.name]


def test_what_an_outside_clerk_asks_for_waits_for_somebody_else(inside):
    mai = db.session.get_one(Person, outside(inside))
    act = Act.of(mai, now=clock.now())
    wanted = WantedRight(
        kind=RightKind.OFFICE_GIVEN, person_id=inside.ah_fong.id, role=Role.REPRESENTATIVE, term=Term(TODAY)
    )
    change = rights.ask(wanted, Role.CLERK, act)
    village = db.session.get_one(Village, inside.id)
    for who, seen in ((mai, 0), (inside.uncle_ho.row(), 1)):
        held = villages.roles_of(who, on=TODAY)
        assert [one.kind for one in waiting.of_officer(village, who, held, now=clock.now())].count(Wait.RIGHT) == seen
    assert why(lambda: rights.confirm(change.id, Role.CLERK, act)) is Reason.SAME_PERSON


def test_no_term_is_longer_than_the_law_has_it_and_none_comes_by_a_way_it_does_not_know(inside):
    around = grants.OfficesAround([inside.ah_fong.row()])

    def refused(role: Role, term: Term) -> Reason | None:
        found = around.why_not(inside.ah_fong.row(), role, term, on=TODAY)
        return found.reason if found else None

    first = date(2026, 3, 1)
    assert refused(Role.COMMITTEE_MEMBER, Term(first, date(2031, 2, 28))) is None
    assert refused(Role.COMMITTEE_MEMBER, Term(first, date(2031, 3, 1))) is Reason.TERM_TOO_LONG
    assert refused(Role.HEAD_OF_MEDIATION, Term(first, date(2029, 3, 1))) is Reason.TERM_TOO_LONG
    assert refused(Role.CLERK, Term(first, date(2040, 3, 1))) is None
    appointed = Origin(OfficeSource.APPOINTED, first, "镇政府")
    assert refused(Role.COMMITTEE_MEMBER, Term(first, origin=appointed)) is Reason.NOT_THAT_WAY
    assert refused(Role.CLERK, Term(first, origin=appointed)) is None


@pytest.mark.both_databases
def test_where_an_office_comes_from_is_kept_with_it_and_cannot_be_rewritten(inside):
    (grant,) = db.session.query(RoleGrant).filter_by(person_id=outside(inside))
    assert (grant.source, grant.source_on, grant.source_words) == (
        OfficeSource.APPOINTED,
        TERM.origin.on,
        TERM.origin.words,
    )
    for table in ("role_grant", "right_change"):
        with pytest.raises(DBAPIError, match=account_triggers.KEPT):
            db.session.execute(text(f"UPDATE {table} SET source_words = '村民选举'"))
        db.session.rollback()
