"""What the pages of a case say and keep: nothing typed or taken is lost, and no page tells what is not the reader's."""

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct, FieldKind
from consult.domain.cases.agreements.asked import ASKED_IF
from consult.domain.cases.states import CaseState
from consult.models import CaseFile, CaseView, MediationCase, db
from consult.web.memory_uploads import MemoryRequest
from tests import prints
from tests.cases import a_case, act, opened
from tests.views.cases.test_cases import TOLD, drafted
from tests.views.talk.test_consultations import photo
from tests.views.talk.test_recordings import sound

TAKEN = {"by", "by_name", "as", "files", "assigned", "person", "consultation"}
"""What the app writes beside the fields of a form."""


def filed(client) -> str:
    address = drafted(client, key="k")
    client.send(f"/rongxi/cases/{address}/handing-in", at=f"/rongxi/cases/{address}/contact", way="visit", phone="")
    return address


def test_no_field_of_a_form_has_a_name_that_the_app_itself_writes():
    assert not {field.name for rule in RULES.values() for field in rule.fields} & TAKEN


def test_what_is_sent_in_never_touches_the_disk_before_it_is_sealed(app):
    """However large it is: Werkzeug itself would roll it over into the temporary folder."""
    assert app.request_class is MemoryRequest
    boundary, body = encode_multipart({"photo": FileStorage(BytesIO(bytes(20_000_000)), "a.jpg")})
    form = f"multipart/form-data; boundary={boundary}"
    with app.test_request_context("/rongxi/", method="POST", data=body, content_type=form) as context:
        assert type(context.request.files["photo"].stream) is BytesIO


def test_a_photo_that_came_with_a_mistake_is_kept(app, as_person, village):
    client = as_person(village.ah_fong)
    sent = {
        "kind": "water",
        "other": "",
        "story": "打 138 0000 0001 找我",
        "key": "kept",
        "photos": (photo((40, 30)), "a.jpg"),
    }
    answer = client.send("/rongxi/cases/drafts", at="/rongxi/cases/new/story?kind=water", **sent)
    assert answer.status_code == 422 and client.page.select_one("#story-mistake") and client.page.select_one("p.agrees")
    address = client.page.select_one("input[name=draft]")["value"]
    again = {"kind": "water", "other": "", "story": TOLD, "key": "kept", "draft": address}
    assert client.send("/rongxi/cases/drafts", at="/rongxi/cases/new/story?kind=water", **again).status_code == 303
    with app.app_context():
        assert db.session.query(CaseFile).count() == 1
        db.session.remove()


def test_a_draft_with_words_to_put_right_is_not_handed_in_by_its_last_step(app, as_person, village):
    """It was kept for the sake of its photo, whole; who goes on to the last step comes back to what is wrong."""
    client, told = as_person(village.ah_fong), f"打 138 0000 0001 找我。{'水浸咗。' * 700}"
    sent = {"kind": "water", "other": "", "story": told, "key": "kept", "photos": (photo((40, 30)), "a.jpg")}
    assert client.send("/rongxi/cases/drafts", at="/rongxi/cases/new/story?kind=water", **sent).status_code == 422
    address = client.page.select_one("input[name=draft]")["value"]
    assert client.get(f"/rongxi/cases/{address}/contact").status_code == 303
    client.get(f"/rongxi/cases/{address}/story")
    assert client.page.select_one("#story-mistake") and client.page.select_one("#story").get_text().strip() == told
    in_hand = {"way": "call", "phone": "13800000001"}
    refused = client.send(f"/rongxi/cases/{address}/handing-in", at=f"/rongxi/cases/{address}/story", **in_hand)
    assert refused.status_code == 422 and client.page.select_one("#story-mistake")
    with app.app_context():
        assert db.session.query(MediationCase).one().state is CaseState.DRAFT
        db.session.remove()


def test_the_words_told_in_confidence_are_not_put_forward_as_the_shared_title(app, as_person, village):
    address = filed(as_person(village.ah_fong))
    client = as_person(village.aunt_leung)
    with app.app_context():
        before = db.session.query(CaseView).count()
        db.session.remove()
    client.get(f"/rongxi/cases/{address}/accept")
    assert TOLD not in client.page.select_one("#title")["value"]
    with app.app_context():
        assert db.session.query(CaseView).count() == before + 1, "the form of an act shows the case too"
        db.session.remove()


def test_the_own_copy_of_the_application_tells_of_the_other_side_the_name_alone(as_person, village):
    address = filed(as_person(village.ah_fong))
    answer = as_person(village.ah_fong).get(f"/rongxi/cases/{address}/papers/application.pdf")
    words = "".join(prints.words(answer.data))
    assert "陈伯坚" in words and "138****0001" in words
    assert "138****0003" not in words and "01-002" not in words


def test_a_case_that_was_not_taken_says_where_to_go_instead(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.DECLINED)
        db.session.remove()
    client = as_person(village.ah_fong)
    client.get(f"/rongxi/cases/{address}")
    assert "镇" in client.text("#next-step ~ p, .sheet") or "鎮" in client.text("main")


def test_who_received_it_above_stands_on_the_page_as_it_was_written(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.ESCALATED)
        act(
            village,
            address,
            village.aunt_leung,
            CaseAct.RECEIPT,
            {"number": "3", "received_by": "镇综治中心刘主任"},
        )
        db.session.remove()
    client = as_person(village.aunt_leung)
    client.get(f"/rongxi/cases/{address}")
    assert "镇综治中心刘主任" in client.text()


def test_the_list_asks_for_the_receipt_from_above_only_until_it_is_there(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.ESCALATED)
        db.session.remove()
    client, wanted = as_person(village.aunt_leung), "上级签收后结案"
    client.get("/rongxi/cases/")
    assert wanted in client.text("li.case")
    with app.app_context():
        facts = {"number": "3", "received_by": "镇综治中心刘主任"}
        act(village, address, village.aunt_leung, CaseAct.RECEIPT, facts)
        db.session.remove()
    client.get("/rongxi/cases/")
    assert wanted not in client.text("li.case")


def test_nobody_quarrels_with_themselves(as_person, village):
    client = as_person(village.aunt_leung)
    sent = {
        "source": "application",
        "kind": "money",
        "applicant": "李桂芳",
        "applicant_code": "01-001",
        "respondent": "李桂芳",
        "respondent_code": "01-001",
        "words": TOLD,
        "way": "come",
        "phone": "",
        "present": "1",
        "key": "d",
        "consultation": "",
    }
    answer = client.send("/rongxi/cases/desk", at="/rongxi/cases/desk", **sent)
    assert answer.status_code == 422 and client.page.select_one("#respondent_code-mistake")


def test_seven_photos_at_once_are_said_to_be_too_many(as_person, village):
    client = as_person(village.ah_fong)
    seven = [(photo((20, 20)), f"{n}.jpg") for n in range(7)]
    sent = {"kind": "water", "other": "", "story": TOLD, "key": "7", "photos": seven}
    answer = client.send("/rongxi/cases/drafts", at="/rongxi/cases/new/story?kind=water", **sent)
    assert answer.status_code == 422 and client.page.select_one("#photos-mistake")


@pytest.mark.both_databases
@pytest.mark.parametrize("path", ["a%00b", "x" * 400, "..%2f..", "１２３"])
def test_an_address_that_none_can_have_is_a_page_that_is_not_there(as_person, village, path):
    assert as_person(village.aunt_leung).get(f"/rongxi/cases/{path}").status_code == 404


@pytest.mark.parametrize(
    "query", ["shelf=shut&before=99999999999999999999999", "shelf=shut&before=x", "shelf=nothing", "after=-1"]
)
def test_a_list_asked_for_nonsense_is_still_a_list(as_person, village, query):
    assert as_person(village.aunt_leung).get(f"/rongxi/cases/?{query}").status_code == 200


def test_a_day_far_away_is_a_slip_of_the_finger(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    client, at = as_person(village.aunt_leung), f"/rongxi/cases/{address}/extend"
    answer = client.send(at, at=at, key="e", until="9999-12-31", both_agree="1", reason="等医院的单子")
    assert answer.status_code == 422 and client.page.select_one("#until-mistake")


def test_the_photo_of_a_signed_page_waits_while_the_form_is_put_right(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.AGREED_IN_WRITING)
        db.session.remove()
    client, at = as_person(village.aunt_leung), f"/rongxi/cases/{address}/sign"
    sent = {"key": "s", "signed": ["1", "2"], "mediator_signed": "1", "sealed": "1"}
    answer = client.send(at, at=at, **sent, on="", photos=(photo((40, 30)), "a.jpg"))
    assert answer.status_code == 422 and client.page.select_one("form.sheet p.agrees")
    answer = client.send(at, at=at, **sent, on="2026-01-06")
    assert answer.status_code == 422 and client.page.select_one("form.sheet p.agrees"), "a day before the agreement"
    today = client.page.select_one("#on") and client.get(at) and client.page.select_one("#on")["value"]
    assert client.send(at, at=at, **sent, on=today).status_code == 303
    client.get(f"/rongxi/cases/{address}")
    with app.app_context():
        assert db.session.query(MediationCase.state).scalar() == "performing"
        assert db.session.query(CaseFile.entry_number).scalar() > 0
        db.session.remove()


def test_every_act_of_a_case_is_a_form_that_can_be_filled_in(app, as_person, village):
    """No field is a bare box where something has to be chosen."""
    with app.app_context():
        found = {
            state: a_case(village, state, key=state.value)
            for state in (CaseState.APPLIED, CaseState.MEDIATING, CaseState.PERFORMING)
        }
        db.session.remove()
    client = as_person(village.aunt_leung)
    chosen = {
        FieldKind.CHOICE,
        FieldKind.PARTY,
        FieldKind.MEMBER,
        FieldKind.MEDIATOR,
        FieldKind.ROW,
        FieldKind.PARTIES,
        FieldKind.MEDIATORS,
    }
    seen = set()
    for address in found.values():
        for act_, rule in RULES.items():
            if client.get(f"/rongxi/cases/{address}/{act_.value}").status_code == 200:
                seen.add(act_)
                for field in (one for one in rule.fields if (act_, one.name) not in ASKED_IF):
                    offered = client.page.select(
                        f"main [name={field.name}][type=radio], main [name={field.name}][type=checkbox]"
                    )
                    assert field.kind not in chosen or offered or client.page.select(f"select[name={field.name}]"), (
                        act_,
                        field.name,
                    )
    assert len(seen) > 20


def test_a_clue_of_the_grid_worker_opens_to_the_desk(as_person, village):
    client = as_person(village.sister_chow)
    sent = {
        "source": "consultation",
        "kind": "water",
        "applicant": "李桂芳",
        "applicant_code": "01-001",
        "respondent": "陈伯坚",
        "respondent_code": "01-002",
        "words": TOLD,
        "way": "come",
        "phone": "",
        "present": "1",
        "key": "h",
        "consultation": "",
    }
    address = client.send("/rongxi/cases/desk", at="/rongxi/cases/desk", **sent).location.split("/")[-1]
    leung = as_person(village.aunt_leung)
    assert leung.get(f"/rongxi/cases/{address}").status_code == 200 and TOLD in leung.text()
    assert leung.get(f"/rongxi/cases/{address}/papers/application.pdf").status_code == 200
    assert "陈伯坚" not in client.get(f"/rongxi/cases/{address}").get_data(as_text=True)


def test_going_back_after_handing_in_shows_that_it_has_arrived(as_person, village):
    client = as_person(village.ah_fong)
    address = filed(client)
    for step in ("story", "contact"):
        answer = client.get(f"/rongxi/cases/{address}/{step}")
        assert answer.status_code == 303 and answer.location.endswith("/received")


def test_the_head_sees_which_mediator_a_party_asks_for_or_does_not_want(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    at = f"/rongxi/cases/{address}/refuse_mediator"
    sent = {"key": "r", "mediator": str(village.aunt_leung.id), "reason": "是他表姐"}
    assert as_person(village.old_chan).send(at, at=at, **sent).status_code == 303
    client = as_person(village.aunt_leung)
    client.get(f"/rongxi/cases/{address}")
    assert "陈伯坚" in client.text(".urgent") and "梁秀珍" in client.text(".urgent")


def test_a_matter_can_be_told_in_the_own_voice_and_heard_again(app, as_person, village):
    client = as_person(village.ah_fong)
    sent = {"kind": "water", "other": "", "story": "", "key": "v", "voice": (sound(2), "a.wav")}
    answer = client.send("/rongxi/cases/drafts", at="/rongxi/cases/new/story?kind=water", **sent)
    assert answer.status_code == 303
    address = answer.location.split("/")[-2]
    client.send(f"/rongxi/cases/{address}/handing-in", at=f"/rongxi/cases/{address}/contact", way="come", phone="")
    leung = as_person(village.aunt_leung)
    leung.get(f"/rongxi/cases/{address}")
    source = leung.page.select_one("audio")["src"]
    heard = leung.get(source)
    assert heard.status_code == 200 and heard.mimetype == "audio/mp4" and heard.data[4:8] == b"ftyp"


def test_the_full_name_of_a_company_is_taken_whole_wherever_a_party_is_named(app, as_person, village):
    name = "广州市增城区三坑榕溪建筑工程劳务分包有限责任公司第一分公司"
    leung = as_person(village.aunt_leung)
    fields = {
        "applicant": "李桂芳",
        "respondent": name,
        "kind": "money",
        "words": "欠薪",
        "present": "1",
        "way": "come",
    }
    leung.submit("/rongxi/cases/desk", **fields)
    with app.app_context():
        address = db.session.query(MediationCase.address).scalar()
        db.session.remove()
    leung.get(f"/rongxi/cases/{address}")
    assert name in leung.text(".parties")
    other = name.replace("第一", "第二")
    at = f"/rongxi/cases/{address}/entries/1/correct"
    leung.submit(at, name_2=other, why_corrected="名称写错")
    leung.get(f"/rongxi/cases/{address}")
    assert other in leung.text(".parties")


def test_a_visit_that_finds_a_closed_case_not_done_offers_to_open_it_again_first(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.CLOSED)
        today = opened(village, village.aunt_leung, address).written[-1].on.isoformat()
        found = {"on": today, "persons": "李桂芳", "performed": "none", "satisfied": "no", "sued": "no"}
        act(village, address, village.aunt_leung, CaseAct.FOLLOW_UP, found)
        db.session.commit()
        db.session.remove()
    leung = as_person(village.aunt_leung)
    leung.get(f"/rongxi/cases/{address}")
    first = leung.page.select_one("[aria-labelledby=next-step] a.button")
    assert first is not None and first["href"].endswith("/reopen")


def test_each_row_of_an_agreement_is_told_by_itself_with_its_sum_and_its_day(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.PERFORMING)
    leung = as_person(village.aunt_leung)
    leung.get(f"/rongxi/cases/{address}")
    told = [" ".join(one.get_text().split()) for one in leung.page.select(".root .difference")]
    rows = [one for one in told if one.startswith("陈伯坚：")]
    assert any(one.startswith("陈伯坚：付墙面修缮费 · 1,200 元 · ") and one.endswith("前") for one in rows), rows
    assert len(rows) >= 2 and not any("；" in one for one in rows)
    kept = [one.get_text() for one in leung.page.select(".root .difference .number")]
    assert "1,200 元" in kept, "the sum and its unit stand on one line"
