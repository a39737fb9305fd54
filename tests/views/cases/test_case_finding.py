"""Find a case, see its days, hand over a caseload, take a case out: on pages, each for those who may."""

import csv
import io
import json
import zipfile

import pytest

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from consult.domain.people.roles import Role
from consult.models import AuditEntry, db
from consult.services.people import villages
from tests.cases import a_case, act, grant, opened


@pytest.fixture
def two(app, village) -> tuple[str, str]:
    """Aunt Leung mediates one and settles another; Ms Yip mediates too, Uncle Ho is head."""
    with app.app_context():
        one, other = a_case(village, CaseState.MEDIATING), a_case(village, CaseState.PERFORMING, key="two")
        grant(village.ms_yip, Role.MEDIATOR)
        grant(village.uncle_ho, Role.HEAD_OF_MEDIATION)
        db.session.commit()
        db.session.remove()
    return one, other


def found(client, **fields) -> str:
    answer = client.send("/rongxi/cases/search", at="/rongxi/cases/search", **fields)
    assert answer.status_code == 303
    return client.get(answer.location).get_data(as_text=True)


@pytest.mark.both_databases
def test_a_name_a_title_a_number_and_filters_find_a_case(as_person, village, two):
    client = as_person(village.aunt_leung)
    assert all(one in found(client, words="陈伯坚") for one in two)
    assert all(one in found(client, words="屋檐") for one in two)
    assert not any(one in found(client, words="没有这个人") for one in two)
    by_number = found(client, words="2")
    assert two[1] in by_number and two[0] not in by_number
    assert two[0] in found(client, state="mediating") and two[1] not in found(client, state="mediating")
    assert not any(one in found(client, kind="family") for one in two)
    for sort in ("number", "name", "kind", "state", "due", "nonsense"):
        assert all(one in found(client, sort=sort) for one in two)


def test_the_name_that_is_sought_stands_in_no_address_and_opens_for_nobody_else(as_person, village, two):
    client = as_person(village.aunt_leung)
    answer = client.send("/rongxi/cases/search", at="/rongxi/cases/search", words="陈伯坚")
    assert "陈" not in answer.location and "%E9%99%88" not in answer.location
    page = as_person(village.uncle_ho).get(answer.location).get_data(as_text=True)
    assert 'value="陈伯坚"' not in page


def test_another_mediator_finds_none_of_them_and_others_no_such_page(as_person, village, two):
    yip = as_person(village.ms_yip)
    for words in ("陈伯坚", "屋檐", "1", ""):
        assert not any(one in found(yip, words=words) for one in two)
    assert not any(one in yip.get("/rongxi/cases/calendar").get_data(as_text=True) for one in two)
    keung = as_person(village.ah_keung)
    assert keung.get("/rongxi/cases/search").status_code == 403
    assert keung.get("/rongxi/cases/handover").status_code == 403
    assert not any(one in keung.get("/rongxi/cases/calendar").get_data(as_text=True) for one in two)


@pytest.mark.both_databases
def test_the_days_of_the_desk_and_of_a_party_and_a_calendar_that_tells_nothing(app, as_person, village, two):
    with app.app_context():
        on = villages.local_day(village.row(), clock.now()).isoformat()
        called = {"on": on, "at": "09:30", "place": "榕树头调解室", "how": "closed"}
        act(village, two[0], village.aunt_leung, CaseAct.CALL_SESSION, called)
        db.session.remove()
    for who, desk in ((village.aunt_leung, True), (village.ah_fong, False)):
        client = as_person(who)
        page = client.get("/rongxi/cases/calendar").get_data(as_text=True)
        assert (
            all(one in page for one in two)
            and ("上午9:30" in page or "朝早9:30" in page)
            and "09:30" not in page
            and "榕树头调解室" in page
        )
        answer = client.get("/rongxi/cases/calendar.ics")
        text = answer.get_data(as_text=True).replace("\r\n ", "")
        assert answer.headers["Cache-Control"] == "private, no-store" and "9:30" in text
        for told in ("屋檐", "陈伯坚", "李桂芳", "榕树头调解室", *two, "水槽", "/cases/"):
            assert told not in text, told
        assert text.count("BEGIN:VEVENT") >= 2, desk
        assert ("调解" in text) == desk, "on a party's phone nothing tells that there is a mediation"


def test_a_caseload_is_handed_over_on_two_pages_and_the_left_out_are_named(app, as_person, village, two):
    with app.app_context():
        told = {"mediator": village.ms_yip.id, "party": 2, "relation": "表姐"}
        act(village, two[0], village.uncle_ho, CaseAct.DECLARE_KINSHIP, told)
        db.session.remove()
    client, at = as_person(village.aunt_leung), "/rongxi/cases/handover"
    form = {"key": "all", "giver": str(village.aunt_leung.id), "taker": str(village.ms_yip.id), "note": "多谢接手"}
    assert client.send(at, at=at, **{**form, "taker": ""}).status_code == 422
    preview = client.send(at, at=at, **form)
    page = preview.get_data(as_text=True)
    assert preview.status_code == 200 and all(one in page for one in two) and "表姐" in page
    with app.app_context():
        assert opened(village, village.ms_yip, two[1]) is None, "nothing happened yet"
        db.session.remove()
    for _tap in range(2):
        assert client.send(at, at=at, **form, sure="1").status_code == 303
    with app.app_context():
        assert opened(village, village.ms_yip, two[1]) is not None
        assert opened(village, village.ms_yip, two[0]) is None
        assert opened(village, village.aunt_leung, two[1]) is None
        db.session.remove()
    assert as_person(village.aunt_leung).get(f"/rongxi/cases/{two[1]}").status_code == 404


@pytest.mark.both_databases
def test_a_case_is_taken_out_with_what_both_sides_read_and_nothing_else(app, as_person, village, two):
    with app.app_context():
        act(village, two[1], village.aunt_leung, CaseAct.NOTE, {"words": "只给调解员看的话"})
        db.session.remove()
    answer = as_person(village.aunt_leung).get(f"/rongxi/cases/{two[1]}/export.zip")
    bundle = zipfile.ZipFile(io.BytesIO(answer.data))
    names = {"case.json", "parties.csv", "obligations.csv", "entries.csv", "volume.pdf", "agreement.pdf"}
    assert set(bundle.namelist()) == names
    facts = json.loads(bundle.read("case.json"))
    assert facts["schema"] == "mediation-case/1" and [one["name"] for one in facts["parties"]] == ["李桂芳", "陈伯坚"]
    assert [one["amount_fen"] for one in facts["obligations"]] == [None, 120_000]
    text = "".join(bundle.read(name).decode("utf-8-sig") for name in names if not name.endswith(".pdf"))
    assert "只给调解员看的话" not in text and "他家新做的屋檐" not in text and "13800000001" not in text
    told = {one["act"]: one["facts"] for one in facts["entries"]}
    assert not [act for act, said in told.items() if "by" in said], "the id of a writer means nothing elsewhere"
    owed = [(one["from"], one["to"]) for one in facts["obligations"]]
    assert [one["by"] for one in told["agree"]["rows"]] == [debtor for debtor, _to in owed], (
        "nothing of an obligation is lost"
    )
    rows = list(csv.reader(io.StringIO(bundle.read("parties.csv").decode("utf-8-sig"))))
    assert len(rows) == 3 and all(bundle.read(name)[:4] == b"%PDF" for name in names if name.endswith(".pdf"))
    with app.app_context():
        noted = db.session.query(AuditEntry).filter_by(tag="export:made").all()
        assert [one for one in noted if "case_papers.export" in str(one.facts)] and two[1] not in str(noted[-1].facts)
        db.session.remove()
    for who in (village.ms_yip, village.ah_fong, village.ah_keung):
        assert as_person(who).get(f"/rongxi/cases/{two[1]}/export.zip").status_code == 404


def test_a_report_is_handed_in_and_the_closing_day_set_by_the_head_alone(app, as_person, village, two):
    with app.app_context():
        year = villages.local_day(village.row(), clock.now()).year
        db.session.remove()
    head, yip, board = as_person(village.uncle_ho), as_person(village.ms_yip), "/rongxi/cases/board"
    assert head.send("/rongxi/cases/reports", at=board, key="a", closing_day="25").status_code == 303
    assert head.send("/rongxi/cases/reports", at=board, key="b", closing_day="3").status_code == 422
    assert yip.send("/rongxi/cases/reports", at=board, key="c", closing_day="25").status_code in (403, 409, 422)
    for name in (f"{year}", f"{year}-H1", f"{year}-Q1", f"{year}-01"):
        assert head.get(f"/rongxi/cases/reports/{name}").status_code in (200, 404)
    last = f"/rongxi/cases/reports/{year - 1}-12"
    assert head.get(last).status_code == 200
    assert head.send(last, at=last, key="in").status_code == 303
    assert yip.send(last, at=board, key="x").status_code in (403, 409, 422)
    assert "%PDF" in head.get(f"{last}.pdf").data[:4].decode() and head.get(f"{last}.xlsx").status_code == 200
