"""Nobody learns of a case who has no part in it: not by its addresses, not from a stolen disk, not from what goes out."""

import logging
import re
import tarfile
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import MEDIATES, TITLES, Role
from consult.models import AuditEntry, CaseFile, Notification, OutboxMessage, db
from consult.services.cases import case_files
from consult.services.cases.case_files import Media
from consult.services.core.acts import Act
from consult.services.machine import backups
from consult.services.people import grants, villages
from tests.cases import a_case, a_photo, act, opened
from tests.village import FOUNDED, Who

SECRET = "他把我阿公留下的铜锁藏在灶台下面"
ROLES = sorted(TITLES)
GONE = {401, 403, 404}
"""A page that says in which office one would be let in is a page of an office, not of a case."""


@pytest.fixture
def address(app, village) -> str:
    with app.app_context():
        found = a_case(village, CaseState.ARCHIVED, words=SECRET, media=[a_photo(), Media("voice", SECRET.encode())])
        db.session.remove()
    return found


def addresses(app, address: str) -> list[tuple[str, str]]:
    """Every address of one case, each with its method; numbers are those of what is there."""
    with app.app_context():
        file_id = db.session.query(CaseFile.id).order_by(CaseFile.id).limit(1).scalar()
        db.session.remove()
    found = []
    for rule in app.url_map.iter_rules():
        if "<address>" not in rule.rule:
            continue
        path = (
            rule.rule.replace("<slug>", "rongxi").replace("<address>", address).replace("<int:file_id>", str(file_id))
        )
        ways = (
            [path]
            if "<" not in path
            else [path.replace("<act>", one).replace("<paper>", "agreement") for one in CaseAct]
        )
        found += [(method, way) for way in sorted(set(ways)) for method in ("GET", "POST") if method in rule.methods]
    return found


def sweep(app, client, address: str) -> list[tuple[str, str, str]]:
    """Every address of a case that answers anything but that there is no such page. Thousands of pages: not looked at
    closely here."""
    client.get("/rongxi/me", follow_redirects=True)
    known = client.page.find("input", {"name": "csrf_token"})
    token = {"csrf_token": str(known["value"])} if known else {}
    let_in = []
    for method, path in addresses(app, address):
        if path.endswith("/discarding"):  # answers everybody alike, whatever the address: what is gone is gone
            continue
        answer = FlaskClient.open(client, path, method=method, data=token if method == "POST" else None, buffered=True)
        if answer.status_code not in GONE or SECRET in answer.get_data(as_text=True):
            let_in.append((method, path, answer.status))
    return let_in


def grant(app, who: Who, role: Role) -> None:
    with app.app_context():
        grants.grant(who.row(), role, Term(FOUNDED.date()), Act.by_system(who.row().village_id, now=FOUNDED))
        db.session.remove()


@pytest.mark.parametrize("role", [role for role in ROLES if role not in MEDIATES])
def test_no_address_of_a_case_opens_to_whoever_holds_another_office(app, as_person, village, address, role):
    grant(app, village.ah_keung, role)
    assert sweep(app, as_person(village.ah_keung), address) == []


@pytest.mark.parametrize("role", sorted(MEDIATES))
def test_whoever_comes_to_mediate_later_finds_no_case_of_the_own_household(app, as_person, village, address, role):
    """Ah Kwok is Ah Fong's husband."""
    grant(app, village.ah_kwok, role)
    kwok = as_person(village.ah_kwok)
    assert sweep(app, kwok, address) == []
    assert address not in kwok.get("/rongxi/cases/?shelf=shut").get_data(as_text=True)


def test_a_new_head_of_mediation_reads_the_old_cases(app, as_person, village, address):
    grant(app, village.ms_yip, Role.HEAD_OF_MEDIATION)
    yip = as_person(village.ms_yip)
    assert yip.get(f"/rongxi/cases/{address}").status_code == 200
    assert address in yip.get("/rongxi/cases/?shelf=shut").get_data(as_text=True)


@pytest.mark.parametrize("name", ["mr_wong", "siu_ming", "ms_yip", "ah_keung"])
def test_every_address_of_a_case_is_a_page_that_is_not_there(app, as_person, village, address, name):
    client = as_person(getattr(village, name))
    assert [one for one in sweep(app, client, address) if not one[2].startswith(("303", "400"))] == []


def test_a_case_that_is_and_one_that_is_not_answer_alike(as_person, village, address):
    client = as_person(village.uncle_ho)
    there, not_there = (client.get(f"/rongxi/cases/{one}") for one in (address, "A" * len(address)))
    assert (there.status_code, not_there.status_code) == (404, 404)
    assert same_for_all(there, address) == same_for_all(not_there, "A" * len(address))


def same_for_all(answer, address: str) -> str:
    """A page without its address, and without the token of its forms, which bears the second it was made in."""
    return re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", answer.get_data(as_text=True).replace(address, ""))


def test_the_other_side_is_told_nothing_before_the_case_is_taken(app, as_person, village):
    with app.app_context():
        address = a_case(village, words=SECRET)
        told = {person for (person,) in db.session.query(Notification.person_id)}
        db.session.remove()
    assert told <= {village.aunt_leung.id}
    chan = as_person(village.old_chan)
    assert chan.get(f"/rongxi/cases/{address}").status_code == 404
    assert address not in chan.get("/rongxi/cases/").get_data(as_text=True)


def test_each_side_reads_its_own_words_and_the_shared_record_never_the_others_talk(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING, words=SECRET)
        act(village, address, village.old_chan, CaseAct.STATEMENT, {"words": "我没有拿"})
        act(village, address, village.aunt_leung, CaseAct.NOTE, {"words": "两家都在气头上"})
        db.session.remove()
    fong, chan, leung = (
        as_person(who).get(f"/rongxi/cases/{address}").get_data(as_text=True)
        for who in (village.ah_fong, village.old_chan, village.aunt_leung)
    )
    assert SECRET in fong and "我没有拿" not in fong and "气头上" not in fong
    assert SECRET not in chan and "我没有拿" in chan and "气头上" not in chan
    assert all(words in leung for words in (SECRET, "我没有拿", "气头上"))
    assert "屋檐伸出界线三十八公分" in fong and "屋檐伸出界线三十八公分" in chan
    assert "大约四十公分" not in chan, "what one side said when asked is not the other's to read"


def test_a_photo_of_one_sides_talk_does_not_open_to_the_other(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING, words=SECRET, media=[a_photo()])
        file_id = db.session.query(CaseFile.id).scalar()
        db.session.remove()
    path = f"/rongxi/cases/{address}/files/{file_id}"
    shown = as_person(village.ah_fong).get(path)
    assert shown.status_code == 200 and Image.open(BytesIO(shown.data)).size[0] > 100
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert as_person(village.old_chan).get(path).status_code == 404


def test_no_browser_keeps_a_page_of_cases(as_person, village, address):
    client = as_person(village.aunt_leung)
    for path in (
        "",
        f"/{address}",
        f"/{address}/looks",
        f"/{address}/note",
        "/desk",
        "/board",
        "/new/story?kind=land",
        "/nothing",
    ):
        answer = client.get(f"/rongxi/cases{path or '/'}")
        assert answer.headers["Cache-Control"] == "private, no-store", path
        assert "ETag" not in answer.headers


def test_every_look_is_noted_and_shown_to_the_parties(app, as_person, village, address):
    as_person(village.aunt_leung).get(f"/rongxi/cases/{address}")
    fong = as_person(village.ah_fong)
    page = fong.get(f"/rongxi/cases/{address}/looks").get_data(as_text=True)
    assert "梁秀珍" in page
    before = page.count("梁秀珍")
    as_person(village.aunt_leung).get(f"/rongxi/cases/{address}/volume.pdf")
    assert fong.get(f"/rongxi/cases/{address}/looks").get_data(as_text=True).count("梁秀珍") == before + 1


def everything_written(app, config, tmp_path) -> bytes:
    """The database file with its log, the instance folder, a backup: what a thief would carry away."""
    with app.app_context():
        db.session.remove()
        backups.make_backup(tmp_path / "stolen.tar", now=clock.now(), lock=None)
        db.session.remove()
    with tarfile.open(tmp_path / "stolen.tar") as tar:
        parts = [tar.extractfile(member).read() for member in tar.getmembers() if member.isfile()]
    places = [config.instance_path, *([tmp_path] if config.on_sqlite else [])]
    parts += [path.read_bytes() for place in places for path in place.rglob("*") if path.is_file()]
    return b"\n".join(parts)


@pytest.mark.both_databases
def test_a_sentence_told_in_a_case_stands_nowhere_in_the_clear(app, config, village, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    with app.app_context():
        address = a_case(village, CaseState.ARCHIVED, words=SECRET, media=[a_photo(), Media("voice", SECRET.encode())])
        case = opened(village, village.aunt_leung, address)
        kept = [case_files.path_of(name).read_bytes() for (name,) in db.session.query(CaseFile.name)]
        assert case is not None and any(SECRET in str(entry.facts) for entry in case.entries)
        assert kept and not any(data.startswith(b"\xff\xd8") or SECRET.encode() in data for data in kept)
        said = [str(row) for row in db.session.query(Notification.facts, Notification.subject)]
        said += [str(row) for row in db.session.query(OutboxMessage.facts, OutboxMessage.key)]
        said += [entry.facts for entry in db.session.query(AuditEntry)]
        db.session.remove()
    stolen = everything_written(app, config, tmp_path)
    for words in (SECRET, "屋檐滴水纠纷", "墙面修缮费", "双方当面谈好"):
        forms = [words.encode(), words.encode("unicode_escape"), words.encode("utf-16-le"), words.encode("gb18030")]
        assert not any(form in stolen for form in forms), words
        assert words not in caplog.text and not any(words in one for one in said)
    assert not any(address in one for one in said), "nor does a message or the log lead to the case"


@pytest.mark.both_databases
def test_the_database_does_not_tell_who_is_in_a_case(app, village):
    """Rows of cases have keyed marks instead of people, and what tells of them names neither."""
    with app.app_context():
        a_case(village, CaseState.PERFORMING)
        names = {table for table in db.metadata.tables if table.startswith(("case_", "mediation_case"))}
        names.remove("case_report")  # figures of a period, with the officer who handed them in: of no case
        pointing = {
            (name, column.name)
            for name in names
            for column in db.metadata.tables[name].columns
            if any(key.column.table.name == "person" for key in column.foreign_keys)
        }
        moved = db.session.query(AuditEntry).filter(AuditEntry.tag.like("case:%")).all()
        assert len(names) == 7 and pointing == set()
        assert moved and {entry.actor_id for entry in moved} == {None}
        lines = db.session.query(Notification.subject, Notification.person_id, Notification.told_at).all()
        assert lines and all(re.fullmatch(r"(case|message):[0-9a-f]{32}", line.subject) for line in lines)
        of_cases = {line.person_id for line in lines if line.subject.startswith("case:")}
        assert of_cases == {village.aunt_leung.id}, "the parties hear that there is a message, not of a case"
        assert all(line.told_at == villages.local_midnight(village.row(), line.told_at) for line in lines)


def test_searching_finds_nothing_of_a_case(as_person, village, address):
    for who in (village.uncle_ho, village.aunt_leung, village.ah_fong):
        page = as_person(who).get("/rongxi/search?q=铜锁").get_data(as_text=True)
        assert SECRET not in page and address not in page


def test_a_fault_in_the_middle_of_a_case_tells_the_log_no_word_of_it(
    app, as_person, village, address, caplog, monkeypatch
):
    def broken(*_args, **_kwargs):
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr("consult.services.cases.access_log.group_commit.run", broken)
    answer = as_person(village.ah_fong).get(f"/rongxi/cases/{address}")
    assert answer.status_code == 500 and SECRET not in answer.get_data(as_text=True)
    assert "the disk is gone" in caplog.text and SECRET not in caplog.text and "铜锁" not in caplog.text
