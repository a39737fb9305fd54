"""Attacks by the other side of a matter that was never accepted: every address, list, file and count is as if there were none."""

import json
import re

import pytest
from sqlalchemy import select

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from consult.models import CaseFile, CaseReader, MediationCase, Notification, OutboxMessage, db
from tests.cases import WORDS, a_case, a_photo, act
from tests.village import Cast

SETTLED = {"who": [1], "how": "自己谈好了。", "sure": True}
NO_CASE = "0" * 24
NEVER_ACCEPTED = [CaseState.APPLIED, CaseState.WITHDRAWN, CaseState.SELF_SETTLED, CaseState.DECLINED]


@pytest.fixture(params=NEVER_ACCEPTED)
def address(app, village: Cast, request) -> str:
    with app.app_context():
        made = a_case(village, media=[a_photo()])
        ends = {
            CaseState.WITHDRAWN: (CaseAct.WITHDRAW, {"who": [1], "reason": "不想再追究。", "sure": True}),
            CaseState.SELF_SETTLED: (CaseAct.SETTLE_THEMSELVES, SETTLED),
            CaseState.DECLINED: (CaseAct.DECLINE, {"ground": "land_ownership", "reason": "要先确权。"}),
        }
        if request.param in ends:
            step, facts = ends[request.param]
            act(village, made, village.aunt_leung, step, facts)
        assert db.session.scalar(select(MediationCase.state).where(MediationCase.address == made)) == request.param
    return made


def addresses(app, address: str) -> list[tuple[str, str]]:
    """Every address of a case there is, with its methods."""
    with app.app_context():
        files = list(db.session.scalars(select(CaseFile.id)))
    assert files
    found = []
    for rule in app.url_map.iter_rules():
        if "<address>" not in rule.rule:
            continue
        acts = [one.value for one in CaseAct] if "<act>" in rule.rule else [""]
        for one in acts:
            at = rule.rule.replace("<slug>", "rongxi").replace("<address>", address).replace("<act>", one)
            at = at.replace("<int:file_id>", str(files[0])).replace("<int:number>", "1")
            at = re.sub(r"<(any\([^)]*\)|string|int|path)?:?\w+>", "application", at)
            found += [(method, at) for method in ("GET", "POST") if method in (rule.methods or ())]
    return found


def test_no_address_of_the_case_answers_the_other_side(app, as_person, village: Cast, address):
    chan = as_person(village.old_chan)
    token = chan.token("/rongxi/me")
    asked = addresses(app, address)
    assert len(asked) > 60
    open_ = []
    for method, at in asked:
        data = {"csrf_token": token, "key": "k"} if method == "POST" else None
        answer = chan.open(at, method=method, data=data)
        if answer.status_code in (404, 405):
            continue
        none = chan.open(at.replace(address, NO_CASE), method=method, data=data)
        if (none.status_code, none.headers.get("Location")) != (answer.status_code, answer.headers.get("Location")):
            open_.append((method, at, answer.status_code))
    assert not open_
    with app.app_context():
        assert len(list(db.session.scalars(select(CaseReader)))) >= 1


def test_no_list_file_count_or_message_tells_the_other_side(app, as_person, village: Cast, address):
    chan, places = as_person(village.old_chan), []
    for at in ("/rongxi/", "/rongxi/cases/", "/rongxi/me", "/rongxi/inbox", "/rongxi/messages", "/rongxi/notices"):
        places.append(chan.get(at, follow_redirects=True).text)
    places += [chan.get(f"/rongxi/search?q={word}").text for word in ("屋檐", "李桂芳", "滴水")]
    places.append(chan.get("/rongxi/cases/calendar.ics").text)
    places.append(chan.get(f"/rongxi/cases/readable?address={address}").text)
    export = chan.get("/rongxi/me/data/export.json")
    places.append(export.text)
    found = [text[:200] for text in places if address in text or WORDS[:10] in text or "他家新做的屋檐" in text]
    assert not found
    stranger = as_person(village.ah_kwok)
    for at in ("/rongxi/cases/", "/rongxi/me"):
        mine, theirs = chan.get(at), stranger.get(at)
        seen = [client.page.select("main .unread, nav .unread") for client in (chan, stranger)]
        assert mine.status_code == theirs.status_code and [len(one) for one in seen] == [0, 0], at
    with app.app_context():
        told = [one.person_id for one in db.session.scalars(select(Notification))]
        assert village.old_chan.id not in told
        sent = json.dumps([str(vars(one)) for one in db.session.scalars(select(OutboxMessage))], ensure_ascii=False)
        assert village.old_chan.phone not in sent
