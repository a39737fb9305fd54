"""One person of the roll by hand: added, corrected, moved, brought back; what decides who votes takes two and a day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from consult import clock
from consult.domain import versions
from consult.domain.people.people import HEAD_OF_HOUSEHOLD, DepartureKind
from consult.domain.people.person_forms import Correction, Identity, NewPerson, Particulars, Place
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.models import AuditEntry, Departure, Household, Person, RightChange, db
from consult.services.core import crypto, transactions
from consult.services.people import retention, rights
from consult.services.people.roll import persons, rolls
from consult.services.polls import polls
from tests.hours import today
from tests.rights import by_two
from tests.village import Cast, Who, a_poll

BRIDE = NewPerson(
    Identity("何阿妹", date(1999, 5, 6)), Place("01-001", None), Particulars("儿媳", "女", "在村"), "", True
)
NOTHING = Particulars("", "", "")
CLERK = Role.CLERK.value
LATER = timedelta(hours=24, minutes=1)


def why(act) -> Reason | None:
    try:
        act()
    except Refused as refusal:
        db.session.rollback()
        return refusal.reason
    return None


def runs(cast: Cast) -> None:
    """A first vote was announced: the village runs."""
    a_poll(cast, key="first")


def add(cast: Cast, new: NewPerson, by: Who | None = None, *, vote_runs: bool = False) -> Person:
    return persons.add(new, CLERK, (by or cast.ms_yip).act(), vote_runs=vote_runs)


def changes(person_id: int) -> list[RightChange]:
    return list(db.session.scalars(select(RightChange).where(RightChange.person_id == person_id)))


def agree(cast: Cast, change: RightChange) -> None:
    rights.confirm(change.id, Role.SUPERVISOR, cast.uncle_ho.act())
    rights.apply_due(now=clock.now() + LATER)
    db.session.expire_all()


def counted(cast: Cast) -> set[int]:
    return {one.id for one in polls.villagers(cast.row(), on=today())}


# added


@pytest.mark.both_databases
def test_a_bride_counts_once_a_second_officer_agreed_and_a_day_went_by(inside):
    runs(inside)
    bride = add(inside, BRIDE)
    assert bride.household_id == inside.ah_fong.household_id and bride.id not in counted(inside)
    (joined,) = changes(bride.id)
    assert joined.kind is RightKind.JOINED
    agree(inside, joined)
    assert bride.id in counted(inside)
    assert (bride.relation, bride.sex, bride.residence, bride.collective_member) == ("儿媳", "女", "在村", True)


def test_the_same_person_twice_is_the_same_as_once(inside):
    runs(inside)
    assert add(inside, BRIDE).id == add(inside, BRIDE).id
    same = select(func.count()).where(Person.name == "何阿妹")
    assert db.session.scalar(same) == 1 and len(changes(add(inside, BRIDE).id)) == 1


def test_before_the_village_runs_one_officer_adds_people(inside):
    one = add(inside, BRIDE)
    assert one.id in counted(inside) and changes(one.id) == []


def test_a_small_child_asks_nothing_of_anybody(inside):
    runs(inside)
    born = date(clock.now().year - 3, 1, 1)
    child = add(inside, NewPerson(Identity("陈小宝", born), Place("1-1", None), NOTHING, "", False))
    assert db.session.get(Departure, child.id) is None and changes(child.id) == []


def test_a_household_is_found_without_its_zeros_and_a_new_one_takes_a_group(inside):
    assert add(inside, BRIDE).household.code == "01-001"
    far = NewPerson(Identity("何远", date(1980, 1, 1)), Place("09-001", None), NOTHING, "", False)
    assert why(lambda: add(inside, far)) is Reason.HOUSEHOLD_UNKNOWN
    here = NewPerson(far.identity, Place("09-001", inside.lower_group), NOTHING, "", False)
    assert add(inside, here).household.group_id == inside.lower_group
    stranger = NewPerson(far.identity, Place("09-002", inside.mr_wong.row().household.group_id), NOTHING, "", False)
    assert why(lambda: add(inside, stranger)) is Reason.HOUSEHOLD_UNKNOWN


def test_nobody_adds_a_voter_to_their_own_house(inside):
    runs(inside)
    code = inside.ms_yip.row().household.code
    own = NewPerson(BRIDE.identity, Place(code, None), NOTHING, "", False)
    assert why(lambda: add(inside, own)) is Reason.OWN_RIGHT


def test_a_new_person_is_no_head_of_a_house_that_has_people(inside):
    head = NewPerson(BRIDE.identity, BRIDE.place, Particulars(HEAD_OF_HOUSEHOLD, "", ""), "", False)
    assert why(lambda: add(inside, head)) is Reason.HEAD_BY_TWO


def test_who_left_is_brought_back_and_not_added_anew(inside):
    by_two(inside, kind=RightKind.DEPARTURE, person_id=inside.ah_fong.id, departure=DepartureKind.MOVED)
    fong = inside.ah_fong.row()
    again = NewPerson(Identity(fong.name, fong.born), Place("01-001", None), NOTHING, "", False)
    assert why(lambda: add(inside, again)) is Reason.PERSON_LEFT


def test_a_first_number_waits_while_a_vote_runs(inside):
    runs(inside)
    new = NewPerson(BRIDE.identity, BRIDE.place, NOTHING, "13900000077", False)
    bride = add(inside, new, vote_runs=True)
    assert {one.kind for one in changes(bride.id)} == {RightKind.JOINED, RightKind.FIRST_NUMBER}
    assert bride.phone_mark is None


def test_the_log_has_no_name_and_no_day_of_birth(inside):
    runs(inside)
    bride = add(inside, BRIDE)
    persons.ask_identity(bride_on_roll(inside, bride), Correction("何亚妹", date(1999, 5, 7)), None, CLERK, act(inside))
    said = " ".join(db.session.scalars(select(AuditEntry.facts)))
    assert not {"何阿妹", "何亚妹", "1999"} & {word for word in ("何阿妹", "何亚妹", "1999") if word in said}


def act(cast: Cast, key: str = "", seen: str | None = None):
    found = cast.ms_yip.act(key=key)
    return found if seen is None else found.__class__(**{**found.__dict__, "seen": seen})


def bride_on_roll(cast: Cast, bride: Person) -> Person:
    agree(cast, changes(bride.id)[0])
    return db.session.get_one(Person, bride.id)


# corrected


def test_sex_residence_and_a_relation_are_corrected_at_once(inside):
    kwok = inside.ah_kwok.row()
    assert not persons.correct(kwok, Particulars("丈夫", "男", "外出务工"), CLERK, act(inside))
    assert (kwok.relation, kwok.residence) == ("丈夫", "外出务工") and changes(kwok.id) == []


def test_to_be_head_takes_two(inside):
    kwok = inside.ah_kwok.row()
    assert persons.correct(kwok, Particulars(HEAD_OF_HOUSEHOLD, "男", ""), CLERK, act(inside))
    (change,) = changes(kwok.id)
    assert change.kind is RightKind.HEAD_CHANGED and kwok.relation == "配偶"


def test_a_correction_on_what_changed_meanwhile_is_refused_and_a_second_tap_is_not(inside):
    kwok, said = inside.ah_kwok.row(), Particulars("配偶", "男", "在村")
    seen = versions.token(persons.shown_parts(kwok))
    persons.correct(kwok, said, CLERK, act(inside, seen=seen))
    persons.correct(kwok, said, CLERK, act(inside, seen=seen))
    other = Particulars("配偶", "男", "外出")
    assert why(lambda: persons.correct(inside.ah_kwok.row(), other, CLERK, act(inside, seen=seen))) is (
        Reason.CHANGED_MEANWHILE
    )


@pytest.mark.both_databases
def test_a_name_takes_two_persons_and_a_day_and_is_kept_sealed_meanwhile(inside):
    fong = inside.ah_fong.row()
    persons.ask_identity(fong, Correction("李桂芬", None), None, CLERK, act(inside))
    (change,) = changes(fong.id)
    assert "李桂芬" not in repr(change.__dict__) and "李桂芬" in crypto.unseal(change.number_cipher)
    rights.confirm(change.id, Role.SUPERVISOR, inside.uncle_ho.act())
    assert inside.ah_fong.row().name == "李桂芳"
    rights.apply_due(now=clock.now() + LATER)
    db.session.expire_all()
    assert inside.ah_fong.row().name == "李桂芬"
    assert db.session.get_one(RightChange, change.id).number_cipher == ""


def test_the_house_stops_a_correction_with_one_tap(inside):
    fong = inside.ah_fong.row()
    persons.ask_identity(fong, Correction("别人", None), None, CLERK, act(inside))
    (change,) = changes(fong.id)
    rights.stop(change.id, inside.ah_kwok.act())
    rights.apply_due(now=clock.now() + LATER)
    assert inside.ah_fong.row().name == "李桂芳"


def test_a_correction_that_was_altered_under_way_does_not_hold(inside):
    fong = inside.ah_fong.row()
    persons.ask_identity(fong, Correction("李桂芬", None), None, CLERK, act(inside))
    (change,) = changes(fong.id)
    change.number_cipher = crypto.seal(Identity("别人", fong.born).as_text())
    db.session.commit()
    with pytest.raises(LookupError):
        rights.confirm(change.id, Role.SUPERVISOR, inside.uncle_ho.act())


def test_nobody_becomes_somebody_of_the_house_who_is_there_already(inside):
    fong, kwok = inside.ah_fong.row(), inside.ah_kwok.row()
    taken = Correction(kwok.name, kwok.born)
    assert why(lambda: persons.ask_identity(fong, taken, None, CLERK, act(inside))) is Reason.PERSON_KNOWN
    same = Correction(fong.name, None)
    assert why(lambda: persons.ask_identity(inside.ah_fong.row(), same, None, CLERK, act(inside))) is Reason.ALREADY_SO


def test_an_erasure_takes_a_correction_that_waits_along(inside):
    fong = inside.ah_fong.row()
    persons.ask_identity(fong, Correction("李桂芬", None), None, CLERK, act(inside))
    (change,) = changes(fong.id)
    transactions.atomic(retention.erase)(fong, inside.ms_yip.act())
    assert why(lambda: rights.confirm(change.id, Role.SUPERVISOR, inside.uncle_ho.act())) is Reason.RIGHT_STOPPED


# moved, membership, brought back


def test_a_move_takes_two_and_a_new_house_is_made_once(inside):
    kwok, place = inside.ah_kwok.row(), Place("01-009", inside.upper_group)
    persons.ask_move(kwok, place, None, CLERK, act(inside, key="m"))
    persons.ask_move(kwok, place, None, CLERK, act(inside, key="m"))
    (change,) = changes(kwok.id)
    houses = select(func.count()).select_from(Household).where(Household.code == "01-009")
    assert change.kind is RightKind.HOUSE_CHANGED and db.session.scalar(houses) == 1
    agree(inside, change)
    assert inside.ah_kwok.row().household.code == "01-009"


def test_membership_of_the_collective_takes_two(inside):
    persons.ask_membership(inside.ah_kwok.row(), member=False, office=CLERK, act=act(inside))
    (change,) = changes(inside.ah_kwok.id)
    assert inside.ah_kwok.row().collective_member
    agree(inside, change)
    assert not inside.ah_kwok.row().collective_member


def test_a_death_is_taken_back_with_one_tap_while_it_waits(inside):
    wanted = rights.WantedRight(kind=RightKind.DEPARTURE, person_id=inside.ah_fong.id, departure=DepartureKind.DECEASED)
    change = rights.ask(wanted, CLERK, act(inside))
    assert change is not None
    rights.drop(change.id, CLERK, act(inside))
    rights.apply_due(now=clock.now() + LATER)
    assert inside.ah_fong.id in counted(inside)


def test_a_death_that_holds_is_taken_back_by_two(inside):
    runs(inside)
    by_two(inside, kind=RightKind.DEPARTURE, person_id=inside.ah_fong.id, departure=DepartureKind.DECEASED)
    db.session.expire_all()
    assert inside.ah_fong.id not in counted(inside)
    persons.ask_back(inside.ah_fong.row(), CLERK, act(inside))
    agree(inside, changes(inside.ah_fong.id)[-1])
    assert inside.ah_fong.id in counted(inside)


def test_an_exported_roll_read_again_changes_nothing(inside):
    inside.ah_kwok.row().collective_member = False
    db.session.commit()
    rows = rolls.export(inside.row(), today=today())
    assert rows[0][-1] == "集体经济组织成员"
    data = "\n".join(",".join(row) for row in rows).encode("utf-8-sig")
    reading = rolls.read_file(data, "r.csv", today=today())
    assert reading.problems == ()
    seen = rolls.preview(rolls.stage(reading, "r.csv", inside.ms_yip.act()))
    assert (seen.changes.new, seen.changes.changed, seen.changes.gone, seen.open) == ([], [], [], [])
    members = {row.name: row.collective_member for row in seen.rows}
    assert members[inside.ah_kwok.name] is False and members[inside.ah_fong.name] is True


@pytest.mark.both_databases
def test_somebody_who_may_be_on_the_roll_already_is_asked_about_and_not_doubled(inside):
    """By the rule by which a roll asks: two of household, name and birth, names that look alike counted as one."""
    keung = inside.ah_keung.row()
    house = inside.ah_kwok.row().household.code
    assert house != keung.household.code
    bride = NewPerson(Identity(keung.name, keung.born), Place(house, None), Particulars("儿媳", "女", ""), "", False)
    assert why(lambda: add(inside, bride)) is Reason.PERSON_ALIKE
    variant = replace(bride, identity=Identity(search_variant(keung.name), keung.born))
    assert variant.identity.name != keung.name
    assert why(lambda: add(inside, variant)) is Reason.PERSON_ALIKE
    typo = replace(bride, place=Place(keung.household.code, None), identity=Identity(keung.name, date(1990, 1, 1)))
    assert why(lambda: add(inside, typo)) is Reason.PERSON_ALIKE
    other = add(inside, replace(bride, somebody_else=True))
    assert other.id != keung.id
    assert add(inside, replace(bride, somebody_else=True)).id == other.id, "a second tap"


def search_variant(name: str) -> str:
    """The name in traditional characters."""
    return name.translate(str.maketrans("陈强国华", "陳強國華"))
