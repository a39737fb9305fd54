"""Importing and exporting the village's roll."""

import csv
import io
import re
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from consult import clock
from consult.config import ROOT
from consult.domain.audit import Tag
from consult.domain.people.people import DepartureKind, is_adult
from consult.domain.people.roll.questions import QuestionKind, key_of
from consult.domain.refusals import Reason, Refused
from consult.models import AuditEntry, Departure, Household, Person, RoleGrant, RollImport, Village, db
from consult.services.core import exports, transactions
from consult.services.core.acts import Act
from consult.services.people import departures, villages
from consult.services.people.roll import rolls

DEMO = ROOT / "consult" / "data" / "rongxi-roll.xlsx"
TODAY = date(2026, 12, 1)
HEADER = ["村民小组", "户号", "姓名", "与户主关系", "出生日期", "身份证号码", "联系电话", "职务"]


@pytest.fixture
def fresh(app):
    with app.app_context():
        yield villages.create("xincun", "新村", now=clock.now())
        db.session.rollback()


def xlsx(*rows, header=HEADER) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in [["名册"], header, *rows]:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def take(village: Village, data: bytes, name="roll.xlsx", offices=None):
    reading = rolls.read_file(data, name, today=TODAY)
    assert reading.problems == ()
    staged = rolls.stage(reading, name, Act.by_system(village.id, now=clock.now()))
    return rolls.confirm(staged, offices, Act.by_system(staged.village_id, now=clock.now()))


def people(village: Village) -> dict[str, Person]:
    return {p.name: p for p in db.session.scalars(select(Person).where(Person.village_id == village.id))}


def identity(born: str, name: str) -> str:
    return f"441899{born.replace('-', '')}{ord(name[-1]) % 1000:03}1" if born[:1].isdigit() else ""


def row(name="陈大", household="01-001", born="1970-01-01", phone="13812345678", office=""):
    relation = "户主" if name != "陈二" else "配偶"
    return ["上围", household, name, relation, born, identity(born, name), phone, office]


@pytest.mark.both_databases
def test_the_demo_roll_has_1621_people_412_households_and_1464_adults(fresh):
    take(fresh, DEMO.read_bytes())
    everybody = people_rows(fresh)
    households = db.session.scalar(select(func.count()).select_from(Household).where(Household.village_id == fresh.id))
    assert (len(everybody), households) == (1621, 412)
    assert sum(is_adult(p.born, TODAY) for p in everybody) == 1464


def people_rows(village: Village) -> list[Person]:
    return list(db.session.scalars(select(Person).where(Person.village_id == village.id)))


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_importing_an_export_changes_nothing(fresh, kind):
    take(fresh, DEMO.read_bytes())
    rows = rolls.export(fresh, today=TODAY)
    data = exports.as_csv(rows) if kind == "csv" else exports.as_xlsx(rows, "新村")
    grants = db.session.scalar(select(func.count()).select_from(RoleGrant))
    changes = take(fresh, data, f"roll.{kind}")
    assert (changes.new, changes.changed, changes.gone) == ([], [], [])
    assert db.session.scalar(select(func.count()).select_from(RoleGrant)) == grants
    assert rolls.export(fresh, today=TODAY) == rows


def test_confirming_twice_does_nothing_the_second_time(fresh):
    reading = rolls.read_file(xlsx(row()), "r.xlsx", today=TODAY)
    staged = rolls.stage(reading, "r.xlsx", Act.by_system(fresh.id, now=clock.now()))
    assert rolls.confirm(staged, None, Act.by_system(staged.village_id, now=clock.now())) is not None
    assert rolls.confirm(staged, None, Act.by_system(staged.village_id, now=clock.now())) is None
    assert len(people(fresh)) == 1


def test_a_second_import_updates_and_never_deletes(fresh):
    take(fresh, xlsx(row(), row("陈二", born="1980-02-02")))
    changes = take(fresh, xlsx(row(phone="13900000000")))
    assert [p.name for p in changes.gone] == ["陈二"]
    assert set(people(fresh)) == {"陈大", "陈二"}
    assert {r[2]: r[6] for r in rolls.export(fresh, today=TODAY)[1:]}["陈大"] == "13900000000"


def test_who_is_marked_as_moved_leaves_the_export_and_stays_in_the_records(fresh):
    take(fresh, xlsx(row(), row("陈二", born="1980-02-02")))
    act = Act.of(people(fresh)["陈大"], now=clock.now())
    with transactions.writing():
        departures.note(people(fresh)["陈二"], DepartureKind.MOVED, act)
        departures.note(people(fresh)["陈二"], DepartureKind.DECEASED, act)
    assert [r[2] for r in rolls.export(fresh, today=TODAY)[1:]] == ["陈大"]
    assert db.session.get(Departure, people(fresh)["陈二"].id).kind == "moved"


def test_only_the_offices_that_were_ticked_are_granted(fresh):
    data = xlsx(row(office="村民代表、网格员"), row("陈二", born="1980-02-02", office="人民调解员"))
    take(fresh, data, offices=["3:grid_worker"])
    grant = db.session.scalars(select(RoleGrant)).one()
    assert (grant.role, grant.person.name) == ("grid_worker", "陈大")
    assert grant.group_id is not None


@pytest.mark.both_databases
def test_a_hundred_offices_take_hardly_more_statements_than_ten(app, fresh):
    villages.create("laocun", "老村", now=clock.now())
    counts = []
    for slug, holders in (("xincun", 10), ("laocun", 110)):
        there = db.session.scalars(select(Village).where(Village.slug == slug)).one()
        rows = [
            row(f"陈{chr(0x5000 + n)}", f"{n:02d}-001", phone=f"138{n:08d}", office="村民代表") for n in range(holders)
        ]
        db.session.commit()
        watched = app.extensions["watch"].queries
        watched.clear()
        take(there, xlsx(*rows))
        inserts = [one for one in watched if one.startswith("INSERT INTO role_grant")]
        counts.append(len(watched) - len(inserts))
        given = db.session.scalar(select(func.count()).select_from(RoleGrant).where(RoleGrant.village_id == there.id))
        logged = select(func.count()).where(AuditEntry.village_id == there.id, AuditEntry.tag == Tag.ROLE_GRANTED.value)
        assert (given, db.session.scalar(logged)) == (holders, holders)
    assert counts[1] <= counts[0] + 5, counts


def test_neither_identity_numbers_nor_phones_stand_anywhere_in_the_database(app, fresh, config):
    take(fresh, xlsx(row()))
    db.session.remove()
    files = list(config.instance_path.parent.rglob("*"))
    data = b"".join(f.read_bytes() for f in files if f.is_file())
    assert "陈大".encode() in data
    assert identity("1970-01-01", "陈大").encode() not in data and b"13812345678" not in data


def test_a_file_with_one_question_imports_nothing_before_it_is_answered(fresh):
    reading = rolls.read_file(xlsx(row(), row("陈二", born="昨天")), "r.xlsx", today=TODAY)
    act = Act.by_system(fresh.id, now=clock.now())
    staged = rolls.stage(reading, "r.xlsx", act)
    with pytest.raises(Refused) as refused:
        rolls.confirm(staged, None, act)
    assert refused.value.reason is Reason.ROLL_ASKS and people(fresh) == {}
    (question,) = rolls.preview(staged).open
    assert (question.kind, question.rows) == (QuestionKind.ROW_BORN, [4])
    rolls.answer(staged, {key_of(question.kind, *question.subject): "typed:1980.2.2"})
    rolls.confirm(staged, None, act)
    assert people(fresh)["陈二"].born == date(1980, 2, 2)


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "a.xlsx"), (b"garbage", "a.xlsx"), (b"PK\x03\x04junk", "a.xlsx"), (b"\xff\xfe\x00", "a.csv")],
)
def test_what_is_no_spreadsheet_is_a_problem_and_no_fault(app, data, name):
    with app.app_context():
        assert len(rolls.read_file(data, name, today=TODAY).problems) == 1


def test_a_csv_in_the_old_chinese_encoding_is_read(fresh):
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, row()])
    take(fresh, out.getvalue().encode("gb18030"), "roll.csv")
    assert set(people(fresh)) == {"陈大"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_of_an_export_starts_a_formula(start):
    rows = [("姓名",), (f"{start}1+1",)]
    sheet = load_workbook(io.BytesIO(exports.as_xlsx(rows, "x"))).active
    assert sheet["A2"].data_type == "s"
    assert exports.as_csv(rows).decode("utf-8-sig").splitlines()[1] == f"'{start}1+1"


def test_the_command_line_imports_reports_and_exports(app, tmp_path):
    run = app.test_cli_runner().invoke
    assert run(args=["village", "create", "xincun", "--name", "新村"]).exit_code == 0
    assert run(args=["village", "create", "xincun", "--name", "新村"]).exit_code == 1
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(xlsx(row()))
    bad.write_bytes(xlsx(row(born="昨天")))
    refused = run(args=["roll", "import", str(bad), "--village", "xincun", "--yes"])
    assert refused.exit_code == 1
    (question,) = re.findall(r"--answer (\w+)=leave", refused.output)
    assert "3" in refused.output
    answered = run(
        args=["roll", "import", str(bad), "--village", "xincun", "--yes", "--answer", f"{question}==1970-01-01"]
    )
    assert answered.exit_code == 0, answered.output
    for said in ("n\n", ""):
        assert run(args=["roll", "import", str(good), "--village", "xincun"], input=said).exit_code == 1
    taken = run(args=["roll", "import", str(good), "--village", "xincun", "--yes"])
    assert taken.exit_code == 0, taken.output
    out = tmp_path / "out.csv"
    assert run(args=["roll", "export", str(out), "--village", "xincun"]).exit_code == 0
    assert "陈大" in out.read_text(encoding="utf-8-sig")
    assert run(args=["roll", "export", str(tmp_path / "x.txt"), "--village", "xincun"]).exit_code == 1
    assert run(args=["audit", "verify"]).exit_code == 0
    assert run(args=["polls", "close-due"]).exit_code == 0
    with app.app_context():
        staged = db.session.scalars(select(RollImport)).all()
        assert len(staged) == 2 and all(one.confirmed_at for one in staged), "what was refused leaves nothing behind"
