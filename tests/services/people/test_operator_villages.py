"""What the operator does by hand: villages, persons, offices, a roll from any file. A village that runs takes two."""

import io
import json
import os
import re
import shlex
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from consult import clock
from consult.cli import roll
from consult.domain.audit import Tag
from consult.domain.law.bodies import all_rows
from consult.domain.law.provinces import PROVINCES, read_province
from consult.domain.people.office_terms import Term
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import OFF_THE_ROLL, Role
from consult.domain.refusals import Refused
from consult.models import AuditEntry, Departure, HouseholdCard, Poll, RightChange, Village, db
from consult.services.core.acts import Act
from consult.services.people import cards, grants, rights
from consult.services.people.rights import WantedRight
from consult.services.polls import closing
from consult.services.site.verification import verify
from consult.web.forms import key_from
from tests.hours import today
from tests.services.core.test_backups import run
from tests.village import FOUNDED, a_poll
from tests.village import close as close_poll

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("typed", ["浙江", "浙江省", " 浙江 "])
def test_a_province_is_taken_by_the_name_that_rules_bear(app, typed):
    run(app, "village", "create", "newtown", "--name", "新村", "--province", typed)
    with app.app_context():
        assert db.session.scalar(select(Village.province).where(Village.slug == "newtown")) == "浙江"


@pytest.mark.parametrize("typed", ["Guangdng", "广冻", "浙江县"])
def test_an_unknown_province_is_named_with_those_there_are(app, village, typed):
    said = run(app, "village", "create", "newtown", "--name", "新村", "--province", typed, code=1)
    assert typed in said and "广东" in said
    assert typed in run(app, "village", "set", "rongxi", "--province", typed, code=1)


def test_every_province_of_the_law_is_known():
    assert {row.province for row in all_rows()} - {""} <= set(PROVINCES)
    assert (
        read_province("内蒙古自治区") == "内蒙古"
        and read_province("广西壮族自治区") == "广西"
        and read_province("") == ""
    )


@pytest.mark.parametrize("slug", ["static", "healthz", "readyz", "metrics", "demo", "source"])
def test_no_village_takes_an_address_of_the_site_itself(app, slug):
    assert "is an address of the site itself" in run(app, "village", "create", slug, "--name", "新村", code=1)


def test_villages_are_listed_and_shown(app, village):
    assert "rongxi · " in run(app, "village", "list") and "10" not in run(app, "village", "list").splitlines()[-1][:3]
    said = run(app, "village", "show", "rongxi")
    assert "village_clerk" in said or "office" in said
    assert "no village 'nowhere'" in run(app, "village", "show", "nowhere", code=1)


def changed(app, village) -> list[str]:
    with app.app_context():
        query = select(AuditEntry.facts).where(
            AuditEntry.tag == Tag.VILLAGE_CHANGED.value, AuditEntry.village_id == village.id
        )
        entries = list(db.session.scalars(query))
        assert list(verify(village.row())) == []
        db.session.remove()
        return entries


def test_before_a_village_runs_the_operator_changes_it_alone_and_the_log_says_so(app, village):
    said = run(app, "village", "set", "rongxi", "--province", "浙江省", "--name", "榕溪新村")
    assert "changed" in said and len(changed(app, village)) == 2
    assert "nothing changes" in run(app, "village", "set", "rongxi", "--province", "浙江")
    assert "Say what to change" in run(app, "village", "set", "rongxi", code=1)
    for option in ("--province", "--collective"):
        assert "没有" in run(app, "village", "set", "rongxi", option, "", code=1)
    assert "浙江 → （空）" in run(app, "village", "set", "rongxi", "--province", "没有")


def test_a_village_that_runs_takes_two_officers_of_different_offices(app, village):
    with app.app_context():
        a_poll(village)
        db.session.remove()
    line = ["village", "set", "rongxi", "--province", "浙江"]
    assert "two of different offices" in run(app, *line, code=1)
    assert "two of different offices" in run(app, *line, "--by", village.ms_yip.name, code=1)
    two = ["--by", village.ms_yip.name, "--by", village.ms_yip.name]
    assert "two persons are needed" in run(app, *line, *two, code=1)
    run(app, *line, "--by", village.ms_yip.name, "--by", village.ah_fong.name, code=1)
    assert changed(app, village) == []
    assert "changed" in run(app, *line, "--by", village.ms_yip.name, "--by", village.uncle_ho.name)
    assert len(changed(app, village)) == 1


def test_somebody_is_shown_with_a_masked_number(app, village):
    said = run(app, "persons", "show", "rongxi", "--name", village.ah_fong.name)
    assert village.ah_fong.name in said and village.ah_fong.phone not in said and "*" in said


def test_offices_are_given_by_two_and_shown(app, village):
    line = ["offices", "give", "rongxi", "--person", village.ah_fong.name, "--office", Role.MEDIATOR.value]
    line += ["--since", "2026-01-01"]
    assert "two are needed" in run(app, *line, "--by", village.ms_yip.name, code=1)
    two = ["--by", village.ms_yip.name, "--by", village.ms_yip.name]
    run(app, *line, *two, code=1)
    said = run(app, *line, "--by", village.ms_yip.name, "--by", village.uncle_ho.name)
    assert "settled" in said
    assert village.ms_yip.name in run(app, "offices", "show", "rongxi")


def test_people_of_one_name_are_told_apart_by_their_house(app, village):
    """In many villages two people share a name, and an officer's name is no exception."""
    with app.app_context():
        fong = village.ah_fong.row()
        fong.name, house = village.ms_yip.name, fong.household.code
        officers_house = village.ms_yip.row().household.code
        db.session.commit()
    line = ["offices", "give", "rongxi", "--office", Role.MEDIATOR.value, "--since", "2026-01-01"]
    by = ["--by", village.uncle_ho.name, "--by"]
    said = run(app, *line, "--person", village.ah_kwok.name, *by, village.ms_yip.name, code=1)
    ways = [f"{village.ms_yip.name}@{officers_house}", f"{village.ms_yip.name}@{house}"]
    assert all(way in said for way in ways), "the refusal says what to type"
    assert "settled" in run(app, *line, "--person", ways[1], *by, ways[0])
    with app.app_context():
        held = select(RightChange.person_id).where(RightChange.kind == RightKind.OFFICE_GIVEN)
        assert village.ah_fong.id in db.session.scalars(held).all()
    assert "people are called" in run(app, *line, "--person", f"{village.ms_yip.name}@0", *by, ways[0], code=1)
    assert "nobody is called" in run(app, *line, "--person", "没这个人", *by, ways[0], code=1)


def test_who_moved_away_is_not_mistaken_for_a_namesake_who_lives_here(app, village):
    with app.app_context():
        village.ah_fong.row().name = village.ms_yip.name
        gone = Departure(person_id=village.ah_fong.id, village_id=village.id, kind="moved", noted_at=clock.now())
        db.session.add(gone)
        db.session.commit()
    line = ["offices", "give", "rongxi", "--office", Role.MEDIATOR.value, "--since", "2026-01-01"]
    two = ["--by", village.old_chan.name, "--by", village.ms_yip.name]
    assert "settled" in run(app, *line, "--person", village.ah_kwok.name, *two)


def test_a_roll_that_cannot_be_read_says_why_and_what_to_type(app, village, tmp_path):
    assert "it is not there" in run(app, "roll", "import", str(tmp_path / "no.xlsx"), "--village", "rongxi", code=1)
    assert "it is a folder" in run(app, "roll", "import", str(tmp_path), "--village", "rongxi", code=1)


def test_a_roll_may_be_piped_in(app, village, tmp_path):
    file = tmp_path / "roll.csv"
    run(app, "roll", "export", str(file), "--village", "rongxi")
    words = ["roll", "import", "-", "--village", "rongxi"]
    assert "--name" in run(app, *words, code=1)
    result = app.test_cli_runner().invoke(
        args=[*words, "--name", "roll.csv", "--yes"], input=io.BytesIO(file.read_bytes())
    )
    assert (result.exit_code == 0 and "unchanged 9" in result.output) or "imported" in result.output


def test_a_folder_that_cannot_be_written_is_named(app, village, tmp_path):
    said = run(app, "backup", str(tmp_path / "gone" / "b.tar"), "--plain", code=1)
    assert "没有文件夹" in said and "install -d -m 700" in said and "gone" in said
    said = run(app, "roll", "export", str(tmp_path / "gone" / "r.csv"), "--village", "rongxi", code=1)
    assert f"没有文件夹 {tmp_path / 'gone'}" in said


NOT_THERE = OSError(13, "Permission denied", "/root/r.csv")


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (["roll", "export", "/root/r.csv", "--village", "rongxi"], "os.open"),
        (["keys", "backup", "/root/r.csv"], "os.open"),
        (["voice", "say", "开会", "/root/r.csv"], "consult.services.core.uploads.speech.speak"),
        (["backup", "--passphrase-file", __file__, "/root/r.csv"], "os.open"),
    ],
    ids=lambda one: one if isinstance(one, str) else " ".join(one[:2]),
)
def test_a_file_that_may_not_be_written_or_read_is_told_with_what_to_type(app, village, monkeypatch, words, where):
    def refused(*_arguments, **_facts):
        raise NOT_THERE

    monkeypatch.setattr(where, refused)
    done = app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 1 and re.search("用户 \\S+ 在这里没有权限。.* install -d -m 700 -o ", done.output), (
        done.output
    )


def asked(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(RightChange)) or 0


def test_two_officers_of_one_house_settle_nothing_and_leave_nothing_in_anybodys_name(app, village):
    with app.app_context():
        village.uncle_ho.row().household_id = village.ms_yip.row().household_id
        db.session.commit()
    line = ["offices", "give", "rongxi", "--person", village.ah_fong.name, "--office", Role.MEDIATOR.value]
    line += ["--since", "2026-01-01", "--by", village.ms_yip.name, "--by", village.uncle_ho.name]
    before = asked(app)
    assert "没办成" in run(app, *line, code=1)
    assert asked(app) == before, "what the second refused was never asked by the first"


def test_who_holds_two_offices_settles_by_the_one_that_the_other_has_not(app, village):
    """The first is committee member and clerk, the other one nothing but clerk: so the first asks as committee member."""
    with app.app_context():
        since = Act.by_system(village.id, now=FOUNDED)
        grants.grant(village.old_chan.row(), Role.CLERK, Term(FOUNDED.date()), since)
        db.session.remove()
    line = ["offices", "give", "rongxi", "--person", village.ah_fong.name, "--office", Role.MEDIATOR.value]
    line += ["--since", "2026-01-01", "--by", village.old_chan.name, "--by", village.ms_yip.name]
    assert "settled" in run(app, *line)


def test_nobody_gives_an_office_to_themselves_by_command(app, village):
    line = ["offices", "give", "rongxi", "--person", village.ms_yip.name, "--office", Role.SUPERVISOR.value]
    line += ["--since", "2026-01-01", "--by", village.ms_yip.name, "--by", village.uncle_ho.name]
    before = asked(app)
    run(app, *line, code=1)
    assert asked(app) == before


@pytest.mark.parametrize("name", ["榕" * 400, "\u200b", " ", "打 13800138000"])
def test_no_name_that_no_page_could_show_is_given_to_a_village(app, village, name):
    run(app, "village", "set", "rongxi", "--name", name, code=1)
    assert changed(app, village) == []
    run(app, "village", "create", "newtown", "--name", name, code=1)
    if name.strip("\u200b "):
        run(app, "village", "set", "rongxi", "--collective", name, code=1)


def test_marks_of_direction_and_breaks_of_lines_stand_in_no_name(app, village):
    run(app, "village", "set", "rongxi", "--name", "榕溪\u202e新\n村")
    with app.app_context():
        assert village.row().name == "榕溪新 村"


def two(village) -> list[str]:
    return ["--by", village.ms_yip.name, "--by", village.uncle_ho.name]


def test_a_village_takes_another_address_and_nobody_takes_the_one_it_had(app, village):
    with app.app_context():
        a_poll(village)
        db.session.remove()
    assert "two of different offices" in run(app, "village", "rename", "rongxi", "rongcun", code=1)
    assert "address of the site" in run(app, "village", "rename", "rongxi", "healthz", *two(village), code=1)
    assert "had it before" in run(app, "village", "rename", "rongxi", "daling", *two(village), code=1)
    assert "/rongxi/ → /rongcun/" in run(app, "village", "rename", "rongxi", "rongcun", *two(village))
    assert len(changed(app, village)) == 1
    by_slug = [["village", "show"], ["audit", "verify", "--village"], ["search", "rebuild", "--village"]]
    for command in [*by_slug, ["voice", "missing", "--village"], ["roll", "export", "r.csv", "--village"]]:
        assert "is called 'rongcun' now" in run(app, *command, "rongxi", code=1)
    assert "no village 'rongxx'" in run(app, "search", "rebuild", "--village", "rongxx", code=1)
    assert "rongxi" in run(app, "village", "show", "rongcun")
    assert "or was before" in run(app, "village", "create", "rongxi", "--name", "新村", code=1)
    run(app, "village", "rename", "daling", "rongxi", code=1)
    assert "/rongcun/ → /rongxi/" in run(app, "village", "rename", "rongcun", "rongxi", *two(village))
    assert "nothing changes" in run(app, "village", "rename", "rongxi", "rongxi", *two(village))


def test_of_two_villages_that_take_one_address_at_once_the_second_is_told_so(app, village, monkeypatch):
    monkeypatch.setattr("consult.services.site.village_addresses.is_taken", lambda *_args, **_facts: False)  # not yet
    assert "had it before" in run(app, "village", "rename", "rongxi", "daling", *two(village), code=1)
    assert changed(app, village) == []


def test_a_village_is_closed_when_nothing_is_left_to_do_and_opened_again_by_two(app, village):
    with app.app_context():
        poll = a_poll(village)
        db.session.remove()
    words = ["village", "close", "rongxi", "--yes"]
    assert "two of different offices" in run(app, *words, code=1)
    assert "没宣布结果的投票 / votes not declared: 1" in run(app, *words, *two(village), code=1)
    assert changed(app, village) == []
    with app.app_context():
        assert close_poll(at=clock.now() + timedelta(days=4)) == [poll]
        db.session.remove()
    assert "votes not declared: 1" in run(app, *words, *two(village), code=1), "counted and never declared is no end"
    with app.app_context():
        closing.declare(db.session.get_one(Poll, poll), village.ms_yip.act())
        db.session.remove()
    assert "closed" in run(app, *words, *two(village)) and "closed already" in run(app, *words, *two(village))
    assert "village reopen rongxi" in run(app, "village", "set", "rongxi", "--name", "新", *two(village), code=1)
    assert "village reopen rongxi" in run(app, "roll", "import", "-", "--village", "rongxi", "--name", "r.csv", code=1)
    office = ["rongxi", "--person", village.ah_fong.name, "--office", Role.MEDIATOR.value]
    given = ["offices", "give", *office, "--since", "2026-01-01"]
    assert "village reopen rongxi" in run(app, *given, *two(village), code=1)
    assert "holds 0 such offices" in run(app, "offices", "end", *office, *two(village), code=1), "as on the page"
    assert "made: " in run(app, "roll", "cards", "--village", "rongxi"), "who could sign in can"
    assert "village reopen rongxi" in run(app, "roll", "import", "x.csv", "--village", "rongxi", code=1)
    added = ["rongxi", "--name", "刘调解", "--organisation", "司法所", "--office", sorted(OFF_THE_ROLL)[0]]
    added += ["--since", "2026-01-01", "--number", "13800138000"]
    assert "village reopen rongxi" in run(app, "accounts", "add", *added, code=1)
    assert "closed" in run(app, "village", "list") and "closed" in run(app, "village", "show", "rongxi")
    assert "two of different offices" in run(app, "village", "reopen", "rongxi", code=1)
    assert "open again" in run(app, "village", "reopen", "rongxi", *two(village))
    assert len(changed(app, village)) == 2


def test_a_forgotten_pin_takes_two_officers_and_a_day_and_the_log_says_that_a_command_did_it(app, village):
    with app.app_context():
        cards.issue(village.upper_group, village.ms_yip.act())
        held, code = next(
            (one, code)
            for one, code in cards.unclaimed(village.upper_group)
            if one.household_id == village.ah_fong.household_id
        )
        cards.claim(held, village.ah_fong.id, "739264", on=today(), now=clock.now())
        held_id = held.id
        db.session.remove()
    line = ["persons", "card", "rongxi", "--name", village.ah_fong.name]
    assert "two are needed" in run(app, *line, "--by", village.ms_yip.name, code=1)
    assert "没办成" in run(app, "persons", "card", "rongxi", "--name", village.ms_yip.name, *two(village), code=1)
    with app.app_context():
        since = Act.by_system(village.id, now=FOUNDED)
        grants.grant(village.ah_kwok.row(), Role.BRANCH_SECRETARY, Term(FOUNDED.date()), since)
        db.session.remove()
    neither_keeps_the_roll = ["--by", village.ah_kwok.name, "--by", village.uncle_ho.name]
    assert "keep the roll" in run(app, *line, *neither_keeps_the_roll, "--lost", code=1)
    assert asked(app) == 0, "refused before anything is done"
    with app.app_context():
        db.session.get_one(HouseholdCard, held_id).returned_at = clock.now()
        db.session.commit()
    assert "恢复过这张卡" in run(app, *line, *two(village), "--lost", code=1)
    assert asked(app) == 0, "no card is asked for in place of one that stays"
    with app.app_context():
        db.session.get_one(HouseholdCard, held_id).returned_at = None
        db.session.commit()
    said = run(app, *line, *two(village), "--lost")
    assert "settled" in said and "withdrawn" in said
    with app.app_context():
        wanted = db.session.scalars(select(RightChange).where(RightChange.person_id == village.ah_fong.id)).one()
        assert wanted.kind == "further_card" and wanted.by_command
        tags = [Tag.RIGHT_ASKED.value, Tag.RIGHT_CONFIRMED.value, Tag.CARD_WITHDRAWN.value]
        facts = select(AuditEntry.facts).where(AuditEntry.tag.in_(tags))
        assert all(json.loads(one)["by_command"] is True for one in db.session.scalars(facts))
        with pytest.raises(Refused):
            cards.find(village.id, code)
        assert rights.apply_due(now=clock.now() + timedelta(hours=23)) == []
        assert rights.apply_due(now=clock.now() + timedelta(hours=25)) == [wanted.id]
        assert list(verify(village.row())) == []
        db.session.remove()


def test_while_it_can_be_stopped_the_house_and_the_officers_read_that_a_command_asked_for_it(app, as_person, village):
    run(app, "persons", "card", "rongxi", "--name", village.ah_fong.name, *two(village))
    for who, page, words in (
        (village.ah_fong, "/rongxi/ways-in/", "喺伺服器旁邊辦"),
        (village.old_chan, "/rongxi/rights/", "在服务器旁边办"),
    ):
        assert words in as_person(who).get(page).text


def test_an_office_settled_on_the_page_is_told_from_one_settled_by_a_command(app, as_person, village):
    with app.app_context():
        wanted = {"kind": RightKind.OFFICE_GIVEN, "role": Role.MEDIATOR, "term": Term(FOUNDED.date())}
        on_page = rights.ask(
            WantedRight(person_id=village.ah_kwok.id, **wanted), "clerk", village.ms_yip.act(key="command:forged")
        )
        rights.confirm(on_page.id, "supervisor", village.uncle_ho.act())
        assert key_from({"key": "command:forged"}) != "command:forged", "no form can say so"
        db.session.remove()
    line = ["offices", "give", "rongxi", "--person", village.ah_fong.name, "--office", Role.MEDIATOR.value]
    run(app, *line, "--since", "2026-01-01", *two(village))
    yip = as_person(village.ms_yip)
    yip.get("/rongxi/rights/")
    (said,) = [one.get_text() for one in yip.page.select("li") if village.ah_fong.name in one.get_text()]
    assert "服务器" in said
    with app.app_context():
        facts = [
            json.loads(one)
            for one in db.session.scalars(select(AuditEntry.facts).where(AuditEntry.tag == "right:asked"))
        ]
        assert [one.get("by_command", False) for one in facts] == [False, True]


def test_a_roll_with_offices_that_the_law_keeps_apart_is_refused_with_both_names(app, village, tmp_path):
    run(app, "village", "create", "newtown", "--name", "新村")
    file = tmp_path / "roll.csv"
    head = "组,户号,姓名,与户主关系,出生日期,职务"
    file.write_text(f"{head}\n一组,1,陈大文,户主,1970-01-01,村主任\n一组,1,陈小文,妻,1972-01-01,监委会主任\n", "utf-8")
    said = run(app, "roll", "import", str(file), "--village", "newtown", "--yes", code=1)
    assert "同户的陈大文是村委会成员" in said and "陈小文不能是" in said and "第三十七条" in said
    file.write_text(
        f"{head}\n一组,1,陈大文,户主,1970-01-01,\n一组,2,陈小文,户主,1972-01-01,村主任、监委会主任\n", "utf-8"
    )
    assert "陈小文是" in run(app, "roll", "import", str(file), "--village", "newtown", "--yes", code=1)
    assert "0 人 / people" in run(app, "village", "show", "newtown")


def test_what_a_command_reads_is_a_file_or_a_pipe_and_of_bounded_size(app, village, tmp_path, monkeypatch):
    monkeypatch.setattr(roll, "LARGEST_ROLL", 1000)
    large, line = tmp_path / "large.csv", ["roll", "import", "--village", "rongxi"]
    large.write_bytes(b"x" * 1001)
    assert "太大" in run(app, *line, str(large), code=1)
    assert "不是文件" in run(app, *line, "/dev/zero", code=1)
    piped = app.test_cli_runner().invoke(args=[*line, "-", "--name", "r.csv", "--yes"], input=b"x" * 1001)
    assert piped.exit_code == 1 and "太大" in piped.output
    os.mkfifo(nobody_writes := tmp_path / "pipe.csv")
    assert "什么都没导入" in run(app, *line, str(nobody_writes), code=1)
    for words in (
        ["drill", "/dev/zero"],
        ["restore", "--over", str(nobody_writes)],
        ["backup", "--passphrase-file", "/dev/zero"],
    ):
        assert "不是文件" in run(app, *words, code=1), words
    large.write_bytes(b"x" * 65_537)
    assert "太大" in run(app, "backup", "--passphrase-file", str(large), code=1)


def test_a_roll_that_is_written_over_another_file_is_its_owners_alone(app, village, tmp_path):
    file = tmp_path / "roll.csv"
    file.write_text("long before " * 1000)
    file.chmod(0o644)
    run(app, "roll", "export", str(file), "--village", "rongxi")
    assert file.stat().st_mode & 0o777 == 0o600 and "long before" not in file.read_text("utf-8-sig")


def test_a_roll_that_asks_says_the_line_to_type(app, village, tmp_path):
    file = tmp_path / "roll of 2026.csv"
    head = "组,户号,姓名,与户主关系,出生日期,手机"
    file.write_text(f"{head}\n一组,1,陈大文,户主,1970-01-01,138000\n一组,1,陈小文,妻,1972-01,\n", "utf-8")
    run(app, "village", "create", "newtown", "--name", "新村")
    line = ["roll", "import", str(file), "--village", "newtown", "--yes"]
    told = run(app, *line, code=1)
    answers: list[str] = []
    while asked := dict(re.findall(r"^    --answer (?:')?(\w+)=([^=\s']+)(?:')?  ", told, re.MULTILINE)):
        assert f"consult {shlex.join(line[:-1] + answers)} --answer …" in told
        answers += [word for one in asked.items() for word in ("--answer", "=".join(one))]
        told = app.test_cli_runner().invoke(args=[*line, *answers]).output
        assert len(answers) < 20
    assert answers and "导入了" in told
