"""Every door that reaches an office or a way in: one person alone opens nothing through any of them."""

import io
from datetime import timedelta

import pytest
from openpyxl import Workbook

from consult import clock
from consult.domain.people.people import DepartureKind
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import Role
from consult.models import Departure, HouseholdCard, Notification, Person, RightChange, RoleGrant, db
from consult.services.core import crypto
from consult.services.people import rights
from consult.services.people.roll import rolls
from tests.hours import today
from tests.rolls import answer_all, answer_page
from tests.village import ORIGIN, a_poll

HEADER = ["村民小组", "户号", "姓名", "与户主关系", "出生日期", "联系电话", "职务"]
NEW = "13900000099"


TAKE_IN = "form[action$=confirmation]"


def roll(*rows) -> io.BytesIO:
    book, out = Workbook(), io.BytesIO()
    for row in [HEADER, *rows]:
        book.active.append(row)
    book.save(out)
    out.seek(0)
    return out


def row_of(who, group="上围", code="01-001", *, phone=None, office="") -> list[str]:
    born = who.row().born.isoformat()
    return [group, code, who.name, "户主", born, phone or who.phone, office]


def state(app) -> tuple[object, ...]:
    """Whoever holds what, by which number people sign in, where they live, which cards there are, who left."""
    with app.app_context():
        return (
            sorted((g.person_id, g.role.value, g.ended_at is None) for g in db.session.query(RoleGrant)),
            sorted((p.id, p.phone_mark or "", p.household_id) for p in db.session.query(Person)),
            db.session.query(HouseholdCard).count(),
            db.session.query(Departure).count(),
        )


def give(client, village, role):
    return client.submit(
        "/rongxi/offices",
        "form.sheet",
        code="01-001",
        name=village.ah_fong.name,
        role=role,
        since="2026-01-01",
        **ORIGIN,
    )


def end_supervisor(client, village):
    with client.application.app_context():
        grant = db.session.query(RoleGrant).filter_by(person_id=village.uncle_ho.id).one().id
    return client.submit("/rongxi/offices", f"form[action='/rongxi/offices/{grant}/end']")


def change_term(client, village):
    with client.application.app_context():
        grant = db.session.query(RoleGrant).filter_by(person_id=village.uncle_ho.id).one().id
    return client.submit(f"/rongxi/offices/{grant}/edit", "form.sheet", until="2026-12-31")


DOORS = {
    "an office": lambda c, v: give(c, v, "head_of_mediation"),
    "an office that sees every ballot": lambda c, v: give(c, v, "county_operator"),
    "ending an office": end_supervisor,
    "another term": change_term,
    "an officer who left": lambda c, v: c.send(f"/rongxi/roll/{v.uncle_ho.id}/departure", kind="moved"),
    "a villager who left": lambda c, v: c.send(f"/rongxi/roll/{v.ah_fong.id}/departure", kind="moved"),
    "a number": lambda c, v: c.submit(f"/rongxi/roll/{v.ah_fong.id}/number", "form.sheet", number=NEW),
    "a number with the house at the desk": lambda c, v: c.submit(
        f"/rongxi/roll/{v.ah_fong.id}/number", "form.sheet", number=NEW, present_id=str(v.ah_kwok.id)
    ),
    "a further card": lambda c, v: c.submit(
        "/rongxi/cards/household?code=01-001", "form[action$=household][method=post]", person_id=str(v.ah_fong.id)
    ),
}


@pytest.mark.parametrize("officer", ["ms_yip", "old_chan"])
@pytest.mark.parametrize("door", DOORS)
def test_one_officer_alone_opens_no_door_to_an_office_or_a_way_in(app, as_person, village, door, officer):
    who = getattr(village, officer)
    client, before = as_person(who), state(app)
    answer = DOORS[door](client, village)
    assert answer.status_code in (200, 303)
    assert state(app) == before
    with app.app_context():
        assert db.session.query(RightChange).filter_by(asked_by=who.id).count() == 1
    client.get("/rongxi/rights/")
    assert not client.page.select("form[action$=confirmation]"), "who asked is offered no confirmation"
    (change,) = changes(app)
    assert client.send(f"/rongxi/rights/{change}/confirmation", at="/rongxi/rights/").status_code == 403
    assert state(app) == before


def changes(app) -> list[int]:
    with app.app_context():
        return [id for (id,) in db.session.query(RightChange.id).order_by(RightChange.id)]


@pytest.fixture
def staged(app, village, as_person):
    """A new roll by the clerk: Ah Fong's number replaced, an office for Ah Kwok, Ah Keung moved to another house."""
    yip = as_person(village.ms_yip)
    with app.app_context():
        rows = [
            row_of(village.ah_fong, phone=NEW, office="调解委员会主任"),
            row_of(village.ah_keung, code="01-009"),
        ]
    yip.get("/rongxi/roll/imports/new")
    shown = yip.submit("/rongxi/roll/imports/new", "form.sheet", file=(roll(*rows), "roll.xlsx"))
    answer_page(app, yip, village.ms_yip, shown.request.path)
    return yip, shown


def test_a_new_roll_by_one_officer_changes_no_number_no_house_and_gives_no_office(app, village, staged):
    yip, shown = staged
    before = state(app)
    yip.submit(shown.request.path, TAKE_IN, office=["2:head_of_mediation"])
    assert state(app) == before
    assert len(changes(app)) == 3


def take_in(app, village, yip, *rows):
    shown = yip.submit("/rongxi/roll/imports/new", "form.sheet", file=(roll(*rows), "roll.xlsx"))
    answer_page(app, yip, village.ms_yip, shown.request.path)
    return yip.submit(shown.request.path, TAKE_IN)


def test_a_roll_by_one_officer_makes_nobody_under_age_who_could_sign_in(app, village, as_person):
    """Another year of birth shut people out on the day of the vote, and nobody was told."""
    with app.app_context():
        row, born = row_of(village.ah_fong), village.ah_fong.row().born
    refused = take_in(app, village, as_person(village.ms_yip), [*row[:4], "2020-01-01", *row[5:]])
    assert refused.status_code == 409 and village.ah_fong.name in refused.text
    with app.app_context():
        assert village.ah_fong.row().born == born


def test_an_officer_who_left_does_not_get_the_office_back_by_a_roll_of_one_officer(app, village, as_person):
    with app.app_context():
        ho = village.uncle_ho.row()
        db.session.add(
            Departure(
                person_id=ho.id, village_id=village.id, kind=DepartureKind.MOVED, noted_by=None, noted_at=clock.now()
            )
        )
        db.session.commit()
        row = row_of(village.uncle_ho, group=ho.household.group.name, code=ho.household.code)
    yip = as_person(village.ms_yip)
    assert take_in(app, village, yip, row).status_code == 409
    (changed,) = [one for one in yip.page.select("main details li") if "何树根" in one.get_text()]
    assert changed.get_text().endswith("· 回到名册上"), "what changes is said, also where no field does"
    with app.app_context():
        assert db.session.get(Departure, village.uncle_ho.id) is not None


def new_in_the_house(app, yip, village, number=NEW):
    """A roll with one more adult in Ah Fong's house."""
    row = ["上围", "01-001", "何新仔", "孙子", "1990-01-01", number, ""]
    return take_in(app, village, yip, row)


def test_somebody_new_in_a_house_cannot_sign_in_at_once_while_a_vote_runs_and_the_house_can_say_no(
    app, village, as_person
):
    """A clerk added an adult with a number of his own, who spoke for the house in the open vote a minute later."""
    with app.app_context():
        a_poll(village)
    new_in_the_house(app, as_person(village.ms_yip), village)
    with app.app_context():
        added = db.session.query(Person).filter_by(name="何新仔").one()
        assert added.phone_mark is None
    kwok = as_person(village.ah_kwok)
    kwok.get("/rongxi/notifications/")
    assert kwok.page.select_one("main .ledger a[href='/rongxi/ways-in/']")
    with app.app_context():
        joined = db.session.query(RightChange).filter_by(kind=RightKind.JOINED).one().id
    kwok.submit("/rongxi/ways-in/", f"form[action$='/{joined}/stop']")
    assert not kwok.page.select("form[action$=stop]"), "the number ends with it: one tap, not two"
    with app.app_context():
        rights.apply_due(now=clock.now() + timedelta(hours=25))
        assert db.session.query(Person).filter_by(name="何新仔").one().phone_mark is None


def test_the_house_is_told_of_the_number_of_somebody_new_in_it(app, village, as_person):
    new_in_the_house(app, as_person(village.ms_yip), village)
    with app.app_context():
        added = db.session.query(Person).filter_by(name="何新仔").one()
        assert crypto.unseal(added.phone_cipher) == NEW
        told = db.session.query(Notification).filter_by(person_id=village.ah_kwok.id).all()
        assert [one.facts["kind"] for one in told] == ["number_first"]


def test_the_second_officer_confirms_a_whole_roll_with_one_button(app, village, staged, as_person):
    yip, shown = staged
    yip.submit(shown.request.path, TAKE_IN, office=["2:head_of_mediation"])
    ho = as_person(village.uncle_ho)
    ho.get("/rongxi/")
    assert "rights" in str(ho.page.select_one("main ul.to-do a")), "it waits on the first page"
    ho.submit("/rongxi/rights/", "form[action$=confirmations]")
    with app.app_context():
        roles = {g.role for g in db.session.query(RoleGrant).filter_by(person_id=village.ah_fong.id)}
        assert roles == {Role.HEAD_OF_MEDIATION}
        kept = db.session.get(Person, village.ah_fong.id)
        assert crypto.unseal(kept.phone_cipher) == village.ah_fong.phone, "the number waits a day all the same"


def test_the_log_of_a_roll_names_whose_numbers_it_changes_and_no_number(app, village, staged):
    yip, shown = staged
    yip.submit(shown.request.path, TAKE_IN)
    with app.app_context():
        facts = db.session.execute(db.text("SELECT facts FROM audit_entry WHERE tag = 'roll:imported'")).scalar_one()
        everything = "".join(db.session.execute(db.text("SELECT facts FROM audit_entry")).scalars())
    assert f'"numbers":[{village.ah_fong.id}]' in facts
    assert NEW not in everything


def test_the_commands_import_gives_no_office_once_the_village_runs(app, village, tmp_path):
    with app.app_context():
        a_poll(village)
        before = db.session.query(RoleGrant).count()
        file = tmp_path / "roll.xlsx"
        file.write_bytes(roll(row_of(village.ah_fong, office="调解委员会主任")).getvalue())
    told = app.test_cli_runner().invoke(args=["roll", "import", str(file), "--village", "rongxi", "--yes"])
    assert "two officers" in told.output
    with app.app_context():
        assert db.session.query(RoleGrant).count() == before


def test_a_clerk_reads_no_case_and_no_named_ballot_by_an_office_of_their_own(app, as_person, village):
    """Finding 1: with the own name in the form, the office was given at once."""
    yip = as_person(village.ms_yip)
    for role in ("head_of_mediation", "county_operator", "supervisor"):
        refused = yip.submit(
            "/rongxi/offices",
            "form.sheet",
            code="02-003",
            name=village.ms_yip.name,
            role=role,
            since="2026-01-01",
            **ORIGIN,
        )
        assert refused.status_code == 403
    with app.app_context():
        assert [g.role for g in db.session.query(RoleGrant).filter_by(person_id=village.ms_yip.id)] == [Role.CLERK]


def test_the_house_says_no_with_one_tap_from_the_message(app, as_person, village):
    as_person(village.ms_yip).submit(f"/rongxi/roll/{village.ah_fong.id}/number", "form.sheet", number=NEW)
    kwok = as_person(village.ah_kwok)
    kwok.get("/rongxi/notifications/")
    assert kwok.page.select_one("main .ledger a[href='/rongxi/ways-in/']")
    kwok.submit("/rongxi/ways-in/", "form[action$=stop]")
    ho = as_person(village.uncle_ho)
    (change,) = changes(app)
    assert ho.send(f"/rongxi/rights/{change}/confirmation", at="/rongxi/rights/").status_code == 409


def test_a_neighbour_and_somebody_of_another_village_cannot_say_no(app, as_person, village):
    as_person(village.ms_yip).submit(f"/rongxi/roll/{village.ah_fong.id}/number", "form.sheet", number=NEW)
    (change,) = changes(app)
    keung = as_person(village.ah_keung)
    assert keung.send(f"/rongxi/ways-in/changes/{change}/stop", at="/rongxi/ways-in/").status_code == 403
    assert keung.send("/rongxi/ways-in/changes/999/stop", at="/rongxi/ways-in/").status_code == 404
    assert keung.send("/rongxi/ways-in/cards/999/stop", at="/rongxi/ways-in/").status_code == 404


def test_a_clerk_who_prints_first_cards_during_a_vote_cannot_claim_them_as_others_at_once(
    app, client, as_person, village
):
    """Finding 2: four of four villagers were voted for by cards that the clerk had made a minute before."""
    with app.app_context():
        a_poll(village, secret=True)
    yip = as_person(village.ms_yip)
    yip.submit("/rongxi/cards", "form[action$=cards]", group=str(village.upper_group))
    code = yip.page.select_one(".cards .fingerprint").get_text()
    refused = client.submit(f"/rongxi/card?code={code}", person_id=str(village.ah_fong.id), pin="739264")
    assert refused.status_code == 409
    assert client.get("/rongxi/me").status_code == 303


def test_the_house_reads_what_a_change_would_make_of_it(village, as_person, app):
    with app.app_context():
        roll = (
            "村民小组,户号,姓名,与户主关系,出生日期\n"
            f"下围,01-001,{village.ah_fong.name},配偶,{village.ah_fong.row().born}\n"
        )
        act = village.ms_yip.act()
        staged = rolls.stage(rolls.read_file(roll.encode(), "r.csv", today=today()), "r.csv", act)
        answer_all(staged, act)
        rolls.confirm(staged, None, act)
    home = as_person(village.ah_kwok)
    home.get("/rongxi/ways-in/")
    said = home.text("main")
    assert "下围" in said and "不再是户主" in said


def test_a_form_that_says_nothing_makes_nothing_empty(app, as_person, village):
    """A post without its fields took an office its end and its group, a person their place in the house, and a number away."""
    with app.app_context():
        held = db.session.query(RoleGrant).filter_by(person_id=village.uncle_ho.id).first()
        held.until, grant_id = today() + timedelta(days=90), held.id
        db.session.commit()
        before = db.session.query(Person).filter_by(id=village.ah_fong.id).one()
        stood = (before.relation, before.sex, before.residence, before.phone_mark)
        db.session.remove()
    yip, kwok = as_person(village.ms_yip), f"/rongxi/roll/{village.ah_fong.id}"
    for path, fields in (
        (f"/rongxi/offices/{grant_id}/edit", {}),
        (f"/rongxi/offices/{grant_id}/edit", {"since": "2026-01-01"}),
        (f"/rongxi/offices/{grant_id}/edit", EMPTIED),
        (f"{kwok}/particulars", {}),
        (f"{kwok}/particulars", {"relation": "户主"}),
        (f"{kwok}/number", {}),
    ):
        answer = yip.send(path, at="/rongxi/offices", **fields)
        assert answer.status_code == 422, f"{path} {fields}: {answer.status_code}"
    with app.app_context():
        after = db.session.query(Person).filter_by(id=village.ah_fong.id).one()
        assert (after.relation, after.sex, after.residence, after.phone_mark) == stood
        assert db.session.query(RightChange).count() == 0


EMPTIED = dict.fromkeys(("since", "until", "group_id", "way", "source_on", "source_words"), "")
