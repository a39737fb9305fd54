"""Acts on mediation cases: each once, by whoever may, with its clocks, its news and its figures; tampering is found."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Contact, Side
from consult.domain.cases.states import CaseRole, CaseState, MediaKind
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.models import CaseEntry, CaseFile, CaseLink, CaseReader, Consultation, MediationCase, Notification, db
from consult.services.cases import case_files, filing, reading, transitions
from consult.services.cases.case_files import Media
from consult.services.cases.transitions import Transition
from consult.services.people import villages
from tests.cases import a_case, a_clue, a_photo, act, grant, opened, refused, row_of

STORY = {"story": "墙脚湿了", "other": "陈伯坚", "code": "01-002"}


def told(person_id: int) -> int:
    return db.session.query(Notification).filter_by(event=NotificationEvent.DUTY.value, person_id=person_id).count()


def news(who) -> int:
    return reading.unseen(who.row())


@pytest.mark.both_databases
def test_a_draft_is_its_writers_alone_and_handing_it_in_twice_hands_in_one(inside):
    row = filing.keep_draft("neighbours", STORY, [a_photo()], inside.ah_fong.act())
    address = row.address
    assert opened(inside, inside.aunt_leung, address) is None and row.number is None
    assert not db.session.scalar(select(Notification.id))
    for _ in range(2):
        draft = opened(inside, inside.ah_fong, address)
        filing.hand_in(draft, inside.ah_fong.act(), Contact("call", "13800000001"))
    assert db.session.query(CaseEntry).count() == 2 and row_of(inside, address).number == 1
    found = opened(inside, inside.aunt_leung, address)
    assert found.state is CaseState.APPLIED and [p.person_id for p in found.situation.parties] == [
        inside.ah_fong.id,
        None,
    ]
    assert told(inside.aunt_leung.id) == 1 and news(inside.old_chan) == 0


def test_what_is_handed_in_is_what_was_written_last(inside):
    """Two pages of one draft are open: the last step was opened before the words were changed on the other."""
    address = filing.keep_draft("neighbours", STORY, [], inside.ah_fong.act()).address
    last_step, first_step = opened(inside, inside.ah_fong, address), opened(inside, inside.ah_fong, address)
    changed = {**STORY, "story": "水渠堵了，不是鸡的事"}
    filing.keep_draft("water", changed, [], inside.ah_fong.act(), draft=first_step)
    filing.hand_in(last_step, inside.ah_fong.act(), Contact("call", "13800000001"))
    words = [entry.facts.get("words") for entry in opened(inside, inside.ah_fong, address).entries]
    assert changed["story"] in words


@pytest.mark.both_databases
def test_the_files_of_a_draft_go_only_when_its_going_is_committed(inside):
    row = filing.keep_draft("water", STORY, [a_photo()], inside.ah_fong.act())
    address = row.address
    (name,) = db.session.scalars(select(CaseFile.name))

    def fail(_session: object) -> None:
        raise OSError

    event.listen(db.session, "before_commit", fail)
    with pytest.raises(OSError):
        filing.discard(opened(inside, inside.ah_fong, address), inside.ah_fong.act())
    event.remove(db.session, "before_commit", fail)
    db.session.rollback()
    draft = opened(inside, inside.ah_fong, address)
    (file,) = db.session.scalars(select(CaseFile))
    assert case_files.content(file, draft.keys).startswith(b"\xff\xd8")
    filing.discard(draft, inside.ah_fong.act())
    assert not case_files.path_of(name).exists() and db.session.query(CaseFile).count() == 0


def test_a_draft_that_is_thrown_away_or_forgotten_opens_to_nobody_ever_again(inside):
    for days in (0, 20):
        written = inside.ah_fong.act(now=clock.now() - timedelta(days=days))
        row = filing.keep_draft("water", STORY, [a_photo()], written)
        address = row.address
        if days:
            assert filing.forget_drafts(now=clock.now(), before=clock.now() - timedelta(days=14)) == 1
        else:
            filing.discard(opened(inside, inside.ah_fong, address), inside.ah_fong.act())
        assert opened(inside, inside.ah_fong, address) is None
        assert row_of(inside, address).state == CaseState.DISCARDED and row_of(inside, address).cipher == ""
    assert db.session.query(CaseReader).count() == 0


@pytest.mark.both_databases
def test_the_same_form_at_the_desk_files_one_case(inside):
    addresses = {a_case(inside, key="twice") for _ in range(2)}
    assert len(addresses) == 1 and db.session.query(MediationCase).count() == 1
    assert a_case(inside, key="another") not in addresses


def test_without_anybody_present_it_is_a_clue_whose_words_only_the_desk_reads(inside):
    sides = [Side(CaseRole.RESPONDENT, "陈伯坚", inside.old_chan.id)]
    row = a_clue(inside, sides, key="clue")
    assert row.state == CaseState.CLUE
    assert opened(inside, inside.old_chan, row.address) is None
    reporter = opened(inside, inside.sister_chow, row.address)
    assert reporter.part is CaseRole.REPORTER and reporter.entries == [] and reporter.line == {}
    assert "听说要打起来" in str(opened(inside, inside.aunt_leung, row.address).entries)


@pytest.mark.both_databases
def test_one_form_sent_at_once_by_two_taps_is_one_entry(app, village):
    with app.app_context():
        address = a_case(village)
        db.session.remove()

    def tap(_n: int) -> None:
        with app.app_context():
            facts = {"title": "水", "kind": "neighbours", "tag": None, "rights_told": True}
            act(village, address, village.aunt_leung, CaseAct.ACCEPT, facts, key="one-form")
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tap, range(4)))
    with app.app_context():
        assert db.session.query(CaseEntry).filter_by(act="accept").count() == 1
        db.session.remove()


@pytest.mark.both_databases
def test_of_two_who_move_a_case_at_once_one_is_told_that_it_has_moved(app, village):
    with app.app_context():
        address = a_case(village)
        db.session.remove()

    def move(n: int) -> str:
        with app.app_context():
            facts = (
                {"ground": "crime", "reason": "要报案"}
                if n
                else {"title": "水", "kind": "family", "tag": None, "rights_told": True}
            )
            try:
                act(
                    village,
                    address,
                    village.aunt_leung,
                    CaseAct.DECLINE if n else CaseAct.ACCEPT,
                    facts,
                    key=f"form-{n}",
                )
            except Refused as refusal:
                return refusal.reason.value
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(move, range(2))) == ["case_other_state", "done"]


def test_a_mediator_who_is_not_assigned_reads_it_no_longer_and_a_recused_one_never(inside):
    grant(inside.ms_yip, Role.HEAD_OF_MEDIATION)
    grant(inside.uncle_ho, Role.MEDIATOR)
    grant(inside.ah_kwok, Role.MEDIATOR)  # of Ah Fong's household
    address = a_case(inside)
    may = [
        w.id for w in (inside.aunt_leung, inside.uncle_ho, inside.ah_kwok, inside.ms_yip) if opened(inside, w, address)
    ]
    assert may == [inside.aunt_leung.id, inside.uncle_ho.id, inside.ms_yip.id]
    act(
        inside,
        address,
        inside.aunt_leung,
        CaseAct.ACCEPT,
        {"title": "水", "kind": "neighbours", "tag": None, "rights_told": True},
    )
    act(inside, address, inside.ms_yip, CaseAct.ASSIGN, {"mediators": [inside.uncle_ho.id], "reason": ""})
    assert opened(inside, inside.aunt_leung, address) is None
    assert opened(inside, inside.uncle_ho, address).part is CaseRole.MEDIATOR
    act(inside, address, inside.uncle_ho, CaseAct.RECUSE, {"reason": "是我表弟"})
    assert opened(inside, inside.uncle_ho, address) is None and row_of(inside, address).state == CaseState.ACCEPTED


def test_a_party_is_never_its_own_mediator(inside):
    grant(inside.old_chan, Role.MEDIATOR)
    address = a_case(inside, CaseState.ACCEPTED)
    assert opened(inside, inside.old_chan, address).part is CaseRole.RESPONDENT
    assert (
        refused(inside, address, inside.aunt_leung, CaseAct.ASSIGN, mediators=[inside.old_chan.id])
        is Reason.CASE_MEDIATOR_IS_PARTY
    )


def test_a_clear_no_of_one_party_ends_it_at_any_time(inside):
    address = a_case(inside, CaseState.AGREED_IN_WRITING)
    assert refused(inside, address, inside.old_chan, CaseAct.CONSENT, answer="no") is Reason.CASE_NOT_SURE
    act(inside, address, inside.old_chan, CaseAct.CONSENT, {"answer": "no", "sure": True})
    assert row_of(inside, address).state == CaseState.TERMINATED


@pytest.mark.both_databases
def test_an_agreement_takes_effect_with_the_last_signature_the_seal_and_the_photo(inside):
    address, today = (
        a_case(inside, CaseState.AGREED_IN_WRITING),
        villages.local_day(inside.row(), clock.now()).isoformat(),
    )
    nothing = {"on": today, "signed": [], "mediator_signed": False, "sealed": False}
    for facts, media in (({"signed": [1, 2]}, []), ({"mediator_signed": True}, []), ({"sealed": True}, [])):
        act(inside, address, inside.aunt_leung, CaseAct.SIGN, {**nothing, **facts}, media=media)
        assert row_of(inside, address).state == CaseState.AGREED_IN_WRITING
    act(inside, address, inside.aunt_leung, CaseAct.SIGN, nothing, media=[a_photo()])
    row = row_of(inside, address)
    assert row.state == CaseState.PERFORMING and row.confirm_by is not None


def test_a_case_goes_up_with_a_receipt_and_the_justice_office_reads_it_then(inside):
    grant(inside.uncle_ho, Role.JUSTICE_OFFICE)
    address = a_case(inside, CaseState.MEDIATING)
    assert opened(inside, inside.uncle_ho, address) is None
    act(
        inside,
        address,
        inside.aunt_leung,
        CaseAct.ESCALATE,
        {"level": "town", "office": "司法所", "reason": "牵涉两个村"},
    )
    assert opened(inside, inside.uncle_ho, address).part is CaseRole.JUSTICE_OFFICE
    assert refused(inside, address, inside.aunt_leung, CaseAct.CLOSE, summary="交上去了") is Reason.CASE_RECEIPT_MISSING
    act(inside, address, inside.uncle_ho, CaseAct.RECEIPT, {"number": "7", "by": "何"})
    act(inside, address, inside.aunt_leung, CaseAct.CLOSE, {"summary": "交上去了", "prevented": None})
    assert row_of(inside, address).state == CaseState.CLOSED


@pytest.mark.both_databases
def test_a_village_matter_goes_to_the_talk_without_a_name_and_each_shows_the_other_only_to_those_who_may_know(inside):
    address = a_case(inside, CaseState.MEDIATING)
    facts = {"topic": "巷子的水往哪里流", "summary": "陈伯坚家的水", "both_agree": True}
    assert refused(inside, address, inside.aunt_leung, CaseAct.RAISE, **facts) is Reason.CASE_NAMES_IN_IT
    facts["summary"] = "下围巷子没有沟，下雨往人家里流"
    for _ in range(2):
        act(inside, address, inside.aunt_leung, CaseAct.RAISE, facts, key="raise")
    made = db.session.scalar(select(Consultation.id))
    assert db.session.query(Consultation).count() == 1
    on = villages.local_day(inside.row(), clock.now())
    shown = {
        who.id: reading.linked(made, reading.reader_of(who.row(), villages.roles_of(who.row(), on=on), on=on))
        for who in (inside.aunt_leung, inside.ah_fong, inside.old_chan, inside.ah_kwok, inside.sister_chow)
    }
    assert [bool(found) for found in shown.values()] == [True, True, True, False, False]


@pytest.mark.both_databases
def test_where_the_case_cannot_be_moved_no_consultation_is_opened(inside):
    address = a_case(inside, CaseState.MEDIATING)
    facts = {"topic": "巷子的水", "summary": "巷子没有沟", "both_agree": True}
    with pytest.raises(TypeError):  # the consultation is open, and what belongs to the entry cannot be sealed
        act(inside, address, inside.aunt_leung, CaseAct.RAISE, facts, media=[Media(MediaKind.PHOTO, "no bytes")])
    assert db.session.query(Consultation).count() == db.session.query(CaseLink).count() == 0
    assert row_of(inside, address).state is CaseState.MEDIATING
    assert db.session.query(CaseEntry).filter_by(act="raise").count() == 0
    act(inside, address, inside.aunt_leung, CaseAct.RAISE, facts)
    assert db.session.query(Consultation).count() == db.session.query(CaseLink).count() == 1


def test_whose_access_ended_meanwhile_opens_no_consultation(inside):
    address = a_case(inside, CaseState.MEDIATING)
    stale = opened(inside, inside.aunt_leung, address)
    stale.reader = reading.Reader(inside.aunt_leung.row(), heads=False, mediates=False)
    facts = {"topic": "巷子的水", "summary": "巷子没有沟", "both_agree": True}
    with pytest.raises(Refused) as refusal:
        transitions.do(stale, Transition(CaseAct.RAISE, facts), inside.aunt_leung.act(key="raise"))
    assert refusal.value.reason is Reason.CASE_OTHER_PART
    assert db.session.query(Consultation).count() == 0


def test_a_phone_belongs_to_the_party_whom_the_act_adds(inside):
    address = a_case(inside, CaseState.MEDIATING)
    kin = {"side": "kin", "name": "外村的叔公", "code": "", "both_agree": True, "for_party": None, "authority": None}
    act(inside, address, inside.aunt_leung, CaseAct.ADD_PARTY, {**kin, "phone": "13811112222"})
    case = opened(inside, inside.aunt_leung, address)
    added, contact = case.entries[-2:]
    assert "phone" not in added.facts and case.situation.party(3).name == "外村的叔公"
    assert (contact.audience, contact.facts["party"], contact.facts["phone"]) == ("desk", 3, "13811112222")
    assert not [e for e in opened(inside, inside.ah_fong, address).entries if e.facts.get("phone") == "13811112222"]
