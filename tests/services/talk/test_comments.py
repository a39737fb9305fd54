"""Comments: questions until answered, seconding, moderation, search: permissions, refusals, and what is shown."""

import pytest
from sqlalchemy import select

from consult.domain.refusals import Reason, Refused
from consult.domain.talk.comments import CommentText, Sorting, Stance
from consult.domain.talk.moderation import ReportGround
from consult.models import (
    AuditEntry,
    Comment,
    Consultation,
    ContentReport,
    Notification,
    Removal,
    SearchPair,
    Seconding,
    db,
)
from consult.models.talk import comment_queries, talk_queries
from consult.services.core import search
from consult.services.messages import notifications
from consult.services.site import search_index
from consult.services.talk import comments, moderation
from tests.village import Who, a_consultation, a_matter, a_poll, say


def comment(comment_id: int) -> Comment:
    return db.session.get_one(Comment, comment_id)


def reply(comment_id: int, who: Who, text: str = "图纸加上了。", *, in_office: bool = False, key: str = "") -> int:
    written = comments.reply(
        comment(comment_id),
        CommentText(None, text),
        who.act(language="zh-Hans-CN", key=key or f"reply-{comment_id}-{who.id}-{text}"),
        in_office=in_office,
    )
    return written.id


def hide(comment_id: int, officer: Who) -> Removal:
    moderation.hide(comment(comment_id), ReportGround.INSULT, "骂人的话请改一改", officer.act())
    return talk_queries.removal_of(f"comment:{comment_id}")


def why(act, *args, **kwargs) -> Reason:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    db.session.rollback()
    return refused.value.reason


def told(who: Who) -> list[object]:
    rows = db.session.scalars(select(Notification).where(Notification.person_id == who.id).order_by(Notification.id))
    return [n.facts.get("kind") for n in rows]


def found(cast, query: str) -> list[str]:
    return [entry.subject for entry in search.find(cast.id, query, most=20)]


# comments and questions


@pytest.mark.both_databases
def test_the_same_key_says_it_once(inside):
    one = a_consultation(inside)
    assert say(inside, one, inside.ah_fong, key="k") == say(inside, one, inside.ah_fong, key="k")
    assert db.session.query(Comment).count() == 1


def test_a_question_waits_until_the_council_replies_and_the_asker_is_told(inside):
    question = say(inside, a_consultation(inside), inside.ah_fong)
    reply(question, inside.ah_kwok, "我也想知道")
    assert comment(question).answered_at is None
    reply(question, inside.sister_chow, in_office=True)
    assert comment(question).answered_at is not None
    assert told(inside.ah_fong) == ["replied", "question_answered"]


def test_an_officer_does_not_answer_her_own_question(inside):
    question = say(inside, a_consultation(inside), inside.sister_chow)
    reply(question, inside.sister_chow, in_office=True)
    assert comment(question).answered_at is None


def test_only_the_asker_says_that_it_is_not_answered(inside):
    question = say(inside, a_consultation(inside), inside.ah_fong)
    reply(question, inside.sister_chow, in_office=True)
    assert why(comments.reopen, comment(question), inside.ah_kwok.act()) is Reason.NOT_THE_AUTHOR
    comments.reopen(comment(question), inside.ah_fong.act())
    assert comment(question).answered_at is None and comment(question).reopened_at is not None
    page = comment_queries.comments(comment(question).consultation_id, sorting=Sorting.UNANSWERED)
    assert [c.id for c in page.comments] == [question]


def test_a_reply_to_a_reply_goes_under_the_same_comment(inside):
    first = say(inside, a_consultation(inside), inside.ah_fong)
    second = reply(reply(first, inside.ah_kwok), inside.old_chan, "同意")
    assert comment(second).parent_id == first


@pytest.mark.both_databases
def test_me_too_counts_once_a_person_and_never_for_oneself(inside):
    said = say(inside, a_consultation(inside), inside.ah_fong)
    for _ in range(2):
        comments.second(comment(said), inside.ah_kwok.act())
    comments.second(comment(said), inside.ah_fong.act())
    assert db.session.query(Seconding).count() == 1
    comments.take_back_seconding(comment(said), inside.ah_kwok.act())
    assert db.session.query(Seconding).count() == 0


def test_comments_go_on_while_a_vote_runs(inside):
    a_poll(inside)
    consultation = db.session.scalar(select(Consultation.id))
    assert say(inside, consultation, inside.ah_fong)


@pytest.mark.both_databases
def test_reading_on_shows_every_comment_once_newest_first(inside):
    one = a_consultation(inside)
    said = [say(inside, one, inside.ah_fong, text=f"第{n}句", key=f"k{n}") for n in range(25)]
    seen, before = [], None
    while True:
        page = comment_queries.comments(one, before=before, most=10)
        seen += [c.id for c in page.comments]
        if (before := page.more) is None:
            break
    assert seen == said[::-1]


# moderation


@pytest.mark.both_databases
def test_hidden_words_leave_the_search_and_come_back_when_restored(inside):
    said = say(inside, a_consultation(inside, by=inside.ah_keung), inside.ah_fong, Stance.CONCERN, "莲藕塘怎么办")
    assert found(inside, "莲藕") == [f"comment:{said}"]
    hiding = hide(said, inside.sister_chow)
    assert found(inside, "莲藕") == []
    moderation.restore(hiding, "看错了", inside.sister_chow.act())
    assert found(inside, "莲藕") == [f"comment:{said}"] and comment(said).hidden_at is None


def test_the_author_is_told_why_and_can_appeal_once(inside):
    hiding = hide(say(inside, a_consultation(inside, by=inside.ah_keung), inside.ah_fong), inside.sister_chow)
    assert told(inside.ah_fong) == ["hidden"]
    assert why(moderation.appeal, hiding, "没有骂人", inside.ah_kwok.act()) is Reason.NOT_THE_AUTHOR
    moderation.appeal(hiding, "没有骂人", inside.ah_fong.act())
    assert why(moderation.appeal, hiding, "再说", inside.ah_fong.act()) is Reason.APPEALED_ALREADY


def test_an_appeal_goes_to_another_person(inside):
    hiding = hide(say(inside, a_consultation(inside, by=inside.ah_keung), inside.ah_fong), inside.sister_chow)
    decide = {"restore_content": True, "reason": "没有骂人"}
    assert why(moderation.decide, hiding, inside.old_chan.act(), **decide) is Reason.NO_APPEAL
    moderation.appeal(hiding, "没有骂人", inside.ah_fong.act())
    assert "appeal_made" in told(inside.old_chan) + told(inside.uncle_ho) and "appeal_made" not in told(
        inside.sister_chow
    )
    assert why(moderation.decide, hiding, inside.sister_chow.act(), **decide) is Reason.HIDER_CANNOT_DECIDE
    moderation.decide(hiding, inside.uncle_ho.act(), **decide)
    assert hiding.restored_at is not None and told(inside.ah_fong) == ["hidden", "restored"]


def test_an_appeal_that_fails_is_told_with_its_reason(inside):
    hiding = hide(say(inside, a_consultation(inside, by=inside.ah_keung), inside.ah_fong), inside.sister_chow)
    moderation.appeal(hiding, "没有骂人", inside.ah_fong.act())
    moderation.decide(hiding, inside.old_chan.act(), restore_content=False, reason="确实骂了")
    assert hiding.restored_at is None and hiding.decision == "确实骂了" and told(inside.ah_fong)[-1] == "appeal_refused"


def test_whoever_turned_everything_off_is_still_told_that_their_words_were_hidden(inside):
    notifications.set_switches(inside.ah_fong.row(), [])
    question = say(inside, a_consultation(inside, by=inside.ah_keung), inside.ah_fong)
    reply(question, inside.sister_chow, in_office=True)
    hide(question, inside.sister_chow)
    assert told(inside.ah_fong) == ["hidden"]


@pytest.mark.both_databases
def test_reporting_twice_is_one_report_and_hiding_settles_it(inside):
    said = say(inside, a_consultation(inside, by=inside.ah_keung), inside.ah_fong)
    for _ in range(2):
        moderation.report_content(comment(said), ReportGround.INSULT, "", inside.ah_kwok.act())
    assert db.session.query(ContentReport).count() == 1 and len(talk_queries.reports_waiting(inside.id)) == 1
    hide(said, inside.sister_chow)
    assert talk_queries.reports_waiting(inside.id) == []


def test_letting_words_stand_settles_the_reports(inside):
    said = say(inside, a_consultation(inside, by=inside.ah_keung), inside.ah_fong)
    moderation.report_content(comment(said), ReportGround.OTHER, "不好", inside.ah_kwok.act())
    moderation.dismiss_reports(comment(said), inside.sister_chow.act())
    assert talk_queries.reports_waiting(inside.id) == [] and comment(said).hidden_at is None


def test_the_log_holds_no_words_of_a_villager(inside):
    said = say(inside, a_consultation(inside, by=inside.ah_keung), inside.ah_fong, text="莲藕塘怎么办")
    hide(said, inside.sister_chow)
    facts = " ".join(db.session.scalars(select(AuditEntry.facts)))
    assert "莲藕" not in facts and "骂人" not in facts


# search


@pytest.mark.both_databases
def test_traditional_finds_simplified_and_both_ways(inside):
    one = a_consultation(inside)
    said = say(inside, one, inside.ah_fong, text="東塘邊嘅水圳")
    assert f"comment:{said}" in found(inside, "东塘边") and f"comment:{said}" in found(inside, "東塘")
    assert found(inside, "老碾房") == [f"proposal:{db.session.get_one(Consultation, one).proposal.id}"]


def test_every_term_must_stand_in_the_text_and_in_its_order(inside):
    say(inside, a_consultation(inside), inside.ah_fong, text="水圳边装灯")
    assert found(inside, "水圳 装灯") and not found(inside, "水圳 停车")
    assert not found(inside, "灯装")


def test_nothing_of_another_village_is_found(inside):
    say(inside, a_consultation(inside), inside.ah_fong, text="东塘边的水圳")
    assert search.find(inside.mr_wong.row().village_id, "水圳", most=20) == []


def test_a_percent_sign_and_an_underscore_mean_themselves(inside):
    say(inside, a_consultation(inside), inside.ah_fong, text="东塘边的水圳")
    assert found(inside, "%%") == found(inside, "_") == [] and found(inside, "东_湖") == [], (
        "one mark stands for no other"
    )
    assert found(inside, "东_塘") == found(inside, "东 塘") != [], "it divides two words, as a blank does"


@pytest.mark.both_databases
def test_a_revision_replaces_what_is_found_and_the_index_can_be_made_anew(inside):
    a_matter(inside)
    say(inside, db.session.scalar(select(Consultation.id)), inside.ah_kwok, text="莲藕塘")
    before = {q: found(inside, q) for q in ("水圳", "莲藕", "老碾房")}
    assert search_index.rebuild(inside.id) == 2
    db.session.commit()
    assert {q: found(inside, q) for q in before} == before


def test_a_notice_is_found_by_its_question(inside):
    a_poll(inside)
    assert any(subject.startswith("notice:") for subject in found(inside, "修上圳吗"))


def test_the_command_makes_the_index_of_every_village_anew(app, village):
    with app.app_context():
        say(village, a_consultation(village), village.ah_fong, text="莲藕塘")
        db.session.query(SearchPair).delete()
        db.session.commit()
        assert found(village, "莲藕") == []
        db.session.remove()
    result = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert "rongxi: 2 段 / texts" in result.output, result.output
    with app.app_context():
        assert found(village, "莲藕") == ["comment:1"]
