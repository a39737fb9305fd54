"""Moderation binds: who may hide and decide, what an appeal brought back, and every kind that can be hidden."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.characters import MASK
from consult.domain.meetings.petitions import PetitionKind, PetitionPlan
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.consultations import Draft
from consult.domain.talk.moderation import ReportableKind, ReportGround
from consult.models import (
    Comment,
    Consultation,
    Notice,
    Notification,
    Objection,
    Picture,
    Poll,
    Recording,
    Removal,
    RemovalParty,
    db,
)
from consult.models.talk import consultation_queries
from consult.services.board import notice_objections
from consult.services.core import search, transactions
from consult.services.core.acts import Act
from consult.services.meetings import meetings, petitions
from consult.services.people import grants
from consult.services.polls import polls
from consult.services.site import search_index, verification
from consult.services.talk import common_ground, moderation, moderation_subjects, recordings, revisions
from consult.services.talk.moderation_subjects import Subject
from tests.meetings import URGENT, a_meeting_draft, an_item, meeting, ripe, studied
from tests.services.talk.test_comments import reply
from tests.services.talk.test_talk import row, told, why
from tests.village import FOUNDED, WORDS, a_consultation, a_draft, a_matter, a_poll, say

pytestmark = pytest.mark.both_databases
INSULT = ReportGround.INSULT


def found(cast, query: str) -> list[str]:
    return [entry.subject for entry in search.find(cast.id, query, most=20)]


def comment(cast, text="书记报的价太高", *, on=None, by=None) -> Comment:
    matter = on or a_matter(cast, by=cast.ah_keung)
    return db.session.get_one(Comment, say(cast, matter, by or cast.ah_fong, text=text))


def hidden(cast, content, who, ground=INSULT) -> Removal:
    moderation.hide(content, ground, "请改一改", who.act())
    return db.session.scalars(select(Removal).order_by(Removal.id.desc())).first()


def brought_back(cast, content) -> None:
    """Hidden by Sister Chow, appealed, shown again by the supervisor."""
    removal = hidden(cast, content, cast.sister_chow)
    moderation.appeal(
        removal, "没有骂人", db.session.get_one(type(cast.ah_fong.row()), removal.author_id) and cast.ah_fong.act()
    )
    moderation.decide(removal, cast.uncle_ho.act(), restore_content=True, reason="没有骂人")


# what an appeal brought back


def test_what_an_appeal_brought_back_is_hidden_again_only_by_another_person_on_another_ground(inside):
    said = comment(inside)
    brought_back(inside, said)
    chow, chan = inside.sister_chow, inside.old_chan
    assert why(moderation.hide, said, ReportGround.OTHER, "再来", chow.act()) is Reason.RESTORED_SAME_PERSON
    assert why(moderation.hide, said, INSULT, "再来", chan.act()) is Reason.RESTORED_SAME_GROUND
    hidden(inside, said, chan, ReportGround.PRIVATE)
    assert db.session.get_one(Comment, said.id).hidden_at is not None


def test_what_an_officer_showed_again_without_an_appeal_binds_nobody(inside):
    said = comment(inside)
    moderation.restore(hidden(inside, said, inside.sister_chow), "看错了", inside.sister_chow.act())
    hidden(inside, said, inside.sister_chow)
    assert db.session.get_one(Comment, said.id).hidden_at is not None


def test_the_reason_of_a_second_moderator_is_not_dropped_in_silence(inside):
    said = comment(inside)
    hidden(inside, said, inside.sister_chow)
    moderation.hide(said, INSULT, "再按一下", inside.sister_chow.act())
    assert why(moderation.hide, said, ReportGround.OTHER, "我说", inside.old_chan.act()) is Reason.CHANGED_MEANWHILE


# who decides


def test_who_proposed_the_matter_hides_no_criticism_of_it_but_reports_it(inside):
    said = comment(inside, on=a_consultation(inside))
    assert why(moderation.hide, said, INSULT, "骂我", inside.sister_chow.act()) is Reason.WORDS_CONCERN_YOU
    moderation.report_content(said, INSULT, "", inside.sister_chow.act())
    assert why(moderation.dismiss_reports, said, inside.sister_chow.act()) is Reason.WORDS_CONCERN_YOU
    hidden(inside, said, inside.old_chan)


@pytest.mark.parametrize("text", ["周玉兰收了钱", "玉兰姐收了钱"])
def test_who_is_named_does_not_decide_about_it(inside, text):
    said = comment(inside, text.replace("周玉兰", inside.sister_chow.name).replace("玉兰", inside.sister_chow.name[1:]))
    assert why(moderation.hide, said, INSULT, "骂我", inside.sister_chow.act()) is Reason.WORDS_CONCERN_YOU


def test_who_says_that_the_words_mean_them_does_not_decide_either(inside):
    said = comment(inside, "那个管钱的臭八婆")
    moderation.report_content(said, INSULT, "", inside.sister_chow.act(), about_me=True)
    assert why(moderation.hide, said, INSULT, "骂我", inside.sister_chow.act()) is Reason.WORDS_CONCERN_YOU
    removal = hidden(inside, said, inside.old_chan)
    moderation.appeal(removal, "没有骂人", inside.ah_fong.act())
    decide = {"restore_content": False, "reason": "是骂"}
    assert why(moderation.decide, removal, inside.sister_chow.act(), **decide) is Reason.APPEAL_CONCERNS_YOU


def test_who_is_replied_to_does_not_hide_the_reply(inside):
    said = comment(inside, by=inside.old_chan)
    answered = db.session.get_one(Comment, reply(said.id, inside.ah_fong, "你才乱说"))
    assert why(moderation.hide, answered, INSULT, "骂我", inside.old_chan.act()) is Reason.WORDS_CONCERN_YOU


def test_somebody_of_the_house_decides_as_little(inside):
    grants.grant(
        inside.ah_kwok.row(), Role.COMMITTEE_MEMBER, Term(FOUNDED.date()), Act.by_system(inside.id, now=FOUNDED)
    )
    said = comment(inside, on=a_matter(inside))
    assert why(moderation.hide, said, INSULT, "骂她", inside.ah_kwok.act()) is Reason.WORDS_CONCERN_YOU
    removal = hidden(inside, said, inside.sister_chow)
    moderation.appeal(removal, "没有骂人", inside.ah_fong.act())
    decide = {"restore_content": True, "reason": "没骂"}
    assert why(moderation.decide, removal, inside.ah_kwok.act(), **decide) is Reason.APPEAL_CONCERNS_YOU
    assert ("duty", "appeal_made") not in told(inside.ah_kwok)
    assert ("duty", "appeal_made") in told(inside.uncle_ho)


def test_an_author_in_office_does_not_show_their_own_words_again(inside):
    said = comment(inside, by=inside.old_chan)
    removal = hidden(inside, said, inside.sister_chow)
    assert why(moderation.restore, removal, "我说得对", inside.old_chan.act()) is Reason.WORDS_CONCERN_YOU


def test_who_had_a_hand_in_it_is_noted(inside):
    said = comment(inside)
    removal = hidden(inside, said, inside.sister_chow)
    noted = set(db.session.scalars(select(RemovalParty.person_id).where(RemovalParty.hiding_id == removal.id)))
    assert noted == {inside.sister_chow.id, inside.ah_fong.id, inside.ah_keung.id}


# every kind


def a_revision(cast) -> str:
    one = a_matter(cast, by=cast.ah_keung)
    words = Draft("修渠", "改过的摘要，骂人的话", "改过的全文", None, ())
    act = cast.ah_keung.act(language="zh-Hans-CN", key="r")
    revisions.revise(row(one), words, act, base=1, reason="改", accepted=[], in_office=False)
    return f"{row(one).proposal.id}.2"


def a_recording(cast) -> str:
    one = a_matter(cast, by=cast.ah_keung)
    with transactions.writing():
        db.session.add(
            Recording(
                proposal_id=row(one).proposal.id,
                village_id=cast.id,
                file_name="a.m4a",
                seconds=3,
                transcript="骂人的话",
                recorded_by=cast.ah_keung.id,
                recorded_at=clock.now(),
            )
        )
    return str(row(one).proposal.id)


def a_picture(cast) -> str:
    one = a_matter(cast, by=cast.ah_keung)
    with transactions.writing():
        picture = Picture(
            proposal_id=row(one).proposal.id,
            village_id=cast.id,
            position=1,
            file_name="a.webp",
            width=4,
            height=3,
            description="骂人的话",
        )
        db.session.add(picture)
        db.session.flush()
        return str(picture.id)


def a_statement(cast) -> str:
    one = a_consultation(cast)
    act = cast.ah_keung.act(language="zh-Hans-CN", key="s")
    return str(common_ground.write_statement(row(one), "骂人的话，真的", act).id)


def a_petition(cast) -> str:
    plan = PetitionPlan(PetitionKind.ASSEMBLY_BY_VILLAGERS, "骂人的话", "请开会")
    return str(petitions.open_petition(plan, cast.ah_keung.act(language="zh-Hans-CN", key="p")).id)


def an_objection(cast) -> str:
    a_poll(cast)
    notice = db.session.scalars(select(Notice)).first()
    notice_objections.object_to(notice, "骂人的话", cast.ah_keung.act(language="zh-Hans-CN", key="o"))
    return str(db.session.scalars(select(Objection.id)).one())


MADE = {
    ReportableKind.COMMENT: lambda cast: str(comment(cast, "骂人的话", by=cast.ah_keung, on=a_matter(cast)).id),
    ReportableKind.REVISION: a_revision,
    ReportableKind.RECORDING: a_recording,
    ReportableKind.PICTURE: a_picture,
    ReportableKind.STATEMENT: a_statement,
    ReportableKind.PETITION: a_petition,
    ReportableKind.OBJECTION: an_objection,
}


def _verified(cast) -> bool:
    """Nothing is wrong but that the recording and the picture of this test name no stored file."""
    return all("never kept" in fault for fault in verification.verify(cast.row()))


@pytest.mark.parametrize("kind", MADE, ids=lambda kind: kind.value)
def test_every_kind_is_reported_hidden_appealed_and_brought_back(inside, kind):
    ref = MADE[kind](inside)
    find = lambda: moderation_subjects.find(inside.id, kind, ref)  # noqa: E731
    assert isinstance(find(), Subject) and "骂人的话" in find().text
    moderation.report_content(find(), INSULT, "", inside.ah_kwok.act())
    removal = hidden(inside, find(), inside.old_chan)
    assert "骂人的话" in find().text, "the original is kept for the appeal"
    assert "骂人的话" in moderation_subjects.texts_of(inside.id, [f"{kind.value}:{ref}"])[f"{kind.value}:{ref}"]
    assert _verified(inside)
    moderation.appeal(removal, "没有骂人", inside.ah_keung.act())
    moderation.decide(removal, inside.uncle_ho.act(), restore_content=True, reason="没骂")
    again = why(moderation.hide, find(), INSULT, "再来", inside.sister_chow.act())
    concerned = inside.sister_chow.id in find().concerned  # she posted the notice that is objected to
    assert again is (Reason.WORDS_CONCERN_YOU if concerned else Reason.RESTORED_SAME_GROUND)
    assert "骂人的话" in find().text and _verified(inside)


def test_no_other_recording_takes_the_place_of_a_hidden_one(inside):
    ref = a_recording(inside)
    consultation = db.session.scalars(select(Consultation).order_by(Consultation.id.desc())).first()
    removal = hidden(inside, moderation_subjects.find(inside.id, "recording", ref), inside.old_chan)
    again = lambda: recordings.put(consultation, "", 4, "还是骂人的话", inside.ah_keung.act())  # noqa: E731
    assert why(again) is Reason.RECORDING_IS_HIDDEN
    assert db.session.get_one(Recording, int(ref)).transcript == "骂人的话", "kept for the appeal"
    moderation.appeal(removal, "没有骂人", inside.ah_keung.act())
    assert why(again) is Reason.RECORDING_IS_HIDDEN
    moderation.decide(removal, inside.uncle_ho.act(), restore_content=True, reason="没骂")
    again()
    assert db.session.get_one(Recording, int(ref), populate_existing=True).seconds == 4


def test_another_villages_words_and_nonsense_are_not_found(inside):
    said = comment(inside)
    assert moderation_subjects.find(inside.id + 1, "comment", str(said.id)) is None
    for kind in ReportableKind:
        for ref in ("0", "x", "1.x", "1.2.3", "", "99999999999999"):
            assert moderation_subjects.find(inside.id, kind, ref) is None


# a matter


def hide_matter(cast, one: int, *, number: int = 1) -> Removal:
    return hidden(
        cast, moderation_subjects.find(cast.id, "revision", f"{row(one).proposal.id}.{number}"), cast.old_chan
    )


def test_a_hidden_matter_is_masked_in_lists_search_and_inboxes(inside):
    one = a_matter(inside)
    assert found(inside, "老碾房")
    say(inside, one, inside.ah_kwok)
    with transactions.writing():
        db.session.add(
            Notification(
                village_id=inside.id,
                person_id=inside.ah_kwok.id,
                event="changed",
                subject="x:1",
                consultation_id=one,
                facts={"kind": "revised", "title": WORDS.title},
                told_at=clock.now(),
            )
        )
    removal = hide_matter(inside, one)
    hidden_title = MASK
    assert (row(one).proposal.title, row(one).proposal.text) == (hidden_title, "")
    assert found(inside, "老碾房") == []
    with transactions.writing():
        search_index.rebuild(inside.id)
    assert found(inside, "老碾房") == []
    titles = {
        n.facts.get("title")
        for n in db.session.scalars(select(Notification).where(Notification.consultation_id == one))
    }
    assert WORDS.title not in titles
    moderation.restore(removal, "看错了", inside.old_chan.act())
    assert row(one).proposal.title == WORDS.title and found(inside, "老碾房")


def test_a_hidden_matter_is_not_put_to_the_vote_and_one_at_the_vote_is_not_hidden(inside):
    draft = a_draft(inside)
    one = db.session.scalars(select(Consultation.id)).first()
    removal = hide_matter(inside, one)
    poll = db.session.get_one(Poll, draft)
    assert why(polls.announce, poll, inside.sister_chow.act()) is Reason.WORDS_ARE_HIDDEN
    moderation.restore(removal, "看错了", inside.old_chan.act())
    polls.announce(db.session.get_one(Poll, draft), inside.sister_chow.act())
    assert why(hide_matter, inside, one) is Reason.WORDS_ARE_VOTED_ON


def test_hidden_words_stand_in_no_call_and_on_no_agenda_that_is_told(inside):
    meeting_id, one = a_meeting_draft(inside), a_consultation(inside, key="called")
    an_item(inside, meeting_id, consultation_id=one)
    ripe(inside, one)
    studied(inside, one)
    removal = hide_matter(inside, one)
    call = (meetings.call, meeting(meeting_id), URGENT, inside.old_chan.act())
    assert why(*call) is Reason.WORDS_ARE_HIDDEN
    moderation.restore(removal, "看错了", inside.old_chan.act())
    meetings.call(meeting(meeting_id), URGENT, inside.old_chan.act())
    other = a_consultation(inside, key="added")
    hide_matter(inside, other)
    added = {"title": "再加一项", "consultation_id": other, "reason": "急"}
    with pytest.raises(Refused) as refused:
        an_item(inside, meeting_id, **added)
    db.session.rollback()
    assert refused.value.reason is Reason.WORDS_ARE_HIDDEN


def test_new_words_show_again_and_the_old_ones_stay_hidden(inside):
    one = a_matter(inside)
    removal = hide_matter(inside, one)
    words = Draft("修渠", "客气的摘要", "", None, ())
    act = inside.ah_fong.act(language="zh-Hans-CN", key="r")
    revisions.revise(row(one), words, act, base=1, reason="改了", accepted=[], in_office=False)
    assert row(one).proposal.title == "修渠" and removal.restored_at is None
    moderation.restore(removal, "看错了", inside.old_chan.act())
    assert row(one).proposal.title == "修渠", "what is shown is the newest"
    assert list(verification.verify(inside.row())) == []


def test_hidden_words_do_not_come_back_as_a_revision(inside):
    """A recording had the guard; the author of a text only had to send it once more."""
    one = a_matter(inside)
    old = Draft.from_facts(consultation_queries.words_of(one)[1])
    hide_matter(inside, one)
    act = inside.ah_fong.act(language="zh-Hans-CN", key="same")
    again = replace(old, title=f"{old.title}。", cost_fen=100)
    refused = lambda base: why(  # noqa: E731
        lambda: revisions.revise(row(one), again, act, base=base, reason="改", accepted=[], in_office=False)
    )
    assert refused(1) is Reason.WORDS_ARE_HIDDEN
    polite = Draft("修渠", "客气的摘要", "", None, ())
    other = inside.ah_fong.act(language="zh-Hans-CN", key="polite")
    revisions.revise(row(one), polite, other, base=1, reason="改了", accepted=[], in_office=False)
    assert refused(2) is Reason.WORDS_ARE_HIDDEN, "nor after other words"
    assert row(one).proposal.title == "修渠"


# quotations


def test_what_a_reply_quotes_of_hidden_words_leaves_the_search_with_them(inside):
    said = comment(inside, "你这个臭八婆收了人家的钱")
    answered = reply(said.id, inside.ah_kwok, "她说「臭八婆收了人家的钱」，太过分")
    assert f"comment:{answered}" in found(inside, "臭八婆")
    removal = hidden(inside, said, inside.sister_chow)
    assert found(inside, "臭八婆") == [] and found(inside, "太过分") == [f"comment:{answered}"]
    moderation.restore(removal, "看错了", inside.old_chan.act())
    assert f"comment:{answered}" in found(inside, "臭八婆")


def test_the_reported_does_not_learn_who_reported(inside):
    said = comment(inside)
    moderation.report_content(said, INSULT, "骂人", inside.ah_kwok.act())
    hidden(inside, said, inside.sister_chow)
    lines = db.session.scalars(select(Notification).where(Notification.person_id == inside.ah_fong.id))
    assert not any(inside.ah_kwok.name in str(line.facts) for line in lines)
